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
            #expect(split.degreesOfFreedom == set.degreesOfFreedom())
            #expect(split.grokkingRate == EffectiveLoss(set).grokkingRate)
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

    @Test("permutation matrices are all that half of the splits leave from a third of the table on")
    func permutations() throws {
        let theory = try theory(
            """
            sweep: t
            cell:
              task: {kind: permutation, degree: 3}
              model: {embedding: 9, combination: matrix-product}
            axes:
              f: {path: train_fraction, values: [0.2, 0.67, 0.97]}
            seeds: [0, 1]
            """, splits: 20)
        let found = try #require(theory.permutations)
        #expect(found.leastFreedom == 9 && theory.addition == nil)
        #expect((0.28...0.42).contains(found.critical.fraction))
        #expect(found.probability.first?.probability == 0)
        #expect(found.probability.last?.probability == 1)
        let most = try #require(found.splits.last)
        // One pair of 36 is missing, and with it 5 of 90 parallelograms.
        #expect(most.parallelograms == 85 && most.degreesOfFreedom == 9 && most.reachable == 1)
        let table = PermutationTable(degree: 3)
        let full = table.curvatures(Array(0..<36))
        // Computed with NumPy: nine zeros, then 0.8/9.
        #expect(full.parallelograms == 90 && abs(full.eigenvalues[8]) < 1e-12)
        #expect(abs(full.eigenvalues[9] - 0.8 / 9) < 1e-9)
        #expect(most.grokkingRate > 0.04 && most.grokkingRate < 0.8 / 9)
        #expect(found.splits.allSatisfy { ($0.degreesOfFreedom == 9) == ($0.grokkingRate > 0) })
        let rates = found.splits.filter { $0.seed == 0 }.map(\.grokkingRate)
        #expect(rates == rates.sorted())
    }

    @Test("distances to trained pairs of a class are those of the table, in a region left out too")
    func coverage() throws {
        let theory = try theory(
            """
            sweep: t
            cell:
              task: {kind: modular, modulus: 11}
              split: {kind: square, size: 4}
              loss: {kind: cross-entropy}
              model: {kind: mlp}
              train_fraction: 0.6
            axes:
              lr: {path: optimizer.learning_rate, values: [0.001, 0.01]}
            """)
        let split = try #require(theory.coverage?.splits.first)
        #expect(theory.coverage?.splits.count == 1 && split.trainCount == 73)
        #expect(abs(split.neededCover * split.fraction - 2 * 2.3978952727983707) < 1e-9)
        let excluded = try #require(split.excludedDistance)
        // Along x + y = const neighbours are two apart; inside the square they are farther than on the average.
        #expect(excluded > split.meanDistance && split.meanDistance >= 2)
        #expect(split.largestDistance >= Int(excluded) && split.unreached == 0)
        let bound = CoverageBound.trainFraction(symbols: 11, covered: split.neededCover)
        #expect(abs(bound - split.fraction) < 1e-12)
    }

    @Test("a split that covers the labels reaches every class, where a random one does not")
    func covering() throws {
        let unreached = try ["random", "labels"].map { kind in
            let theory = try theory(
                """
                sweep: t
                cell:
                  task: {kind: modular, modulus: 11}
                  split: {kind: \(kind)}
                  loss: {kind: cross-entropy}
                  model: {kind: mlp}
                  train_fraction: 0.12
                axes:
                  lr: {path: optimizer.learning_rate, values: [0.001, 0.01]}
                """)
            return try #require(theory.coverage?.splits.first).unreached
        }
        #expect(unreached[0] > 0 && unreached[1] == 0)
    }

    @Test("rank modulo a prime is the rank")
    func rank() {
        var echelon = ModularEchelon(columns: 4)
        echelon.insert([(0, 1), (1, -1)])
        echelon.insert([(1, 2), (2, -2)])
        echelon.insert([(0, 3), (2, -3)])
        echelon.insert([(3, 1), (3, -1)])
        #expect(echelon.rank == 2)
        echelon.insert([(3, -5)])
        #expect(echelon.rank == 3)
    }

    @Test(
        "beyond sixty symbols a sweep's theory is left out, and that is said", arguments: [40, 61])
    func manySymbols(_ symbols: Int) throws {
        let theory = try theory(
            """
            sweep: t
            cell: {task: {symbols: \(symbols)}}
            axes:
              f: {path: train_fraction, values: [0.5]}
            """, splits: 2)
        #expect((theory.addition != nil) == (symbols == 40))
        #expect((theory.remark?.contains("up to 60 symbols") ?? false) == (symbols == 61))
    }
}
