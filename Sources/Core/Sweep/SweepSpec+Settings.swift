extension SweepSpec {
    /// What decides which cells are trained, when one ends and what is read off it, by the keys of a sweep file: the seeds, or
    /// how they are raced; the refinement, null where there is none; the phase rule; when to stop; the further clocks.
    package var settings: [String: JSONValue] {
        var refine = JSONValue.null
        if let refinement {
            var members = refinement.members(.complete)
            members["pitch"] = .object(
                Dictionary(
                    uniqueKeysWithValues: zip(axes, refinement.pitch).map {
                        ($0.name, .number(Double($1)))
                    }))
            refine = .object(members)
        }
        return [
            "seeds": race?.json(.complete) ?? .array(seeds.map { .number(Double($0)) }),
            "refine": refine, "phase_rule": phaseRule.json(.complete),
            "stop": .string(stop.rawValue),
            "clocks": .array(record.clocks.map { $0.json(.complete) }),
        ]
    }

    /// The same in words, a line each; without refinement and clocks where there are none.
    package var settingLines: [String] {
        func number(_ value: Double) -> String { CanonicalJSON.number(value) }
        func words(_ clock: Clock) -> String {
            "train ≥ \(number(clock.trainAccuracy)), validation ≥ "
                + "\(number(clock.validationAccuracy)), sustain \(clock.sustain)"
        }
        var lines = [
            race.map {
                "seeds: \($0.atLeast) to \($0.atMost) as they come in, until lead \($0.lead)"
            } ?? "seeds: \(seeds.map(String.init).joined(separator: " "))"
        ]
        if let refinement {
            let pitch = zip(axes, refinement.pitch).filter { $1 > 0 }.map { "\($0.name) \($1)" }
            lines.append(
                "refine: pitch \(pitch.joined(separator: ", ")); ring \(refinement.ring), probes "
                    + "\(number(refinement.probes)), audit \(number(refinement.audit))")
        }
        lines.append(
            "rule: \(words(phaseRule.clock)), gap \(phaseRule.gap) steps, stop: \(stop.rawValue)")
        return lines + record.clocks.map { "clock: \(words($0))" }
    }
}
