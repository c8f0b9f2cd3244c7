import Foundation
import TestSupport
import Testing

@testable import Core

@Suite("docs/sweep-file.md")
struct SweepFileDocumentTests {
    private let text: String

    init() throws { text = try Self.page("sweep-file.md") }

    private static func page(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(
            contentsOf: root.appendingPathComponent("docs/\(name)"), encoding: .utf8)
    }

    /// What stands between the fences of each YAML example.
    private var examples: [String] {
        text.components(separatedBy: "```yaml\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
    }

    @Test("every example is a sweep that can be planned")
    func plans() throws {
        #expect(examples.count >= 6)
        for example in examples {
            let whole = example.hasPrefix("sweep:") ? example : "sweep: example\n" + example
            let message = problem {
                _ = try SweepPlan(SweepSpec(parsing: whole, named: "example.yaml"))
            }
            #expect(message == "no error", "\(example)")
        }
    }

    /// The keys that the tables of the page begin a row with; a row may continue the kind of the one above.
    private var tabled: Set<String> {
        var keys: Set<String> = []
        for line in text.split(separator: "\n") where line.hasPrefix("|") {
            for column in line.split(separator: "|").prefix(2) {
                keys.formUnion(
                    column.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                        .filter { $0.offset % 2 == 1 }.map { String($0.element) })
            }
        }
        return keys
    }

    @Test("every key of a cell begins a row of a table or names a mapping of its own")
    func keys() throws {
        func names(_ value: JSONValue) -> Set<String> {
            guard case .object(let members) = value else { return [] }
            return members.reduce(into: Set(members.keys)) { $0.formUnion(names($1.value)) }
        }
        let tabled = tabled
        let mappings = Set(
            text.split(separator: "\n").filter { $0.hasPrefix("### ") }.map { $0.dropFirst(4) }
                .map(String.init))
        // Groups of the optimiser are named in words, parts of a mapping in its own row.
        let inWords: Set<String> = [
            "representation", "decoder", "last_layer", "residual", "attention",
        ]
        for text in CellIDTests.everyKey + CellIDTests.laterKeys {
            for name in names(try cell(text).json).sorted() {
                let isThere =
                    tabled.contains(name) || mappings.contains(name)
                    || (inWords.contains(name) && self.text.contains(name))
                #expect(isThere, "\(name)")
            }
        }
    }

    @Test("tables of keys are what the declarations make them", arguments: KeyTable.all)
    func declared(_ table: KeyTable) throws {
        let isThere = try Self.page(table.page).contains("\n\n" + table.text + "\n")
        #expect(isThere, "docs/\(table.page) lacks\n\(table.text)")
    }

    @Test("the section on identities names every key that they leave out at its default")
    func late() throws {
        let section = try #require(text.split(separator: "\n## Identity\n").last)
        let named = Set(
            section.prefix(while: { $0 != "{" })
                .split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 }.map { String($0.element) })
        #expect(KeyTable.late.count > 20)
        for key in KeyTable.late { #expect(named.contains(key), "\(key)") }
    }
}
