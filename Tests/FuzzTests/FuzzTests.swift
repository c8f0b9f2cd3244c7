import Core
import Foundation
import FuzzTargets
import TestSupport
import Testing

/// The corpus, and a seeded mutator over it: what `make fuzz` does for hours with libFuzzer, for seconds and always the same.
@Suite("Fuzz", .serialized, .exclusiveHDF5)
struct FuzzTests {
    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fuzz/corpus")

    private static func inputs(_ target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
        let directory = corpus.appendingPathComponent(target.rawValue)
        let files = try FileManager.default.contentsOfDirectory(
            at: directory, includingPropertiesForKeys: nil)
        return try files.sorted { $0.path < $1.path }.map {
            ($0.lastPathComponent, Array(try Data(contentsOf: $0)))
        }
    }

    @Test(
        "whatever was once found is read or refused, as it should be",
        arguments: FuzzTarget.allCases)
    func corpus(_ target: FuzzTarget) throws {
        let inputs = try Self.inputs(target)
        #expect(!inputs.isEmpty)
        for (name, bytes) in inputs { #expect(target.problem(bytes) == nil, "\(name)") }
    }

    @Test(
        "thousands of damaged inputs are refused in one line each, or are what they are read as",
        arguments: FuzzTarget.allCases)
    func mutated(_ target: FuzzTarget) throws {
        let inputs = try Self.inputs(target).map(\.bytes)
        var random = RandomStream(state: 20_261_121)
        let count = target == .cellFile ? 400 : 2000
        for number in 0..<count {
            let bytes = Self.mutate(inputs, &random)
            if let problem = target.problem(bytes) {
                Issue.record("input \(number): \(problem)")
                return
            }
        }
    }

    /// One of the inputs with some bytes flipped, removed, repeated, or taken from another one.
    private static func mutate(_ inputs: [[UInt8]], _ random: inout RandomStream) -> [UInt8] {
        var bytes = inputs[random.index(below: inputs.count)]
        for _ in 0...random.index(below: 6) {
            guard !bytes.isEmpty else { return bytes }
            let place = random.index(below: bytes.count)
            let length = min(bytes.count - place, 1 + random.index(below: 32))
            switch random.index(below: 6) {
            case 0: bytes[place] ^= 1 << UInt8(random.index(below: 8))
            case 1: bytes[place] = UInt8(random.index(below: 256))
            case 2: bytes.removeSubrange(place..<place + length)
            case 3: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
            case 4: bytes.removeLast(bytes.count - place)
            default:
                let other = inputs[random.index(below: inputs.count)]
                let start = random.index(below: max(1, other.count))
                bytes.replaceSubrange(
                    place..<place + length, with: other[start...].prefix(length))
            }
        }
        return bytes
    }
}
