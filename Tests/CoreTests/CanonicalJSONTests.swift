import Foundation
import Testing

@testable import Core

@Suite("CanonicalJSON")
struct CanonicalJSONTests {
    @Test(
        "numbers have one form",
        arguments: [
            (1.0, "1"), (-0.0, "0"), (0.1, "0.1"), (1e-5, "1e-05"), (1e-3, "0.001"),
            (-2.5, "-2.5"), (0.1 + 0.2, "0.30000000000000004"), (1e15, "1000000000000000"),
            (9_007_199_254_740_991, "9007199254740991"),
            (9_007_199_254_740_992, "9007199254740992.0"),
            (1e16, "1e+16"), (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324"), (-7, "-7"),
        ])
    func numbers(_ number: Double, _ text: String) {
        #expect(CanonicalJSON.number(number) == text)
        #expect(Double(text) == number)
    }

    @Test("keys are sorted, nothing is padded, nesting is kept")
    func structure() {
        let value = JSONValue.object([
            "b": .array([.number(1), .null, .bool(true), .bool(false)]), "B": .object([:]),
            "a": .array([]),
        ])
        #expect(CanonicalJSON.text(value) == #"{"B":{},"a":[],"b":[1,null,true,false]}"#)
    }

    @Test("text is escaped only where JSON demands it")
    func escapes() {
        #expect(
            CanonicalJSON.text(.string("a\"b\\c\nd\re\tf\u{1}g\u{1f}é/😀\u{7f}"))
                == #""a\"b\\c\nd\re\tf\u0001g\u001fé/😀"# + "\u{7f}\"")
    }

    @Test("what is written reads back as the same value, for random values")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = RandomStream(state: seed)
        for _ in 0..<300 {
            let value = JSONValue.random(&random, depth: 3)
            let text = CanonicalJSON.text(value)
            let read = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
            #expect(read == value, "seed \(seed): \(text)")
            #expect(CanonicalJSON.text(read) == text, "seed \(seed)")
        }
    }

    @Test("values are found and replaced by key path, and nothing is made on the way")
    func paths() {
        let value = JSONValue.object(["a": .object(["b": .number(1)]), "c": .null])
        #expect(value[["a", "b"]] == .number(1))
        #expect(value[["a", "x"]] == nil)
        #expect(value[["c", "x"]] == nil)
        #expect(
            CanonicalJSON.text(value.replacing(["a", "b"], with: .number(2)))
                == #"{"a":{"b":2},"c":null}"#)
        #expect(value.replacing(["a", "x"], with: .number(2)) == value)
    }
}

extension JSONValue {
    static func random(_ stream: inout RandomStream, depth: Int) -> JSONValue {
        switch stream.index(below: depth > 0 ? 6 : 4) {
        case 0: return .null
        case 1: return .bool(stream.index(below: 2) == 0)
        case 2:
            let bits = Double(bitPattern: stream.next())
            return .number(bits.isFinite ? bits : Double(stream.index(below: 1000)))
        case 3:
            return .string(
                String(
                    (0..<stream.index(below: 8)).map { _ in
                        Character(UnicodeScalar(UInt8(stream.index(below: 128))))
                    }))
        case 4:
            return .array(
                (0..<stream.index(below: 4)).map { _ in random(&stream, depth: depth - 1) })
        default:
            var members: [String: JSONValue] = [:]
            for _ in 0..<stream.index(below: 4) {
                members["k\(stream.index(below: 100))"] = random(&stream, depth: depth - 1)
            }
            return .object(members)
        }
    }
}
