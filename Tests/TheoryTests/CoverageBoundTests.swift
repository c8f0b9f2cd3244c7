import Testing
import Theory

@Suite("The coverage bound")
struct CoverageBoundTests {
    @Test("it is twice the logarithm of the symbols over the covered points")
    func value() {
        #expect(
            abs(CoverageBound.trainFraction(symbols: 97, covered: 30) - 0.304_980_731_9) < 1e-10)
        #expect(CoverageBound.trainFraction(symbols: 1, covered: 5) == 0)
    }

    @Test("covering twice as much halves it")
    func halves() {
        let one = CoverageBound.trainFraction(symbols: 10, covered: 4)
        #expect(CoverageBound.trainFraction(symbols: 10, covered: 8) == one / 2)
    }
}
