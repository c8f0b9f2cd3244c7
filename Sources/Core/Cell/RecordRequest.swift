/// A step at which parameters are kept.
package enum RecordStep: Sendable, Hashable, Codable, CustomStringConvertible {
    /// After this many updates.
    case step(Int)
    /// At every multiple of this many updates, 0 included.
    case every(Int)
    /// At the end of the run.
    case last

    /// `last`, the number, or `every` with the number.
    package var description: String {
        switch self {
        case .step(let step): String(step)
        case .every(let interval): "every \(interval)"
        case .last: "last"
        }
    }

    /// Whether it is this step, which may be the last one of its run.
    package func includes(_ step: Int, isLast: Bool) -> Bool {
        switch self {
        case .step(let wanted): step == wanted
        case .every(let interval): step.isMultiple(of: interval)
        case .last: isLast
        }
    }

    private struct Interval: Codable {
        var every: Int
    }

    /// Decodes a number, the word `last`, or `{"every": …}`.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let step = try? container.decode(Int.self), step >= 0 {
            self = .step(step)
        } else if (try? container.decode(String.self)) == "last" {
            self = .last
        } else if let interval = try? container.decode(Interval.self), interval.every > 0 {
            self = .every(interval.every)
        } else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a step to record is a number, the word last, or an interval")
        }
    }

    /// Encodes a number, the word `last`, or `{"every": …}`.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .step(let step): try container.encode(step)
        case .every(let interval): try container.encode(Interval(every: interval))
        case .last: try container.encode("last")
        }
    }
}

/// What a sweep asks its cells to record beyond losses and accuracies; it does not change a cell's identity.
package struct RecordRequest: Sendable, Hashable, Codable {
    /// Measures along the curve.
    package var measures: [MeasureRequest]
    /// Steps at which all parameters are kept.
    package var parameters: [RecordStep]
    /// Clocks that are read beside that of the phase rule; a cell runs until all of them are decided.
    package var clocks: [Clock]

    /// A request for measures at the steps that their cost allows; by default for the weight norm alone.
    package init(
        measures: [Measure] = [.weightNorm], parameters: [RecordStep] = [], clocks: [Clock] = []
    ) {
        self.measures = measures.map { MeasureRequest($0) }
        self.parameters = parameters
        self.clocks = clocks
    }

    private enum CodingKeys: CodingKey { case measures, parameters, clocks }

    /// Decodes a request; without `clocks` there are none.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        measures = try container.decode([MeasureRequest].self, forKey: .measures)
        parameters = try container.decode([RecordStep].self, forKey: .parameters)
        clocks = try container.decodeIfPresent([Clock].self, forKey: .clocks) ?? []
    }

    /// Encodes a request, `clocks` only where there are any.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(measures, forKey: .measures)
        try container.encode(parameters, forKey: .parameters)
        if !clocks.isEmpty { try container.encode(clocks, forKey: .clocks) }
    }

    /// Whether an outcome holds everything that is asked for. A step beyond the end of the run cannot be held.
    package func isSatisfied(by outcome: CellOutcome) -> Bool {
        isSatisfied(
            measures: outcome.curve.measures.map(\.request),
            clocks: outcome.readings.map(\.clock),
            parameterSteps: outcome.parameters.map(\.step), stepsRun: outcome.stepsRun)
    }

    /// Whether a run of so many steps that kept these measures, and parameters at these steps, and read these clocks, holds
    /// everything asked for.
    package func isSatisfied(
        measures held: [MeasureRequest], clocks read: [Clock], parameterSteps: [Int],
        stepsRun: Int
    ) -> Bool {
        measures.allSatisfy(held.contains) && clocks.allSatisfy(read.contains)
            && parameters.allSatisfy { wanted in
                switch wanted {
                case .step(let step): step > stepsRun || parameterSteps.contains(step)
                case .every(let interval):
                    Set(stride(from: 0, through: stepsRun, by: interval))
                        .isSubset(of: parameterSteps)
                case .last: parameterSteps.contains(stepsRun)
                }
            }
    }
}
