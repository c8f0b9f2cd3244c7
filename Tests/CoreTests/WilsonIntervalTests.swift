import Core
import Testing

@Suite("WilsonInterval")
struct WilsonIntervalTests {
    // scipy.stats.binomtest(count, total).proportion_ci(method="wilson"), and Newcombe 1998, Table I.
    @Test(
        "the interval is the published one",
        arguments: [
            (0, 20, 0.0, 0.16113), (10, 10, 0.72247, 1.0), (3, 10, 0.10779, 0.60322),
            (0, 700, 0.0, 0.00546), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605),
            (1, 29, 0.0061, 0.1718),
        ])
    func published(_ count: Int, _ total: Int, _ low: Double, _ high: Double) {
        let interval = WilsonInterval(count, of: total)
        #expect(abs(interval.low - low) < 5e-5)
        #expect(abs(interval.high - high) < 5e-5)
    }

    @Test("nothing looked at says nothing")
    func nothing() {
        let interval = WilsonInterval(0, of: 0)
        #expect(interval.low == 0 && interval.high == 1)
    }
}
