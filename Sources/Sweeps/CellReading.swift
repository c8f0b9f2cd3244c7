package import Core
package import Results

/// Reads cell files, which may be anybody's.
package protocol CellReading: Sendable {
    /// What a file holds that must be what is asked for.
    ///
    /// - Throws: `ResultsError` when it is not, `SystemError` when this machine cannot tell.
    func read(_ path: String, _ question: CellFileQuestion) throws -> CellFileAnswer
}

extension CellReading {
    /// A cell's file in its place, as a summary.
    package func summary(_ path: String, of cell: CellDefinition) throws -> CellSummary {
        try read(path, CellFileQuestion(cell)).summary(of: cell)
    }
}
