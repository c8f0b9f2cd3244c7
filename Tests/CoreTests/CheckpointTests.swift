import SHA256
import Testing

@testable import Core

@Suite("Checkpoint")
struct CheckpointTests {
    private static let origin = Checkpoint.Origin(
        cell: CellID(canonicalConfiguration: "{}"), rule: PhaseRule(), stop: .decided,
        record: RecordRequest(measures: [.rqi], parameters: [.step(0), .last]),
        engine: "grokmap 0.1.0 (avx2)", blasCore: "Haswell")
    private static let checkpoint = Checkpoint(
        origin: origin, step: 2048, seconds: 1.5, state: [0, 255, 10, 13, 0])

    private func decode(_ bytes: [UInt8]) -> Result<Checkpoint, Checkpoint.Damage> {
        do {
            return .success(try Checkpoint(decoding: bytes))
        } catch {
            return .failure(error)
        }
    }

    @Test("a checkpoint is two readable lines, the engine's bytes and their hash")
    func golden() throws {
        let bytes = Self.checkpoint.encoded()
        let header =
            #"{"origin":{"blasCore":"Haswell","cell":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe"#
            + #"77e8310c060f61caaff8a","engine":"grokmap 0.1.0 (avx2)","record":{"measures":["rqi"],"#
            + #""parameters":[0,"last"]},"rule":{"gap":1000,"sustain":1,"train_accuracy":0.9,"#
            + #""validation_accuracy":0.9},"stop":"decided"},"seconds":1.5,"step":2048}"#
        let content = Array("grokmap-checkpoint/1\n\(header)\n".utf8) + [0, 255, 10, 13, 0]
        #expect(bytes.dropLast(64) == content[...])
        #expect(bytes.suffix(64).elementsEqual(SHA256Digest.hex(of: content).utf8))
        #expect(try Checkpoint(decoding: bytes) == Self.checkpoint)
    }

    @Test("a state of any length comes back as it was", arguments: [0, 1, 64, 100_003])
    func lengths(_ length: Int) throws {
        var checkpoint = Self.checkpoint
        checkpoint.state = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try Checkpoint(decoding: checkpoint.encoded()) == checkpoint)
    }

    @Test("a checkpoint cut short anywhere, or longer than it was, is refused")
    func truncated() {
        let bytes = Self.checkpoint.encoded()
        for length in 0..<bytes.count {
            guard case .failure = decode(Array(bytes.prefix(length))) else {
                Issue.record("cut to \(length) bytes it was taken")
                return
            }
        }
        #expect(decode(bytes + [0]) == .failure(.digest))
    }

    @Test("any flipped bit is noticed")
    func flipped() {
        let bytes = Self.checkpoint.encoded()
        for place in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[place] ^= 1 << bit
                guard case .failure = decode(damaged) else {
                    Issue.record("bit \(bit) of byte \(place) was not noticed")
                    return
                }
            }
        }
    }

    @Test(
        "a header that no run wrote is refused though its hash is right",
        arguments: [
            (nil, ""), (nil, "{}"), (nil, "null"), (nil, "[[[["), (nil, #"{"seconds":0,"step":0}"#),
            ("step\":2048", "step\":-1"), ("step\":2048", "step\":1e99"),
            ("step\":2048", "step\":9223372036854775807"), ("seconds\":1.5", "seconds\":-1"),
            ("seconds\":1.5", "seconds\":1e999"), ("cell\":\"44", "cell\":\"4g"),
        ])
    func header(_ sound: String?, _ text: String) throws {
        var lines = Self.checkpoint.encoded().split(separator: 10, maxSplits: 2)
        if let sound {
            let whole = String(decoding: lines[1], as: UTF8.self)
            try #require(whole.contains(sound))
            lines[1] = Array(whole.replacing(sound, with: text).utf8)[...]
        } else {
            lines[1] = Array(text.utf8)[...]
        }
        let content = Array(lines[0...1].joined(separator: [10])) + Array("\nstate".utf8)
        #expect(
            decode(content + Array(SHA256Digest.hex(of: content).utf8)) == .failure(.header))
    }

    @Test("another version, and no header at all, are refused by name")
    func format() {
        func sealed(_ text: String) -> [UInt8] {
            Array(text.utf8) + Array(SHA256Digest.hex(of: Array(text.utf8)).utf8)
        }
        #expect(decode(sealed("grokmap-checkpoint/2\n{}\n")) == .failure(.format))
        #expect(decode(sealed("grokmap-checkpoint/1\n")) == .failure(.header))
        #expect(decode([]) == .failure(.format))
        #expect("\(Checkpoint.Damage.format)" == "not a checkpoint of this version")
    }

    @Test("a run goes on only from the state of a run in the same circumstances")
    func origins() {
        let origin = Self.origin
        func difference(_ change: (inout Checkpoint.Origin) -> Void) -> String? {
            var other = origin
            change(&other)
            return other.difference(from: origin)
        }
        #expect(difference { _ in } == nil)
        let foreign = CellID(canonicalConfiguration: "other")
        #expect(
            difference { $0.cell = foreign } == "cell \(foreign.short), not \(origin.cell.short)")
        #expect(
            difference { $0.engine = "grokmap 0.2.0 (avx2)" }
                == "engine grokmap 0.2.0 (avx2), not grokmap 0.1.0 (avx2)")
        #expect(difference { $0.blasCore = "Zen" } == "OpenBLAS core Zen, not Haswell")
        #expect(difference { $0.rule.gap = 7 } == "another phase rule")
        #expect(difference { $0.stop = .budget } == "stop budget, not decided")
        #expect(difference { $0.record.measures = [] } == "another record")
    }
}
