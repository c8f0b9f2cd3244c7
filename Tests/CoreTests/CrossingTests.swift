import Testing

@testable import Core

@Suite("CrossingTracker")
struct CrossingTests {
    private func crossing(
        _ observations: [(Int, Double)], threshold: Double = 0.9, sustain: Int = 1
    ) -> Crossing? {
        var tracker = CrossingTracker(threshold: threshold, sustain: sustain)
        for (step, accuracy) in observations { tracker.observe(accuracy, step: step) }
        return tracker.crossing
    }

    @Test("the threshold itself holds, the number below it does not")
    func boundary() {
        #expect(crossing([(0, 0.9.nextDown)]) == nil)
        #expect(crossing([(0, 0.9.nextDown), (1, 0.9)]) == Crossing(step: 1))
        #expect(crossing([(0, 0.9)]) == Crossing(step: 0))
    }

    @Test("the first crossing stays, whatever follows")
    func first() {
        #expect(crossing([(0, 0), (1, 0.95), (2, 0.1), (3, 1)]) == Crossing(step: 1))
    }

    @Test("a sustained threshold crosses where its first long enough run begins")
    func sustained() {
        let bumps = [(0, 0.95), (1, 0.95), (2, 0.5), (3, 0.9), (4, 0.92), (5, 0.91), (6, 0)]
        #expect(crossing(bumps, sustain: 2) == Crossing(step: 0))
        #expect(crossing(bumps, sustain: 3) == Crossing(step: 3))
        #expect(crossing(bumps, sustain: 4) == nil)
        #expect(crossing(Array(bumps.prefix(5)), sustain: 3) == nil)
    }

    @Test("NaN never holds and ends a run")
    func nan() {
        #expect(crossing([(0, .nan), (1, .nan)]) == nil)
        #expect(
            crossing([(0, 1), (1, .nan), (2, 1), (3, 1)], sustain: 2) == Crossing(step: 2))
    }

    @Test("between two evaluations a crossing is known only to lie in the bracket")
    func intervals() {
        #expect(
            crossing([(0, 0), (10, 0.2), (20, 0.95)]) == Crossing(step: 20, notBefore: 11))
        #expect(crossing([(10, 0.95)]) == Crossing(step: 10, notBefore: 0))
        #expect(
            crossing([(0, 0), (10, 1), (20, 1)], sustain: 2) == Crossing(step: 10, notBefore: 1))
        // A dip that ends a run moves the bracket with it.
        #expect(
            crossing([(0, 1), (10, 0), (20, 1), (30, 1)], sustain: 2)
                == Crossing(step: 20, notBefore: 11))
    }
}
