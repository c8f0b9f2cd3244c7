/// A step at which parameters are kept.
package enum RecordStep: Sendable, Hashable, CustomStringConvertible {
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

    /// Reads a number, the word `last` or `{every: …}` in the list at a key.
    init(_ item: SpecNode, _ list: MappingReader, _ key: String) throws(SweepError) {
        switch item.value {
        case .mapping:
            var keys = try list.item(item, of: key)
            self = .every(try keys.integer("every", default: nil, in: MeasureRequest.intervals))
            try keys.finish()
        case .string("last"): self = .last
        case .number(let step) where step == step.rounded() && step >= 0 && step < 0x1p53:
            self = .step(Int(step))
        default:
            throw list.error(
                key, "expected steps, the word last or {every: …}, found \(item.kindName)")
        }
    }

    /// The number, the word `last` or `{every: …}`.
    var json: JSONValue {
        switch self {
        case .step(let step): .number(Double(step))
        case .every(let interval): .object(["every": .number(Double(interval))])
        case .last: .string("last")
        }
    }
}

/// What a sweep asks its cells to record beyond losses and accuracies; it does not change a cell's identity.
package struct RecordRequest: Sendable, Hashable {
    /// Measures along the curve.
    package var measures: [MeasureRequest]
    /// Steps at which parameters are kept.
    package var parameters: [RecordStep]
    /// Names of the tensors that are kept at these steps; nil for all that a network has.
    package var tensors: [String]?
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

    /// Whether an outcome holds everything that is asked for. A step beyond the end of the run cannot be held.
    package func isSatisfied(by outcome: CellOutcome) -> Bool {
        isSatisfied(
            measures: outcome.curve.measures.map(\.request),
            clocks: outcome.readings.map(\.clock),
            parameterSteps: outcome.parameters.map(\.step), tensors: outcome.chosenTensors,
            stepsRun: outcome.stepsRun)
    }

    /// Whether a run of so many steps that kept these measures, and of the parameters at these steps these tensors, and read
    /// these clocks, holds everything asked for; `tensors` is nil where it kept all.
    package func isSatisfied(
        measures held: [MeasureRequest], clocks read: [Clock], parameterSteps: [Int],
        tensors kept: [String]? = nil, stepsRun: Int
    ) -> Bool {
        measures.allSatisfy(held.contains) && clocks.allSatisfy(read.contains)
            && (parameters.isEmpty || holds(kept))
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

    /// Whether a run that kept these tensors, all for nil, kept those asked for.
    private func holds(_ kept: [String]?) -> Bool {
        guard let kept else { return true }
        return tensors.map { Set($0).isSubset(of: kept) } ?? false
    }
}
