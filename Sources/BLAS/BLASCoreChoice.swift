/// Which OpenBLAS kernel core a child process is to use; the library reads `OPENBLAS_CORETYPE` when it is loaded.
package enum BLASCoreChoice: Sendable, Hashable {
    /// What the environment says, or the library's own choice where it says nothing.
    case inherited
    /// The library's own choice, whatever the environment says.
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
    ///   - processorBits: width of the widest vectors that the processor has.
    /// - Returns: the variable's value and, where the choice deserves one, a note.
    package func decide(inherited: String?, processorBits: Int) -> BLASCoreDecision {
        switch self {
        case .automatic: return BLASCoreDecision(value: nil, note: nil)
        case .named(let name):
            return BLASCoreDecision(
                value: name, note: BLASCoreChoice.note(name, processorBits, inherited: false))
        case .inherited:
            guard let inherited, !inherited.isEmpty else {
                return BLASCoreDecision(value: nil, note: nil)
            }
            return BLASCoreDecision(
                value: inherited,
                note: BLASCoreChoice.note(inherited, processorBits, inherited: true))
        }
    }

    private static func note(_ name: String, _ processorBits: Int, inherited: Bool) -> String? {
        let known = vectorBits.first { $0.key.lowercased() == name.lowercased() }?.value
        let origin = inherited ? "\(variable)=\(name) is inherited" : "core \(name) is pinned"
        guard let known else { return "\(origin): not a core that grokmap knows" }
        if known < processorBits {
            let hint = inherited ? "; --blas-core auto ignores it" : ""
            return "\(origin): \(known)-bit kernels where this processor has \(processorBits)-bit "
                + "vectors" + hint
        }
        if known > processorBits {
            return "\(origin): \(known)-bit kernels, but this processor has \(processorBits)-bit "
                + "vectors"
        }
        return nil
    }
}

/// What a child's environment is to hold.
package struct BLASCoreDecision: Sendable, Hashable {
    /// The variable's value; nil removes it.
    package var value: String?
    /// One sentence for the log when the choice deserves it.
    package var note: String?
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
