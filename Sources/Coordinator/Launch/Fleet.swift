import Core
import Sweeps
import System

/// A launcher with the book kept on it: one step looks, decides and does.
struct Fleet {
    private let launcher: any Launcher
    private let log: LaunchLog
    private var book: AllocationBook
    private var told: [String: AllocationRecord] = [:]
    private var lastTrouble = ""

    /// Why workers cannot be had this way, nil while they may.
    private(set) var failure: CoordinatorError?

    /// A launcher that has launched nothing.
    init(_ launcher: any Launcher, _ log: LaunchLog) {
        self.launcher = launcher
        self.log = log
        book = AllocationBook(launcher.policy)
    }

    /// Goes one step on.
    ///
    /// - Returns: whether to go on; otherwise `failure` says why not.
    mutating func step(_ demand: Demand, _ now: Double) -> Bool {
        let presence = own(demand.allocations)
        var demand = demand
        demand.allocations = presence
        do throws(CoordinatorError) {
            let sights = try launcher.look(presence)
            book.observe(sights, presence, now: now)
            lastTrouble = ""
        } catch {
            book.lookFailed("\(error)", presence, now: now)
            trouble("\(error)")
        }
        for action in launcher.policy.decide(book, demand, now: now) { perform(action, now) }
        record()
        return failure == nil
    }

    /// Notes that everything has been ended.
    mutating func close() {
        for (name, record) in told {
            var record = record
            (record.state, record.reason, record.slots) = ("ended", "the run is over", 0)
            log.add(.allocation(record))
            told[name] = nil
        }
    }

    /// Those slots that named an allocation of this launcher's: `slurm:1234_5` is its `1234_5`.
    private func own(_ all: [String: Demand.Presence]) -> [String: Demand.Presence] {
        let prefix = launcher.name + ":"
        return Dictionary(
            uniqueKeysWithValues: all.compactMap { name, presence in
                name.hasPrefix(prefix) ? (String(name.dropFirst(prefix.count)), presence) : nil
            })
    }

    private mutating func perform(_ action: AllocationPolicy.Action, _ now: Double) {
        switch action {
        case .submit(let count):
            do throws(CoordinatorError) {
                let names = try launcher.submit(count)
                book.submitted(names, now: now)
                tell("submitted", names.joined(separator: " "))
            } catch {
                book.refused(count, "\(error)", now: now)
                trouble("\(error)")
            }
        case .retire(let names, let reason):
            book.retired(names, reason)
            do throws(CoordinatorError) {
                try launcher.retire(names)
                tell("retired", "\(names.joined(separator: " ")): \(reason)")
            } catch {
                trouble("\(error)")
            }
        case .giveUp(let reason):
            failure = CoordinatorError(
                "get workers", launcher.name, reason,
                hint: "grokmap run resumes from what is there")
        }
    }

    /// Says once what goes wrong again and again.
    private mutating func trouble(_ text: String) {
        guard text != lastTrouble else { return }
        lastTrouble = text
        tell("trouble", text)
    }

    private func tell(_ kind: String, _ text: String) {
        guard launcher.isRecorded else { return }
        log.add(
            .event(kind: kind, subject: launcher.name, text: text.onOneLine(atMost: 500)))
    }

    /// Leaves for the ledger what has changed.
    private mutating func record() {
        let ended = book.takeEnded()
        guard launcher.isRecorded else { return }
        for (name, allocation) in ended {
            guard case .ended(_, let reason) = allocation.state else { continue }
            told[name] = nil
            let why = allocation.retired ?? reason
            log.add(.allocation(AllocationRecord(name, launcher.name, "ended", why, 0)))
            tell("allocation", "\(name) ended: \(why)")
        }
        for (name, allocation) in book.allocations {
            let (state, reason) =
                switch allocation.state {
                case .pending(let reason): ("pending", reason)
                case .running: ("running", "")
                case .ending: ("ending", "")
                case .ended(_, let reason): ("ended", reason)
                }
            let record = AllocationRecord(
                name, launcher.name, allocation.retired == nil ? state : "ending",
                allocation.retired ?? reason, allocation.presence.slots)
            guard told[name] != record else { continue }
            told[name] = record
            log.add(.allocation(record))
        }
    }
}

extension AllocationRecord {
    fileprivate init(
        _ name: String, _ launcher: String, _ state: String, _ reason: String, _ slots: Int
    ) {
        self.init(
            launcher: launcher, name: name, state: state,
            reason: reason.onOneLine(atMost: 500), slots: slots)
    }
}
