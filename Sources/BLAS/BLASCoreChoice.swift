/// Which OpenBLAS kernel core a child process is to use; the library reads `OPENBLAS_CORETYPE` when it is loaded.
package enum BLASCoreChoice: Sendable, Hashable {
    /// What the environment says; the best right one where it says nothing.
    case inherited
    /// The best core whose products are right here, whatever the environment says.
    case automatic
    /// One core by name, so that results are bit-identical across unlike nodes.
    case named(String)

    /// The environment variable that the library reads.
    package static let variable = "OPENBLAS_CORETYPE"

    /// The cores of x86-64 that OpenBLAS knows, with the width of their vectors in bits
    /// (OpenBLAS 0.3, `driver/others/dynamic.c`).
    package static let vectorBits: [String: Int] = [
        "Prescott": 128, "Core2": 128, "Penryn": 128, "Dunnington": 128, "Nehalem": 128,
        "Athlon": 128, "Opteron": 128, "Opteron_SSE3": 128, "Barcelona": 128, "Bobcat": 128,
        "Atom": 128, "Nano": 128, "Sandybridge": 256, "Bulldozer": 256, "Piledriver": 256,
        "Steamroller": 256, "Excavator": 256, "Haswell": 256, "Zen": 256, "SkylakeX": 512,
        "Cooperlake": 512, "SapphireRapids": 512,
    ]

    /// The width of a core's vectors, its name in any case; nil for a core that grokmap does not know.
    package static func bits(_ core: String) -> Int? {
        vectorBits[core] ?? vectorBits.first { $0.key.lowercased() == core.lowercased() }?.value
    }

    /// Reads the value of `--blas-core`: `auto`, or a core's name in any case.
    package init(option: String) throws(BLASError) {
        if option.lowercased() == "auto" {
            self = .automatic
            return
        }
        let name = BLASCoreChoice.vectorBits.keys.first { $0.lowercased() == option.lowercased() }
        guard let name else {
            throw BLASError(
                call: "choose a BLAS core", subject: option, problem: "no such core",
                hint: "auto, or one of "
                    + BLASCoreChoice.vectorBits.keys.sorted().joined(separator: ", "))
        }
        self = .named(name)
    }

    /// What a child's environment holds under this choice.
    ///
    /// - Parameters:
    ///   - inherited: the variable's value in the parent's environment.
    ///   - features: what the processor offers.
    ///   - attempt: loads the library in a process of its own with this value of the variable, or without it.
    /// - Returns: the variable's value and, where the choice deserves one, a note.
    /// - Throws: `BLASError` when the core that was asked for, or every core, multiplies wrongly here.
    package func decide(
        inherited: String?, features: ProcessorFeatures, attempt: (String?) -> BLASCoreTrial
    ) throws(BLASError) -> BLASCoreDecision {
        switch self {
        case .automatic: return try BLASCoreChoice.best(features, attempt)
        case .named(let name):
            let trial = attempt(name)
            try BLASCoreChoice.demand(name, trial, "--blas-core auto takes one that is right")
            return BLASCoreDecision(value: name, core: name)
        case .inherited:
            guard let inherited, !inherited.isEmpty else {
                return try BLASCoreChoice.best(features, attempt)
            }
            return try BLASCoreChoice.respect(inherited, features, attempt)
        }
    }

    /// The library's own choice where it is right and as wide as the processor allows; else the widest core that is right.
    ///
    /// A library that is older than the processor does not know its model and takes its oldest core.
    private static func best(
        _ features: ProcessorFeatures, _ attempt: (String?) -> BLASCoreTrial
    ) throws(BLASError) -> BLASCoreDecision {
        let own = attempt(nil)
        let width = own.isRight ? own.core.map { bits($0) ?? .max } ?? 0 : 0
        if width >= features.vectorBits { return BLASCoreDecision(value: nil, core: own.core) }
        let wider = features.cores.filter { bits($0) ?? 0 > width && $0 != own.core }
        let found = wider.first { name in
            let trial = attempt(name)
            return trial.isRight && trial.core?.lowercased() == name.lowercased()
        }
        let choice = "OpenBLAS' own choice here" + (own.core.map { ", \($0)," } ?? "")
        let fault =
            own.isRight
            ? "has \(width)-bit kernels where this processor has \(features.vectorBits)-bit vectors"
            : own.core == nil ? "does not run" : "multiplies wrongly"
        if let found {
            return BLASCoreDecision(
                value: found, core: found, note: "\(choice) \(fault); taking \(found) instead")
        }
        guard own.isRight else {
            throw BLASError(
                call: "choose a BLAS core",
                subject: ([own.core].compactMap(\.self) + wider)
                    .joined(separator: ", "), problem: "none of them multiplies rightly here",
                hint: "install another version of OpenBLAS")
        }
        return BLASCoreDecision(
            value: nil, core: own.core,
            note: "\(choice) \(fault), but none of this library's wider cores is right here")
    }

    /// An inherited core is respected if it is right, with a note when the processor can do better.
    private static func respect(
        _ name: String, _ features: ProcessorFeatures, _ attempt: (String?) -> BLASCoreTrial
    ) throws(BLASError) -> BLASCoreDecision {
        let origin = "\(variable)=\(name) is inherited"
        let trial = attempt(name)
        guard trial.isRight, let core = trial.core else {
            try demand(name, trial, "--blas-core auto ignores \(variable)")
            return BLASCoreDecision(value: name, core: nil)
        }
        if core.lowercased() != name.lowercased() {
            return BLASCoreDecision(
                value: name, core: core, note: "\(origin), but this OpenBLAS takes \(core) for it")
        }
        guard let width = bits(core), width < features.vectorBits else {
            return BLASCoreDecision(value: name, core: core)
        }
        // That nothing else is right is no reason to refuse a core that is.
        let better = try? best(features, attempt).core
        let verdict =
            if let better, bits(better) ?? .max > width {
                "--blas-core auto takes \(better)"
            } else {
                "but none of this library's wider cores is right here"
            }
        return BLASCoreDecision(
            value: name, core: core,
            note: "\(origin): \(width)-bit kernels where this processor has "
                + "\(features.vectorBits)-bit vectors; \(verdict)")
    }

    /// Refuses a core that the library does not have, or that is wrong here.
    private static func demand(
        _ name: String, _ trial: BLASCoreTrial, _ hint: String
    ) throws(BLASError) {
        let problem: String? =
            if let core = trial.core, core.lowercased() != name.lowercased() {
                "this OpenBLAS has it not, or not for this processor, and takes \(core)"
            } else if !trial.isRight {
                trial.core == nil
                    ? "OpenBLAS does not run with it here" : "it multiplies wrongly here"
            } else {
                nil
            }
        guard let problem else { return }
        throw BLASError(
            call: "choose a BLAS core", subject: name, problem: problem, hint: hint)
    }
}

/// What became of loading the library with one value of the variable.
package struct BLASCoreTrial: Sendable, Hashable {
    /// The core that it took; nil when the process died.
    package var core: String?
    /// Whether its products are right.
    package var isRight: Bool

    /// A trial with this end.
    package init(core: String?, isRight: Bool) {
        self.core = core
        self.isRight = isRight
    }
}

/// What a child's environment is to hold.
package struct BLASCoreDecision: Sendable, Hashable {
    /// The variable's value; nil removes it.
    package var value: String?
    /// The core that the library takes then.
    package var core: String?
    /// One sentence for the log when the choice deserves it.
    package var note: String?

    init(value: String?, core: String?, note: String? = nil) {
        self.value = value
        self.core = core
        self.note = note
    }
}

/// What went wrong with the BLAS library's settings.
package struct BLASError: Error, Hashable, CustomStringConvertible {
    /// What was attempted.
    package var call: String
    /// What it was attempted on.
    package var subject: String
    /// Why it failed.
    package var problem: String
    /// What to do instead.
    package var hint: String?

    /// One line: what failed, subject, why, hint.
    package var description: String {
        "\(call): \(subject): \(problem)" + (hint.map { " (hint: \($0))" } ?? "")
    }
}
