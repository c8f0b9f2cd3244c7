import Testing

@testable import Training

@Suite struct RepresentationQualityTests {
    @Test("ten symbols have 70 permissible parallelograms (Liu et al. 2022)")
    func permissible() {
        #expect(RepresentationQuality(symbols: 10, dimensions: 1).permissibleCount == 70)
        #expect(RepresentationQuality(symbols: 2, dimensions: 1).permissibleCount == 0)
        #expect(RepresentationQuality(symbols: 3, dimensions: 1).permissibleCount == 1)
    }

    @Test("symbols in line realise all, whatever their scale and place")
    func line() {
        var quality = RepresentationQuality(symbols: 10, dimensions: 2)
        let line = (0..<10).flatMap { [3 + 0.01 * Double($0), -7 * Double($0)] }
        #expect(quality.measure(line) == 1)
    }

    @Test("a parallelogram counts below a mean squared defect of 0.01")
    func threshold() {
        var quality = RepresentationQuality(symbols: 3, dimensions: 1)
        // One parallelogram, E₀ + E₂ = 2E₁; standardised defect of (0, 1 + e, 2) is about 2e.
        #expect(quality.measure([0, 1.04, 2]) == 1)
        #expect(quality.measure([0, 1.06, 2]) == 0)
        #expect(quality.measure([1, 1, 1]) == 0)
    }
}
