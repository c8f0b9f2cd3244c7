import Core
import Testing

@Suite struct OneLineTests {
    @Test("a text from elsewhere stays on its line and cannot steer the terminal")
    func onOneLine() {
        #expect("a\u{2028}b\u{2029}".onOneLine == "a\\u{2028}b\\u{2029}")
        #expect("a\nb\u{1B}[2Jc\td\u{9B}e é".onOneLine == "a\\nb\\u{1b}[2Jc\\td\\u{9b}e é")
    }

    @Test("no mark that turns the order of what is read gets through, and other scripts stay")
    func turning() {
        #expect(
            "a\u{202E}b\u{2066}c\u{200F}d\u{61C}".onOneLine
                == "a\\u{202e}b\\u{2066}c\\u{200f}d\\u{61c}")
        #expect("Ångström 東京 שלום".onOneLine == "Ångström 東京 שלום")
    }

    @Test("a text that nobody means is cut off")
    func long() {
        #expect("abc".onOneLine(atMost: 3) == "abc")
        #expect("abcd".onOneLine(atMost: 3) == "abc…")
        #expect(String(repeating: "\n", count: 1_000_000).onOneLine(atMost: 4) == "\\n\\n…")
    }
}
