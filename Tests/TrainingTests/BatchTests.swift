import Core
import Testing

@testable import Training

@Suite struct BatchTests {
    private let split: ExampleSplit

    init() throws {
        let definition = try CellDefinition(parsing: "{task: {symbols: 6}, train_fraction: 0.81}")
        split = CellProblem(definition.configuration, seed: 5).split
    }

    @Test("an epoch takes every training example once and keeps the short last batch")
    func epochs() {
        var batch = Batch(split: split, size: 7, seed: 5)
        for _ in 0..<3 {
            var seen: [Int32] = []
            for size in [7, 7, 3] {
                batch.advance()
                #expect(batch.batchCount == size)
                #expect(batch.order[..<17].sorted() == split.train)
                #expect(Array(batch.order[17...]) == split.validation)
                seen += batch.order[..<size]
            }
            #expect(seen.sorted() == split.train)
        }
    }

    @Test("the whole training set is one batch in a fixed order", arguments: [0, 17])
    func full(_ size: Int) {
        var batch = Batch(split: split, size: size, seed: 5)
        for step in 0..<3 {
            batch.advance()
            #expect(batch.batchCount == 17)
            #expect(batch.order == split.train + split.validation)
            #expect(batch.isReordered == (step == 0))
        }
    }

    @Test("a split takes each example once")
    func splits() {
        #expect((split.train + split.validation).sorted() == Array(0..<21))
        #expect(split.train.count == 17)
        #expect(split.labels[5] == 5 && split.inputs[10] == 0 && split.inputs[11] == 5)
    }
}
