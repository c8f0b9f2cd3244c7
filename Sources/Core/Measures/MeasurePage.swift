/// docs/measures.md, made from the registry; a test holds the file equal.
package enum MeasurePage {
    /// The whole page.
    package static var text: String {
        ([opening] + Measure.all.map(section)).joined(separator: "\n")
    }

    private static let opening = """
        # Measures

        Quantities recorded along a curve, beside losses and accuracies, where a sweep file asks for them:

        ```yaml
        record: {measures: [weight_norm, fourier_gini, {name: hessian_largest, every: 500}]}
        ```

        This page is made from the registry of measures (`Sources/Core/Measures`), which a test holds it to.
        [results-format.md](results-format.md#measures) says how they stand in result files.

        - **Steps.** A *cheap* measure is evaluated at every step of the curve. A *costly* one has steps of its own: 0 … 10, then
          each a tenth after the last. With `every: n` either kind is evaluated at 0, n, 2n, … All are evaluated at the last step.
        - **State.** A measure sees the parameters after that many updates and the network as it is evaluated, without dropout or
          noise. Asking for measures changes no curve. What each costs is in [measure-costs.md](measure-costs.md).
        - **Symbols.** Where a measure speaks of embeddings E, a network on unit vectors has its first layer's weights for a symbol as
          each operand, side by side, in their place. A transformer's embeddings are those of the first operand.
        - **Sample.** Measures of outputs look at the first 256 training examples, or at all where there are fewer, unless their formula
          says otherwise.
        - **No value.** What has no value, or cannot be computed because an eigenvalue iteration fails, is NaN, and the worker's log
          says at how many steps. What a cell cannot have is refused before anything is trained.
        - **Another one.** Its description goes into a file `Measure+….swift` of `Sources/Core/Measures` and its name into `Measure.all`;
          its computation is a probe in `Sources/Training/Measures`, named in `MeasureProbes.all`; `Tests/Goldens/measures.py` computes it
          another time.

        """

    private static func section(_ measure: Measure) -> String {
        var lines = ["## \(measure.name)", "", "\(measure.longName.capitalisedFirst).", ""]
        lines.append("- Formula: \(measure.formula).")
        lines.append("- Source: \(measure.source).")
        switch measure.shape {
        case .scalar:
            lines.append(
                "- Shape: a number; unit \(measure.unit); scale \(measure.scale.rawValue).")
        case .vector(let axis, let first, let meaning):
            lines.append(
                "- Shape: along `\(axis)` (\(meaning)), from \(first); unit \(measure.unit); scale "
                    + "\(measure.scale.rawValue).")
        }
        lines.append("- Cost: \(measure.cost.rawValue).")
        let needs = measure.needs.map(\.text)
        lines.append("- For: \(needs.isEmpty ? "every cell" : needs.joined(separator: "; and ")).")
        return lines.joined(separator: "\n") + "\n"
    }
}

extension String {
    fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
