/// The table of a binary operation as text: a row per line, entries parted by spaces or commas; `#` begins a remark.
struct TableText {
    /// The rows.
    private(set) var rows: [[Double]] = []

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - text: the lines.
    ///   - file: the file's name, for error messages.
    /// - Throws: `SweepError` placed at file and line.
    init(_ text: String, named file: String) throws(SweepError) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (place, line) in lines.enumerated() {
            let words = line.prefix { $0 != "#" }.split { $0.isWhitespace || $0 == "," }
            guard !words.isEmpty else { continue }
            let row = words.compactMap { Double($0) }
            guard row.count == words.count, row.count == rows.first?.count ?? row.count else {
                throw SweepError(
                    path: "",
                    problem: row.count == words.count
                        ? "a row of \(row.count) entries, the first has \(rows[0].count)"
                        : "expected classes, found \"\(line.prefix(60))\"",
                    hint: "write one row of the table per line", place: "\(file):\(place + 1)")
            }
            rows.append(row)
        }
    }
}
