import Core
import Foundation
import Results
import Testing
import Training

@testable import Worker

@Suite struct DataDirectoryTests {
    /// Twelve images of 2 × 2 pixels in two classes that a pixel tells apart, in a directory of their own.
    private static func fill(_ directory: String) throws {
        var images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 12, 0, 0, 0, 2, 0, 0, 0, 2]
        var labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 12]
        for number in 0..<12 {
            let label = UInt8(number % 2)
            labels.append(label)
            images += [label * 255, 255 - label * 255, 7, 9]
        }
        try Data(images).write(to: URL(fileURLWithPath: directory + "/i.idx"))
        try Data(labels).write(to: URL(fileURLWithPath: directory + "/l.idx"))
    }

    private static let cell = """
        task: {kind: images, images: i.idx, labels: l.idx, samples: 12, pixels: 4, classes: 2}
        model: {kind: mlp, input: numbers, hidden: [8]}
        loss: {targets: one-hot}
        optimizer: {learning_rate: 0.05}
        train_fraction: 0.5
        steps: 300
        """

    @Test("a cell on images is trained from files in the data directory, its digest filled in")
    func images() async throws {
        try await onOwnThread {
            let directory = try WorkerProcess.directory()
            defer { try? FileManager.default.removeItem(atPath: directory) }
            try Self.fill(directory)
            let config = directory + "/cell.yaml"
            try Data(Self.cell.utf8).write(to: URL(fileURLWithPath: config))
            let out = directory + "/a.h5"
            let arguments = ["train", config, "--out", out, "--quiet"]
            let missing = try WorkerProcess.run(arguments)
            #expect(missing.code == 2 && missing.output.isEmpty)
            #expect(
                missing.errors == "grokmap-worker: read task: i.idx: No such file or directory (2) "
                    + "(hint: names begin at --data, else at GROKMAP_DATA, else at the current "
                    + "directory)\n")
            let found = try WorkerProcess.run(arguments + ["--data", directory])
            #expect(found.code == 0 && found.output.hasPrefix("comprehension"))
            let cell = try CellFile.read(out)
            #expect(cell.definition.canonicalText.contains("\"digest\":\""))
            #expect(cell.outcome.split.labels == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
        }
    }

    @Test("a slot that lacks the files of a cell gives it back unharmed, naming them")
    func lacking() throws {
        let directory = try WorkerProcess.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Self.fill(directory)
        let job = try CellRequest(
            text: Self.cell, name: "c", rule: nil, stop: .decided,
            data: DataDirectory(option: directory)
        ).job
        let trainer = Trainer(
            mailbox: TrainerMailbox {},
            author: CellAuthor(worker: "w", host: "h", blasCore: "any", kernels: .best),
            scratch: directory, incarnation: "i", checkpointInterval: nil,
            data: DataDirectory(option: directory + "/elsewhere"))
        guard case .scratchFailed(job.attempt, let reason) = trainer.train(job) else {
            Issue.record("it was not given back")
            return
        }
        #expect(reason.hasPrefix("cannot read the data: "))
        #expect(reason.contains("i.idx") && reason.contains("No such file or directory"))
    }

    @Test("a list of training examples is read from the data directory")
    func list() throws {
        let directory = try WorkerProcess.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Data("0\n2 2\n".utf8).write(to: URL(fileURLWithPath: directory + "/l.txt"))
        func train(_ text: String) throws -> Int {
            try CellRequest(
                text: text, name: "c", rule: nil, stop: .decided,
                data: DataDirectory(option: directory)
            ).job.definition.configuration.trainCount
        }
        #expect(try train("split: {kind: file, path: l.txt}") == 2)
        #expect {
            try train("task: {symbols: 2}\nsplit: {kind: file, path: l.txt}")
        } throws: {
            "\($0)" == "read cell: l.txt:2: there is no example 2 2 (hint: numbers go from 0 to 2)"
        }
    }
}
