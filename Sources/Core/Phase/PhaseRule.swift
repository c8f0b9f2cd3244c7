/// How the phase of a cell is read off its curves: Table 1 of Liu et al. 2022 with every threshold a parameter. It is a clock,
/// whose settings are the rule's too, and a gap.
@dynamicMemberLookup
package struct PhaseRule: Sendable, Hashable {
    /// What tells when a run has fitted and when it has generalised.
    package var clock: Clock
    /// Steps between the two crossings from which a delay counts as grokking (≥).
    package var gap: Int

    /// A rule; the defaults are the published ones.
    package init(
        trainAccuracy: Double = 0.9, validationAccuracy: Double = 0.9, gap: Int = 1000,
        sustain: Int = 1
    ) {
        clock = Clock(
            trainAccuracy: trainAccuracy, validationAccuracy: validationAccuracy, sustain: sustain)
        self.gap = gap
    }

    /// A setting of the clock.
    package subscript<Value>(dynamicMember setting: WritableKeyPath<Clock, Value>) -> Value {
        get { clock[keyPath: setting] }
        set { clock[keyPath: setting] = newValue }
    }

    /// The phase of a run whose first crossings within its budget are these, and why.
    ///
    /// - Parameters:
    ///   - train: where training accuracy reached its threshold, nil when it never did.
    ///   - validation: where validation accuracy reached its threshold, nil when it never did.
    /// - Returns: the phase with its reason; `uncertain` when another crossing inside a bracket would change it.
    package func classify(train: Crossing?, validation: Crossing?) -> PhaseVerdict {
        var verdict = judge(train: train, validation: validation)
        verdict.train = train
        verdict.validation = validation
        return verdict
    }

    private func judge(train: Crossing?, validation: Crossing?) -> PhaseVerdict {
        switch (train, validation) {
        case (let train?, let validation?):
            let delay = validation.step - train.step
            let shortest = validation.notBefore - train.step
            let longest = validation.step - train.notBefore
            let uncertain = (shortest >= gap) != (longest >= gap)
            let steps = "train at \(train.step), validation at \(validation.step)"
            return delay >= gap
                ? PhaseVerdict(
                    .grokking, "\(steps): a delay of \(delay) ≥ gap \(gap)", uncertain: uncertain)
                : PhaseVerdict(
                    .comprehension, "\(steps): a delay of \(delay) < gap \(gap)",
                    uncertain: uncertain)
        case (let train?, nil):
            return PhaseVerdict(
                .memorization,
                "train at \(train.step), validation never reached \(clock.validationAccuracy)")
        case (nil, let validation?):
            // Table 1 leaves this corner open: what never fits its training set is confused.
            return PhaseVerdict(
                .confusion,
                "train never reached \(clock.trainAccuracy), though validation did at \(validation.step)"
            )
        case (nil, nil):
            return PhaseVerdict(
                .confusion,
                "neither train reached \(clock.trainAccuracy) nor validation \(clock.validationAccuracy)"
            )
        }
    }

    /// Whether no further step can change the phase of a run with these crossings: only when both are known, because
    /// a validation crossing may come as late as the last step of the budget.
    package func isDecided(train: Crossing?, validation: Crossing?) -> Bool {
        train != nil && validation != nil
    }
}

extension PhaseRule: KeyedMapping {
    /// The published rule.
    init() { self.init(gap: 1000) }

    static let keys: [Key<PhaseRule>] = {
        var keys = Clock.keys.map { $0.inside(\PhaseRule.clock) }
        // Names of reports and settings of plans have it before `sustain`.
        keys.insert(
            Key("gap", \.gap, .integer(atLeast: 0), "grokking from this delay on, in steps (≥)"),
            at: 2)
        return keys
    }()

    /// Reads a rule from its canonical JSON.
    package init(canonicalText text: String) throws(SweepError) {
        try self.init(try MappingReader(try SpecNode(parsing: text), path: "phase_rule"))
    }

    /// The rule as canonical JSON, as cell files keep it: an option added later stands in it only where it changes something.
    package var canonicalText: String { CanonicalJSON.text(json(.identity)) }

    /// What tells this rule from another one, as `changed` takes it; empty where they are the same.
    package func differences(from other: PhaseRule) -> String {
        let others = other.members(.complete)
        return entries.filter { others[$0.key] != $0.value }
            .map { "\($0.key)=\(CanonicalJSON.text($0.value))" }.joined(separator: ",")
    }

    /// Applies `key=value` settings, comma-separated, on top of this rule: `gap=500,train_accuracy=0.95`.
    package func changed(by settings: String) throws(SweepError) -> PhaseRule {
        var node = json(.complete).specNode
        do throws(SweepError) {
            var said: Set<Substring> = []
            for setting in settings.split(separator: ",") {
                let key = setting.prefix { $0 != "=" }
                guard said.insert(key).inserted else {
                    throw SweepError(
                        path: "phase_rule.\(key)", problem: "given twice",
                        hint: "keep one of them")
                }
                try node.apply(String(setting))
            }
            return try PhaseRule(try MappingReader(node, path: "phase_rule"))
        } catch {
            // Only the caller knows which option the settings came from.
            var error = error
            error.place = nil
            throw error
        }
    }
}

extension PhaseRule: Codable {
    /// Decodes its settings, none of which may be out of range.
    package init(from decoder: any Decoder) throws {
        self = try decoder.written { node throws(SweepError) in
            try PhaseRule(try MappingReader(node, path: "phase_rule"))
        }
    }

    /// Encodes all its settings.
    package func encode(to encoder: any Encoder) throws {
        try json(.complete).encode(to: encoder)
    }
}
