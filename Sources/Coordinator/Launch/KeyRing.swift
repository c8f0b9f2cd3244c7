import Core
@preconcurrency import Glibc
import ZeroMQ

/// The keys of a site: the coordinator's own pair, and the public keys of the workers it lets in.
///
/// A directory with `coordinator.key` (secret, 0600), one `NAME.key` per worker made here (secret, 0600, to be moved to
/// its node) and `authorised`, one line `NAME KEY` per worker. Keys are CURVE keys in Z85 (ZeroMQ RFC 32).
struct KeyRing {
    /// A worker that is let in.
    struct Entry: Equatable, Sendable {
        /// Its name.
        var name: String
        /// Its public key.
        var key: CurveKey
    }

    /// The directory.
    let path: String
    private var authorisedPath: String { path + "/authorised" }

    /// The ring in a directory.
    init(_ path: String) { self.path = path }

    /// The coordinator's pair, made on first use.
    ///
    /// - Throws: `CoordinatorError` when the key cannot be made, or others can read it.
    func coordinatorKeys() throws(CoordinatorError) -> CurveKeyPair {
        let file = path + "/coordinator.key"
        if !Posix.exists(file) { try store(try KeyRing.generate(), in: file) }
        return try KeyRing.load(file)
    }

    /// Makes a pair for a worker and lets it in.
    ///
    /// - Returns: the file with its secret key.
    func create(_ name: String) throws(CoordinatorError) -> String {
        try check(name)
        let file = "\(path)/\(name).key"
        guard !Posix.exists(file) else {
            throw CoordinatorError(
                "make the key", file, "it exists",
                hint: "revoke \(name) and remove the file, or choose another name")
        }
        let keys = try KeyRing.generate()
        try authorise(name, keys.publicKey)
        try store(keys, in: file)
        return file
    }

    /// Makes a pair for a worker, lets it in, and puts all it needs into one line; its secret key is kept nowhere else.
    func invite(_ name: String, to address: String) throws(CoordinatorError) -> JoinToken {
        guard address.hasPrefix("tcp://") else {
            throw CoordinatorError(
                "invite", address, "not an address",
                hint: "write tcp://HOST:PORT as the worker's machine reaches it")
        }
        let server = try coordinatorKeys().publicKey.z85
        let keys = try KeyRing.generate()
        try authorise(name, keys.publicKey)
        return JoinToken(address: address, serverKey: server, secretKey: keys.secretKey.z85)
    }

    /// The workers let in, in the order they were added.
    func entries() throws(CoordinatorError) -> [Entry] {
        guard Posix.exists(authorisedPath) else { return [] }
        let text = String(decoding: try Posix.read(authorisedPath), as: UTF8.self)
        var entries: [Entry] = []
        for (number, line) in text.split(whereSeparator: \.isNewline).enumerated() {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 2, let key = CurveKey(z85: words[1]) else {
                throw CoordinatorError(
                    "read the keys", "\(authorisedPath):\(number + 1)", "expected NAME KEY")
            }
            entries.append(Entry(name: words[0], key: key))
        }
        return entries
    }

    /// Lets a worker in whose pair was made elsewhere.
    func authorise(_ name: String, _ key: CurveKey) throws(CoordinatorError) {
        try check(name)
        let present = try entries()
        guard !present.contains(where: { $0.name == name }) else {
            throw CoordinatorError("authorise", name, "there is a key of that name already")
        }
        try store(present + [Entry(name: name, key: key)])
    }

    /// Lets a worker in no more: a running coordinator learns of it within seconds, and turns away who has it.
    func revoke(_ name: String) throws(CoordinatorError) {
        let present = try entries()
        guard present.contains(where: { $0.name == name }) else {
            throw CoordinatorError("revoke", name, "there is no key of that name")
        }
        try store(present.filter { $0.name != name })
    }

    private func check(_ name: String) throws(CoordinatorError) {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.".utf8)
        guard !name.isEmpty, name != "coordinator", name.utf8.allSatisfy(allowed.contains),
            !name.hasPrefix(".")
        else {
            throw CoordinatorError(
                "name the key", name, "not a name", hint: "use letters, digits, - and _")
        }
    }

    private func store(_ entries: [Entry]) throws(CoordinatorError) {
        try Posix.makeDirectory(path)
        let text = entries.map { "\($0.name) \($0.key.z85)\n" }.joined()
        try Posix.writeDurably(Array(text.utf8), to: authorisedPath)
    }

    private func store(_ keys: CurveKeyPair, in file: String) throws(CoordinatorError) {
        try Posix.makeDirectory(path)
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CoordinatorError("write the key", file, errno: errno) }
        defer { close(descriptor) }
        let text = "public \(keys.publicKey.z85)\nsecret \(keys.secretKey.z85)\n"
        try Posix.write(Array(text.utf8), to: descriptor, file)
    }

    private static func load(_ file: String) throws(CoordinatorError) -> CurveKeyPair {
        var status = stat()
        guard stat(file, &status) == 0 else {
            throw CoordinatorError("read the key", file, errno: errno)
        }
        guard status.st_mode & 0o077 == 0 else {
            throw CoordinatorError(
                "read the key", file, "other users can read it",
                hint: "chmod 600 it, and make a new one if it may have been read")
        }
        let text = String(decoding: try Posix.read(file), as: UTF8.self)
        let secret = text.split(whereSeparator: \.isNewline).compactMap { line -> CurveKey? in
            let words = line.split(separator: " ").map(String.init)
            return words.count == 2 && words[0] == "secret" ? CurveKey(z85: words[1]) : nil
        }
        guard let key = secret.first else {
            throw CoordinatorError("read the key", file, "it holds no secret key")
        }
        do {
            return try CurveKeyPair(secretKey: key)
        } catch {
            throw CoordinatorError("read the key", file, "\(error)")
        }
    }

    private static func generate() throws(CoordinatorError) -> CurveKeyPair {
        do {
            return try CurveKeyPair.generate()
        } catch {
            throw CoordinatorError("make a key", "CURVE", "\(error)")
        }
    }
}
