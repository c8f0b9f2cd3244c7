/// What a sweep's report draws beside its phase diagram; no part of a cell's identity.
package struct ReportRequest: Sendable, Hashable {
    /// How figures look.
    package var look = FigureLook()
    /// Further figures.
    package var figures: [FigureRequest] = []

    /// A report as it comes.
    package init() {}

}

extension ReportRequest: KeyedMapping {
    static let keys: [Key<ReportRequest>] =
        FigureLook.keys.map { $0.inside(\ReportRequest.look) } + [
            Key(
                KeyRow(
                    name: "figures", type: "list of kinds, or of mappings with a `kind`",
                    standard: "`[]`",
                    meaning:
                        "figures that the report draws into `report/figures/`; [figures.md](figures.md) has the kinds and their"
                        + " keys"),
                read: { reader, report throws(SweepError) in
                    for item in try reader.list("figures") ?? [] {
                        var figure = try FigureRequest(
                            item, reader, "figures", look: report.look)
                        // What differs in no more than its look has a number.
                        while report.figures.contains(where: { $0.hasFile(of: figure) }) {
                            figure.copy += 1
                        }
                        report.figures.append(figure)
                    }
                })
        ]

    /// Reads a `report` mapping of a sweep whose axes, seeds and record are known.
    init(reading node: SpecNode, path: String, of spec: SweepSpec) throws(SweepError) {
        var reader = try MappingReader(node, path: path)
        try self.init(&reader)
        for (item, figure) in zip(try reader.list("figures") ?? [], figures) {
            guard
                let (key, problem) = figure.obstacle(axes: spec.axes, seeds: spec.seeds)
                    ?? figure.unrecorded(spec.record)
            else { continue }
            throw SweepError(
                path: "\(path).figures.\(key)", problem: problem,
                place: MappingReader.place(item.line))
        }
        try reader.finish()
    }
}

extension FigureRequest {
    /// Whether its measure is one that a sweep asks no cell to record. Cells of earlier days may have it, so that only a sweep
    /// file is refused for it.
    fileprivate func unrecorded(_ record: RecordRequest) -> (key: String, problem: String)? {
        guard let measure, measure != "train_loss", measure != "validation_loss",
            !record.measures.contains(where: { $0.measure.name == measure })
        else { return nil }
        return (
            "measure", "no cell records \(measure): name it in record: {measures: [\(measure)]}"
        )
    }
}
