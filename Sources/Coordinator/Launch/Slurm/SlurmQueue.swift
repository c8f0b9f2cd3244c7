import Core

/// Slurm's queue as squeue(1) prints it.
enum SlurmQueue {
    /// Options that make squeue print one line for each job of a name: `1234_5|PENDING|Resources`.
    static func arguments(jobName: String, user: UInt32) -> [String] {
        [
            "--noheader", "--array", "--states=all", "--user=\(user)", "--name=\(jobName)",
            "--format=%i|%T|%r",
        ]
    }

    /// Where the jobs stand, by their names; lines that are none of ours are passed over.
    static func states(_ output: String) -> [String: AllocationState] {
        var states: [String: AllocationState] = [:]
        for line in output.split(whereSeparator: \.isNewline) {
            let fields = line.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, let name = name(fields[0]) else { continue }
            states[name] = state(String(fields[1]), reason: String(fields[2]))
        }
        return states
    }

    private static func name(_ field: Substring) -> String? {
        let text = field.filter { !$0.isWhitespace }
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ Int($0) != nil }) else {
            return nil
        }
        return String(text)
    }

    /// What a state and its reason mean (squeue(1), JOB STATE CODES and JOB REASON CODES).
    static func state(_ word: String, reason: String) -> AllocationState {
        let reason = reason == "None" ? "" : reason
        switch word {
        case "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD",
            "SPECIAL_EXIT", "SUSPENDED", "STOPPED":
            let name = word == "PENDING" ? "" : word.lowercased()
            return .pending([name, reason].filter { !$0.isEmpty }.joined(separator: ", "))
        case "RUNNING", "RESIZING", "SIGNALING", "STAGE_OUT": return .running
        case "COMPLETING": return .ending
        case "COMPLETED": return .ended(.failed, "it completed")
        case "CANCELLED", "PREEMPTED", "NODE_FAIL", "BOOT_FAIL", "REVOKED":
            return .ended(.taken, words(word, reason))
        // FAILED, TIMEOUT, DEADLINE, OUT_OF_MEMORY, and what future versions may add.
        default: return .ended(.failed, words(word, reason))
        }
    }

    private static func words(_ word: String, _ reason: String) -> String {
        reason.isEmpty ? word.lowercased() : "\(word.lowercased()) (\(reason))"
    }
}
