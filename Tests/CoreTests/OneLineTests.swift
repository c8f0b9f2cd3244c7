import Core
import Testing

@Suite struct OneLineTests {
    @Test("a text from elsewhere stays on its line and cannot steer the terminal")
    func onOneLine() {
        #expect("a\u{2028}b\u{2029}".onOneLine == "a\\u{2028}b\\u{2029}")
        #expect("a\nb\u{1B}[2Jc\td\u{9B}e é".onOneLine == "a\\nb\\u{1b}[2Jc\\td\\u{9b}e é")
    }
}
