import Foundation

/// When this machine takes a worker away: a batch system's limit, or what the person who started it says.
struct WallTime: Sendable, Equatable {
    /// Seconds from now.
    let seconds: Double

    /// The time left, nil when nobody says when the end is.
    ///
    /// - Parameters:
    ///   - option: seconds, or `[days-]hours:minutes:seconds` as Slurm writes times; nil to ask the environment.
    ///   - environment: `SLURM_JOB_END_TIME` is the end in seconds since 1970 (srun(1)).
    ///   - date: the time now.
    /// - Throws: `WorkerFailure` for an option that is no time.
    init?(option: String?, environment: [String: String], at date: Date) throws(WorkerFailure) {
        if let option {
            guard let seconds = WallTime.seconds(option) else {
                throw WorkerFailure(
                    "--wall-time", subject: option, why: "not a time",
                    hint: "seconds, or [days-]hours:minutes:seconds")
            }
            self.seconds = seconds
        } else if let end = environment["SLURM_JOB_END_TIME"].flatMap(Double.init), end.isFinite {
            seconds = max(0, min(1e9, end - date.timeIntervalSince1970))
        } else {
            return nil
        }
    }

    /// How long before the end a worker hands over what it holds.
    var margin: Double { min(90, seconds / 10) }

    /// Seconds in a text, nil when it is none.
    static func seconds(_ text: String) -> Double? {
        let halves = text.split(separator: "-", omittingEmptySubsequences: false)
        guard halves.count <= 2, let clock = halves.last else { return nil }
        let days = halves.count == 2 ? Double(halves[0]) : 0
        let fields = clock.split(separator: ":", omittingEmptySubsequences: false).map {
            Double($0)
        }
        guard let days, fields.count <= 3, fields.allSatisfy({ $0 != nil }) else { return nil }
        let seconds = fields.compactMap(\.self).reduce(0) { $0 * 60 + $1 } + days * 86_400
        return (0...1e9).contains(seconds) ? seconds : nil
    }

    /// Seconds since this machine was started, the same for all its processes (CLOCK_MONOTONIC).
    static var monotonicNow: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
