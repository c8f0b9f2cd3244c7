import BLAS
import Foundation
import System
import Training

/// What the environment of a process that trains must hold: OpenBLAS reads it when it is loaded, before `main`.
struct TrainingEnvironment: Sendable {
    /// The whole environment.
    let variables: [String: String]
    /// The kernel set that our own vector loops use.
    let kernelSet: String
    /// One sentence for the log when the choice deserves it.
    let note: String?

    /// Decides about the OpenBLAS core and our kernel set.
    ///
    /// A core that is pinned by name pins our kernels of the same vector width too: then unlike machines compute the same
    /// bits. Otherwise they are the widest that the processor has.
    ///
    /// - Parameters:
    ///   - option: `inherit`, `auto` or a core's name.
    ///   - inherited: the environment of this process.
    ///   - features: what the processor offers.
    ///   - attempt: loads OpenBLAS in a process with this environment and multiplies.
    /// - Throws: `WorkerFailure` for a core that is unknown, too wide for this processor, or wrong on it.
    init(
        blasCore option: String, inherited: [String: String],
        features: ProcessorFeatures = .present,
        attempt: ([String: String]) -> BLASCoreTrial = BLASTrialCommand.run
    ) throws(WorkerFailure) {
        var variables = inherited
        // Two BLAS threads on a toy cell are eight times slower than one, and slots share the cores anyway.
        for name in TrainingEnvironment.threadVariables { variables[name] = "1" }
        let isDecided = variables.removeValue(forKey: TrainingEnvironment.decided) != nil
        let choice: BLASCoreChoice
        do {
            choice = option == "inherit" ? .inherited : try BLASCoreChoice(option: option)
        } catch {
            throw TrainingEnvironment.failure(error)
        }
        kernelSet = try TrainingEnvironment.kernelSet(choice)
        if isDecided {
            note = nil
        } else {
            let plain = variables
            let decision: BLASCoreDecision
            do {
                decision = try choice.decide(
                    inherited: inherited[BLASCoreChoice.variable], features: features
                ) { core in
                    attempt(
                        core.map { plain.merging([BLASCoreChoice.variable: $0]) { _, new in new } }
                            ?? plain.filter { $0.key != BLASCoreChoice.variable })
                }
            } catch {
                throw TrainingEnvironment.failure(error)
            }
            variables[BLASCoreChoice.variable] = decision.value
            note = decision.note
        }
        // Swift's crash handler halts a crashing process to describe it, for seconds and, when threads crash together, for
        // good; a slot that crashes is to be gone, and the last line of the log is to say so.
        if variables[TrainingEnvironment.backtrace] == nil {
            variables[TrainingEnvironment.backtrace] = "enable=no"
        }
        self.variables = variables
    }

    private static func failure(_ error: BLASError) -> WorkerFailure {
        WorkerFailure("--blas-core", subject: error.subject, why: error.problem, hint: error.hint)
    }

    private static let backtrace = "SWIFT_BACKTRACE"
    /// Set where this program has restarted itself: what it finds in its environment then is its own decision.
    private static let decided = "GROKMAP_BLAS_CORE_DECIDED"
    private static let threadVariables = ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"]

    private static func kernelSet(_ choice: BLASCoreChoice) throws(WorkerFailure) -> String {
        guard case .named(let core) = choice else { return KernelSet.best.name }
        let bits = BLASCoreChoice.vectorBits[core] ?? 128
        let name = kernelSet(vectorBits: bits)
        guard KernelSet(named: name) != nil else {
            throw WorkerFailure(
                "--blas-core", subject: core,
                why: "needs \(bits)-bit vectors, this processor has \(KernelSet.processorBits)-bit",
                hint: "pin a core that all your machines have")
        }
        return name
    }

    /// The kernel set whose vectors are as wide as those of a core.
    static func kernelSet(vectorBits: Int) -> String {
        switch vectorBits {
        case 512...: "avx512"
        case 256...: "avx2"
        default: "baseline"
        }
    }

    /// The kernel set of this name.
    static func kernels(named name: String) throws(WorkerFailure) -> KernelSet {
        guard let kernels = KernelSet(named: name) else {
            let known = KernelSet.available.map(\.name).joined(separator: ", ")
            throw WorkerFailure(
                "kernel set", subject: name, why: "not on this processor, which has \(known)")
        }
        return kernels
    }

    /// Restarts this program when the environment it was started with is not this one; returns when it is. Says the note
    /// once.
    func enter() throws(WorkerFailure) {
        if let note { StandardError.write("grokmap-worker: \(note)\n") }
        let present = ProcessInfo.processInfo.environment
        let names = [BLASCoreChoice.variable] + TrainingEnvironment.threadVariables
        guard names.contains(where: { present[$0] != variables[$0] }) else { return }
        var argv = ProcessArguments.all.map { strdup($0) } + [nil]
        var envp = variables.map { strdup("\($0.key)=\($0.value)") }
        envp += [strdup("\(TrainingEnvironment.decided)=1"), nil]
        execve(ProcessIdentity.program, &argv, &envp)
        let code = errno
        for pointer in argv + envp { free(pointer) }
        throw WorkerFailure(
            "restart", subject: "grokmap-worker",
            why: "\(String(cString: strerror(code))) (\(code))")
    }
}
