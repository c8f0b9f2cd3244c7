import Core
import Testing
import Theory

@testable import Training

// Expected numbers are those of an independent program in Python, written from docs/random-streams.md.
@Suite struct SplitTests {
    /// The problem of a cell on addition modulo 5, all 25 pairs.
    private func problem(_ changes: String, seed: UInt64 = 3) throws -> CellProblem {
        let text = "task: {kind: modular, modulus: 5}\n\(changes)"
        return CellProblem(try CellDefinition(parsing: text).configuration, seed: seed)
    }

    @Test(
        "the training set is drawn from what the split does not exclude",
        arguments: [
            ("train_fraction: 0.4", [0, 3, 8, 11, 12, 15, 18, 20, 22, 24]),
            (
                "train_fraction: 0.4\nsplit: {kind: square, size: 1}",
                [8, 9, 11, 12, 14, 18, 19, 21, 23, 24]
            ),
            (
                "train_fraction: 0.4\nsplit: {kind: strip, size: 1}",
                [10, 11, 12, 13, 14, 17, 18, 19, 23, 24]
            ),
            ("split: {kind: file, train: [24, 3, 7]}", [3, 7, 24]),
        ])
    func kinds(_ changes: String, _ train: [Int32]) throws {
        let split = try problem(changes).split
        #expect(split.train == train)
        let rest = (Int32(0)..<25).filter { !train.contains($0) }
        #expect(split.validation == rest)
        let sums = (Int32(0)..<25).map { ($0 / 5 + $0 % 5) % 5 }
        #expect(split.labels == sums)
    }

    @Test(
        "a covering split leaves no label out, and is the random one where that does not either",
        arguments: [
            ("{kind: addition, symbols: 10}", "0.4"), ("{kind: addition, symbols: 10}", "0.8"),
            ("{kind: modular, modulus: 11}", "0.12"), ("{kind: permutation, degree: 4}", "0.1"),
        ])
    func labels(_ task: String, _ fraction: String) throws {
        var same = 0
        for seed in UInt64(0)..<40 {
            func split(_ kind: String) throws -> ExampleSplit {
                let text = "{task: \(task), train_fraction: \(fraction), split: {kind: \(kind)}}"
                return CellProblem(
                    try CellDefinition(parsing: text).configuration, seed: seed
                ).split
            }
            let (random, covering) = (try split("random"), try split("labels"))
            #expect(covering.train.count == random.train.count)
            #expect(Set(covering.train).isDisjoint(with: covering.validation))
            #expect(covering.train.count + covering.validation.count == covering.count)
            #expect(Set(covering.train.map { covering.labels[Int($0)] }) == Set(covering.labels))
            #expect(covering.reachableAccuracy == nil)
            let covers =
                Set(random.train.map { random.labels[Int($0)] }) == Set(random.labels)
            #expect((random == covering) == covers)
            same += covers ? 1 : 0
        }
        #expect(same < 40)
    }

    @Test("an implying split implies every pair, and is the random one where that does as well")
    func implied() throws {
        for (symbols, fraction) in [(10, 0.5), (10, 0.8), (7, 0.65)] {
            var same = 0
            for seed in UInt64(0)..<25 {
                func pairs(_ kind: String) throws -> [SymbolPair] {
                    let text = """
                        {task: {kind: addition, symbols: \(symbols)}, train_fraction: \(fraction),
                         split: {kind: \(kind)}}
                        """
                    let split = CellProblem(
                        try CellDefinition(parsing: text).configuration, seed: seed
                    ).split
                    return split.train.map {
                        SymbolPair(
                            Int(split.inputs[2 * Int($0)]), Int(split.inputs[2 * Int($0) + 1]))
                    }
                }
                func accuracy(_ pairs: [SymbolPair]) -> Double {
                    ImpliedSet(symbols: symbols, training: pairs).idealAccuracy
                }
                let (random, implying) = (try pairs("random"), try pairs("implied"))
                #expect(implying.count == random.count)
                #expect(accuracy(implying) == 1)
                let implies = accuracy(random) == 1
                #expect((random == implying) == implies)
                same += implies ? 1 : 0
            }
            #expect(same < 25)
        }
    }

    @Test("a corrupted label is another class of a training example, the same for a larger share")
    func corruption() throws {
        let clean = try problem("train_fraction: 0.4")
        let some = try problem("train_fraction: 0.4\nsplit: {corruption: 0.35}")
        #expect(some.split.train == clean.split.train)
        let changed = (0..<25).filter { some.split.labels[$0] != clean.split.labels[$0] }
        #expect(changed == [0, 18, 20, 24])
        #expect(changed.map { some.split.labels[$0] } == [1, 4, 2, 4])
        #expect(some.examples.labels == some.split.labels)
        let all = try problem("train_fraction: 0.4\nsplit: {corruption: 1}")
        for example in 0..<25 {
            let isTrained = clean.split.train.contains(Int32(example))
            #expect((all.split.labels[example] != clean.split.labels[example]) == isTrained)
        }
        #expect(changed.allSatisfy { all.split.labels[$0] == some.split.labels[$0] })
    }

    @Test("wrong classes are uniform among the others")
    func uniform() throws {
        let text = "task: {kind: modular, modulus: 61}\nsplit: {corruption: 1}\ntrain_fraction: 0.9"
        let problem = CellProblem(try CellDefinition(parsing: text).configuration, seed: 1)
        var counts = [Int](repeating: 0, count: 61)
        for example in problem.split.train.map(Int.init) {
            let right = (example / 61 + example % 61) % 61
            counts[(Int(problem.split.labels[example]) - right + 61) % 61] += 1
        }
        // 3349 examples over 60 shifts: about 56 each; five standard deviations are 37.
        #expect(counts[0] == 0)
        #expect(counts.dropFirst().allSatisfy { abs($0 - 56) < 37 })
    }

    @Test("rows of numbers are divided as pairs are")
    func rows() throws {
        let text = """
            task: {kind: parity, samples: 50}
            model: {kind: mlp, input: numbers}
            split: {corruption: 0.5}
            train_fraction: 0.5
            """
        let configuration = try CellDefinition(parsing: text).configuration
        let examples = Examples(configuration, seed: 9)
        let split = examples.split(configuration, seed: 9)
        #expect(split.count == 50 && split.train.count == 25 && split.validation.count == 25)
        #expect(split.features == examples.features && split.inputs.isEmpty)
        let changed = zip(split.labels, examples.labels).filter { $0.0 != $0.1 }
        #expect(changed.count == 13)
    }
}
