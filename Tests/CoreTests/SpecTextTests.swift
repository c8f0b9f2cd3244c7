import TestSupport
import Testing

@testable import Core

@Suite struct SpecTextTests {
    private static let sweep = "sweep: s\naxes:\n  f: {path: train_fraction, values: [0.5]}\n"

    private func title(_ text: String) throws -> String {
        try SweepSpec(Array(text.utf8), named: "q.yaml").title
    }

    @Test("a byte order mark at the beginning is no part of the text, in UTF-8 and UTF-16")
    func marks() throws {
        let utf8 = Array(Self.sweep.utf8)
        let units = Array(Self.sweep.utf16)
        let little = units.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
        let big = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
        for bytes in [
            utf8, [0xef, 0xbb, 0xbf] + utf8, [0xff, 0xfe] + little, [0xfe, 0xff] + big,
        ] {
            let spec = try SweepSpec(bytes, named: "q.yaml")
            #expect(spec.name == "s" && spec.sourceText == Self.sweep)
        }
        #expect(try SpecNode(parsing: "\u{feff}a: 1").member("a")?.value == .number(1))
    }

    @Test("pairs of surrogates in JSON are one character, as json.dump writes them")
    func surrogates() throws {
        let json =
            #"{"sweep": "s", "title": "T", "axes": {"f": {"path": "train_fraction", "values": [0.5]}}}"#
        func title(_ text: String) throws -> String {
            try self.title(json.replacingOccurrences("T", by: text))
        }
        #expect(try title(#"\ud835\udf06 and \uD83D\uDE00!"#) == "𝜆 and 😀!")
        #expect(try title(#"\u00e9\ud835\udf06"#) == "é𝜆")
        #expect(
            try title(#"a\\ud835\udf06"#.replacingOccurrences(#"\udf06"#, by: "")) == #"a\ud835"#)
    }

    @Test("a zero character is refused with its line: texts of result files end at one")
    func zeros() {
        for line in [#"title: "a\0b""#, #""a\x00b": 1"#, #"report: {font: "\u0000"}"#] {
            #expect(
                problem { _ = try SpecNode(parsing: "sweep: s\n\(line)\n") }
                    .hasPrefix("line 2: a text with a zero character: "), "\(line)")
        }
    }

    @Test("half a pair is refused, and what stands in no double quotes is left alone")
    func halves() throws {
        let message = problem { _ = try SpecNode(parsing: #"{"a": "\ud835"}"#) }
        #expect(message.hasPrefix("line 1: not well-formed YAML: "))
        let text = #"""
            # it's "\ud835\udf06
            a: '\ud835\udf06'
            b: it's \ud835\udf06
            c: "\ud835\udf06"
            """#
        let node = try SpecNode(parsing: text)
        #expect(node.member("a")?.value == .string(#"\ud835\udf06"#))
        #expect(node.member("b")?.value == .string(#"it's \ud835\udf06"#))
        #expect(node.member("c")?.value == .string("𝜆"))
    }

    @Test("bytes that are not UTF-8 are refused with their place")
    func latin1() {
        let bytes = Array("sweep: s\ntitle: Gr".utf8) + [0xf6, 0xdf] + Array("e\n".utf8)
        #expect(
            problem { _ = try SweepSpec(bytes, named: "l.yaml") }
                == "l.yaml:2: byte 10, 0xF6, is not UTF-8 (hint: save the file as UTF-8; "
                + "iconv -f LATIN1 -t UTF-8 turns Latin-1 into it)")
        #expect(
            problem { _ = try SpecText.decode(Array("é".utf8) + [0xe2, 0x82]) }
                .hasPrefix("line 1: byte 3, 0xE2, is not UTF-8"))
        #expect(
            problem { _ = try SpecText.decode([0xff, 0xfe, 0x41]) }.contains("begins as UTF-16"))
    }
}

@Suite struct NearestKeyTests {
    @Test("case and separators apart, a word is that word before it is any other")
    func folded() {
        let rules = ["adam", "adamw", "sgd"]
        for word in ["AdamW", "ADAMW", "adam-w", "Adam_W"] {
            #expect(NearestKey.find(word, among: rules) == "adamw", "\(word)")
        }
        #expect(NearestKey.find("Adam", among: rules) == "adam")
        #expect(NearestKey.find("adamv", among: rules) != nil)
        #expect(NearestKey.find("learningRate", among: ["learning_rate"]) == "learning_rate")
        #expect(NearestKey.find("One_Hot", among: ["one-hot", "gaussian"]) == "one-hot")
    }

    @Test("a word that means something else is near to nothing")
    func strangers() {
        for word in ["Adamax", "NAdam", "radam", "AdamW8bit", "adagrad", "RMSprop"] {
            #expect(NearestKey.find(word, among: ["adam", "adamw", "sgd"]) == nil, "\(word)")
        }
        for word in ["elu", "SELU", "silu", "Mish"] {
            #expect(NearestKey.find(word, among: ["tanh", "relu", "gelu"]) == nil, "\(word)")
        }
    }

    @Test("the names that PyTorch users type are known")
    func synonyms() {
        func path(_ path: String) -> String {
            problem {
                _ = try SweepPlan(
                    SweepSpec(
                        parsing: "sweep: q\naxes:\n  a: {path: \(path), values: [0.5]}\n",
                        named: "q.yaml"))
            }
        }
        #expect(path("lr").hasSuffix("(hint: did you mean optimizer.learning_rate?)"))
        #expect(path("optimizer.wd").hasSuffix("(hint: did you mean optimizer.weight_decay?)"))
        #expect(
            path("optimizer.decoder.lr").hasSuffix(
                "(hint: did you mean optimizer.decoder.learning_rate?)"))
        #expect(path("epochs").hasSuffix("(hint: did you mean steps?)"))
        #expect(path("model.d_model").hasSuffix("(hint: did you mean model.embedding?)"))
        func key(_ cell: String) -> String {
            problem {
                _ = try SweepSpec(
                    parsing: "sweep: q\ncell: \(cell)\naxes:\n  a: {path: steps, values: [5]}\n",
                    named: "q.yaml")
            }
        }
        #expect(key("{optimizer: {lr: 1}}").hasSuffix("(hint: did you mean learning_rate?)"))
        #expect(key("{optimizer: {wd: 1}}").hasSuffix("(hint: did you mean weight_decay?)"))
        #expect(key("{epochs: 1}").hasSuffix("(hint: did you mean steps?)"))
        #expect(
            key("{model: {kind: transformer, d_model: 8}}").hasSuffix(
                "(hint: did you mean width?)"))
    }

    @Test("no hint is an empty list of keys")
    func emptyList() {
        let message = problem {
            _ = try SweepPlan(
                SweepSpec(
                    parsing: "sweep: q\naxes:\n  a: {path: split.zebra, values: [0.5]}\n",
                    named: "q.yaml"))
        }
        #expect(
            message.contains("numeric keys here: split.corruption, split.label_noise)"),
            "\(message)")
    }

    @Test("a number that is too large is told its upper bound")
    func bounds() {
        func steps(_ value: String) -> String {
            problem {
                _ = try SweepSpec(
                    parsing:
                        "sweep: q\ncell: {steps: \(value)}\naxes:\n  a: {path: batch, values: [5]}\n",
                    named: "q.yaml")
            }
        }
        #expect(
            steps("1e30").hasSuffix("must be between 1 and 9007199254740991"), "\(steps("1e30"))")
        #expect(steps("0").hasSuffix("must be at least 1"))
    }
}

extension String {
    /// Foundation is not imported here.
    fileprivate func replacingOccurrences(_ old: String, by new: String) -> String {
        self.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
