/// A step at which parameters are kept.
package enum RecordStep: Sendable, Hashable, Codable, CustomStringConvertible {
    /// After this many updates.
    case step(Int)
    /// At the end of the run.
    case last

    /// `last`, or the number.
    package var description: String {
        switch self {
        case .step(let step): String(step)
        case .last: "last"
        }
    }

    /// Decodes a number or the word `last`.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let step = try? container.decode(Int.self), step >= 0 {
            self = .step(step)
        } else if (try? container.decode(String.self)) == "last" {
            self = .last
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a step to record is a number or the word last")
        }
    }

    /// Encodes a number or the word `last`.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .step(let step): try container.encode(step)
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
                case .last: parameterSteps.contains(stepsRun)
                }
            }
    }
}
