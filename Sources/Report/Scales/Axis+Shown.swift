import Core

extension Axis {
    /// A value as a figure shows it, a number with at most `digits` significant digits.
    func shown(at index: Int, digits: Int = 6) -> String {
        isCategorical ? labels[index] : NumberText.value(values[index], digits: digits)
    }

    /// A value with the axis' name: `weight decay = 2`.
    func named(at index: Int) -> String { "\(NumberText.words(name)) = \(shown(at: index))" }
}
