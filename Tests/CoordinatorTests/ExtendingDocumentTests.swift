import Core
import Foundation
import Sweeps
import Testing

/// docs/extending.md and the tables beside it are held to the code.
@Suite("docs/extending.md")
struct ExtendingDocumentTests {
    private let root: URL

    init() {
        root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    /// What stands in backquotes in a text.
    private func quoted(_ text: some StringProtocol) -> [String] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    @Test("every file that it names is there")
    func files() throws {
        let page = try text("docs/extending.md")
        let tops = ["Sources/", "Tests/", "docs/"]
        let paths = quoted(page).filter { path in tops.contains { path.hasPrefix($0) } }
        #expect(paths.count > 20)
        for path in paths { #expect(exists(path), "\(path)") }
        // Pages stand without quotation marks.
        for word in page.split(whereSeparator: { " \n(),;:".contains($0) })
        where word.hasPrefix("docs/") && word.hasSuffix(".md") {
            #expect(exists(String(word)), "\(word)")
        }
    }

    @Test("every registry is where it says, and declares what it says")
    func registries() throws {
        let rows = try text("docs/extending.md").split(separator: "\n")
            .filter { $0.hasPrefix("| [") }
        #expect(rows.count >= 10)
        var seen = 0
        for row in rows {
            let column = row.split(separator: "|").last ?? ""
            let names = quoted(column)
            #expect(names.count % 2 == 0, "\(row)")
            for (name, path) in zip(names, names.dropFirst())
            where name.contains(".") && !name.contains("/") {
                let parts = name.split(separator: ".")
                let file = try text(path)
                #expect(file.contains("\(parts[0])"), "\(path) does not speak of \(parts[0])")
                #expect(
                    file.contains("static let \(parts[1])")
                        || file.contains("static var \(parts[1])"), "\(path) has no \(parts[1])")
                seen += 1
            }
        }
        #expect(seen == 10)
    }

    @Test("every section of its table is there, and every section is in the table")
    func sections() throws {
        let page = try text("docs/extending.md")
        let anchors = page.split(separator: "](#").dropFirst().map {
            String($0.prefix { $0 != ")" })
        }
        let headings = page.split(separator: "\n").filter { $0.hasPrefix("## ") }.map {
            $0.dropFirst(3).lowercased().replacing(" ", with: "-")
        }
        #expect(Set(anchors) == Set(headings))
    }

    @Test("docs/export.md has a row per exporter, with its options")
    func exporters() throws {
        let rows = try text("docs/export.md").split(separator: "\n")
            .filter { $0.hasPrefix("| `") }.drop { $0.hasPrefix("| `--") }
            .prefix { !$0.hasPrefix("| `--") }
        #expect(rows.map { quoted($0)[0] } == Exporters.all.map(\.name))
        for (row, exporter) in zip(rows, Exporters.all) {
            #expect(row.contains("--layout long") == exporter.options.contains(.long))
            #expect(row.contains("--curves") == exporter.options.contains(.curves))
        }
    }

    @Test("no axis can have the name of a column, or of what compare says beside axes")
    func reserved() {
        for name in CellColumn.fixed.map(\.name) + ["first", "second"] {
            let text = "sweep: a\naxes: {\(name): {path: steps, values: [5]}}"
            #expect(throws: SweepError.self, "\(name)") {
                try SweepSpec(parsing: text, named: "a.yaml")
            }
        }
    }
}
