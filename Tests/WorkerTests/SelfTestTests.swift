import Core
import Foundation
import TestSupport
import Testing
import Training

@testable import Worker

@Suite("SelfTest", .exclusiveHDF5)
struct SelfTestTests {
    private func author(_ kernels: KernelSet = .best) -> CellAuthor {
        CellAuthor(worker: "w/0", host: "h", blasCore: "any", kernels: kernels)
    }

    @Test("every kernel set of this processor passes, and leaves nothing behind")
    func passes() throws {
        let directory = try WorkerProcess.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for kernels in KernelSet.available {
            let text = try SelfTest(author: author(kernels), scratch: directory).run()
            #expect(text.hasPrefix("self-test passed: kernels \(kernels.name), OpenBLAS"))
            #expect(text.contains("HDF5 1.") && text.contains("ZeroMQ 4."))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
    }

    @Test("a scratch directory that is gone, or cannot be written, is named")
    func scratch() throws {
        func complaint(_ path: String) -> String {
            do {
                _ = try SelfTest(author: author(), scratch: path).run()
                return "passed"
            } catch {
                return error.description
            }
        }
        let place = try WorkerProcess.directory()
        defer { try? FileManager.default.removeItem(atPath: place) }
        let gone = place + "/gone"
        #expect(complaint(gone) == "self-test: \(gone): No such file or directory")
        // sysfs has no room for files, whoever asks.
        #expect(complaint("/sys/kernel").hasPrefix("self-test: /sys/kernel: 0 MiB are free"))
    }
}

@Suite("WallTime")
struct WallTimeTests {
    private let date = Date(timeIntervalSince1970: 1_000_000)

    private func left(_ option: String?, _ environment: [String: String] = [:]) throws -> Double? {
        try WallTime(option: option, environment: environment, at: date)?.seconds
    }

    @Test("times are read as Slurm writes them")
    func option() throws {
        #expect(try left("90") == 90)
        #expect(try left("2:30") == 150)
        #expect(try left("1:00:00") == 3600)
        #expect(try left("1-01:00:00") == 90_000)
        #expect(try left(nil) == nil)
        for bad in ["", "soon", "-5", "1:2:3:4", "1-2-3", "nan", "1e300"] {
            #expect(throws: WorkerFailure.self) { try left(bad) }
        }
    }

    @Test("Slurm's own end is known, and an option goes before it")
    func slurm() throws {
        let environment = ["SLURM_JOB_END_TIME": "1000600"]
        #expect(try left(nil, environment) == 600)
        #expect(try left("30", environment) == 30)
        #expect(try left(nil, ["SLURM_JOB_END_TIME": "999"]) == 0)
        #expect(try left(nil, ["SLURM_JOB_END_TIME": "soon"]) == nil)
    }

    @Test("what is held is handed over a while before the end, sooner on short times")
    func margin() throws {
        #expect(try WallTime(option: "3600", environment: [:], at: date)?.margin == 90)
        #expect(try WallTime(option: "100", environment: [:], at: date)?.margin == 10)
    }
}
