import Core
import Foundation
import Testing

@testable import Report

@Suite("ReportPage")
struct ReportPageTests {
    @Test("the page is well-formed and holds a figure per panel, a legend and one row per site")
    func page() throws {
        let html = ReportPage(
            Samples.specialStates, figures: [("phase-diagram.svg", "phase diagram")]
        ).html()
        let all = try #require(XMLTree.nodes(html))
        // The rest are signs of the legend, which its words explain.
        #expect(all.count { $0.name == "svg" && $0.attributes["aria-hidden"] == nil } == 2)
        let legend = try #require(all.first { $0.attributes["class"] == "legend" })
        #expect(legend.children.contains { $0.all.map(\.text).joined().contains("grokking") })
        #expect(all.count { $0.attributes["role"] == "graphics-document document" } == 2)
        let rows = all.filter { $0.attributes["id"]?.hasPrefix("site-") == true }
        #expect(rows.count == 24)
        #expect(Set(rows.map { $0.children.count }) == [9])
        let ids = all.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        #expect(all.contains { $0.attributes["href"] == "phase-diagram.svg" })
        // Nothing is asked for from elsewhere.
        let foreign = all.flatMap { node in
            ["src", "href", "data"].compactMap { node.attributes[$0] }
        }.filter { $0.contains("://") }
        #expect(foreign.isEmpty)
    }

    @Test("what the script knows of the map is what the map shows")
    func data() throws {
        let all = try #require(XMLTree.nodes(ReportPage(Samples.specialStates).html()))
        let text = try #require(all.first { $0.attributes["id"] == "data" }).text
        let data = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let sites = try #require(data["sites"] as? String)
        let grid = SiteGrid(Samples.specialStates)
        #expect(sites.count == 24)
        #expect(
            sites.filter { "CGMX".contains($0) }.count
                == grid.places.count { grid.summary($0).phase != nil })
        #expect((data["letters"] as? [String])?.map(\.count) == [24, 24, 24])
        #expect((data["panels"] as? [[String: Any]])?.count == 2)
        // The last axis runs fastest, as in the grid.
        let place = try #require(grid.places.firstIndex(of: [1, 0, 0]))
        #expect(Array(sites)[place] == "G")
    }

    @Test("the page says in words what was found")
    func findings() throws {
        let all = try #require(XMLTree.nodes(ReportPage(Samples.twoAxes).html()))
        let found = try #require(all.first { $0.attributes["id"] == "found" })
        #expect(
            found.children.prefix(4).map(\.text) == [
                "Of 12 sites with a phase: 1 comprehension (8.3 %), 6 grokking (50 %), "
                    + "3 memorization (25 %), 2 confusion (17 %).",
                "Comprehension occurs within learning rate 0.0001, weight decay 0.",
                "Grokking occurs within learning rate from 1e-5 to 0.001.",
                "Memorization occurs within learning rate from 0.001 to 0.01, weight decay from 0 to 2.5.",
            ])
    }

    @Test("shares are in per cent as people write them; sites that were not measured are told of")
    func shares() throws {
        func found(_ rows: [String]) throws -> [String] {
            let map = Samples.map("", Samples.twoAxes.axes, rows)
            let all = try #require(XMLTree.nodes(ReportPage(map).html()))
            return try #require(all.first { $0.attributes["id"] == "found" }).children.map(\.text)
        }
        #expect(
            try found(["XXX", "XXX", "XXX", "XXX"])[0]
                == "Of 12 sites with a phase: 12 confusion (100 %).")
        let none = try found(["uuu", "···", "···", "···"])
        #expect(none[0] == "No site has a phase yet.")
        #expect(none.contains { $0.hasPrefix("3 sites are taken to memorize because") })
        #expect(none.contains("9 sites are missing."))
    }

    @Test("the page of a site calls nothing its phase that was not measured")
    func site() throws {
        func words(_ letters: String) throws -> [String] {
            let members = Samples.cells(letters).map {
                SitePage.Member(name: "seed", state: $0, outcome: nil)
            }
            let page = SitePage("site", members: members, rule: PhaseRule())
            let all = try #require(XMLTree.nodes(page.html()))
            let strong = try #require(all.first { $0.name == "strong" }).text
            return [strong, try #require(all.first { $0.name == "span" }).text]
        }
        let away = try words("uuX")
        #expect(away[0] == "out of reach")
        #expect(away[1].hasPrefix(", taken for memorization: 2 of 3 cells."))
        let measured = try words("uuM")
        #expect(measured[0] == "memorization" && measured[1].hasPrefix(": 3 of 3 cells."))
    }

    @Test("the page of 64 × 64 × 5 sites holds every one of them and stays below 5 MB")
    func large() throws {
        var input = Samples.twoAxes
        input.axes[0].values = (1...64).map(Double.init)
        input.axes[1].values = (1...64).map(Double.init)
        input.axes.append(Samples.axis("train_fraction", .values, [0.2, 0.4, 0.6, 0.8, 0.9]))
        input.sites = SiteGrid.places([64, 64, 5]).map { place in
            let letter = ["C", "G", "M", "X"][(place[0] / 9 + place[1] / 13 + place[2]) % 4]
            return SiteState(place: place, cells: Samples.cells(letter))
        }
        let html = ReportPage(input).html()
        #expect(html.utf8.count < 5_000_000)
        let all = try #require(XMLTree.nodes(html))
        #expect(all.count { $0.attributes["role"] == "graphics-document document" } == 5)
        let boxes = all.filter { $0.attributes["fill"] == Palette.fill(.grokking).hex }
            .compactMap { $0.attributes["d"] }.reduce(0) { $0 + $1.count { $0 == "M" } }
        #expect(boxes == input.sites.count { $0.cells[0].status.verdict?.phase == .grokking })
        #expect(all.contains { $0.attributes["id"] == "more-sites" })
    }

    @Test("a row says phase, agreement and the steps of every seed")
    func row() throws {
        let all = try #require(XMLTree.nodes(ReportPage(Samples.specialStates).html()))
        let row = try #require(all.first { $0.attributes["id"] == "site-1-0-0" })
        #expect(
            row.children.prefix(8).map(\.text) == [
                "0.001", "0", "0.45", "grokking", "2/3 (21–94 %)", "900, 900, 900", "4800, 4800, –",
                "3900, 3900, –",
            ])
    }

    @Test("tooltips in the page are those of the figure, without added spaces")
    func tooltips() throws {
        let page = try #require(XMLTree.nodes(ReportPage(Samples.twoAxes).html()))
        let figure = try #require(XMLTree.nodes(PhaseDiagram(Samples.twoAxes).svg()))
        let titles: ([XMLTree.Node]) -> [String] = { nodes in
            nodes.filter { $0.attributes["class"] == "site" }.compactMap(\.children.first?.text)
        }
        #expect(titles(page) == titles(figure))
        #expect(titles(page).count == 12)
    }
}

@Suite("CurvePage")
struct CurvePageTests {
    private func chart(_ outcome: CellOutcome, _ title: String) -> String {
        let cell = Curves.Cell(name: title, outcome: outcome, verdict: outcome.verdict)
        return Curves.plot([cell], title: title, rule: outcome.rule, measures: false).svg()
    }

    private func path(_ nodes: [XMLTree.Node], stroke: Colour) -> [String] {
        nodes.filter { $0.attributes["stroke"] == stroke.hex }.compactMap { $0.attributes["d"] }
    }

    @Test("the chart is the golden one byte by byte")
    func golden() throws {
        try Golden.expect(chart(Samples.outcome, "learning_rate=0.001 seed=0"), "curve.svg")
    }

    @Test("the page is well-formed, links back to its cell and shows what it is given")
    func page() throws {
        let page = CurvePage(
            Samples.outcome, label: "a<b", id: "abc123",
            provenance: [("host", "node & 1")], backHref: "../index.html")
        let all = try #require(XMLTree.nodes(page.html()))
        #expect(all.contains { $0.attributes["href"] == "../index.html#cell-abc123" })
        #expect(all.contains { $0.name == "dd" && $0.text == "node & 1" })
        #expect(all.contains { $0.name == "strong" && $0.text == "grokking" })
        #expect(all.contains { $0.name == "text" && $0.text == "validation ≥ 0.9 at 3,000" })
    }

    @Test("under another rule the page shows that rule's crossings and keeps the training's phase")
    func otherRule() throws {
        let rule = PhaseRule(validationAccuracy: 0.5, gap: 5000)
        let verdict = rule.classify(train: Crossing(step: 200), validation: Crossing(step: 2000))
        let page = CurvePage(
            Samples.outcome, label: "a", id: "b", verdict: verdict, rule: rule, provenance: [])
        let all = try #require(XMLTree.nodes(page.html()))
        #expect(all.contains { $0.name == "strong" && $0.text == "comprehension" })
        #expect(all.contains { $0.name == "text" && $0.text == "validation ≥ 0.5 at 2,000" })
        #expect(all.contains { $0.name == "dd" && $0.text.hasPrefix("grokking: train at 200") })
    }

    @Test("a curve that stops being finite breaks off instead of being drawn through")
    func diverged() throws {
        var outcome = Samples.outcome
        outcome.curve.trainLoss[5] = .nan
        outcome.curve.trainLoss[6] = .infinity
        let all = try #require(XMLTree.nodes(chart(outcome, "x")))
        let moves = path(all, stroke: Palette.train).map { $0.count { $0 == "M" } }
        #expect(moves.filter { $0 == 2 }.count == 1)
        #expect(!all.contains { ($0.attributes["d"] ?? "").contains("nan") })
    }

    @Test("a curve without points, or with equal losses, is still a chart")
    func degenerate() throws {
        var outcome = Samples.outcome
        outcome.curve.trainLoss = outcome.curve.trainLoss.map { _ in 0 }
        outcome.curve.validationLoss = outcome.curve.trainLoss
        let flat = try #require(XMLTree.nodes(chart(outcome, "x")))
        outcome.curve = Curve()
        outcome.trainCrossing = nil
        let empty = try #require(XMLTree.nodes(chart(outcome, "x")))
        for nodes in [flat, empty] {
            // Both have their title and axes, and every place in them is a number.
            #expect(nodes.contains { $0.name == "title" && $0.text.hasSuffix(": x") })
            #expect(nodes.contains { $0.name == "text" && $0.text.contains("accuracy") })
            for value in nodes.flatMap(\.attributes.values) {
                #expect(!value.contains("nan") && !value.contains("inf"), "\(value)")
            }
        }
        // An empty chart has the key's stroke and no curve.
        #expect(path(empty, stroke: Palette.train).count == 1)
        #expect(path(flat, stroke: Palette.train).count > 1)
    }

    @Test("a long curve is thinned to a few points per pixel and keeps its extremes")
    func thinned() {
        var values = (0...100_000).map { _ in 0.5 }
        values[54_321] = 1
        let path = CurvePath(
            values.enumerated().map { (x: Double($0.offset) / 200, y: $0.element * 100) }
        ).data
        #expect(path.count { $0 == "L" } < 4 * 501)
        #expect(path.contains(" 100L"))
    }
}

@Suite("NumberText")
struct NumberTextTests {
    @Test(
        "coordinates have no trailing zeros and no negative zero",
        arguments: [(1.0, "1"), (0.125, "0.12"), (-0.001, "0"), (10.5, "10.5"), (100, "100")])
    func fixed(_ value: Double, _ text: String) {
        #expect(NumberText.fixed(value) == text)
    }

    @Test(
        "values are short and exact to six digits",
        arguments: [
            (1e-5, "1e-5"), (3.16227766e-5, "3.16228e-5"), (0.65, "0.65"), (0, "0"), (1e7, "1e7"),
            (100_000, "100000"),
        ])
    func value(_ value: Double, _ text: String) {
        #expect(NumberText.value(value) == text)
    }

    @Test("counts are grouped and agree with their noun")
    func counted() {
        #expect(NumberText.counted(1, "site") == "1 site")
        #expect(NumberText.counted(1_234_567, "cell") == "1,234,567 cells")
        #expect((-1000).grouped == "-1,000")
        #expect(999.grouped == "999")
    }

    @Test("lines are broken at spaces and a long word stands alone")
    func wrap() {
        #expect(TextMeasure.wrap("aa bb cc", width: 40, size: 10) == ["aa bb", "cc"])
        #expect(TextMeasure.wrap("aaaaaaaaaa b", width: 20, size: 10) == ["aaaaaaaaaa", "b"])
        #expect(TextMeasure.wrap("", width: 20, size: 10).isEmpty)
    }
}
