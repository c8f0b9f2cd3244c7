import Core
import Testing

@testable import Theory

@Suite("The theory of a sweep")
struct SweepTheoryTests {
    private func theory(_ text: String, splits: Int = 100) throws -> SweepTheory {
        SweepTheory(try SweepPlan(try SweepSpec(parsing: text, named: "test.yaml")), splits: splits)
    }

    @Test("every split of an addition sweep stands once, with the numbers of its training set")
    func addition() throws {
        let theory = try theory(
            """
            sweep: t
            cell: {steps: 1000, optimizer: {decoder: {weight_decay: 1}}}
            axes:
              f: {path: train_fraction, values: [0.3, 0.82]}
              lr: {path: optimizer.decoder.learning_rate, values: [0.001, 0.01]}
            seeds: [0, 1]
            """)
        let addition = try #require(theory.addition)
        #expect(addition.symbols == 10)
        #expect(addition.splits.map(\.trainCount) == [17, 17, 45, 45])
        #expect(addition.splits.map(\.seed) == [0, 1, 0, 1])
        for split in addition.splits {
            let pairs = SymbolPair.trainingSet(
                symbols: 10, count: split.trainCount, seed: split.seed)
            let set = ParallelogramSet(symbols: 10, among: pairs)
            #expect(split.parallelograms == set.count)
            #expect(split.degreesOfFreedom == (try set.degreesOfFreedom()))
            #expect(split.grokkingRate == (try EffectiveLoss(set).grokkingRate))
        }
        #expect((0.36...0.45).contains(addition.critical.fraction))
        let probabilities = addition.probability.map(\.probability)
        #expect(probabilities == probabilities.sorted() && probabilities.last == 1)
        #expect(
            theory.decay.map(\.folds).allSatisfy { $0 > 0 } && theory.decay.count == 2
                && theory.decay.allSatisfy { $0.group == "decoder" })
    }

    @Test(
        "what the effective theory does not speak of has none",
        arguments: [
            "{task: {kind: modular, modulus: 7}, model: {kind: mlp}}",
            "{model: {embedding: 2}}", "{model: {embedding: 4, combination: matrix-product}}",
        ])
    func none(_ cell: String) throws {
        let theory = try theory(
            "sweep: t\ncell: \(cell)\naxes:\n  f: {path: train_fraction, values: [0.5]}\n")
        #expect(theory.addition == nil && theory.remark == nil && theory.decay.isEmpty)
    }

    @Test("too many symbols for an exact rank is said, not hidden")
    func tooMany() throws {
        let theory = try theory(
            """
            sweep: t
            cell: {task: {symbols: 40}}
            axes:
              f: {path: train_fraction, values: [0.5]}
            """, splits: 2)
        #expect(theory.addition != nil || theory.remark != nil)
    }
}
