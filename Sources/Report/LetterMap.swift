package import Core

/// A phase map as rows of letters, the way published maps are written down: `CCGGM`.
package struct LetterMap: Sendable, Equatable {
    /// The rows; nil is a site without a phase, any letter that is none of C, G, M, X in text.
    package let rows: [[Phase?]]

    /// A map from rows of letters.
    package init(_ rows: [String]) {
        self.rows = rows.map { row in
            row.map { letter in Phase.allCases.first { $0.letter == letter } }
        }
    }

    /// The letters of one plane of a computed map, in the order of the axes' values.
    ///
    /// - Parameters:
    ///   - input: the map.
    ///   - rows: the index of the axis whose values are the rows.
    ///   - columns: the index of the axis whose values are the columns.
    ///   - fixed: the index along every other axis, by axis; 0 where it is not given.
    package init(
        _ input: PhaseDiagramInput, rows: Int, columns: Int, fixed: [Int: Int] = [:]
    ) {
        precondition(
            rows != columns && input.axes.indices.contains(rows)
                && input.axes.indices.contains(columns), "a letter map has two axes of the map")
        let grid = SiteGrid(input)
        self.rows = input.axes[rows].values.indices.map { row in
            input.axes[columns].values.indices.map { column in
                let place = input.axes.indices.map { axis in
                    axis == rows ? row : axis == columns ? column : fixed[axis] ?? 0
                }
                return grid.summary(place).phase?.phase
            }
        }
    }

    /// The rows as text, `·` for a site without a phase.
    package var text: [String] {
        rows.map { row in String(row.map { $0?.letter ?? "·" }) }
    }

    /// Compares this map with a published one of the same shape.
    package func compared(with published: LetterMap) -> LetterMapComparison {
        LetterMapComparison(computed: self, published: published)
    }
}

/// How far a computed map agrees with a published one.
package struct LetterMapComparison: Sendable, Equatable {
    /// The computed map.
    package let computed: LetterMap
    /// The published map.
    package let published: LetterMap
    /// Sites that both maps give the same phase.
    package let agreed: Int
    /// Sites that both maps give a phase.
    package let compared: Int
    /// Compared sites whose computed phase is one that the published map gives a site next to them, themselves included
    /// (eight neighbours): those that differ by no more than where a boundary runs.
    package let withinOneSite: Int
    /// Sites that one of the maps gives no phase, or that only one of them has.
    package let notCompared: Int
    /// Compared sites by published phase, then computed phase.
    package let counts: [Phase: [Phase: Int]]

    /// Compares two maps site by site.
    package init(computed: LetterMap, published: LetterMap) {
        self.computed = computed
        self.published = published
        var (agreed, compared, near, skipped) = (0, 0, 0, 0)
        var counts: [Phase: [Phase: Int]] = [:]
        for row in 0..<max(computed.rows.count, published.rows.count) {
            let width = max(computed.width(row), published.width(row))
            for column in 0..<width {
                guard let ours = computed.phase(row, column),
                    let theirs = published.phase(row, column)
                else {
                    skipped += 1
                    continue
                }
                compared += 1
                counts[theirs, default: [:]][ours, default: 0] += 1
                if ours == theirs { agreed += 1 }
                let around = (row - 1...row + 1).flatMap { r in
                    (column - 1...column + 1).map { published.phase(r, $0) }
                }
                if around.contains(ours) { near += 1 }
            }
        }
        self.agreed = agreed
        self.compared = compared
        withinOneSite = near
        notCompared = skipped
        self.counts = counts
    }

    /// Both maps side by side with a mark at every site that differs, then the counts.
    ///
    /// - Parameter rowLabels: one per row, such as the value of the rows' axis; fewer leave rows without.
    /// - Returns: lines of monospaced text, the last one with the counts.
    package func text(rowLabels: [String] = []) -> String {
        let ours = computed.text
        let theirs = published.text
        let labelWidth = rowLabels.map(\.count).max() ?? 0
        let gutter = labelWidth > 0 ? labelWidth + 2 : 0
        let width = max(8, (ours + theirs).map(\.count).max() ?? 0)
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        func trimmed(_ text: String) -> String {
            String(text.reversed().drop { $0 == " " }.reversed())
        }
        let head =
            padded("", gutter) + padded("computed", width + 3) + padded("published", width + 4)
            + "differs"
        var lines = [head]
        for row in 0..<max(ours.count, theirs.count) {
            let a = row < ours.count ? ours[row] : ""
            let b = row < theirs.count ? theirs[row] : ""
            let marks = (0..<max(a.count, b.count)).map { column -> Character in
                guard let x = computed.phase(row, column), let y = published.phase(row, column)
                else { return "?" }
                return x == y ? "." : "#"
            }
            let label = row < rowLabels.count ? rowLabels[row] : ""
            lines.append(
                trimmed(
                    padded(label, gutter) + padded(a, width + 3) + padded(b, width + 4)
                        + String(marks)))
        }
        lines.append("")
        lines.append(
            "\(agreed) of \(compared) sites agree, \(withinOneSite) to within one site"
                + (notCompared > 0 ? ", \(notCompared) not compared" : ""))
        return lines.joined(separator: "\n") + "\n"
    }
}

extension LetterMap {
    /// Letters in a row; 0 outside.
    func width(_ row: Int) -> Int { rows.indices.contains(row) ? rows[row].count : 0 }

    /// The phase of a site, nil outside or without one.
    func phase(_ row: Int, _ column: Int) -> Phase? {
        guard rows.indices.contains(row), rows[row].indices.contains(column) else { return nil }
        return rows[row][column]
    }
}
