package import Core

/// One cell as a map shows it.
package struct CellState: Sendable, Hashable {
    /// The short form of the cell's identity, nil where it is not known.
    package var id: String?
    /// Where the cell's own page is, relative to the figure; nil for no link.
    package var href: String?
    /// What is known about it.
    package var status: CellStatus
    /// Where it stands in its sweep, nil where no more than its status is known.
    package var point: GridPoint?
    /// Its numbers by the names that files give them.
    package var numbers: [String: Double] = [:]

    /// A cell.
    package init(_ status: CellStatus, id: String? = nil, href: String? = nil) {
        self.status = status
        self.id = id
        self.href = href
    }

    /// A cell nothing is known of.
    package static let missing = CellState(.missing)
}
