import Core

/// A message of the coordinator, read only as far as somebody asks.
struct Heard {
    /// Its frames.
    let frames: [[UInt8]]

    private static let lease = Array("lease".utf8)
    private static let welcome = Array("welcome".utf8)
    private static let acknowledgement = Array("result-ack".utf8)
    private static let drain = Array("drain".utf8)
    private static let stored = Array(#""state":"stored"}"#.utf8)
    private static let beginning = Array(#"{"attempt":"#.utf8)

    private func isOfKind(_ kind: [UInt8]) -> Bool { frames.count == 3 && frames[1] == kind }

    /// Whether the slot is registered.
    var isWelcome: Bool { isOfKind(Heard.welcome) }

    /// Whether there is nothing more to ask for.
    var isDrain: Bool { isOfKind(Heard.drain) }

    /// Whether a result is durable.
    var isStored: Bool {
        isOfKind(Heard.acknowledgement) && frames[2].suffix(Heard.stored.count) == Heard.stored[...]
    }

    /// The attempt that is leased; nil when this is no lease.
    var leased: AttemptText? {
        guard isOfKind(Heard.lease), frames[2].starts(with: Heard.beginning),
            let end = frames[2].firstIndex(of: UInt8(ascii: "}"))
        else { return nil }
        return AttemptText(json: frames[2][Heard.beginning.count...end])
    }

    /// A complaint about this message, read whole.
    var unexpected: Crew.Reaction {
        do {
            return .fail("did not expect \(try MessageCodec.decode(frames))")
        } catch {
            return .fail("\(error)")
        }
    }
}

/// An attempt as the wire has it, `{"attempt":1,"cell":"…"}`. Headers begin with it, because their keys are sorted, so an
/// answer takes it over as it is.
struct AttemptText {
    /// The JSON object.
    let json: ArraySlice<UInt8>

    /// The cell's 64 digits.
    var cell: String { String(decoding: json.dropLast(2).suffix(64), as: UTF8.self) }
}

/// A message about an attempt, encoded but for the attempt.
struct AnswerTemplate {
    private let kind: [[UInt8]]
    private let tail: ArraySlice<UInt8>
    private let payload: [[UInt8]]

    /// A template made of a message about any attempt.
    init(_ message: Message) {
        let frames = MessageCodec.encode(message)
        kind = Array(frames[..<2])
        tail = frames[2].drop { $0 != UInt8(ascii: "}") }.dropFirst()
        payload = Array(frames[3...])
    }

    /// The message about this attempt.
    func frames(_ attempt: AttemptText) -> [[UInt8]] {
        kind + [Array(#"{"attempt":"#.utf8) + attempt.json + tail] + payload
    }
}
