import Core
import Foundation
import Results

/// Something that reads what strangers wrote: whatever the bytes are, it may refuse them with one line, and never trap.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// The decoder of wire messages.
    case message
    /// The reader of sweep files.
    case sweep
    /// The reader of cell definitions and of `grokmap-worker train`'s configuration.
    case cell
    /// The reader of checkpoints' envelopes.
    case checkpoint
    /// The reader of cell files.
    case cellFile = "cell-file"

    /// What is wrong with how the bytes were read, nil when nothing is.
    package func problem(_ bytes: [UInt8]) -> String? {
        switch self {
        case .message: FuzzTarget.message(bytes)
        case .sweep: FuzzTarget.sweep(bytes)
        case .cell: FuzzTarget.cell(bytes)
        case .checkpoint: FuzzTarget.checkpoint(bytes)
        case .cellFile: FuzzTarget.cellFile(bytes)
        }
    }

    // MARK: One each

    /// A message that decodes must encode to one that decodes the same.
    private static func message(_ bytes: [UInt8]) -> String? {
        let message: Message
        do {
            message = try MessageCodec.decode(frames(in: bytes))
        } catch {
            return complaint(error.description)
        }
        let again = try? MessageCodec.decode(MessageCodec.encode(message))
        return again == message ? nil : "decodes to another message after encoding"
    }

    /// A sweep that can be planned must be the same one when it is written on one line, as its directory keeps it after `--set`.
    private static func sweep(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        do {
            let spec = try SweepSpec(parsing: text, named: "s")
            _ = try SweepPlan(spec)
            let again = try? SweepSpec(parsing: SpecNode(parsing: text).flowText, named: "s")
            return again?.cell == spec.cell && again?.axes == spec.axes
                && again?.seeds == spec.seeds && again?.phaseRule == spec.phaseRule
                ? nil : "its text on one line is another sweep"
        } catch {
            return complaint("\(error)")
        }
    }

    /// A definition that is read must be read again from its own canonical text, as the same cell.
    private static func cell(_ bytes: [UInt8]) -> String? {
        let cell: CellDefinition
        do {
            var record: RecordRequest? = RecordRequest()
            cell = try CellDefinition(
                parsing: String(decoding: bytes, as: UTF8.self), record: &record)
        } catch {
            return complaint("\(error)")
        }
        let again = try? CellDefinition(parsing: cell.canonicalText)
        return again?.id == cell.id ? nil : "its canonical text is another cell"
    }

    private static func checkpoint(_ bytes: [UInt8]) -> String? {
        do {
            let checkpoint = try Checkpoint(decoding: bytes)
            let again = try? Checkpoint(decoding: checkpoint.encoded())
            return again == checkpoint ? nil : "decodes to another checkpoint after encoding"
        } catch {
            return complaint("\(error)")
        }
    }

    /// A cell file that is accepted must hold the same cell when that is written and read again.
    private static func cellFile(_ bytes: [UInt8]) -> String? {
        func read(_ bytes: [UInt8]) throws -> StoredCell {
            try bytes.withUnsafeBytes { try CellFile.examine($0, named: "file", of: nil) }
        }
        let cell: StoredCell
        do {
            cell = try read(bytes)
        } catch {
            return complaint("\(error)")
        }
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("grokmap-fuzz-\(UUID()).h5").path
        // Bytes, because numbers that are none differ from themselves.
        func written(_ cell: StoredCell) throws -> [UInt8] {
            defer { try? FileManager.default.removeItem(atPath: path) }
            return try CellFile.write(cell, to: path)
        }
        do {
            let first = try written(cell)
            return try written(read(first)) == first ? nil : "written again it is another cell"
        } catch {
            return "what was accepted cannot be written and read again: \(error)"
        }
    }

    /// Bytes that name no cell are to be refused in one line.
    private static func complaint(_ text: String) -> String? {
        text.contains { $0.isNewline } ? "more than one line: \(text)" : nil
    }

    // MARK: Frames

    /// Frames in one run of bytes: each begins with its length in two bytes, low byte first.
    package static func frames(in bytes: [UInt8]) -> [[UInt8]] {
        var frames: [[UInt8]] = []
        var rest = bytes[...]
        while rest.count >= 2, frames.count < 8 {
            let length = Int(rest.removeFirst()) + Int(rest.removeFirst()) << 8
            frames.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return frames
    }

    /// The run of bytes that holds these frames.
    package static func bytes(of frames: [[UInt8]]) -> [UInt8] {
        frames.flatMap { [UInt8($0.count & 255), UInt8($0.count >> 8)] + $0 }
    }
}
