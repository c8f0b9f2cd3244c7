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
    ///   - outcome: what its training produced: under which rule, when it ended and what it recorded, whatever the sweep
    ///     asks for by now.
    ///   - blasCore: the OpenBLAS core that it was trained with.
    init?(_ cell: CellDefinition, _ outcome: CellOutcome, blasCore: String) {
        guard cell.isCurrent else { return nil }
        let file = cell.id.short
        let configuration = Retraining.request(cell, outcome)
        var words = ["grokmap-worker train \(file).json --out \(file).h5"]
        let differences = outcome.rule.differences(from: PhaseRule())
        if !differences.isEmpty { words.append("--rule \(differences)") }
        let stop = Retraining.stop(outcome)
        if stop != .decided { words.append("--stop '\(stop.rawValue)'") }
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
