import Foundation
import TestSupport
import Testing

@testable import Core

/// The sweeps that are shipped, the pages that say what came of them, and the data that the pages' tables are made of.
@Suite("docs/reproductions")
struct ReproductionTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Names of a folder's files of a kind, without the ending.
    private static func names(_ folder: String, _ ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.path + "/" + folder)
            .filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }.sorted()
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    private static func plan(_ name: String) throws -> SweepPlan {
        try SweepPlan(
            SweepSpec(
                parsing: text("sweeps/\(name).yaml"), named: "\(name).yaml",
                files: CellFiles { _ in [] }))
    }

    @Test("every shipped sweep can be planned, begins with what it shows, and is listed")
    func sweeps() throws {
        let list = try Self.text("sweeps/README.md")
        for name in try Self.names("sweeps", ".yaml") {
            #expect(try Self.text("sweeps/\(name).yaml").hasPrefix("# "))
            let plan = try Self.plan(name)
            #expect(plan.spec.name == name)
            let row = list.split(separator: "\n").first { $0.hasPrefix("| `\(name).yaml` |") }
            #expect(
                row?.split(separator: "|")[1].trimmingCharacters(in: .whitespaces)
                    == "\(plan.cells.count)", "\(name): \(plan.cells.count) cells")
        }
    }

    @Test("pages name sweeps that exist, and every sweep of a paper")
    func pages() throws {
        let overview = try Self.text("docs/reproductions.md")
        var named: Set<String> = []
        for page in try Self.names("docs/reproductions", ".md") {
            #expect(overview.contains("(reproductions/\(page).md"), "\(page)")
            let parts = try Self.text("docs/reproductions/\(page).md").components(
                separatedBy: "sweeps/")
            for part in parts.dropFirst() {
                guard let end = part.range(of: ".yaml") else { continue }
                let name = String(part[..<end.lowerBound])
                if !name.contains(where: { !$0.isLetter && !$0.isNumber && $0 != "-" }) {
                    named.insert(name)
                }
            }
        }
        let shipped = Set(try Self.names("sweeps", ".yaml"))
        #expect(named.subtracting(shipped).subtracting(["NAME"]) == [])
        let own = shipped.filter { $0 == "quickstart" || $0.hasPrefix("exact-") }
        #expect(shipped.subtracting(own).subtracting(named) == [])
    }

    @Test("the tables of the pages are those that the stored data makes")
    func tables() throws {
        let script = Self.root.appendingPathComponent("docs/reproductions/tables.py").path
        let (status, words) = try Python.run(try Python.interpreter(), ["-B", script, "check"])
        #expect(status == 0, "run `python docs/reproductions/tables.py pages`: \(words)")
    }

    @Test(
        "stored data has the seeds and the sites of its sweep, each once",
        arguments: try names("docs/reproductions/data", ".csv"))
    func data(_ name: String) throws {
        let lines = try Self.text("docs/reproductions/data/\(name).csv").split(separator: "\n")
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        let head = try #require(lines.first)
        let plan = try Self.plan(name)
        // What is taken from theory alone has a row per size, with how many splits it is of.
        if let splits = head.firstIndex(of: "splits") {
            #expect(lines.dropFirst().reduce(0) { $0 + (Int($1[splits]) ?? 0) } == plan.cells.count)
            return
        }
        let axes = plan.spec.axes
        let columns = try axes.map { try #require(head.firstIndex(of: $0.name), "\($0.name)") }
        let seed = try #require(head.firstIndex(of: "seed"))
        let phase = try #require(head.firstIndex(of: "phase"))
        var cells: Set<[String]> = []
        for line in lines.dropFirst() {
            #expect(line.count == head.count)
            #expect(["C", "G", "M", "X"].contains(line[phase]))
            cells.insert(columns.map { line[$0] } + [line[seed]])
        }
        if let race = plan.spec.race {
            // Seeds are added only where they disagree; an inferred site has one row, without a seed.
            let sites = Dictionary(grouping: cells) { Array($0.dropLast()) }
            #expect(sites.count * plan.spec.seeds.count == plan.cells.count)
            let measured = sites.values.filter { $0.first?.last != "" }
            #expect(measured.allSatisfy { $0.count >= race.atLeast })
            #expect(measured.count == sites.count || plan.spec.refinement != nil)
        } else {
            #expect(cells.count == plan.cells.count)
        }
        #expect(Set(cells.compactMap { UInt64($0.last ?? "") }) == Set(plan.spec.seeds))
        for (index, axis) in axes.enumerated() {
            #expect(Set(cells.map { $0[index] }).count == axis.values.count, "\(axis.name)")
        }
    }
}
