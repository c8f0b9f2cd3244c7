import Core

/// A sweep's report as one HTML page: what was found, the map panel by panel, the rule, the counts, and a table that says in
/// words and numbers what the map says in colours. It needs nothing beside itself.
///
/// A script adds hover, arrow keys, filters, a seed at a time and a panel at a time; without it everything else is there.
package struct ReportPage: Sendable {
    private let input: PhaseDiagramInput
    private let style: FigureStyle
    private let figures: [(href: String, text: String)]

    /// With more sites a static table would be megabytes: the script then makes it, some rows at a time.
    static let mostRows = LeanSites.fewest

    /// A page for a map.
    ///
    /// - Parameters:
    ///   - input: the map.
    ///   - style: how the figure looks.
    ///   - figures: files beside the page, each with what it is.
    package init(
        _ input: PhaseDiagramInput, style: FigureStyle = FigureStyle(),
        figures: [(href: String, text: String)] = []
    ) {
        self.input = input
        self.style = style
        self.figures = figures
    }

    /// The text of `index.html`.
    package func html() -> String {
        let grid = SiteGrid(input)
        let words = DiagramText(grid: grid)
        let counts = SiteCounts(grid, grid.places)
        let panels = MapPanels(grid, style)
        return PageStyle.page(title: "\(input.title) – phase diagram", version: input.version) {
            out in
            out.element("h1", [:], input.title)
            out.element(
                "p", ["class": "quiet"], "Sweep \(input.sweepName): \(words.tally(counts)).")
            out.element("h2", [:], "What was found")
            out.element("ul", ["id": "found"]) { out in
                for sentence in Findings(grid, counts).sentences {
                    out.element("li", [:], sentence)
                }
            }
            out.element("h2", [:], "Phase diagram")
            drawControls(panels, into: &out)
            panels.draw(counts, into: &out)
            drawDetails(into: &out)
            if !figures.isEmpty { drawFigures(into: &out) }
            out.element("h2", [:], "How phases are read off")
            out.element("p", [:], DiagramText.rule(input.rule))
            if input.cellsPerSite > 1 { out.element("p", [:], DiagramText.majority) }
            out.element("h2", [:], "Counts")
            CountTable(counts).draw(into: &out)
            out.element("h2", [:], "Sites")
            drawTable(grid, words, into: &out)
            out.element(
                "script", ["type": "application/json", "id": "data"],
                raw: PageData(grid, panels.layouts, style).json)
            out.verbatim("<script>\n//<![CDATA[\n\(PageScript.text)\n//]]>\n</script>")
        }
    }

    /// What the script lets its reader choose.
    private func drawControls(_ panels: MapPanels, into out: inout Markup) {
        out.element("form", ["id": "controls", "hidden": "hidden"]) { out in
            if input.cellsPerSite > 1 {
                out.element("label") { out in
                    out.element("span", [:], "Cells ")
                    out.element("select", ["id": "control-seed"]) { out in
                        out.element("option", ["value": "-1"], "majority")
                        for (number, member) in panels.grid.members.enumerated() {
                            out.element("option", ["value": "\(number)"], member)
                        }
                    }
                }
            }
            out.element("fieldset") { out in
                out.element("legend", [:], "Show")
                for (filter, name) in Phase.allCases.map({ (String($0.letter), $0.name) })
                    + [("o", "others")]
                {
                    checkbox(filter, name, isChecked: true, into: &out)
                }
                if input.cellsPerSite > 1 {
                    checkbox("disputed", "only where cells disagree", isChecked: false, into: &out)
                }
            }
            if panels.layouts.count > 1 {
                out.element("label") { out in
                    out.element("span", [:], "Panel ")
                    out.element(
                        "input",
                        [
                            "type": "range", "id": "control-slice", "min": "0",
                            "max": "\(panels.layouts.count)", "value": "0",
                            "aria-valuetext": "all",
                        ])
                    out.element("output", ["id": "slice-value", "for": "control-slice"], "all")
                }
            }
        }
    }

    private func checkbox(
        _ filter: String, _ name: String, isChecked: Bool, into out: inout Markup
    ) {
        out.element("label") { out in
            out.element(
                "input",
                [
                    "type": "checkbox", "data-filter": filter,
                    "checked": isChecked ? "checked" : nil,
                ])
            out.element("span", [:], name)
        }
    }

    private func drawDetails(into out: inout Markup) {
        out.element(
            "div",
            [
                "id": "details", "hidden": "hidden", "role": "status", "aria-live": "polite",
            ], "Point at a site, or step into a map with Tab and move with the arrow keys.")
    }

    private func drawFigures(into out: inout Markup) {
        out.element("p", ["class": "quiet"]) { out in
            out.element("span", [:], "As files: ")
            for (href, text) in figures { out.element("a", ["href": href], text) }
        }
    }

    private func drawTable(_ grid: SiteGrid, _ words: DiagramText, into out: inout Markup) {
        guard grid.places.count > ReportPage.mostRows else {
            return SiteTable(grid: grid, words: words).draw(into: &out)
        }
        out.element(
            "p", [:],
            "Too many for a page of text: the table needs the page's script. sweep.h5 and grokmap export have "
                + "the numbers of every cell, grokmap explain says why a cell has its phase.")
        out.element("div", ["class": "scroll"]) { out in
            out.element("table", ["id": "sites"]) { out in
                out.element("thead") { out in
                    out.element("tr") { out in
                        for name in input.axes.map({ NumberText.words($0.name) }) + [
                            "phase", "train step", "validation step",
                        ] { out.element("th", ["scope": "col"], name) }
                    }
                }
                out.element("tbody", [:], "")
            }
        }
        out.element("button", ["type": "button", "id": "more-sites"], "Show more")
    }
}
