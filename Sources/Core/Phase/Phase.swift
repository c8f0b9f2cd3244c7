/// The four phases of a training run (Liu et al. 2022, Table 1).
package enum Phase: Int8, Sendable, CaseIterable, Codable {
    /// Training and validation reach their thresholds together.
    case comprehension = 0
    /// Validation follows training after a long delay.
    case grokking = 1
    /// Training alone reaches its threshold.
    case memorization = 2
    /// Training does not reach its threshold.
    case confusion = 3

    /// The word used in files, on the wire and in help texts.
    package var name: String {
        switch self {
        case .comprehension: "comprehension"
        case .grokking: "grokking"
        case .memorization: "memorization"
        case .confusion: "confusion"
        }
    }

    /// The letter of the published maps: C, G, M, and X for confusion.
    package var letter: Character {
        switch self {
        case .comprehension: "C"
        case .grokking: "G"
        case .memorization: "M"
        case .confusion: "X"
        }
    }

    /// The phase that a file's or message's word stands for.
    package init?(name: String) {
        guard let phase = Phase.allCases.first(where: { $0.name == name }) else { return nil }
        self = phase
    }
}
