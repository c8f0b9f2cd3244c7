import Core
import System

/// A host that workers are started on over ssh.
struct RemoteHost: Sendable, Equatable {
    /// As ssh takes it: `node1`, `me@node1`.
    var address: String
    /// Trainer processes, nil for one per core.
    var slots: Int?
    /// Directory there for the worker's files, nil for `~/.cache/grokmap`.
    var directory: String?
    /// The worker program there, nil for the one that is copied.
    var worker: String?
    /// Directory there of the files that cells name, nil for this machine's.
    var data: String?
    /// Further options of ssh.
    var options: [String] = []
}

/// The hosts of `--ssh`: a file with one a line, or a list with commas.
///
/// A line is `[USER@]HOST` and any of `slots=4 dir=/scratch/me worker=/usr/bin/grokmap-worker data=/data ssh=-p2222`; what is
/// behind `#` says nothing. In a list slots stand behind a colon: `node1,me@node2:4`.
struct HostList: Sendable, Equatable {
    /// The hosts, in order.
    var hosts: [RemoteHost]

    /// Reads the option.
    ///
    /// - Throws: `CoordinatorError` naming the line and what is wrong with it.
    init(option: String) throws(CoordinatorError) {
        hosts = []
        if Posix.kind(of: option, following: true) != nil {
            let bytes = try Posix.read(option, atMost: 1 << 24)
            let text: String
            do throws(SweepError) {
                text = try SpecText.decode(bytes)
            } catch {
                throw HostList.error(option, "\(error)")
            }
            try add(file: text, named: option)
            return
        }
        for item in option.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = item.split(separator: ":", omittingEmptySubsequences: false)
            guard halves.count <= 2 else {
                throw HostList.error(option, "\"\(item)\" is no HOST[:SLOTS]")
            }
            let slots = halves.dropFirst().map { "slots=\($0)" }
            try add([String(halves.first ?? "")] + slots, named: option)
        }
    }

    /// Reads a file's text.
    init(file text: String, named name: String) throws(CoordinatorError) {
        hosts = []
        try add(file: text, named: name)
    }

    private mutating func add(file text: String, named name: String) throws(CoordinatorError) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
                .map(String.init)
            if !words.isEmpty { try add(words, named: "\(name):\(number + 1)") }
        }
        guard !hosts.isEmpty else { throw HostList.error(name, "it names no host") }
    }

    private mutating func add(_ words: [String], named place: String) throws(CoordinatorError) {
        // One that begins with a dash would be an option of ssh.
        guard let address = words.first, !address.isEmpty, !address.hasPrefix("-"),
            address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"'\"\\/=$`".utf8.contains($0) })
        else {
            throw HostList.error(place, "\"\(words.first ?? "")\" is no host")
        }
        guard !hosts.contains(where: { $0.address == address }) else {
            throw HostList.error(place, "\(address) is named twice")
        }
        var host = RemoteHost(address: address)
        for word in words.dropFirst() {
            let halves = word.split(separator: "=", maxSplits: 1).map(String.init)
            let value = halves.count == 2 ? halves[1] : ""
            switch (halves.first ?? "", value) {
            case ("slots", _):
                guard let slots = Int(value), (1...4096).contains(slots) else {
                    throw HostList.error(place, "slots \"\(value)\": between 1 and 4096")
                }
                host.slots = slots
            case ("dir", let path) where path.hasPrefix("/"): host.directory = path
            case ("worker", let path) where path.hasPrefix("/"): host.worker = path
            case ("data", let path) where path.hasPrefix("/"): host.data = path
            case ("ssh", let option) where option.hasPrefix("-"): host.options.append(option)
            default:
                throw HostList.error(
                    place, "\"\(word)\"",
                    hint: "slots=N, dir=/PATH, worker=/PATH, data=/PATH or ssh=-OPTION")
            }
        }
        hosts.append(host)
    }

    private static func error(
        _ place: String, _ reason: String, hint: String? = nil
    ) -> CoordinatorError {
        CoordinatorError("read the hosts", place, reason, hint: hint)
    }
}
