import Core

/// What a page's script knows of a map: letters, steps and links of its cells, and where its panels draw them.
struct PageData {
    private let grid: SiteGrid
    private let layouts: [(id: String, layout: DiagramLayout, fixed: [Int])]
    private let style: FigureStyle

    /// The data of a map whose panels are figures of their own.
    init(
        _ grid: SiteGrid, _ layouts: [(id: String, layout: DiagramLayout, fixed: [Int])],
        _ style: FigureStyle
    ) {
        self.grid = grid
        self.layouts = layouts
        self.style = style
    }

    /// JSON that may stand inside a script element.
    var json: String {
        let places = grid.places
        let cells = places.map(grid.cells)
        let members = grid.members
        var letters = [String](repeating: "", count: members.count)
        var trains = [[JSONValue]](repeating: [], count: members.count)
        var validations = trains
        for cells in cells {
            for (member, cell) in cells.enumerated() {
                letters[member].append(PageData.letter(cell.status))
                let verdict = cell.status.verdict
                trains[member].append(.number(Double(verdict?.train?.step ?? -1)))
                validations[member].append(.number(Double(verdict?.validation?.step ?? -1)))
            }
        }
        let summaries = places.map(grid.summary)
        let hrefs = places.map(grid.href)
        var data: [String: JSONValue] = [
            "axes": .array(
                grid.input.axes.map { axis in
                    .object([
                        "name": .string(NumberText.words(axis.name)),
                        "values": .array(axis.values.indices.map { .string(axis.shown(at: $0)) }),
                    ])
                }),
            "members": .array(members.map { .string($0) }),
            "sites": .string(String(summaries.map(PageData.letter))),
            "disputed": .string(
                String(summaries.map { $0.phase?.isDisputed == true ? "1" : "0" } as [Character])),
            "letters": .array(letters.map { .string($0) }),
            "train": .array(trains.map { .array($0) }),
            "validation": .array(validations.map { .array($0) }),
            "fills": .object(
                Dictionary(
                    Phase.allCases.map {
                        (String($0.letter), .string(style.palette.fill($0).hex))
                    }, uniquingKeysWith: { $1 })),
            "inks": .object(
                Dictionary(
                    Phase.allCases.map {
                        (String($0.letter), .string(style.palette.ink($0).hex))
                    }, uniquingKeysWith: { $1 })),
            "panels": .array(layouts.map(panel)),
        ]
        if hrefs.contains(where: { $0 != nil }) {
            data["hrefs"] = .array(hrefs.map { $0.map { .string($0) } ?? .null })
        }
        // What ends a script element, or means something in XML, must not stand in one.
        return CanonicalJSON.text(.object(data)).replacing("<", with: "\\u003c")
            .replacing(">", with: "\\u003e").replacing("&", with: "\\u0026")
    }

    private func panel(
        _ part: (id: String, layout: DiagramLayout, fixed: [Int])
    ) -> JSONValue {
        let layout = part.layout
        let panel = layout.panels[0]
        func spans(_ count: Int, _ span: (Int) -> (Int, Double, Double)) -> JSONValue {
            var spans = [JSONValue](repeating: .null, count: count)
            for place in 0..<count {
                let (index, low, high) = span(place)
                spans[index] = .array([.number(rounded(low)), .number(rounded(high))])
            }
            return .array(spans)
        }
        let across = spans(layout.x.spans.count) { place in
            let rect = layout.rect(place, 0, in: panel)
            return (layout.x.order[place], rect.x, rect.x + rect.width)
        }
        let along = spans(layout.rowCount) { place in
            let rect = layout.rect(0, place, in: panel)
            return (layout.y?.order[place] ?? place, rect.y, rect.y + rect.height)
        }
        return .object([
            "id": .string(part.id), "at": .array(part.fixed.map { .number(Double($0)) }),
            "x": across, "y": along,
        ])
    }

    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

    private static func letter(_ status: CellStatus) -> Character {
        switch status {
        case .verified(let verdict, _, _): verdict.phase.letter
        case .missing: "."
        case .running: "r"
        case .failed: "!"
        case .inferred(let phase): inferred(phase)
        case .predicted: "p"
        case .unreachable: "u"
        case .deferred: "-"
        }
    }

    private static func inferred(_ phase: Phase) -> Character {
        Character(phase.letter.lowercased())
    }

    /// The letter of a site: its phase's, or a sign for what keeps it from having one.
    static func letter(_ summary: SiteSummary) -> Character {
        switch summary.kind {
        case .phase(let phase): phase.phase.letter
        case .running: "r"
        case .failed: "!"
        case .missing: "."
        case .deferred: "-"
        case .inferred(let phase): inferred(phase)
        case .predicted: "p"
        case .unreachable: "u"
        }
    }
}
