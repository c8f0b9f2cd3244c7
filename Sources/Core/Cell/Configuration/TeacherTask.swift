/// Regression onto a random tanh network over standard normal inputs.
package struct TeacherTask: Sendable, Hashable {
    /// Numbers per example.
    package var inputs = 5
    /// Numbers to predict.
    package var outputs = 5
    /// Widths of the teacher's hidden layers.
    package var hidden = [100, 100]
    /// Factor on what the teacher puts out.
    package var scale = 1.0
    /// Added to what the teacher puts out: all that there is where the scale is 0.
    package var offset = 0.0
    /// Examples drawn.
    package var samples = 200
    /// An example is right when its mean squared error is below this.
    package var tolerance = 0.01
}

extension TeacherTask: KeyedMapping {
    static let keys: [Key<TeacherTask>] = [
        Key("inputs", \.inputs, .integer(1...65_536), "numbers per example that go in"),
        Key("outputs", \.outputs, .integer(1...65_536), "numbers per example to predict"),
        Key(
            "hidden", \.hidden, .widths,
            "hidden layers of the teacher, a random tanh network; `[]` is a linear teacher"),
        Key(
            "scale", \.scale, .number(0...1e30),
            "factor on what the teacher puts out; 0 is a teacher of zero"
        ).late,
        Key(
            "offset", \.offset, .number(-1e30...1e30),
            "added to it: with `scale: 0` the teacher is constant"
        ).late,
        Key("samples", \.samples, .integer(2...1_000_000), "examples"),
        Key(
            "tolerance", \.tolerance,
            .number(0...(.greatestFiniteMagnitude), excludingLowerBound: true),
            "an example is right when its mean squared error is below this"),
    ]
}
