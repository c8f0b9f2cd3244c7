import Foundation
import SHA256

/// A cell's state in the middle of its training, as it travels and lies on disk: whose it is, and the engine's own bytes.
///
/// As bytes: the line `grokmap-checkpoint/1`, a line of JSON (origin, step, seconds), the engine's bytes, and 64
/// hexadecimal digits, the SHA-256 of everything before them.
package struct Checkpoint: Sendable, Equatable {
    /// What two runs must have in common for one to resume where the other stopped without moving a bit of the curves.
    package struct Origin: Sendable, Equatable, Codable {
        /// The cell.
        package var cell: CellID
        /// The rule that crossings are found with.
        package var rule: PhaseRule
        /// When training stops.
        package var stop: StopPolicy
        /// What is recorded.
        package var record: RecordRequest
        /// Training engine: version of grokmap and kernel set.
        package var engine: String
        /// OpenBLAS core.
        package var blasCore: String

        /// A run's circumstances.
        package init(
            cell: CellID, rule: PhaseRule, stop: StopPolicy, record: RecordRequest, engine: String,
            blasCore: String
        ) {
            self.cell = cell
            self.rule = rule
            self.stop = stop
            self.record = record
            self.engine = engine
            self.blasCore = blasCore
        }

        /// The first thing that two runs do not have in common, nil when one may resume from the other's state.
        package func difference(from other: Origin) -> String? {
            if cell != other.cell { return "cell \(cell.short), not \(other.cell.short)" }
            if engine != other.engine { return "engine \(engine), not \(other.engine)" }
            if blasCore != other.blasCore {
                return "OpenBLAS core \(blasCore), not \(other.blasCore)"
            }
            if rule != other.rule { return "another phase rule" }
            if stop != other.stop { return "stop \(stop.rawValue), not \(other.stop.rawValue)" }
            return record == other.record ? nil : "another record"
        }
    }

    /// Where it comes from.
    package var origin: Origin
    /// Updates made.
    package var step: Int
    /// Seconds of training it took to get here.
    package var seconds: Double
    /// The engine's state, which the engine alone can read.
    package var state: [UInt8]

    /// A checkpoint.
    package init(origin: Origin, step: Int, seconds: Double, state: [UInt8]) {
        self.origin = origin
        self.step = step
        self.seconds = seconds
        self.state = state
    }

    /// Checkpoints are at most this long, because both sides hold one in memory.
    package static let largestSize = 256 << 20
}

// MARK: - As bytes

extension Checkpoint {
    /// Why bytes are no checkpoint.
    package enum Damage: Error, Equatable, CustomStringConvertible {
        /// They do not begin as one of this version does.
        case format
        /// Their SHA-256 is not the one at their end.
        case digest
        /// The line about it cannot be read.
        case header

        /// What is wrong, to be put behind a name.
        package var description: String {
            switch self {
            case .format: "not a checkpoint of this version"
            case .digest: "damaged: its SHA-256 is not the one at its end"
            case .header: "damaged: its header cannot be read"
            }
        }
    }

    private struct Header: Codable {
        var origin: Origin
        var step: Int
        var seconds: Double
    }

    private static let firstLine = Array("grokmap-checkpoint/1\n".utf8)
    private static let newline = UInt8(ascii: "\n")
    private static let digestLength = 64
    private static let largestHeader = 64 * 1024

    /// The checkpoint as it travels and lies on disk.
    package func encoded() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let header: Data
        do {
            header = try encoder.encode(Header(origin: origin, step: step, seconds: seconds))
        } catch {
            // Strings, integers and finite numbers only; nothing in them can fail to encode.
            preconditionFailure("checkpoint: \(error)")
        }
        var bytes = Checkpoint.firstLine
        bytes.reserveCapacity(bytes.count + header.count + state.count + 65)
        bytes += header
        bytes.append(Checkpoint.newline)
        bytes += state
        bytes += SHA256Digest.hex(of: bytes).utf8
        return bytes
    }

    /// The checkpoint in these bytes.
    ///
    /// - Throws: `Damage`, for anything that is not exactly what `encoded` wrote; never traps.
    package init(decoding bytes: [UInt8]) throws(Damage) {
        guard bytes.starts(with: Checkpoint.firstLine),
            bytes.count >= Checkpoint.firstLine.count + Checkpoint.digestLength
        else { throw .format }
        let content = bytes.dropLast(Checkpoint.digestLength)
        var digest = StreamingDigest()
        digest.update(content)
        guard bytes[content.endIndex...].elementsEqual(digest.hex().utf8) else { throw .digest }
        let rest = content.dropFirst(Checkpoint.firstLine.count)
        guard let end = rest.prefix(Checkpoint.largestHeader).firstIndex(of: Checkpoint.newline),
            // Whatever is wrong with the text, the header cannot be read.
            let header = try? JSONDecoder().decode(Header.self, from: Data(rest[..<end])),
            (0...1 << 40).contains(header.step), header.seconds.isFinite, header.seconds >= 0
        else { throw .header }
        self.init(
            origin: header.origin, step: header.step, seconds: header.seconds,
            state: Array(rest[(end + 1)...]))
    }
}
