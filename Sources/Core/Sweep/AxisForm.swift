/// The forms that the values of an axis may be written in; an axis takes one of them.
enum AxisForm: String, CaseIterable {
    /// Even ratios.
    case log
    /// Even differences.
    case linear
    /// Steps of one size.
    case range
    /// Listed: numbers, or categories.
    case values
    /// Named changes to the cell.
    case arms

    /// What documentation says of it: ways to write it, each with its meaning.
    var rows: [(example: String, meaning: String)] {
        switch self {
        case .log:
            [
                (
                    "log: [first, last], points: n",
                    "n values evenly spaced in the logarithm; both ends positive"
                )
            ]
        case .linear:
            [("linear: [first, last], points: n", "n evenly spaced values, both ends included")]
        case .range:
            [
                (
                    "range: {start: a, end: b, step: s}",
                    "a, a + s, … as far as b, which is included where a step meets it"
                )
            ]
        case .values:
            [
                (
                    "values: [0, 0.1, 1]",
                    "these values; figures and result files have them ascending"
                ),
                (
                    "values: [x+y, x*y]", "words, flags or lists (`[[64], [128, 128]]`): categories"
                ),
                (
                    "paths: [k, l], values: [[1, a], [2, b]]",
                    "several keys that move together, a value each: categories"
                ),
            ]
        case .arms:
            [
                (
                    "arms: {baseline: {}, name: {key.path: value}}",
                    "named changes to `cell`, without `path`: categories"
                )
            ]
        }
    }
}
