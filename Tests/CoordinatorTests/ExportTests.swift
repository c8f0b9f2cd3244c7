import ArgumentParser
import Core
import Foundation
import Results
import System
import TestSupport
import Testing

@testable import Coordinator
@testable import Sweeps

@Suite("Export", .serialized, .exclusiveHDF5)
struct ExportTests {
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("exports.py").path

    private let scratch: TemporaryDirectory

    init() throws { scratch = try TemporaryDirectory() }

    /// The sweep of `Sample.launch`, with what it records.
    private func sweep(
        _ extra: String = "record: {measures: [weight_norm]}", rule: String? = nil
    ) throws -> (ExportedSweep, Ledger) {
        let (directory, ledger) = try Sample.launch(
            scratch.path + "/tiny", in: scratch, extra: extra)
        let reader = try SweepReader(directory.path, reader: ReaderHere())
        let table = try reader.table(try reader.storedPlan(rule: rule))
        return (try ExportedSweep(table, in: reader), ledger)
    }

    /// The lines of an export.
    private func lines(
        _ name: String, _ options: Set<ExportOption> = [], of sweep: ExportedSweep
    ) throws -> [String] {
        var lines: [String] = []
        let exporter = try #require(Exporters.all.first { $0.name == name })
        try exporter.export(sweep, options, to: ExportTarget(path: "") { lines.append($0) })
        return lines
    }

    @Test("docs/columns.md is the registry")
    func page() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let made = FileManager.default.temporaryDirectory.appending(path: "grokmap-columns.md")
        let isEqual =
            try String(contentsOf: root.appending(path: "docs/columns.md"), encoding: .utf8)
            == ColumnPage.text
        if !isEqual { try Data(ColumnPage.text.utf8).write(to: made) }
        #expect(isEqual, "cp \(made.path) docs/columns.md, and look at the diff")
    }

    @Test("a wide table has a row per cell, and nothing for what a cell has not")
    func wide() throws {
        let (sweep, ledger) = try sweep()
        let lines = try lines("csv", of: sweep)
        #expect(
            lines[0]
                == "rate,decay,seed,cell,status,phase,phase_uncertain,inferred_phase,train_step,validation_step,delay,"
                + "train_loss,train_accuracy,validation_loss,validation_accuracy,weight_norm,steps_run,"
                + "stop_reason,attempts,wall_seconds,agreement,agreement_low,agreement_high,sampling"
        )
        let cells = sweep.table.rows.map(\.cell.id.hex)
        #expect(
            lines[1]
                == "0.001,0,0,\(cells[0]),verified,grokking,certain,,20,2100,2080,0.01,1,0.2,0.92,1,2100,"
                + "decided,2,3.5,1,\(CanonicalJSON.number(WilsonInterval(1, of: 1).low)),1,fixed")
        #expect(lines[3].hasSuffix(",\(cells[2]),failed,,,,,,,,,,,,,,0,,,,,"))
        #expect(lines[4].hasSuffix(",\(cells[3]),running,,,,,,,,,,,,,,1,,,,,"))
        #expect(lines.count == 7)
        withExtendedLifetime(ledger) {}
    }

    @Test("phases are those of the rule asked for, and only of cells that it decides")
    func rule() throws {
        let (sweep, ledger) = try sweep(rule: "gap=5000")
        #expect(try lines("csv", of: sweep)[1].contains(",verified,comprehension,"))
        withExtendedLifetime(ledger) {}
    }

    @Test("a ledger that keeps no last losses is helped out by the cells' files")
    func earlier() throws {
        let (sweep, ledger) = try sweep()
        let row = sweep.table.rows[0]
        var stored = try #require(row.result)
        stored.summary.last = nil
        let text = try stored.summary.encoded(for: row.cell.id)
        #expect(!text.contains("\"last\""))
        try ledger.write(.result(stored))
        let reader = try SweepReader(scratch.path + "/tiny", reader: ReaderHere())
        let table = try reader.table(try reader.storedPlan())
        #expect(table.rows[0].result?.summary.last == nil)
        let again = try ExportedSweep(table, in: reader)
        #expect(try lines("csv", of: again) == lines("csv", of: sweep))
    }

    @Test("pandas, xarray and readers of event files see what was recorded in every export")
    func readers() throws {
        let (sweep, ledger) = try sweep(
            "record: {measures: [weight_norm, {name: rqi, every: 50}]}")
        for (name, options, file) in [
            ("csv", Set<ExportOption>(), "wide.csv"), ("csv", [.long], "long.csv"),
            ("jsonl", [], "wide.jsonl"), ("jsonl", [.long], "long.jsonl"),
            ("jsonl", [.curves], "curves.jsonl"),
        ] {
            let output = try LineOutput("\(scratch.path)/\(file)")
            for line in try lines(name, options, of: sweep) { try output.write(line) }
            try output.finish()
        }
        for (name, options, file) in [
            ("netcdf", Set<ExportOption>(), "wide.h5"), ("netcdf", [.curves], "curves.h5"),
            ("tensorboard", [], "runs"),
        ] {
            let exporter = try #require(Exporters.all.first { $0.name == name })
            try exporter.export(
                sweep, options, to: ExportTarget(path: "\(scratch.path)/\(file)") { _ in })
        }
        let (status, output) = try Python.run(
            try Python.interpreter(), [Self.script, scratch.path])
        #expect(status == 0, "\(output)")
        #expect(output == "agrees\n")
        withExtendedLifetime(ledger) {}
    }

    @Test("every cell has a run of its own for TensorBoard, whatever categories are called")
    func runs() throws {
        let long = String(repeating: "x", count: 300)
        let text = """
            sweep: tiny
            cell: {task: {symbols: 3}, model: {hidden: [2]}, loss: {outputs: 2}, steps: 5000, train_fraction: 0.67}
            axes:
              activation:
                path: model.activation
                values: [tanh, relu, gelu, silu]
                labels: [a/b, a_b, \(long)1, \(long)2]
            """
        let (directory, ledger) = try Sample.launch(
            scratch.path + "/words", text: text, in: scratch, done: 4)
        let reader = try SweepReader(directory.path, reader: ReaderHere())
        let sweep = try ExportedSweep(try reader.table(try reader.storedPlan()), in: reader)
        let exporter = try #require(Exporters.all.first { $0.name == "tensorboard" })
        let folder = scratch.path + "/word-runs"
        for _ in 0..<2 {
            try exporter.export(sweep, [], to: ExportTarget(path: folder) { _ in })
            let runs = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(runs.count == 4 && runs.contains("activation=a_b,seed=0"), "\(runs)")
        }
        withExtendedLifetime(ledger) {}
    }

    @Test("every block of docs/recipes.md runs, and draws what the sweep holds")
    func recipes() throws {
        let text = """
            sweep: quickstart
            cell: {task: {symbols: 3}, model: {hidden: [2]}, loss: {outputs: 2}, steps: 5000}
            axes:
              learning_rate: {path: optimizer.decoder.learning_rate, values: [0.001, 0.01]}
              weight_decay: {path: optimizer.weight_decay, values: [0, 2]}
              train_fraction: {path: train_fraction, values: [0.5, 0.67]}
            seeds: [0, 1]
            """
        let path = scratch.path + "/results/quickstart"
        try Posix.makeDirectory(scratch.path + "/results")
        // The last two cells are missing.
        let (directory, ledger) = try Sample.launch(path, text: text, in: scratch, done: 14)
        let reader = try SweepReader(directory.path, reader: ReaderHere())
        try reader.table(try reader.storedPlan()).consolidate(to: directory.consolidatedPath)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let docs = script.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs").path
        let (status, output) = try Python.run(
            try Python.interpreter(),
            [script.appending(path: "recipes.py").path, docs], in: scratch.path)
        #expect(status == 0, "\(output)")
        #expect(output.hasSuffix("agrees\n"), "\(output)")
        withExtendedLifetime(ledger) {}
    }

    @Test("a checksum is that of TFRecord")
    func checksum() {
        // RFC 3720, B.4: CRC-32C of 32 zeros is 8a9136aa; turned by 15 bits and moved.
        let crc: UInt32 = 0x8a91_36aa
        let masked = ((crc >> 15) | (crc << 17)) &+ 0xa282_ead8
        #expect(EventFile.maskedChecksum([UInt8](repeating: 0, count: 32)) == masked)
    }

    @Test("fields with commas, quotation marks and line ends come back as they were")
    func quoting() {
        #expect(
            CSVExporter.line(["a,b", "say \"so\"", "x\ny", ""]) == #""a,b","say ""so""","x\#ny","#)
    }

    @Test("what an exporter cannot do is refused")
    func refusals() {
        for (arguments, words) in [
            (["--format", "xml"], "none of csv, jsonl, netcdf, tensorboard"),
            (["--format", "csv", "--curves"], "is not for --format csv, but for jsonl, netcdf"),
            (["--format", "netcdf"], "needs --out"),
            (["--format", "jsonl", "--layout", "long", "--curves"], "leave --curves out"),
        ] {
            #expect(
                problem { _ = try ExportCommand.parse(["dir"] + arguments) }.contains(words),
                "\(arguments)")
        }
    }
}
