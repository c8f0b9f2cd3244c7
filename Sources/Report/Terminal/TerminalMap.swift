import Core

/// The phase map as lines of letters for a terminal, for watching a sweep fill in.
///
/// C, G, M and X are the phases (lower case where seeds disagree or a verdict is uncertain), `·` is missing, `▒`
/// running, `!` failed, `-` not asked for. The axes lie as in the SVG.
package struct TerminalMap: Sendable {
    /// Columns the lines may take.
    package var width: Int
    /// Whether cells are coloured with escape codes of the 256-colour palette.
    package var colour: Bool
    /// A map of at most this many columns, 32 at least.
    package init(width: Int = 80, colour: Bool = false) {
        self.width = max(32, width)
        self.colour = colour
    }

    /// The lines of a map: panels side by side as they fit, then one of counts.
    package func lines(_ input: PhaseDiagramInput) -> [String] {
        var input = input
        for axis in input.axes.indices {
            input.axes[axis].labels = input.axes[axis].labels.map(\.onOneLine)
        }
        let grid = SiteGrid(input)
        let layout = DiagramLayout(input, FigureStyle())
        let labels = rowLabels(layout)
        let gutter = (labels.map(\.count).max() ?? 0) + (labels.isEmpty ? 0 : 1)
        let columns = layout.x.spans.count
        let step = gutter + 2 * columns <= width ? 2 : 1
        let shown = min(columns, max(1, (width - gutter) / step))
        let titles = layout.panels.flatMap(\.title).map(\.count).max() ?? 0
        let slot = max(shown * step, min(titles, width - gutter))
        let perBand = max(1, (width - gutter + 2) / (slot + 2))
        var lines: [String] = []
        for start in stride(from: 0, to: layout.panels.count, by: perBand) {
            let band = Array(layout.panels[start..<min(start + perBand, layout.panels.count)])
            lines += bandLines(
                band, grid, layout, labels: labels, gutter: gutter, step: step, shown: shown,
                slot: slot)
        }
        return lines + axisLines(layout) + countLines(SiteCounts(grid, grid.places))
    }

    private func rowLabels(_ layout: DiagramLayout) -> [String] {
        guard let y = layout.y else { return [] }
        return drawnRows(layout).map {
            y.axis.shown(at: y.order[$0], digits: 3)
        }
    }

    /// Rows from top to bottom.
    private func drawnRows(_ layout: DiagramLayout) -> [Int] {
        let rows = Array(0..<layout.rowCount)
        return layout.yDownward ? rows : rows.reversed()
    }

    private func bandLines(
        _ band: [DiagramPanel], _ grid: SiteGrid, _ layout: DiagramLayout, labels: [String],
        gutter: Int, step: Int, shown: Int, slot: Int
    ) -> [String] {
        let panelWidth = shown * step
        let indent = String(repeating: " ", count: gutter)
        var lines: [String] = []
        for number in 0..<(band.first?.title.count ?? 0) {
            let titles = band.map { padded($0.title[number], slot) }
            lines.append(trimmed(indent + titles.joined(separator: "  ")))
        }
        for (place, row) in drawnRows(layout).enumerated() {
            let label = labels.indices.contains(place) ? labels[place] : ""
            let head = String(repeating: " ", count: max(0, gutter - 1 - label.count)) + label
            let cells = band.map { panel in
                (0..<shown).map { column in
                    column == shown - 1 && shown < layout.x.spans.count
                        ? "…" : cell(grid.summary(layout.place(column, row, in: panel)), step)
                }.joined() + String(repeating: " ", count: slot - shown * step)
            }
            lines.append(
                trimmed((gutter > 0 ? head + " " : "") + cells.joined(separator: "  ")))
        }
        let low = value(layout.x, 0)
        let high = value(layout.x, layout.x.spans.count - 1)
        let ends = low.count + high.count < panelWidth ? (low, high) : (low, "")
        let scale = padded(padded(ends.0, panelWidth - ends.1.count) + ends.1, slot)
        if low.count <= panelWidth, !layout.x.axis.isCategorical {
            lines.append(
                trimmed(indent + band.map { _ in scale }.joined(separator: "  ")))
        }
        return lines
    }

    private func value(_ axis: AxisLayout, _ place: Int) -> String {
        axis.axis.shown(at: axis.order[place], digits: 3)
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text.count > width
            ? String(text.prefix(max(0, width)))
            : text + String(repeating: " ", count: width - text.count)
    }

    private func trimmed(_ text: String) -> String {
        var text = text
        while text.last == " " { text.removeLast() }
        return text
    }

    /// One site in `step` columns, the letter first.
    private func cell(_ summary: SiteSummary, _ step: Int) -> String {
        let space = String(repeating: " ", count: step - 1)
        switch summary.kind {
        case .phase(let phase):
            let letter = String(phase.phase.letter)
            let doubtful = phase.isDisputed || phase.uncertain
            return painted((doubtful ? letter.lowercased() : letter) + space, phase.phase)
        case .running: return "▒" + space
        case .failed: return (colour ? "\u{1B}[31m!\u{1B}[0m" : "!") + space
        case .missing: return "·" + space
        case .deferred: return "-" + space
        case .inferred(let phase): return painted(TerminalMap.small(phase) + space, phase)
        // Only memorization is predicted.
        case .predicted(let phase): return painted("ₘ" + space, phase)
        case .unreachable(let phase): return painted("ᵐ" + space, phase.phase)
        }
    }

    /// A small capital: the letter of a phase that was not measured.
    private static func small(_ phase: Phase) -> String {
        switch phase {
        case .comprehension: "ᴄ"
        case .grokking: "ɢ"
        case .memorization: "ᴍ"
        case .confusion: "×"
        }
    }

    private func painted(_ text: String, _ phase: Phase) -> String {
        guard colour else { return text }
        let paint = Palette.terminal(phase)
        return "\u{1B}[48;5;\(paint.background);38;5;\(paint.foreground)m\(text)\u{1B}[0m"
    }

    private func axisLines(_ layout: DiagramLayout) -> [String] {
        let names = layout.x.axis.labels.joined(separator: ", ")
        let across = "\(NumberText.words(layout.x.axis.name)) →\(names.isEmpty ? "" : " \(names)")"
        guard let y = layout.y else { return [trimmed(padded(across, width))] }
        let along = "\(NumberText.words(y.axis.name)) \(layout.yDownward ? "↓" : "↑")"
        return [trimmed(padded("\(across)  \(along)", width))]
    }

    private func countLines(_ counts: SiteCounts) -> [String] {
        var parts = Phase.allCases.map { phase in
            (
                plain: "\(phase.letter) \(phase.name) \(counts.sites[phase] ?? 0)",
                phase: phase as Phase?
            )
        }
        for (count, word) in [
            (counts.running.sites, "▒ running"), (counts.missing.sites, "· missing"),
            (counts.failed.sites, "! failed"), (counts.inferred.sites, "ᴄɢᴍ× inferred"),
            (counts.predicted.sites, "ₘ predicted"), (counts.unreachable.sites, "ᵐ out of reach"),
            (counts.deferred.sites, "- not asked for"),
            (counts.disputed, "lower case: seeds disagree"),
            (counts.uncertain, "lower case: uncertain"),
        ] where count > 0 { parts.append(("\(word) \(count)", nil)) }
        var lines: [String] = []
        var line = ""
        var length = 0
        for part in parts {
            if length > 0, length + 2 + part.plain.count > width {
                lines.append(line)
                line = ""
                length = 0
            }
            let text =
                part.phase.map { painted(String($0.letter), $0) + part.plain.dropFirst() }
                ?? part.plain
            line += (length > 0 ? "  " : "") + text
            length += (length > 0 ? 2 : 0) + part.plain.count
        }
        return lines + [line]
    }
}
