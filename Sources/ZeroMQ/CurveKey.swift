import CZeroMQ

/// A CURVE25519 key: 32 bytes, written as 40 characters of Z85.
package struct CurveKey: Hashable, Sendable {
    /// The raw key, 32 bytes.
    package let bytes: [UInt8]

    /// A key from its 32 bytes; nil for any other length.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// A key from its Z85 text; nil when it is not 40 characters of Z85.
    package init?(z85 text: String) {
        // zmq_z85_decode(3): length must be divisible by 5; it writes 0.8 times as many bytes.
        guard text.utf8.count == 40 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 32)
        guard zmq_z85_decode(&bytes, text) != nil else { return nil }
        self.bytes = bytes
    }

    /// The key as 40 characters of Z85.
    package var z85: String {
        // zmq_z85_encode(3): the buffer needs 1.25 times the size plus one for the zero.
        var text = [CChar](repeating: 0, count: 41)
        var bytes = bytes
        _ = zmq_z85_encode(&text, &bytes, bytes.count)
        return String(decoding: text.prefix(40).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// A CURVE identity: the public key to hand out and the secret one to keep.
package struct CurveKeyPair: Equatable, Sendable, CustomStringConvertible {
    /// What others know this identity by.
    package let publicKey: CurveKey
    /// What proves the identity; a file with it has mode 0600.
    package let secretKey: CurveKey

    /// Makes a new identity from the system's random numbers.
    package static func generate() throws(ZMQError) -> CurveKeyPair {
        var publicText = [CChar](repeating: 0, count: 41)
        var secretText = [CChar](repeating: 0, count: 41)
        try Call.check("zmq_curve_keypair", "new key pair") {
            zmq_curve_keypair(&publicText, &secretText)
        }
        guard let publicKey = CurveKey(characters: publicText),
            let secretKey = CurveKey(characters: secretText)
        else { throw ZMQError(call: "zmq_curve_keypair", code: EINVAL, subject: "new key pair") }
        return CurveKeyPair(publicKey: publicKey, secretKey: secretKey)
    }

    /// The identity that a secret key belongs to.
    package init(secretKey: CurveKey) throws(ZMQError) {
        var publicText = [CChar](repeating: 0, count: 41)
        let secretText = secretKey.z85
        try Call.check("zmq_curve_public", "secret key") {
            zmq_curve_public(&publicText, secretText)
        }
        guard let publicKey = CurveKey(characters: publicText) else {
            throw ZMQError(call: "zmq_curve_public", code: EINVAL, subject: "secret key")
        }
        self.init(publicKey: publicKey, secretKey: secretKey)
    }

    private init(publicKey: CurveKey, secretKey: CurveKey) {
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// The public key only: a log must never show the other one.
    package var description: String { "CurveKeyPair(\(publicKey.z85))" }
}

extension CurveKey {
    fileprivate init?(characters: [CChar]) {
        self.init(
            z85: String(
                decoding: characters.prefix(40).map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
}
