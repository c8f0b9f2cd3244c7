package import Core

/// What the process that reads cell files is asked about one: what the file must be.
package struct CellFileQuestion: Sendable, Codable {
    /// The canonical text of the cell's definition.
    package var definition: String
    /// The sweep that it was trained for; nil takes any.
    package var sweep: String?
    /// The attempt that it was leased as; nil takes any.
    package var attempt: Int?
    /// What it must hold; nil is content with anything.
    package var record: RecordRequest?

    /// A question about a file of this cell, by default one that lies in its place.
    package init(
        _ definition: CellDefinition, sweep: String? = nil, attempt: Int? = nil,
        record: RecordRequest? = nil
    ) {
        self.definition = definition.canonicalText
        self.sweep = sweep
        self.attempt = attempt
        self.record = record
    }
}
