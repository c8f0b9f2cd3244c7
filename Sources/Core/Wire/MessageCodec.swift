import Foundation

/// Turns messages into frames and back: protocol version, kind, JSON header, optional payload.
package enum MessageCodec {
    /// The version both sides must speak; the first frame of every message.
    package static let version = "grokmap/1"
    /// A header is at most this long.
    package static let largestHeader = 1024 * 1024

    /// Why frames are no message.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        /// Neither 3 nor 4 frames.
        case frameCount(Int)
        /// Another protocol.
        case version(String)
        /// A kind that nobody knows.
        case kind(String)
        /// A header longer than any.
        case headerSize(Int)
        /// A header that is not this kind's.
        case header(kind: String, problem: String)
        /// A payload where there is none, none where there is one, or one too long.
        case payload(kind: String, size: Int)

        /// One line: what was expected and what came.
        package var description: String {
            switch self {
            case .frameCount(let count): "message: expected 3 or 4 frames, got \(count)"
            case .version(let text):
                "message: protocol \"\(text)\" is not \"\(MessageCodec.version)\""
            case .kind(let kind): "message: unknown kind \"\(kind)\""
            case .headerSize(let size):
                "message: header of \(size) bytes exceeds \(MessageCodec.largestHeader)"
            case .header(let kind, let problem): "message \(kind): header: \(problem)"
            case .payload(let kind, let size): "message \(kind): a payload of \(size) bytes"
            }
        }
    }

    /// The frames of a message.
    package static func encode(_ message: Message) -> [[UInt8]] {
        switch message {
        case .hello(let body): frames("hello", body)
        case .welcome(let body): frames("welcome", body)
        case .request(let body): frames("request", body)
        case .lease(let body): frames("lease", body)
        case .progress(let body): frames("progress", body)
        case .resultChunk(let body): frames("result-chunk", body) + [body.payload]
        case .resultAck(let body): frames("result-ack", body)
        case .checkpoint(let body): frames("checkpoint", body) + [body.payload]
        case .checkpointAck(let body): frames("checkpoint-ack", body)
        case .checkpointRequest(let body): frames("checkpoint-request", body)
        case .checkpointChunk(let body): frames("checkpoint-chunk", body) + [body.payload]
        case .release(let body): frames("release", body)
        case .drain(let body): frames("drain", body)
        case .goodbye(let body): frames("goodbye", body)
        case .reject(let body): frames("reject", body)
        case .explain(let body): frames("explain", body)
        case .explanation(let body): frames("explanation", body)
        }
    }

    /// The message in these frames.
    ///
    /// - Throws: `Failure`, for anything that is not exactly one well-formed message; never traps.
    package static func decode(_ frames: [[UInt8]]) throws(Failure) -> Message {
        let message = try parse(frames)
        if let problem = message.impossibleNumber {
            throw .header(kind: printable(frames[1]), problem: problem)
        }
        return message.withCleanText
    }

    private static func parse(_ frames: [[UInt8]]) throws(Failure) -> Message {
        guard frames.count == 3 || frames.count == 4 else { throw .frameCount(frames.count) }
        guard frames[0] == Array(version.utf8) else { throw .version(printable(frames[0])) }
        let kind = printable(frames[1])
        let header = frames[2]
        guard header.count <= largestHeader else { throw .headerSize(header.count) }
        let payload = frames.count == 4 ? frames[3] : nil
        if let payload, !kindsWithPayload.contains(kind) {
            throw .payload(kind: kind, size: payload.count)
        }
        switch kind {
        case "hello": return .hello(try body(kind, header))
        case "welcome": return .welcome(try body(kind, header))
        case "request": return .request(try body(kind, header))
        case "lease": return .lease(try body(kind, header))
        case "progress": return .progress(try body(kind, header))
        case "result-chunk": return .resultChunk(try chunk(kind, header, payload))
        case "result-ack": return .resultAck(try body(kind, header))
        case "checkpoint": return .checkpoint(try chunk(kind, header, payload))
        case "checkpoint-ack": return .checkpointAck(try body(kind, header))
        case "checkpoint-request": return .checkpointRequest(try body(kind, header))
        case "checkpoint-chunk": return .checkpointChunk(try chunk(kind, header, payload))
        case "release": return .release(try body(kind, header))
        case "drain": return .drain(try body(kind, header))
        case "goodbye": return .goodbye(try body(kind, header))
        case "reject": return .reject(try body(kind, header))
        case "explain": return .explain(try body(kind, header))
        case "explanation": return .explanation(try body(kind, header))
        default: throw .kind(kind)
        }
    }

    private static let kindsWithPayload: Set = ["result-chunk", "checkpoint", "checkpoint-chunk"]

    private static func chunk(
        _ kind: String, _ header: [UInt8], _ payload: [UInt8]?
    ) throws(Failure) -> FileChunk {
        var chunk: FileChunk = try body(kind, header)
        guard let payload, payload.count <= FileChunk.largestPayload else {
            throw .payload(kind: kind, size: payload?.count ?? 0)
        }
        chunk.payload = payload
        return chunk
    }

    private static func frames(_ kind: String, _ body: some Encodable) -> [[UInt8]] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return [Array(version.utf8), Array(kind.utf8), Array(try encoder.encode(body))]
        } catch {
            // Bodies hold strings, integers and finite numbers only; nothing in them can fail to encode.
            preconditionFailure("message \(kind): \(error)")
        }
    }

    private static func body<Body: Decodable>(
        _ kind: String, _ header: [UInt8]
    ) throws(Failure) -> Body {
        do {
            return try JSONDecoder().decode(Body.self, from: Data(header))
        } catch let error as DecodingError {
            throw .header(kind: kind, problem: problem(error))
        } catch {
            throw .header(kind: kind, problem: "\(error)")
        }
    }

    private static func problem(_ error: DecodingError) -> String {
        // The whole header has no name of its own.
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "" : "\(path.onOneLine(atMost: 200)): "
        }
        return switch error {
        case .keyNotFound(let key, _): "no key \(key.stringValue)"
        case .typeMismatch(_, let context): "\(place(context))wrong type"
        case .valueNotFound(_, let context): "\(place(context))no value"
        case .dataCorrupted(let context):
            "\(place(context))\(context.debugDescription.onOneLine(atMost: 200))"
        @unknown default: "not readable"
        }
    }

    /// Bytes as text that is safe to print: at most 40 characters, everything else than printable ASCII as `?`.
    private static func printable(_ bytes: [UInt8]) -> String {
        String(
            bytes.prefix(40).map {
                (0x20..<0x7f).contains($0) ? Character(UnicodeScalar($0)) : "?"
            })
    }
}
