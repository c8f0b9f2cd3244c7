import Foundation
import Testing

@testable import Core

@Suite("Statistics of shares and steps")
struct StatisticsTests {
    @Test("a power law with an offset is found again")
    func power() throws {
        let points = [20.0, 25, 30, 40, 50, 70].map {
            (x: $0, y: 1.09e15 * pow($0, -7.73) + 1442.63)
        }
        let fit = try #require(PowerLaw(points))
        #expect(abs(fit.exponent - 7.73) < 0.1)
        #expect(abs(fit.offset - 1442.63) < 10)
        #expect(fit.explained > 0.999)
        for point in points { #expect(abs(fit.value(point.x) / point.y - 1) < 0.01) }
        #expect(PowerLaw([(20, 5), (20, 6), (30, 4)]) == nil)
    }

    @Test("a share of the variance is what Python's numbers of the same runs have")
    func scattered() throws {
        // docs/reproductions/data/notsawo2023-t4.csv, by power_law of notsawo2023.py.
        let steps: [(Double, [Double])] = [
            (40, [857]), (45, [816]), (50, [940, 452]), (60, [1775, 369]), (70, [757, 328]),
            (80, [657, 446]), (90, [172, 147]),
        ]
        let fit = try #require(PowerLaw(steps.flatMap { x, all in all.map { (x: x, y: $0) } }))
        #expect(abs(fit.exponent - 1.66) < 0.005 && fit.offset == 0)
        #expect(abs(fit.explained - 0.395) < 0.0005)
    }

    @Test("a logistic fit solves the equations of most likelihood")
    func logistic() throws {
        let counts = [(0.1, 1, 10), (0.2, 3, 10), (0.3, 4, 10), (0.4, 8, 10), (0.5, 9, 10)].map {
            LogisticFit.Count(x: $0.0, hits: $0.1, of: $0.2)
        }
        let fit = try #require(LogisticFit(counts))
        // Hits less expected hits vanish, also weighted with x.
        for weight in [{ (_: Double) in 1.0 }, { $0 }] {
            let sum = counts.reduce(0) {
                $0 + weight($1.x)
                    * (Double($1.hits) - Double($1.of) * fit.probability($1.x))
            }
            #expect(abs(sum) < 1e-9)
        }
        #expect(abs(fit.probability(fit.border) - 0.5) < 1e-12)
        #expect((0.02...0.1).contains(fit.borderDeviation))
    }

    @Test("the border's deviation is the spread of borders that chance alone makes")
    func deviation() throws {
        var stream = RandomStream(seed: 3, purpose: .split)
        var borders: [Double] = []
        var deviations: [Double] = []
        for _ in 0..<300 {
            let counts = (0...8).map { place in
                let x = Double(place) / 8
                let p = 1 / (1 + exp(-(x - 0.5) * 8))
                let hits = (0..<20).count { _ in stream.uniform() < p }
                return LogisticFit.Count(x: x, hits: hits, of: 20)
            }
            guard let fit = LogisticFit(counts) else { continue }
            borders.append(fit.border)
            deviations.append(fit.borderDeviation)
        }
        let mean = borders.reduce(0, +) / Double(borders.count)
        let spread =
            (borders.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(borders.count))
            .squareRoot()
        let said = deviations.reduce(0, +) / Double(deviations.count)
        #expect(abs(mean - 0.5) < 0.01)
        #expect(abs(said / spread - 1) < 0.15)
    }

    @Test("where a value parts hits from misses there is no fit")
    func parted() {
        func fit(_ hits: [Int]) -> LogisticFit? {
            LogisticFit(
                hits.enumerated().map {
                    LogisticFit.Count(x: Double($0.offset), hits: $0.element, of: 4)
                })
        }
        #expect(fit([0, 0, 4, 4]) == nil)
        #expect(fit([0, 2, 4, 4]) == nil)
        #expect(fit([4, 4, 4, 4]) == nil)
        #expect(fit([0, 4, 0, 4]) != nil)
        #expect(fit([0, 1, 3, 4]) != nil)
    }
}
