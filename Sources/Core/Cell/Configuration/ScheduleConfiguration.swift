/// The shape of the learning rate after warm-up: its factor at update t of a budget of S with W updates of warm-up, written
/// with n = t − 1 − W and u = n/(S − W).
package struct ScheduleConfiguration: Sendable, Hashable {
    /// The shapes.
    package enum Kind: String, Sendable, CaseIterable {
        /// 1.
        case constant
        /// f + (1 − f)(1 − u), f being the floor.
        case linear
        /// f + (1 − f)(1 + cos πu)/2.
        case cosine
        /// factor to the power ⌊n/every⌋, as `torch.optim.lr_scheduler.StepLR`.
        case steps
        /// Cosine over a period that starts again when it ends, each `growth` times as long as the one before
        /// (Loshchilov & Hutter 2017, SGDR), whatever the budget.
        case restarts
    }

    /// The shape.
    package var kind = Kind.constant
    /// f, what it falls to.
    package var floor = 0.0
    /// Updates between two steps.
    package var every = 1
    /// What each step multiplies with.
    package var factor = 0.1
    /// Updates of the first period.
    package var period = 1
    /// How many times as long each period is as the one before.
    package var growth = 1

    /// Whether another budget has another learning rate at the same update.
    package var dependsOnBudget: Bool { kind == .linear || kind == .cosine }
}

extension ScheduleConfiguration: KeyedMapping {
    static let keys: [Key<ScheduleConfiguration>] = [
        Key(
            "kind", \.kind, .choice, isRequired: true,
            "factor on learning rates, n updates after warm-up: 1; falling from 1 to `floor` at the budget's end, evenly or as a"
                + " cosine; `factor`^⌊n / `every`⌋; a cosine from 1 to `floor` over `period` updates, then again (Loshchilov"
                + " & Hutter 2017)"),
        Key("floor", \.floor, .number(0...1), "what it falls to").only(
            "`linear`, `cosine`, `restarts`"
        ) { [.linear, .cosine, .restarts].contains($0.kind) },
        Key(
            "every", \.every, .integer(atLeast: 1), isRequired: true, "updates between two steps"
        ).only("`steps`") { $0.kind == .steps },
        Key("factor", \.factor, .number(0...1), "what each step multiplies with").only("`steps`") {
            $0.kind == .steps
        },
        Key(
            "period", \.period, .integer(atLeast: 1), isRequired: true,
            "updates of the first period"
        ).only("`restarts`") { $0.kind == .restarts },
        Key(
            "growth", \.growth, .integer(1...1000),
            "how many times as long each period is as the one before"
        ).only("`restarts`") { $0.kind == .restarts },
    ]

    /// Reads the key `schedule`: a word, or a mapping with the kind and its settings.
    static func read(_ reader: inout MappingReader) throws(SweepError) -> Self {
        if reader.isMapping("schedule") { return try Self(try reader.mapping("schedule")) }
        var schedule = Self()
        schedule.kind = try reader.choice("schedule", default: .constant)
        switch schedule.kind {
        case .constant, .linear, .cosine: return schedule
        case .steps:
            throw reader.error(
                "schedule", "steps need their length",
                hint: "use {kind: steps, every: 1000, factor: 0.1}")
        case .restarts:
            throw reader.error(
                "schedule", "restarts need a period", hint: "use {kind: restarts, period: 1000}")
        }
    }

    /// As JSON: a word where there are no settings, or those of the time when there were only words.
    var json: JSONValue {
        let isWord = kind == .constant || (dependsOnBudget && floor == 0)
        return isWord ? .string(kind.rawValue) : json(.complete)
    }
}
