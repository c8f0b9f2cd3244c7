import Foundation
import Testing

@testable import Core

@Suite("docs/sweep-file.md")
struct SweepFileDocumentTests {
    private let text: String

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        text = try String(
            contentsOf: root.appendingPathComponent("docs/sweep-file.md"), encoding: .utf8)
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

    @Test("every key of a cell is on the page")
    func keys() throws {
        func names(_ value: JSONValue) -> Set<String> {
            guard case .object(let members) = value else { return [] }
            return members.reduce(into: Set(members.keys)) { $0.formUnion(names($1.value)) }
        }
        for text in CellIDTests.everyKey {
            for name in names(try cell(text).json).sorted() {
                let isThere = self.text.contains("`\(name)`") || self.text.contains("\(name):")
                #expect(isThere, "\(name)")
            }
        }
    }
}
