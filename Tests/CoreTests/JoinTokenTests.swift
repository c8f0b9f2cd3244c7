import Testing

@testable import Core

@Suite("JoinToken")
struct JoinTokenTests {
    private let token = JoinToken(
        address: "tcp://node7:5555", serverKey: "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7",
        secretKey: "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6")

    @Test("a token is one line of harmless characters and comes back as it was")
    func roundTrip() {
        let text = token.text
        #expect(text.hasPrefix("grokmap-join-1."))
        #expect(text.allSatisfy { $0.isLetter || $0.isNumber || "-.+/=".contains($0) })
        #expect(JoinToken(parsing: text) == token)
        #expect(JoinToken(parsing: " \(text)\n") == token)
    }

    @Test("text that is no token reads as none")
    func unreadable() {
        let short = JoinToken(address: "tcp://a:1", serverKey: "x", secretKey: "y").text
        let other = JoinToken(
            address: "ipc:///tmp/x", serverKey: token.serverKey, secretKey: token.secretKey
        ).text
        let long = "grokmap-join-1." + String(repeating: "AAAA", count: 2000)
        for text in [
            "", "grokmap-join-1.", "grokmap-join-1.!!", "x" + token.text, short, other, long,
        ] {
            #expect(JoinToken(parsing: text) == nil, "\(text.prefix(40))")
        }
    }
}
