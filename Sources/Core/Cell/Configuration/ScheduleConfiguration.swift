/// The shape of the learning rate after warm-up: its factor at update t of a budget of S with W updates of warm-up, written
/// with n = t − 1 − W and u = n/(S − W).
package enum ScheduleConfiguration: Sendable, Hashable {
    /// 1.
    case constant
    /// f + (1 − f)(1 − u), f being the floor.
    case linear(floor: Double)
    /// f + (1 − f)(1 + cos πu)/2.
    case cosine(floor: Double)
    /// factor to the power ⌊n/every⌋, as `torch.optim.lr_scheduler.StepLR`.
    case steps(every: Int, factor: Double)
    /// Cosine over a period that starts again when it ends, each `growth` times as long as the one before
    /// (Loshchilov & Hutter 2017, SGDR), whatever the budget.
    case restarts(period: Int, growth: Int, floor: Double)

    /// The words for `kind`.
    private enum Kind: String, CaseIterable {
        case constant
        case linear
        case cosine
        case steps
        case restarts
    }

    /// Whether another budget has another learning rate at the same update.
    package var dependsOnBudget: Bool {
        switch self {
        case .constant, .steps, .restarts: false
        case .linear, .cosine: true
        }
    }

    /// Reads the key `schedule`: a word, or a mapping with the kind and its settings.
    static func read(_ reader: inout MappingReader) throws(SweepError) -> Self {
        if case .mapping? = reader.node("schedule")?.value {
            return try Self(try reader.mapping("schedule"))
        }
        let word: Kind = try reader.choice("schedule", default: .constant)
        switch word {
        case .constant: return .constant
        case .linear: return .linear(floor: 0)
        case .cosine: return .cosine(floor: 0)
        case .steps:
            throw reader.error(
                "schedule", "steps need their length",
                hint: "use {kind: steps, every: 1000, factor: 0.1}")
        case .restarts:
            throw reader.error(
                "schedule", "restarts need a period", hint: "use {kind: restarts, period: 1000}")
        }
    }

    private init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        let kind: Kind = try reader.choice("kind", default: nil)
        switch kind {
        case .constant: self = .constant
        case .linear: self = .linear(floor: try reader.number("floor", default: 0, in: 0...1))
        case .cosine: self = .cosine(floor: try reader.number("floor", default: 0, in: 0...1))
        case .steps:
            self = .steps(
                every: try reader.integer("every", default: nil, in: 1...Int.max),
                factor: try reader.number("factor", default: 0.1, in: 0...1))
        case .restarts:
            self = .restarts(
                period: try reader.integer("period", default: nil, in: 1...Int.max),
                growth: try reader.integer("growth", default: 1, in: 1...1000),
                floor: try reader.number("floor", default: 0, in: 0...1))
        }
        try reader.finish()
    }

    /// As JSON: a word where there are no settings, or those of the time when there were only words.
    var json: JSONValue {
        switch self {
        case .constant: .string(Kind.constant.rawValue)
        case .linear(0): .string(Kind.linear.rawValue)
        case .cosine(0): .string(Kind.cosine.rawValue)
        case .linear(let floor):
            .object(["kind": .string(Kind.linear.rawValue), "floor": .number(floor)])
        case .cosine(let floor):
            .object(["kind": .string(Kind.cosine.rawValue), "floor": .number(floor)])
        case .steps(let every, let factor):
            .object([
                "kind": .string(Kind.steps.rawValue), "every": .number(Double(every)),
                "factor": .number(factor),
            ])
        case .restarts(let period, let growth, let floor):
            .object([
                "kind": .string(Kind.restarts.rawValue), "period": .number(Double(period)),
                "growth": .number(Double(growth)), "floor": .number(floor),
            ])
        }
    }
}
