import Foundation
import SHA256
import Testing

@testable import Core

/// What could be said once keeps its identity, whatever can be said besides: else every sweep that anyone has is trained again.
@Suite struct KnownIdentitiesTests {
    @Test("cells with every key keep their identities")
    func everyKey() throws {
        let ids = try CellIDTests.everyKey.map { try CellDefinition(parsing: $0).id.hex }
        let digest = SHA256Digest.hex(of: Array(ids.joined(separator: "\n").utf8))
        #expect(digest == "ffb4fd912699387048bdc7e4c237e982adbc147fd1a11a7ecc318e2bb3a2ef24")
    }

    @Test("the sweeps that come with grokmap keep their cells", arguments: sweeps)
    func files(_ name: String, _ count: Int, _ digest: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appendingPathComponent("sweeps/\(name).yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let plan = try SweepPlan(SweepSpec(parsing: text, named: name))
        #expect(plan.cells.count == count)
        let ids = plan.cells.map(\.id.hex).joined(separator: "\n")
        #expect(SHA256Digest.hex(of: Array(ids.utf8)) == digest)
    }

    private static let sweeps = [
        ("quickstart", 126, "24ea6d1335111362c25e11cbf42d0fb32d0d8f3aa43b334ddce733f58ec976ce"),
        ("liu2022-fig6a", 845, "2932ff14deeb88d353bc640da5812b6568a59f6d115b3687b4856383ea1767ff"),
        ("liu2022-fig6b", 880, "cee7d7d8a9e38201be67e9f7fe41f79f060a0741cbb38b1395261b2d80102440"),
        (
            "lee2024-grokfast", 12,
            "ea52470569ceb319ff8dee79c4374bdfc650cc1fa291bb96b7c48d63110af3e5"
        ),
        (
            "nanda2023-transformer", 9,
            "192451a40db695b577678d90287760931e58b99827c74f7dfd4f0867951948f5"
        ),
        ("omnigrok-digits", 16, "419e18af37861acefdfbe7ea6bee833bf42a6cf54446c72427bc9ac4fc332141"),
        ("exact-linear", 1092, "83fe29b067f07600f09b205516afcf0e97e7bf3c0d45be2d4d10e78f4054c557"),
        ("exact-ridge", 48, "65a1b1ef1b3acb629fb179141611acade39ef9b7ee1eaf421df6f9bc83d2349e"),
    ]
}
