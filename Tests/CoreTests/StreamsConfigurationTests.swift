import TestSupport
import Testing

@testable import Core

@Suite("StreamsConfiguration")
struct StreamsConfigurationTests {
    @Test("a stream has the cell's seed unless it has its own")
    func seeds() throws {
        let streams = try cell("streams: {split: 7, noise: 9}").streams
        #expect(streams.seed(.split, of: 3) == 7 && streams.seed(.dropout, of: 3) == 9)
        #expect(streams.seed(.noise, of: 3) == 9 && streams.seed(.decoder, of: 3) == 3)
        #expect(streams.seed(.measures, of: 3) == 3)
    }

    @Test("an identity has the streams that are said, and no others")
    func identity() throws {
        let plain = try CellDefinition(parsing: "{}")
        #expect(try CellDefinition(parsing: "streams: {}") == plain)
        let own = try CellDefinition(parsing: "streams: {split: 0}")
        #expect(own.id != plain.id && own.canonicalText.contains(#""streams":{"split":0},"#))
        #expect(try CellDefinition(parsing: own.canonicalText) == own)
    }

    @Test(
        "a stream may be an axis, whether the cell says its seed or not",
        arguments: ["", "split: 5"])
    func axis(_ said: String) throws {
        let plan = try SweepPlan(
            SweepSpec(
                parsing: "{sweep: a, cell: {streams: {\(said)}},"
                    + " axes: {split: {path: streams.split, range: {start: 0, end: 3, step: 1}}}}",
                named: "a.yaml"))
        let seeds = plan.cells.map { $0.configuration.streams.seed(.split, of: 99) }
        #expect(seeds.sorted() == [0, 1, 2, 3])
    }

    @Test(
        "a stream that nothing is drawn from is refused",
        arguments: [
            (
                "streams: {batches: 1}",
                "batches draws nothing here: the batch is the whole training set"
            ),
            (
                "streams: {noise: 1}",
                "noise draws nothing here: there is neither dropout nor a perturbation"
            ),
            ("streams: {corruption: 1}", "corruption draws nothing here: no label is corrupted"),
            (
                "streams: {examples: 1}",
                "examples draws nothing here: the examples of this task are not random"
            ),
            (
                "{streams: {targets: 1}, loss: {kind: cross-entropy}}",
                "targets draws nothing here: only targets: gaussian are random"
            ),
        ])
    func unused(_ text: String, _ problem: String) {
        struct NoFile: Error {}
        let message = TestSupport.problem {
            var record: RecordRequest?
            _ = try CellDefinition(
                parsing: text, record: &record, files: CellFiles { _ in throw NoFile() })
        }
        #expect(
            message
                == "line 1: streams.\(problem.replacing(" draws", with: ": draws")) (hint: drop the key)"
        )
    }
}
