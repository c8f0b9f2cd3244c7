/// What a sweep's report draws beside its phase diagram; no part of a cell's identity.
package struct ReportRequest: Sendable, Hashable {
    /// How figures look.
    package var look = FigureLook()
    /// Further figures.
    package var figures: [FigureRequest] = []

    /// A report as it comes.
    package init() {}

    /// Reads a `report` mapping of a sweep with these axes and seeds.
    init(
        reading node: SpecNode, path: String, axes: [Axis], seeds: [UInt64]
    ) throws(SweepError) {
        var reader = try MappingReader(node, path: path)
        try look.read(&reader)
        for item in try reader.list("figures") ?? [] {
            let figure = try FigureRequest(
                reading: item, look: look, path: path + ".figures")
            if let (key, problem) = figure.obstacle(axes: axes, seeds: seeds) {
                var placed = SweepError(path: "\(path).figures.\(key)", problem: problem)
                placed.place = MappingReader.place(item.line)
                throw placed
            }
            figures.append(figure)
        }
        try reader.finish()
    }
}
