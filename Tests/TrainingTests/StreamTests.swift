import Core
import Testing

@testable import Training

/// Streams with seeds of their own: what each of them fixes, and nothing else.
@Suite struct StreamTests {
    private func problem(_ streams: String, seed: UInt64) throws -> CellProblem {
        let text = """
            {task: {symbols: 6}, model: {hidden: [4]}, split: {corruption: 0.2},
             streams: {\(streams)}}
            """
        return CellProblem(try CellDefinition(parsing: text).configuration, seed: seed)
    }

    @Test("one split for all seeds, and all else of each")
    func split() throws {
        let (a, b) = (try problem("split: 5", seed: 1), try problem("split: 5", seed: 2))
        let alone = try problem("", seed: 5)
        #expect(a.split.train == b.split.train && a.split.train == alone.split.train)
        #expect(a.parameters.map(\.tensor) != b.parameters.map(\.tensor))
        #expect(a.targets != b.targets && a.split.labels != b.split.labels)
        #expect(a.parameters.map(\.tensor) == (try problem("", seed: 1)).parameters.map(\.tensor))
    }

    @Test("one initialisation on many splits")
    func initialisation() throws {
        let (a, b) = (
            try problem("initialisation: 5", seed: 1), try problem("initialisation: 5", seed: 2)
        )
        #expect(a.parameters.map(\.tensor) == b.parameters.map(\.tensor))
        #expect(a.split.train != b.split.train)
        #expect(a.parameters.map(\.tensor) == (try problem("", seed: 5)).parameters.map(\.tensor))
    }

    @Test("targets and wrong labels apart from the rest")
    func targets() throws {
        let a = try problem("targets: 5, corruption: 6", seed: 1)
        #expect(a.targets == (try problem("", seed: 5)).targets)
        let b = try problem("split: 6, corruption: 6", seed: 1)
        #expect(b.split == (try problem("", seed: 6)).split)
        #expect(a.split.train == (try problem("", seed: 1)).split.train)
    }

    @Test("all streams of one seed are the cell of that seed")
    func all() throws {
        let streams = StreamsConfiguration.Name.allCases.map { "\($0.rawValue): 7" }
        let task = "task: {kind: parity, samples: 40, irrelevant: 3}"
        let model = "model: {kind: mlp, input: numbers, hidden: [5], dropout: 0.2}"
        let rest = "loss: {kind: cross-entropy}, split: {corruption: 0.1}, batch: 8, steps: 5"
        func outcome(_ streams: String, seed: UInt64) throws -> CellOutcome? {
            let text = "{\(task), \(model), \(rest), streams: {\(streams)}}"
            return TrainingRun(
                configuration: try CellDefinition(parsing: text).configuration, seed: seed,
                stop: .budget, record: RecordRequest(parameters: [.last])
            ).run()
        }
        let own = try outcome(streams.joined(separator: ", "), seed: 1)
        #expect(try own == outcome("", seed: 7) && own != nil)
        #expect(try own != outcome("", seed: 1))
    }
}
