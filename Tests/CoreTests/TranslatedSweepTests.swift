import Foundation
import Testing

@testable import Core

/// Set-ups of papers and public repositories, said in a sweep file.
@Suite("sweeps/translated")
struct TranslatedSweepTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("sweeps/translated")

    /// The files, with how many cells each asks for.
    private static let sweeps = [
        ("power-operations", 81), ("mamay-fractions", 2), ("liu-division", 32),
        ("liu-decoder-rate", 285), ("lu-division", 6), ("lu-fixed-norm", 6),
        ("mallinar-quadratic", 11), ("doshi-depth", 135), ("lee-methods", 12),
        ("prieto-losses", 36), ("optimisers", 108), ("furuta-mixtures", 9),
        ("padia-three-terms", 6),
    ]

    @Test("each can be planned as a person's file, under its own name", arguments: sweeps)
    func planned(_ name: String, _ cells: Int) throws {
        let text = try String(
            contentsOf: Self.folder.appendingPathComponent("\(name).yaml"), encoding: .utf8)
        #expect(text.hasPrefix("# "))
        let spec = try SweepSpec(
            parsing: text, named: "\(name).yaml",
            files: CellFiles { _ in [] })
        #expect(spec.name == name)
        let plan = try SweepPlan(spec)
        #expect(plan.cells.count == cells)
        #expect(Set(plan.cells.map(\.id)).count == cells)
    }

    @Test("the page lists every file")
    func listed() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasSuffix(".yaml") }
        #expect(Set(files) == Set(Self.sweeps.map { "\($0.0).yaml" }))
        let page = try String(
            contentsOf: Self.folder.appendingPathComponent("README.md"), encoding: .utf8)
        for file in files { #expect(page.contains("(\(file))"), "\(file)") }
    }
}
