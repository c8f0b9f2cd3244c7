import Core
import Foundation
import Synchronization
import System

/// Workers on hosts that ssh reaches: one per host, started detached; whether it works is told by its slots' registration.
final class SSHLauncher: Launcher {
    /// What is known of one host.
    private struct Station: Sendable {
        var commands: RemoteCommands
        var worker: RemoteCommands.Started?
        /// Starts in a row after which no slot registered.
        var starts = 0
        /// Why it cannot be used, or was not when it was last tried.
        var trouble: String?
        /// When it was last known to have slots, or was started, or was looked at.
        var seen: ContinuousClock.Instant
    }

    let name = "ssh"
    let isRecorded = true
    let interval = 1.0
    let policy: AllocationPolicy

    private var stations: [Station]
    private let options: WorkerOptions
    private let token: String
    private let bundle: WorkerBundle?
    private var archive: [UInt8] = []
    private let logs: String
    private let clock = ContinuousClock()

    /// Starts of one host, without a slot that registers, after which it is left alone.
    private static let mostStarts = 3
    /// Connections at a time, and seconds between two that begin: sshd drops those that come all at once (sshd_config(5),
    /// MaxStartups).
    private static let connections = 8
    private static let stagger = 0.1

    /// Workers on these hosts.
    ///
    /// - Parameters:
    ///   - list: the hosts.
    ///   - bundle: the program, for hosts that do not have their own.
    ///   - options: what workers are told.
    ///   - token: the line that lets them in.
    ///   - mark: tells this sweep's files on a host from those of others.
    ///   - logs: a directory for what workers wrote, filled at the end.
    init(
        _ list: HostList, bundle: WorkerBundle?, options: WorkerOptions, token: String,
        mark: String,
        logs: String
    ) {
        self.options = options
        self.token = token
        self.bundle = bundle
        self.logs = logs
        let now = clock.now
        stations = list.hosts.map { host in
            Station(
                commands: RemoteCommands(
                    host: host, bundle: host.worker == nil ? bundle?.name : nil, mark: mark),
                seen: now)
        }
        policy = AllocationPolicy(
            maximum: list.hosts.count, slotsEach: list.hosts.compactMap(\.slots).max() ?? 1,
            idleSeconds: .infinity, registerSeconds: 90, unknownSeconds: .infinity, spacing: 3,
            longestSpacing: 60, atOnce: list.hosts.count)
    }

    func submit(_ count: Int) throws(CoordinatorError) -> [String] {
        let free = stations.indices.filter {
            stations[$0].worker == nil && stations[$0].starts < SSHLauncher.mostStarts
        }
        guard !free.isEmpty else {
            let reasons = stations.compactMap { station in
                station.trouble.map { "\(station.commands.host.address): \($0)" }
            }
            throw CoordinatorError(
                "start workers", "ssh",
                reasons.isEmpty ? "every host has its worker" : reasons.joined(separator: "; "))
        }
        // Those that have not failed come first.
        let chosen = free.sorted { (stations[$0].starts, $0) < (stations[$1].starts, $1) }
            .prefix(count)
        if bundle != nil, archive.isEmpty { archive = try bundle?.archive() ?? [] }
        let work = chosen.map { (place: $0, station: stations[$0]) }
        let (archive, options, token) = (archive, options, token)
        let outcomes = SSHLauncher.each(work.map(\.station)) {
            station throws(CoordinatorError) in
            try SSHLauncher.start(station.commands, archive, options, token)
        }
        for ((place, _), outcome) in zip(work, outcomes) {
            stations[place].starts += 1
            stations[place].seen = clock.now
            switch outcome {
            case .success(let worker):
                stations[place].worker = worker
                stations[place].trouble = nil
            case .failure(let error): stations[place].trouble = error.reason
            }
        }
        return chosen.map { stations[$0].commands.host.address }
    }

    func look(
        _ presence: [String: Demand.Presence]
    ) throws(CoordinatorError) -> [String: AllocationState] {
        var states: [String: AllocationState] = [:]
        for place in stations.indices {
            let address = stations[place].commands.host.address
            guard let worker = stations[place].worker else {
                if let trouble = stations[place].trouble {
                    states[address] = .ended(.failed, trouble)
                }
                continue
            }
            states[address] = .running
            if presence[address] != nil {
                stations[place].starts = 0
                stations[place].seen = clock.now
            } else if clock.now - stations[place].seen > .seconds(8) {
                stations[place].seen = clock.now
                // A host that does not answer may still: the policy's patience decides.
                let answer = try? SSHLauncher.ssh(
                    stations[place].commands.host, stations[place].commands.look(worker),
                    patience: 20)
                guard let answer, answer.code == 0, let words = answer.output.dead else { continue }
                stations[place].worker = nil
                stations[place].trouble = words
                states[address] = .ended(.failed, words)
            }
        }
        return states
    }

    func retire(_ names: [String]) throws(CoordinatorError) {
        for complaint in end(names, patience: 0) { Screen.write("grokmap: \(complaint)\n") }
    }

    func handOver() {
        let running = stations.filter { $0.worker != nil }
        _ = SSHLauncher.each(running) { station throws(CoordinatorError) in
            guard let worker = station.worker else { return }
            _ = try SSHLauncher.ssh(
                station.commands.host, station.commands.handOver(worker), patience: 20)
        }
    }

    func end(patience: Double) -> [String] {
        end(stations.map(\.commands.host.address), patience: patience)
    }

    /// Ends the workers of these hosts and fetches what they wrote.
    private func end(_ names: [String], patience: Double) -> [String] {
        let places = stations.indices.filter {
            stations[$0].worker != nil && names.contains(stations[$0].commands.host.address)
        }
        let outcomes = SSHLauncher.each(places.map { stations[$0] }) {
            station throws(CoordinatorError) -> String in
            guard let worker = station.worker else { return "gone\n" }
            let answer = try SSHLauncher.ssh(
                station.commands.host, station.commands.end(worker, patience: patience),
                patience: 40 + patience)
            guard answer.code == 0 || answer.output.hasPrefix("gone") else {
                throw CoordinatorError(
                    "end the worker", station.commands.host.address, answer.complaint)
            }
            return answer.output
        }
        var complaints: [String] = []
        for (place, outcome) in zip(places, outcomes) {
            let host = stations[place].commands.host.address
            let process = stations[place].worker.map { "process \($0.pid)" } ?? "it"
            stations[place].worker = nil
            switch outcome {
            case .success(let text) where text.hasPrefix("gone"):
                let log = text.drop { !$0.isNewline }.dropFirst()
                do throws(CoordinatorError) {
                    try Posix.makeDirectory(logs)
                    try Posix.writeDurably(Array(log.utf8), to: "\(logs)/\(host).log")
                } catch { complaints.append("the log of \(host): \(error)") }
            case .success: complaints.append("\(host): \(process) could not be ended")
            case .failure(let error):
                complaints.append("\(host): \(process) may be left: \(error.reason)")
            }
        }
        return complaints
    }

    // MARK: On the wire

    private static func start(
        _ commands: RemoteCommands, _ archive: [UInt8], _ options: WorkerOptions, _ token: String
    ) throws(CoordinatorError) -> RemoteCommands.Started {
        let host = commands.host
        if commands.bundle != nil {
            let found = try ssh(host, commands.probe, patience: 60)
            guard found.code == 0 else { throw refusal(host, found) }
            if !found.output.contains("present") {
                let copied = try ssh(host, commands.copy, archive, patience: 600)
                guard copied.code == 0 else { throw refusal(host, copied) }
            }
        }
        let answer = try ssh(
            host, commands.start(options, token), Array((token + "\n").utf8), patience: 60)
        guard answer.code == 0, let worker = RemoteCommands.started(answer.output) else {
            throw refusal(host, answer)
        }
        return worker
    }

    private static func refusal(
        _ host: RemoteHost, _ answer: ChildCommand.Outcome
    ) -> CoordinatorError {
        CoordinatorError("start a worker", host.address, answer.complaint)
    }

    private static func ssh(
        _ host: RemoteHost, _ command: String, _ input: [UInt8] = [], patience: Double
    ) throws(CoordinatorError) -> ChildCommand.Outcome {
        let words =
            ["ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o"]
            + ["ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"] + host.options
            + [host.address, command]
        return try ChildCommand(words: words, input: input, patience: patience).run()
    }

    /// Does something with several hosts at a time, one beginning after the other.
    private static func each<Value: Sendable>(
        _ stations: [Station],
        _ body: @escaping @Sendable (Station) throws(CoordinatorError) -> Value
    ) -> [Result<Value, CoordinatorError>] {
        let results = Mutex<[Int: Result<Value, CoordinatorError>]>([:])
        let queue = OperationQueue()
        queue.maxConcurrentOperationCount = connections
        for (place, station) in stations.enumerated() {
            queue.addOperation {
                let result = Result { () throws(CoordinatorError) in try body(station) }
                results.withLock { $0[place] = result }
            }
            if place + 1 < stations.count { Thread.sleep(forTimeInterval: stagger) }
        }
        queue.waitUntilAllOperationsAreFinished()
        return results.withLock { found in stations.indices.compactMap { found[$0] } }
    }
}

extension String {
    /// The last words of a worker that a host says is dead, nil for one that lives.
    fileprivate var dead: String? {
        guard hasPrefix("dead") else { return nil }
        let words = dropFirst(5).split(whereSeparator: \.isNewline).first
        return words.map { String($0).onOneLine(atMost: 300) } ?? "it ended without a word"
    }
}
