/// The text of a file that a person wrote: YAML, JSON, or a list of numbers.
package enum SpecText {
    /// The text in a file's bytes, without the byte order mark that some editors put before it (YAML 1.2.2, 5.2).
    ///
    /// - Throws: `SweepError` with line and byte for bytes that are no text in UTF-8, or in UTF-16 behind its mark: read
    ///   all the same, they would become other words.
    package static func decode(_ bytes: [UInt8]) throws(SweepError) -> String {
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            return try utf16(bytes.dropFirst(2), isLittle: bytes[0] == 0xff)
        }
        let body = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
        if let text = String(validating: body, as: UTF8.self) { return text }
        throw malformed(body)
    }

    /// The mark at the beginning of a text, U+FEFF.
    static let mark: Unicode.Scalar = "\u{feff}"

    private static func utf16(
        _ bytes: ArraySlice<UInt8>, isLittle: Bool
    ) throws(SweepError) -> String {
        let pairs = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2)
        let units = pairs.map { place in
            let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
            return isLittle ? second << 8 | first : first << 8 | second
        }
        guard bytes.count % 2 == 0, let text = String(validating: units, as: UTF16.self) else {
            throw SweepError(
                path: "", problem: "not a text: it begins as UTF-16 and goes on as something else",
                hint: "save it as UTF-8")
        }
        return text
    }

    /// An error at the first byte that is not of UTF-8.
    private static func malformed(_ bytes: ArraySlice<UInt8>) -> SweepError {
        // What decodes without replacement up to a byte is sound up to there.
        var sound = 0
        var decoder = UTF8()
        var rest = bytes.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&rest) {
            sound += UTF8.width(scalar)
        }
        let before = bytes.prefix(sound)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
        let byte = bytes.dropFirst(sound).first ?? 0
        let hex = String(byte, radix: 16, uppercase: true)
        return SweepError(
            path: "", problem: "byte \(column), 0x\(hex), is not UTF-8",
            hint: "save the file as UTF-8; iconv -f LATIN1 -t UTF-8 turns Latin-1 into it",
            place: "line \(line)")
    }

    /// The text with each pair of surrogates that is escaped in double quotes written as its one character, as JSON means it
    /// (RFC 8259, 7); YAML knows `\u` as a character of its own and refuses halves.
    static func joiningSurrogates(_ text: String) -> String {
        let source = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(source.count)
        var scanner = QuoteScanner()
        var place = 0
        while place < source.count {
            if scanner.isDouble, let scalar = pair(source, at: place) {
                result += Array(String(Character(scalar)).utf8)
                place += 12
                continue
            }
            // An escaped character is passed over as one, so that \\ud835 stays what it is.
            let isEscape = scanner.isDouble && source[place] == UInt8(ascii: "\\")
            let end = min(source.count, place + (isEscape ? 2 : 1))
            if !isEscape { scanner.read(source[place]) }
            result += source[place..<end]
            place = end
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The character that the twelve bytes `\uD8xx\uDCxx` stand for.
    private static func pair(_ bytes: [UInt8], at place: Int) -> Unicode.Scalar? {
        guard let high = escape(bytes, at: place), (0xd800..<0xdc00).contains(high),
            let low = escape(bytes, at: place + 6), (0xdc00..<0xe000).contains(low)
        else { return nil }
        return Unicode.Scalar(0x10000 + (high - 0xd800) << 10 + (low - 0xdc00))
    }

    private static func escape(_ bytes: [UInt8], at place: Int) -> UInt32? {
        guard place + 6 <= bytes.count, bytes[place] == UInt8(ascii: "\\"),
            bytes[place + 1] == UInt8(ascii: "u")
        else { return nil }
        let digits = bytes[(place + 2)..<(place + 6)]
        guard digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }) else {
            return nil
        }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// Knows whether a place in YAML or JSON is within double quotes: quotes begin a value only where one may begin.
    private struct QuoteScanner {
        private enum State { case bare, single, double, comment }
        private var state = State.bare
        /// A value may begin here.
        private var isFresh = true
        private var wasBlank = true

        /// Whether the next byte stands in double quotes.
        var isDouble: Bool { state == .double }

        mutating func read(_ byte: UInt8) {
            let character = Unicode.Scalar(byte)
            switch (state, character) {
            case (.double, "\""), (.single, "'"): state = .bare
            case (.comment, "\n"): (state, isFresh) = (.bare, true)
            case (.double, _), (.single, _), (.comment, _): break
            case (.bare, "\"") where isFresh: state = .double
            case (.bare, "'") where isFresh: state = .single
            case (.bare, "#") where wasBlank: state = .comment
            case (.bare, " "), (.bare, "\t"), (.bare, "\r"): break
            case (.bare, _): isFresh = "\n[{,:-?".unicodeScalars.contains(character)
            }
            wasBlank = " \t\r\n".unicodeScalars.contains(character)
        }
    }
}
