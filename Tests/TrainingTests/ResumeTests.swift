import Core
import Testing

@testable import Training

/// A run that is interrupted and resumed ends bit for bit as one that is not.
@Suite struct ResumeTests {
    /// What differs from a small cell of plain addition, by what is tried.
    static let cells = [
        "full batch": "batch: 0",
        "mini-batches": "batch: 7",
        "evaluations now and then": "{batch: 7, evaluate_every: 13}",
        "gradient descent": "optimizer: {kind: sgd, learning_rate: 0.1, momentum: 0.9}",
        "Adam, warm-up and cosine":
            "optimizer: {kind: adam, weight_decay: 0.01, warmup: 30, schedule: cosine}",
        "a rule of its own for the last layer":
            "optimizer: {last_layer: {kind: sgd, momentum: 0.5}, schedule: linear}",
        "clipping and Grokfast": "optimizer: {clip: 0.1, grokfast: {kind: ema}}",
        "Grokfast over a window": "optimizer: {grokfast: {kind: ma, window: 37, lambda: 2}}",
        "orthogonal gradients, constrained norm":
            "{batch: 20, optimizer: {orthogonal: true, constrained_norm: true}}",
        "Muon, SAM and noise on weights":
            "{batch: 20, optimizer: {kind: muon, sharpness: 0.05}, perturbation: {weights: 0.01}}",
        "egalitarian descent": "optimizer: {kind: egd, learning_rate: 0.01, weight_decay: 0.1}",
        "double precision":
            "{precision: double, batch: 9, optimizer: {kind: rmsprop, grokfast: {kind: ma, window: 5}}}",
        "double precision, a moving average":
            "{precision: double, optimizer: {grokfast: {kind: ema, after: 20}}}",
    ]

    static func run(_ changes: String, seed: UInt64) throws -> TrainingRun {
        var record: RecordRequest? = RecordRequest()
        let inner = changes.hasPrefix("{") ? String(changes.dropFirst().dropLast()) : changes
        let standard = [
            "task: {symbols: 8}", "model: {embedding: 2, hidden: [20, 20]}", "steps: 240",
        ].filter { !inner.hasPrefix($0.prefix { $0 != ":" }) }
        let cell = try CellDefinition(
            parsing: """
                {\((standard + [inner]).joined(separator: ", ")), seed: \(seed), loss: {outputs: 10},
                 record: {measures: [rqi, weight_norm, matrix_entropy, {name: parallelograms, every: 7}],
                          parameters: [3, 150, {every: 60}, last], clocks: [{sustain: 9}]}}
                """, record: &record)
        var run = TrainingRun(
            configuration: cell.configuration, seed: cell.seed,
            rule: PhaseRule(trainAccuracy: 0.3, validationAccuracy: 0.1, gap: 40, sustain: 3),
            stop: .budget, record: try #require(record))
        run.progressInterval = 1
        return run
    }

    @Test("any number of interruptions leaves no trace", arguments: cells.keys.sorted())
    func interrupted(_ name: String) throws {
        let seed = UInt64.random(in: 0...9999)
        let run = try Self.run(try #require(Self.cells[name]), seed: seed)
        let whole = try #require(run.run())
        var stops = Set((0..<5).map { _ in Int.random(in: 2...240) }).union([1, 239, 240]).sorted()
        let description = "\(name), seed \(seed), interrupted at \(stops)"
        var state: [UInt8]?
        var outcome: CellOutcome?
        func pause(_ progress: TrainingProgress) -> Bool {
            guard progress.step == stops.first else { return true }
            stops.removeFirst()
            state = progress.state()
            return false
        }
        while outcome == nil {
            outcome =
                try state.map { try run.resume($0, progress: pause) } ?? run.run(progress: pause)
        }
        #expect(stops.isEmpty)
        #expect(outcome == whole, "\(description)")
        #expect(whole.curve.trainLoss[0] != whole.curve.trainLoss.last, "something moved")
    }

    @Test("asking for a state changes nothing")
    func asking() throws {
        let run = try Self.run("batch: 7", seed: 4)
        let watched = run.run { !$0.state().isEmpty }
        #expect(watched == run.run())
    }

    /// A state at step 160, with something in every part of it.
    private func state(_ name: String) throws -> (run: TrainingRun, bytes: [UInt8]) {
        let run = try Self.run(try #require(Self.cells[name]), seed: 1)
        var bytes: [UInt8] = []
        _ = run.run { progress in
            if progress.step == 160 { bytes = progress.state() }
            return progress.step < 160
        }
        return (run, bytes)
    }

    @Test("a state that ends early or goes on is refused", arguments: cells.keys.sorted())
    func cut(_ name: String) throws {
        let (run, bytes) = try state(name)
        let lengths = [0, 1, 7, 8, 15, 16] + (1..<40).map { bytes.count * $0 / 40 }
        for length in lengths + [bytes.count - 1] {
            #expect(throws: StateError.self, "\(length)") {
                _ = try run.resume(Array(bytes.prefix(length)))
            }
        }
        #expect(throws: StateError("the state goes on after its end")) {
            _ = try run.resume(bytes + [0])
        }
    }

    @Test("a state of another cell is refused")
    func foreign() throws {
        let (_, bytes) = try state("full batch")
        for other in ["model: {embedding: 3}", "optimizer: {grokfast: {kind: ema}}"] {
            let run = try Self.run(other, seed: 1)
            #expect(throws: StateError.self, "\(other)") { _ = try run.resume(bytes) }
        }
        let short = try Self.run("steps: 150", seed: 1)
        #expect(throws: StateError("step 160 is beyond the budget")) { _ = try short.resume(bytes) }
    }

    @Test(
        "a damaged state never ends the process",
        arguments: ["mini-batches", "Grokfast over a window"])
    func flipped(_ name: String) throws {
        let (run, bytes) = try state(name)
        let seed = UInt64.random(in: 0...9999)
        var stream = RandomStream(state: seed)
        for _ in 0..<400 {
            var damaged = bytes
            // Numbers stand at both ends, parameters between them.
            let place =
                Bool.random(using: &stream)
                ? stream.index(below: bytes.count) : bytes.count - 1 - stream.index(below: 4000)
            damaged[place] ^= UInt8(1) << UInt8(stream.index(below: 8))
            do {
                _ = try run.resume(damaged) { $0.step < 165 }
            } catch {
                #expect(!error.description.isEmpty, "seed \(seed)")
            }
        }
    }
}
