import Testing
import Theory

@Suite("The critical fraction")
struct CriticalFractionTests {
    /// P(n₀ = 2) for ten symbols over 1000 random splits drawn elsewhere.
    static let published: [(trainCount: Int, share: Double)] = [
        (15, 0.001), (18, 0.035), (21, 0.31), (22, 0.42), (24, 0.68), (27, 0.91), (30, 0.98),
        (36, 0.999), (45, 1), (54, 1),
    ]

    @Test("the share of splits that fix the line is that of another draw", arguments: published)
    func share(trainCount: Int, expected: Double) throws {
        let splits = 1000
        let share = CriticalFraction.shareOfLines(
            symbols: 10, trainCount: trainCount, splits: splits)
        // Four standard deviations of the difference of two such estimates, and two splits where they have none.
        let deviation = (2 * expected * (1 - expected) / Double(splits)).squareRoot()
        #expect(abs(share - expected) <= 4 * deviation + 0.002)
    }

    @Test("ten symbols become critical at about two fifths of the table")
    func critical() throws {
        let critical = CriticalFraction(symbols: 10, splits: 400)
        #expect((22...24).contains(critical.trainCount))
        #expect(critical.fraction == Double(critical.trainCount) / 55)
        let below = CriticalFraction.shareOfLines(
            symbols: 10, trainCount: critical.trainCount - 1, splits: 400)
        let at = CriticalFraction.shareOfLines(
            symbols: 10, trainCount: critical.trainCount, splits: 400)
        #expect(below < 0.5)
        #expect(at >= 0.5)
    }

    @Test("two symbols are always on a line")
    func two() throws {
        #expect(CriticalFraction(symbols: 2, splits: 3).trainCount == 0)
    }
}
