extension RecordRequest {
    /// Reads a `record` mapping: `measures` by name, `parameters` as steps or the word `last`.
    package init(
        reading node: SpecNode, path: String, of cell: CellConfiguration
    ) throws(SweepError) {
        var reader = try MappingReader(node, path: path)
        self.init()
        if let items = try reader.list("measures") {
            measures = []
            for item in items {
                guard case .string(let name) = item.value, let measure = Measure(rawValue: name)
                else {
                    let known = Measure.allCases.map(\.rawValue).joined(separator: ", ")
                    throw reader.error(
                        "measures", "unknown measure \(item.kindName): known are \(known)")
                }
                guard !measures.contains(measure) else {
                    throw reader.error("measures", "\(name) is given twice")
                }
                guard measure != .rqi || cell.hasParallelograms else {
                    throw reader.error(
                        "measures",
                        "rqi counts sums of embeddings, of which task: {kind: "
                            + "\(cell.task.kind.rawValue)} with model: \(cell.model.words) has none",
                        hint: "it is for task: {kind: addition} with model: {kind: pair-decoder,"
                            + " combination: sum}")
                }
                measures.append(measure)
            }
        }
        for item in try reader.list("parameters") ?? [] {
            switch item.value {
            case .string("last"): parameters.append(.last)
            case .number(let step) where step == step.rounded() && step >= 0 && step < 0x1p53:
                parameters.append(.step(Int(step)))
            default:
                throw reader.error(
                    "parameters", "expected steps or the word last, found \(item.kindName)")
            }
        }
        try reader.finish()
    }
}
