import Core
import Foundation

/// What a person types to train a cell again by itself: the same curve, the same end, the same record.
struct CellCommand {
    /// The lines for a shell.
    let text: String

    /// The command for a cell; nil for a cell that an earlier version trained otherwise.
    ///
    /// - Parameters:
    ///   - cell: the cell.
    ///   - rule: the rule that it was trained under.
    ///   - spec: its sweep, for when cells end and what they record.
    ///   - blasCore: the OpenBLAS core that it was trained with.
    init?(_ cell: CellDefinition, rule: PhaseRule, _ spec: SweepSpec, blasCore: String) {
        guard cell.isCurrent else { return nil }
        let file = cell.id.short
        let configuration =
            cell.canonicalText.dropLast()
            + ",\"record\":\(CanonicalJSON.text(spec.record.json))}"
        var words = ["grokmap-worker train \(file).json --out \(file).h5"]
        let differences = rule.differences(from: PhaseRule())
        if !differences.isEmpty { words.append("--rule \(differences)") }
        if spec.stop != .decided { words.append("--stop '\(spec.stop.rawValue)'") }
        if !cell.configuration.files.isEmpty { words.append("--data DIR") }
        // Bits are the same on the same core only; files of other makers may say anything here.
        let isName = blasCore.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        if isName, !blasCore.isEmpty, blasCore != "none" {
            words.append("--blas-core \(blasCore)")
        }
        text = """
            cat > \(file).json <<'END'
            \(configuration)
            END
            \(words.joined(separator: " "))
            """
    }
}
