import Core
@preconcurrency import Glibc
import System
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
    /// - Throws: `CoordinatorError` when the key cannot be made, or others can read or replace it.
    func coordinatorKeys() throws(CoordinatorError) -> CurveKeyPair {
        let file = path + "/coordinator.key"
        if !Posix.exists(file) {
            try locked { () throws(CoordinatorError) in
                guard !Posix.exists(file) else { return }
                try store(try KeyRing.generate(), in: file)
            }
        }
        try checkOwner(path)
        return try KeyRing.load(file)
    }

    /// Makes a pair for a worker and lets it in.
    ///
    /// - Returns: the file with its secret key.
    func create(_ name: String) throws(CoordinatorError) -> String {
        try check(name)
        let file = "\(path)/\(name).key"
        try locked { () throws(CoordinatorError) in
            guard !Posix.exists(file) else {
                throw CoordinatorError(
                    "make the key", file, "it exists",
                    hint: "revoke \(name) and remove the file, or choose another name")
            }
            let keys = try KeyRing.generate()
            try add(name, keys.publicKey)
            try store(keys, in: file)
        }
        return file
    }

    /// Makes a pair for a worker, lets it in, and puts all it needs into one line; its secret key is kept nowhere else.
    func invite(_ name: String, to address: String) throws(CoordinatorError) -> JoinToken {
        guard case .tcp? = try? Endpoint(address, to: .connect) else {
            throw CoordinatorError(
                "invite", address, "not an address",
                hint: "write tcp://HOST:PORT as the worker's machine reaches it")
        }
        let server = try coordinatorKeys().publicKey.z85
        let keys = try KeyRing.generate()
        try authorise(name, keys.publicKey)
        return JoinToken(address: address, serverKey: server, secretKey: keys.secretKey.z85)
    }

    /// The pair of the workers that a coordinator launches itself, made and let in on first use, and again once it has been
    /// revoked or its file is gone. Workers that an earlier coordinator left behind have the same.
    func launchedKeys() throws(CoordinatorError) -> CurveKeyPair {
        let name = "launched"
        let file = "\(path)/\(name).key"
        switch (Posix.exists(file), try entries().contains { $0.name == name }) {
        case (true, true): return try KeyRing.load(file)
        case (true, false): unlink(file)
        // Nobody has its secret any more, for instance where the one who made it was killed before it was written.
        case (false, true): try revoke(name)
        case (false, false): break
        }
        return try KeyRing.load(create(name))
    }

    /// The workers let in, in the order they were added. Empty lines and those that begin with # say nothing.
    ///
    /// - Parameter passingOverDamage: whether a line that names no key is passed over, rather than thrown for: in a running
    ///   coordinator it must not keep those in whose lines have gone.
    /// - Returns: name and key of each.
    /// - Throws: `CoordinatorError` when the list cannot be read, or a line names no key.
    func entries(passingOverDamage: Bool = false) throws(CoordinatorError) -> [Entry] {
        guard Posix.exists(authorisedPath) else { return [] }
        try checkOwner(authorisedPath)
        let text = String(decoding: try Posix.read(authorisedPath), as: UTF8.self)
        var entries: [Entry] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard words.count == 2, let key = CurveKey(z85: words[1]) else {
                if passingOverDamage { continue }
                throw CoordinatorError(
                    "read the keys", "\(authorisedPath):\(number + 1)", "expected NAME KEY")
            }
            entries.append(Entry(name: first, key: key))
        }
        return entries
    }

    /// Lets a worker in whose pair was made elsewhere.
    func authorise(_ name: String, _ key: CurveKey) throws(CoordinatorError) {
        try check(name)
        try locked { () throws(CoordinatorError) in try add(name, key) }
    }

    /// Lets a worker in no more: a running coordinator learns of it within seconds, and turns away who has it.
    func revoke(_ name: String) throws(CoordinatorError) {
        try locked { () throws(CoordinatorError) in
            let present = try entries()
            guard present.contains(where: { $0.name == name }) else {
                throw CoordinatorError("revoke", name, "there is no key of that name")
            }
            try store(present.filter { $0.name != name })
        }
    }

    // MARK: Under the lock

    private func add(_ name: String, _ key: CurveKey) throws(CoordinatorError) {
        let present = try entries()
        guard !present.contains(where: { $0.name == name }) else {
            throw CoordinatorError("authorise", name, "there is a key of that name already")
        }
        if let other = present.first(where: { $0.key == key }) {
            throw CoordinatorError(
                "authorise", name, "that key is let in already, as \(other.name)",
                hint: "revoking one name would leave the other")
        }
        try store(present + [Entry(name: name, key: key)])
    }

    /// Does something while no other command changes the keys: commands that run at once lose none.
    private func locked(_ body: () throws(CoordinatorError) -> Void) throws(CoordinatorError) {
        if !Posix.exists(path) { try Posix.makeDirectory(path) }
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CoordinatorError("open the keys", path, errno: errno) }
        // Closing gives the lock up.
        defer { close(descriptor) }
        // Right after it was made with a generous umask nobody else has a use for it yet.
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_uid == geteuid(), Posix.list(path).isEmpty {
            fchmod(descriptor, 0o700)
        }
        try checkOwner(path)
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                throw CoordinatorError("lock the keys", path, errno: errno)
            }
        }
        try body()
    }

    /// Refuses what somebody else owns or may write: whoever could change who is let in.
    private func checkOwner(_ place: String) throws(CoordinatorError) {
        var status = stat()
        guard stat(place, &status) == 0 else {
            throw CoordinatorError("read the keys", place, errno: errno)
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw CoordinatorError(
                "use the keys", place, "it belongs to another user (\(status.st_uid))",
                hint: "whoever owns it could let anybody in")
        }
        guard status.st_mode & 0o022 == 0 else {
            throw CoordinatorError(
                "use the keys", place, "other users can write it",
                hint: "chmod go-w it, and look at who is let in with grokmap keys list")
        }
    }

    private func check(_ name: String) throws(CoordinatorError) {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.".utf8)
        guard !name.isEmpty, name.utf8.count <= 100, name != "coordinator",
            name.utf8.allSatisfy(allowed.contains), !name.hasPrefix("."), !name.hasPrefix("-")
        else {
            throw CoordinatorError(
                "name the key", name.onOneLine(atMost: 100), "not a name",
                hint: "use letters, digits, - and _")
        }
    }

    private func store(_ entries: [Entry]) throws(CoordinatorError) {
        let text = entries.map { "\($0.name) \($0.key.z85)\n" }.joined()
        let temporary = try write(text)
        try Posix.publish(temporary, as: authorisedPath)
    }

    private func store(_ keys: CurveKeyPair, in file: String) throws(CoordinatorError) {
        let temporary = try write(
            "public \(keys.publicKey.z85)\nsecret \(keys.secretKey.z85)\n")
        // A key that is there is never replaced.
        let status = link(temporary, file)
        let code = errno
        unlink(temporary)
        guard status == 0 else { throw CoordinatorError("write the key", file, errno: code) }
    }

    /// Writes a file of its own, private whatever the umask, that nothing but a rename or a link makes one of the ring.
    private func write(_ text: String) throws(CoordinatorError) -> String {
        let temporary = "\(path)/.\(getpid()).\(UInt64.random(in: 0...UInt64.max))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CoordinatorError("write the key", temporary, errno: errno)
        }
        defer { close(descriptor) }
        do throws(CoordinatorError) {
            try Posix.write(Array(text.utf8), to: descriptor, temporary)
            guard fsync(descriptor) == 0 else {
                throw CoordinatorError("write the key", temporary, errno: errno)
            }
        } catch {
            unlink(temporary)
            throw error
        }
        return temporary
    }

    private static func load(_ file: String) throws(CoordinatorError) -> CurveKeyPair {
        var status = stat()
        guard stat(file, &status) == 0 else {
            throw CoordinatorError("read the key", file, errno: errno)
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw CoordinatorError(
                "read the key", file, "it belongs to another user (\(status.st_uid))")
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
            // One that begins with a dash would be taken for an option where it is written.
            while true {
                let keys = try CurveKeyPair.generate()
                if !keys.publicKey.z85.hasPrefix("-") { return keys }
            }
        } catch {
            throw CoordinatorError("make a key", "CURVE", "\(error)")
        }
    }
}
