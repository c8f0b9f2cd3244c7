import Testing
import ZeroMQ

@Suite("CurveKey and CurveKeyPair")
struct CurveKeyTests {
    /// The server's test keys of ZeroMQ RFC 26/32 and the zmq_curve(7) manual.
    private let secret = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
    private let known = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

    @Test("a public key follows from the secret one")
    func derives() throws {
        let key = try #require(CurveKey(z85: secret))
        let pair = try CurveKeyPair(secretKey: key)
        #expect(pair.publicKey.z85 == known)
        #expect(key.bytes.prefix(4) == [0x8E, 0x0B, 0xDD, 0x69])
    }

    @Test("a new pair is consistent and unlike the last one")
    func generates() throws {
        let one = try CurveKeyPair.generate()
        let other = try CurveKeyPair.generate()
        #expect(try CurveKeyPair(secretKey: one.secretKey) == one)
        #expect(one.secretKey != other.secretKey)
        #expect(CurveKey(z85: one.publicKey.z85) == one.publicKey)
        #expect(CurveKey(bytes: one.publicKey.bytes) == one.publicKey)
    }

    @Test(
        "text that is no key is refused",
        arguments: [
            "", "short", "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh",
            "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh~", "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lé",
            "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6JTKVS",
        ])
    func refuses(_ text: String) {
        #expect(CurveKey(z85: text) == nil)
    }

    @Test("a key has 32 bytes")
    func length() {
        #expect(CurveKey(bytes: [UInt8](repeating: 1, count: 31)) == nil)
        #expect(CurveKey(bytes: [UInt8](repeating: 1, count: 32)) != nil)
    }

    @Test("a pair's description does not show the secret key")
    func hidesSecret() throws {
        let key = try #require(CurveKey(z85: secret))
        let pair = try CurveKeyPair(secretKey: key)
        #expect("\(pair)" == "CurveKeyPair(\(known))")
    }
}
