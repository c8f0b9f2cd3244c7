import ArgumentParser
import Core
import System
import Theory

/// `grokmap theory`: what the papers predict of a sweep without training it.
struct TheoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "theory",
        abstract: "Show what theory predicts of a sweep; nothing is trained.",
        discussion: """
            For plain addition by sums of one-dimensional embeddings: which training sets leave nothing but a \
            line, what they imply, and how fast; for products of three permutations by products of matrices the \
            like, about the permutation matrices (Liu et al. 2022). For operations modulo p: how near trained \
            pairs of their class are to the others, in regions left out too (Gu et al. 2025). For every sweep \
            with weight decay: how much decay fits into the budget.
            """)

    @Argument(help: "The sweep file.")
    var sweep: String

    @Option(name: .customLong("set"), help: "Replace a key of the sweep file: key.path=value.")
    var settings: [String] = []

    @Option(help: "Random splits that probabilities are estimated from.")
    var splits = 400

    @OptionGroup var files: DataOptions

    @Option(help: "How to print: text or json.")
    var format = OutputFormat.text

    func validate() throws {
        guard (1...100_000).contains(splits) else {
            throw ValidationError("--splits \(splits): must be between 1 and 100000")
        }
    }

    func run() throws {
        let plan = try SweepPlan(
            try SweepSpec(
                try Posix.read(sweep), named: sweep, overrides: settings,
                files: files.cellFiles()))
        let theory = SweepTheory(plan, splits: splits)
        switch format {
        case .json: StandardOutput.data(CanonicalJSON.text(TheoryCommand.json(plan, theory)))
        case .text: print(TheoryCommand.lines(plan, theory).joined(separator: "\n"))
        }
    }

    // MARK: For people

    static func lines(_ plan: SweepPlan, _ theory: SweepTheory) -> [String] {
        var lines = ["\(plan.spec.name): \(plan.spec.title.onOneLine)"]
        if let addition = theory.addition { lines += TheoryCommand.lines(addition) }
        if let permutations = theory.permutations { lines += TheoryCommand.lines(permutations) }
        if let coverage = theory.coverage { lines += TheoryCommand.lines(coverage) }
        if let remark = theory.remark { lines.append("effective theory: \(remark)") }
        lines += decayLines(theory.decay)
        if lines.count == 1 {
            lines.append(
                "no theory applies: the sweep has neither weight decay nor plain addition by sums"
                    + " of one-dimensional embeddings")
        }
        return lines
    }

    private static func lines(_ theory: AdditionTheory) -> [String] {
        var lines = [
            "addition of \(theory.symbols) symbols by embeddings on a line (Liu et al. 2022, §3)",
            "  critical train fraction: \(rounded(theory.critical.fraction, 3))"
                + " (\(theory.critical.trainCount) pairs): half of the random splits leave only a line",
            "  share of random splits that leave only a line, by train fraction:",
        ]
        lines += bars(theory.probability)
        lines.append(
            "  this sweep's splits (ideal: what the training set implies, over all pairs):")
        let rates = theory.learningRates.filter { $0 > 0 }
        let slowest = rates.last.map { "n_h = 1/(λ3 η_R) at η_R = \(CanonicalJSON.number($0))" }
        lines.append(
            "    fraction  seed  pairs  n0  ideal RQI  ideal accuracy      λ3"
                + (slowest.map { "  \($0)" } ?? ""))
        for split in theory.splits {
            var line =
                row(split)
                + TextColumn.of(String(split.degreesOfFreedom), 4)
                + TextColumn.of(rounded(split.idealQuality, 2), 11)
                + TextColumn.of(rounded(split.idealAccuracy, 2), 16)
                + TextColumn.of(rounded(split.grokkingRate, 4), 8)
            if let rate = rates.last {
                let steps = split.stepScale(learningRate: rate).map { rounded($0, 0) }
                line += "  " + (steps.map { "\($0) steps" } ?? "never: more than a line is left")
            }
            lines.append(line)
        }
        return lines
    }

    private static func decayLines(_ decay: [SweepTheory.DecayBudget]) -> [String] {
        guard !decay.isEmpty else { return [] }
        let folds = decay.map(\.folds).sorted()
        let few = folds.count { $0 < 1 }
        return [
            "weight decay: e-folds within the budget, T·−ln(1 − ηλ) ≈ ηλT (Omnigrok), over"
                + " \(decay.count) settings:",
            "  smallest \(rounded(folds[0], 2)), median \(rounded(folds[folds.count / 2], 2)),"
                + " largest \(rounded(folds[folds.count - 1], 2)); below 1 in \(few):"
                + " there decay cannot act before the budget ends",
        ]
    }

    /// A number with so many digits behind the point; `any` where it is not finite.
    static func rounded(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "any" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        return CanonicalJSON.number((value * scale).rounded() / scale)
    }

    // MARK: For programs

    static func json(_ plan: SweepPlan, _ theory: SweepTheory) -> JSONValue {
        var members: [String: JSONValue] = [
            "sweep": .string(plan.spec.name),
            "decay": .array(
                theory.decay.map { decay in
                    .object([
                        "group": .string(decay.group),
                        "learning_rate": .number(decay.learningRate),
                        "weight_decay": .number(decay.weightDecay),
                        "steps": .number(Double(decay.steps)),
                        "folds": decay.folds.isFinite ? .number(decay.folds) : .null,
                    ])
                }),
        ]
        if let addition = theory.addition { members["addition"] = json(addition) }
        if let permutations = theory.permutations {
            members["permutations"] = json(permutations)
        }
        if let coverage = theory.coverage { members["coverage"] = json(coverage) }
        if let remark = theory.remark { members["remark"] = .string(remark) }
        return .object(members)
    }

    private static func json(_ theory: AdditionTheory) -> JSONValue {
        .object([
            "symbols": .number(Double(theory.symbols)),
            "critical_fraction": .number(theory.critical.fraction),
            "critical_pairs": .number(Double(theory.critical.trainCount)),
            "learning_rates": .array(theory.learningRates.map { .number($0) }),
            "probability_of_a_line": json(theory.probability),
            "splits": .array(
                theory.splits.map { split in
                    json(
                        split,
                        [
                            "parallelograms": .number(Double(split.parallelograms)),
                            "degrees_of_freedom": .number(Double(split.degreesOfFreedom)),
                            "ideal_quality": .number(split.idealQuality),
                            "ideal_accuracy": .number(split.idealAccuracy),
                            "grokking_rate": .number(split.grokkingRate),
                        ])
                }),
        ])
    }
}
