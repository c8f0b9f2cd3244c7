import Core
import Foundation
import Results
import TestSupport
import Testing
import Training

@testable import Worker

@Suite(.exclusiveHDF5) struct DataDirectoryTests {
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

    @Test("a cell resumes from parameters that another cell's file keeps, or that NumPy wrote")
    func initial() throws {
        let directory = try WorkerProcess.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let data = DataDirectory(option: directory)
        let model = "model: {embedding: 2, hidden: [5]}\nsteps: 20\n"
        func job(_ text: String) throws -> TrainingJob {
            var job = try CellRequest(
                text: model + text, name: "c", rule: nil, stop: .budget, data: data
            ).job
            job.given = try data.given(job.definition.configuration)
            return job
        }
        let author = CellAuthor(worker: "w", host: "h", blasCore: "any", kernels: .best)
        func train(_ text: String) throws -> [ParameterSnapshot] {
            let cell = try #require(try author.train(job(text)) { _ in true })
            if text.contains("seed: 1") { try CellFile.write(cell, to: directory + "/a.h5") }
            return cell.outcome.parameters
        }
        let record = "record: {parameters: [0, 10, last]}\n"
        let first = try train("seed: 1\n" + record)
        #expect(
            try train("initial: {path: a.h5}\nseed: 2\n" + record)[0].tensors == first[2].tensors)
        #expect(
            try train("initial: {path: a.h5, step: 10}\nseed: 2\n" + record)[0].tensors
                == first[1].tensors)
        let drawn = try train("seed: 2\n" + record)[0].tensors
        let moved = try train(
            "initial: {path: a.h5, tensors: [representation]}\nseed: 2\n" + record)[0].tensors
        #expect(moved[0] == first[2].tensors[0] && moved[0] != drawn[0])
        #expect(Array(moved[1...]) == Array(drawn[1...]))

        for (name, call) in [("b", "savez"), ("c", "savez_compressed")] {
            let (code, output) = try Python.run(
                try Python.interpreter(),
                [
                    "-c",
                    """
                    import h5py, numpy
                    step = h5py.File("a.h5")["parameters/20"]
                    arrays = {}
                    step.visititems(lambda name, each: arrays.update({name: each[()]})
                                    if isinstance(each, h5py.Dataset) and each.ndim > 0 else None)
                    arrays["representation"] = arrays["representation"].astype(numpy.float64)
                    numpy.\(call)("\(name).npz", **arrays)
                    """,
                ], in: directory)
            #expect(code == 0, "\(output)")
            #expect(
                try train("initial: {path: \(name).npz}\nseed: 2\n" + record)[0].tensors
                    == first[2].tensors)
        }
        func failure(_ text: String) -> String {
            do {
                _ = try job(text)
                return ""
            } catch { return "\(error)" }
        }
        #expect(
            failure("initial: {path: a.h5, step: 7}")
                == "read task: a.h5: it keeps no parameters of step 7, only of 0, 10, 20 "
                + "(hint: use one of them)")
        #expect(
            failure("initial: {path: a.h5, tensors: [positions]}").hasPrefix(
                "read task: a.h5: this network has no positions"))
        #expect(
            failure("initial: {path: a.h5}\ntask: {symbols: 8}")
                == "read task: a.h5: its representation is 10 × 2, not 8 × 2 "
                + "(hint: give the network the same shape)")
        let digest = String(repeating: "a", count: 64)
        #expect(
            failure("initial: {path: a.h5, digest: \(digest)}").hasPrefix(
                "read task: a.h5: it is not the file that the digest \(digest) was made of"))
        #expect(failure("initial: {path: x.h5}").contains("x.h5: No such file or directory"))
        let bytes = try data.read("b.npz")
        for end in [0, 20, bytes.count / 2, bytes.count - 1] {
            try Data(bytes[..<end]).write(to: URL(fileURLWithPath: directory + "/cut.npz"))
            #expect(failure("initial: {path: cut.npz}").contains("cut.npz: not a ZIP archive"))
        }
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
