import Testing
import Theory

@Suite("The effective loss")
struct EffectiveLossTests {
    /// Median λ₃ for ten symbols over 1000 random splits drawn elsewhere, with four standard deviations of the difference
    /// of two such medians (1.25 σ/√n each, σ from the quartiles).
    static let published: [(trainCount: Int, rate: Double, tolerance: Double)] = [
        (15, 0, 0), (18, 0, 0), (21, 0, 0), (22, 0, 0), (24, 0.0069, 0.002),
        (27, 0.0141, 0.002), (30, 0.0233, 0.0022), (36, 0.0376, 0.0022), (45, 0.0580, 0.0022),
        (54, 0.0825, 0.0007),
    ]

    @Test("the median grokking rate is that of another draw", arguments: published)
    func medianRate(trainCount: Int, expected: Double, tolerance: Double) throws {
        let rates = (0..<UInt64(1000)).map { seed in
            let pairs = SymbolPair.trainingSet(symbols: 10, count: trainCount, seed: seed)
            return EffectiveLoss(ParallelogramSet(symbols: 10, among: pairs)).grokkingRate
        }.sorted()
        #expect(abs((rates[499] + rates[500]) / 2 - expected) <= tolerance)
    }

    @Test("the two smallest eigenvalues of the full table are zero, the third is not")
    func lowest() throws {
        let loss = EffectiveLoss(.permissible(symbols: 10))
        let values = loss.hessian.eigenvalues()
        #expect(abs(values[0]) < 1e-14)
        #expect(abs(values[1]) < 1e-14)
        #expect(values[2] > 0.05)
        #expect(loss.grokkingRate == values[2])
    }

    @Test("the loss is the mean squared defect over p, and zero on a line")
    func value() throws {
        let pairs = SymbolPair.trainingSet(symbols: 5, count: 11, seed: 3)
        let set = ParallelogramSet(symbols: 5, among: pairs)
        let loss = EffectiveLoss(set)
        #expect(abs(loss.value([3, 5, 7, 9, 11])) < 1e-14)
        // Mean 0 and variance 1 already.
        let embeddings = [-1.0, 1, -1, 1, 0].map { $0 * (1.25).squareRoot() }
        var sum = 0.0
        for parallelogram in set.parallelograms {
            let left = embeddings[parallelogram.left.first] + embeddings[parallelogram.left.second]
            let right =
                embeddings[parallelogram.right.first] + embeddings[parallelogram.right.second]
            sum += (left - right) * (left - right)
        }
        let mean = sum / Double(set.count)
        #expect(abs(loss.value(embeddings) - mean / 5) < 1e-14)
        #expect(mean > 0)
    }

    @Test("the step scale is the inverse of rate and learning rate, and absent without a rate")
    func stepScale() throws {
        let loss = EffectiveLoss(.permissible(symbols: 10))
        let steps = try #require(loss.stepScale(representationLearningRate: 1e-3))
        #expect(abs(steps * loss.grokkingRate * 1e-3 - 1) < 1e-12)
        let none = EffectiveLoss(ParallelogramSet(symbols: 10, among: []))
        #expect(none.grokkingRate == 0)
        #expect(none.stepScale(representationLearningRate: 1e-3) == nil)
    }
}
