import Core
import Foundation
import Testing

/// The maps of the linear teacher, whose every letter is known in closed form: what the planner makes of them, and what
/// uniform subsampling does. These are the numbers of docs/refinement.md.
@Suite("Exact maps")
struct ExactMapTests {
    /// A map, the strides of uniform subsampling that it is compared with, and the largest share of sites to be measured.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let extents: [Int]
        let strides: [[Int]]
        let most: Double
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "linear-129", extents: [129, 129], strides: [[3, 3], [3, 2]], most: 0.15),
        Case(
            name: "linear-33x33x9", extents: [9, 33, 33],
            strides: [[1, 2, 2], [1, 3, 1], [1, 2, 1]], most: 0.4),
    ]

    private static func file(_ name: String) throws -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(
            contentsOf: tests.appendingPathComponent(name).standardizedFileURL, encoding: .utf8)
    }

    @Test("the planner finds every letter, and the page says at what cost", arguments: cases)
    func table(_ map: Case) throws {
        let truth = try Self.file("Maps/\(map.name).txt").compactMap { letter in
            Phase.allCases.first { $0.letter == letter }
        }
        let page = try Self.file("../../docs/refinement.md")
        #expect(truth.count == map.extents.reduce(1, *))
        let spec = Refinement(pitch: map.extents.map(Refinement.standardPitch))
        var planned = PlannedMap(map.extents, spec) { truth[$0.site] }
        planned.run()
        let measured = Set(planned.cells.map(\.site))
        let refined = MapScore(
            truth.indices.map {
                measured.contains($0) ? truth[$0] : planned.inferred[$0] ?? .confusion
            },
            measured: truth.indices.map(measured.contains), truth: truth, extents: map.extents)
        let row = "| refined | \(refined.row(audit: planned.planner.audit))"
        print(map.name, row, "\(planned.planner.rounds.count) rounds")
        #expect(page.contains(row))
        #expect(Double(refined.measured) <= map.most * Double(refined.sites))
        #expect(refined.wrong == 0 && planned.planner.audit.wrong == 0)
        for strides in map.strides {
            let uniform = MapScore(every: strides, of: truth, extents: map.extents)
            let row =
                "| every \(strides.map(String.init).joined(separator: " × ")) | \(uniform.row())"
            print(map.name, row)
            #expect(page.contains(row))
            #expect(uniform.wrong > 0)
        }
    }
}
