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

    @Test("every sweep that comes with grokmap has its identities here")
    func complete() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
                "sweeps")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
        #expect(Set(names) == Set(Self.sweeps.map(\.0)))
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
        (
            "doshi2023-corruption", 48,
            "f7fc302242836eb6d29c7374cee9b51f93d26aaa8bedbd1a704bbfb5f5dacab2"
        ),
        ("exact-linear", 1092, "83fe29b067f07600f09b205516afcf0e97e7bf3c0d45be2d4d10e78f4054c557"),
        ("exact-ridge", 48, "65a1b1ef1b3acb629fb179141611acade39ef9b7ee1eaf421df6f9bc83d2349e"),
        (
            "exact-separable", 300,
            "c1926bf87539afb29c5f714aa95e4154f596e4640767e395a59c47aea63d703a"
        ),
        ("song2026-times", 210, "f6fb0ed5dd794cea7ead35f79c842a0e7d15efcc58bfef40f8f9f58079228fed"),
        ("gu2025-polygons", 4, "77db023ee43f3c2e6f0591f697d826c81e60e6c962b97f408398df1be07a7e9f"),
        ("gu2025-resnet18", 1, "673b2f49a330318429cd6801af450186d5603896b441494100ed12674161a5d0"),
        ("exact-rule", 480, "a50bfa248d105be11e196a16f55364060a1638c65044d4e09ea4f65dea6a73f2"),
        (
            "generalises-sooner-cost", 120,
            "3f9fec14c192ce1396ca6599fed66ea42ebee5ed3733b2acb3575cbc0d343e0b"
        ),
        (
            "generalises-sooner", 150,
            "bcf69d41ac7069aa0cca5dfb10be1eed79951e5d10c705c35fef214e6e31b620"
        ),
        (
            "gromov2023-analytic", 90,
            "9610bf8866d47c7e44614b2a19d768b2499931f2e0836c4061f74a23a7e891e2"
        ),
        ("gu2025-med", 4, "52a825fd7410942286fad8827393eff382c84920511ac38f548c246c3d75012b"),
        ("gu2025-table1", 7, "48e584655ebe911a0b20539e2d06b5082d9a0edd29ff5af0c402e642212885c6"),
        (
            "lee2024-grokfast", 12,
            "ea52470569ceb319ff8dee79c4374bdfc650cc1fa291bb96b7c48d63110af3e5"
        ),
        ("levi2023-delay", 105, "fb7cbcaca1deac857eac7329f1c20b7ccffa2c30759a53847d860db26d59be6a"),
        ("liu2022-fig3", 66, "ca6b6377c3387c969d7c5059482e9a8d4785537e34f5a3a3d1f0da9c9b63ca41"),
        ("liu2022-fig4a", 1800, "95f8de02045e8a64d70733b9206372bb15c2a850b61b5f4cc2222f3e0e2ef0c3"),
        ("liu2022-fig4d", 6, "7c92a3a74be45d3ffb4e78be42acadc8bc255683ca835564abaf1192a24f137d"),
        ("liu2022-fig6a", 845, "2932ff14deeb88d353bc640da5812b6568a59f6d115b3687b4856383ea1767ff"),
        ("liu2022-fig6b", 880, "cee7d7d8a9e38201be67e9f7fe41f79f060a0741cbb38b1395261b2d80102440"),
        (
            "liu2022-fig6a-race", 245,
            "e345aea79558ae9309f2681bc70476c3fe3eb6784f28fad68ffff2fda42343fc"
        ),
        (
            "liu2022-fig6b-race", 180,
            "335e25d1e1acbf67ddc40abc141eb94a11c45df881e3fd7bb8b9edd582fa936c"
        ),
        (
            "liu2022-fig6c", 240, "60a0290c5268d3bc2ac6ec17cf4ac6a315e2d9d36f041ee7bb28049883d6fcf8"
        ),
        (
            "liu2022-fig6d-splits", 120,
            "0223e63f8d2a4b8fc9d633d5fd2c2588c44f5b5c796fed49eda8e128e9ed0a24"
        ),
        ("liu2022-fig7", 48, "2b495bb37170a4527efc8b1489dea383616984f2ca55b9e3e712b14641db7636"),
        ("liu2022-fig8", 16, "cd02997054bf2d9c6b399ab28982993dcb2ebb2fbe53c80ca4eb0ff835dfcf01"),
        ("nanda2023-phases", 1, "7a82d5bfa79144ca13695e89545690e214c878229854d57b081c17e572352307"),
        (
            "nanda2023-transformer", 9,
            "192451a40db695b577678d90287760931e58b99827c74f7dfd4f0867951948f5"
        ),
        (
            "notsawo2023-activity", 60,
            "ba9b9a89b6733b13400366a421a64619275018c9fe94597ca241ec0f7233d1aa"
        ),
        ("notsawo2023-t4", 14, "95bf183ff242ce34f53e40d83046b517bbe010eb707983f3be3ce83104a415d5"),
        ("omnigrok-digits", 16, "419e18af37861acefdfbe7ea6bee833bf42a6cf54446c72427bc9ac4fc332141"),
        ("omnigrok-fig2", 42, "7fe6a5ff092e00b085f8dcb880b39778a1fb61e36e6275ec3d19a28276afda1e"),
        ("omnigrok-fig3", 21, "e38350891697c71fc78cdd4297266e6cbbddd07a1d3f4d3ecb68c20c1db6ded6"),
        ("quickstart", 126, "24ea6d1335111362c25e11cbf42d0fb32d0d8f3aa43b334ddce733f58ec976ce"),
        ("tan2023-timing", 6, "93ee0edf2e8561cbd7d437f6fd4e235a543865b2135db35d24ff4c17bbe1bdde"),
        (
            "verma2026-border", 42,
            "f12e9fa553a604d780b3ba34bf2be36827ba050048605eed8d4f989ec69db55a"
        ),
        (
            "verma2026-predicted", 42,
            "f12e9fa553a604d780b3ba34bf2be36827ba050048605eed8d4f989ec69db55a"
        ),
        ("pasand2025-egd", 35, "3938df86207fce0892ae81c7c3324797ca7532cc7126df32c7be7308aae70b23"),
        (
            "tian2025-sizes", 1750,
            "ca682e17824a7a4702718f0f2f06ec89a76373c6915914daab45d733f0ca10fd"
        ),
        (
            "tian2025-groups", 440,
            "d2a133d8cbba9796415ebfb7864217a0fa863cdbf10d20b12202614a9bbdf229"
        ),
        ("liu2022-dense", 5445, "da0a108c5789abae91b36e936a68f66e51c28bf5a27f3ba63b27b70e6cc9058d"),
        (
            "liu2022-refined", 5445,
            "da0a108c5789abae91b36e936a68f66e51c28bf5a27f3ba63b27b70e6cc9058d"
        ),
        ("omnigrok-fig7", 30, "47f48ade246b77b0e52ca74acb87d84255db332deb1905cf4d5807a1ab4a2598"),
        (
            "liu2022-fig7-dimension", 10,
            "0a0122a6bd329ae3d6db72617f4df747cb54c6ab63792c6f54f2529799b884b6"
        ),
        ("liu2022-fig13", 105, "36ead916843c08db131e284d8b821f40afd382ee8255238bc9983b50996e025e"),
        ("liu2022-fig14", 105, "5bb04550ab98514fe273f89de68d7cb20daf0583dba38e79ae27437beb27065a"),
        ("liu2022-fig15", 84, "c98bc31ddf3a4380adc0d4889a7f1bcc4e63ebc341777204f3042a15946f364d"),
    ]
}
