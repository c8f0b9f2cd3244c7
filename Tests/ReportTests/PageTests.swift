import Core
import Testing

@testable import Report

@Suite("ReportPage")
struct ReportPageTests {
    @Test("the page is well-formed and holds the figure and one row per site")
    func page() throws {
        let html = ReportPage(Samples.specialStates, figureHref: "phase-diagram.svg").html()
        let all = try #require(XMLTree.nodes(html))
        #expect(all.count { $0.name == "svg" } == 1)
        let rows = all.filter { $0.attributes["id"]?.hasPrefix("site-") == true }
        #expect(rows.count == 24)
        #expect(Set(rows.map { $0.children.count }) == [9])
        let ids = all.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        #expect(all.contains { $0.attributes["href"] == "phase-diagram.svg" })
        #expect(!all.contains { $0.name == "script" })
    }

    @Test("the page of a large map shows the figure's file and stays small")
    func large() throws {
        var input = Samples.twoAxes
        input.axes[0].values = (1...64).map(Double.init)
        input.axes[1].values = (1...64).map(Double.init)
        let html = ReportPage(input, figureHref: "phase-diagram.svg").html()
        let all = try #require(XMLTree.nodes(html))
        #expect(
            all.contains { $0.name == "object" && $0.attributes["data"] == "phase-diagram.svg" })
        #expect(!all.contains { $0.name == "svg" || $0.attributes["id"] == "sites" })
        #expect(html.utf8.count < 10_000 && html.contains("grokmap report --cells"))
    }

    @Test("a row says phase, agreement and the steps of every seed")
    func row() throws {
        let all = try #require(XMLTree.nodes(ReportPage(Samples.specialStates).html()))
        let row = try #require(all.first { $0.attributes["id"] == "site-1-0-0" })
        #expect(
            row.children.prefix(8).map(\.text) == [
                "0.001", "0", "0.45", "grokking", "2/3", "900, 900, 900", "4800, 4800, –",
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
    private func path(_ nodes: [XMLTree.Node], stroke: Colour) -> [String] {
        nodes.filter { $0.attributes["stroke"] == stroke.hex }.compactMap { $0.attributes["d"] }
    }

    @Test("the chart is the golden one byte by byte")
    func golden() throws {
        try Golden.expect(
            CurveChart(Samples.outcome, title: "learning_rate=0.001 seed=0").svg(), "curve.svg")
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
        let all = try #require(XMLTree.nodes(CurveChart(outcome, title: "x").svg()))
        let moves = path(all, stroke: Palette.train).map { $0.count { $0 == "M" } }
        #expect(moves.filter { $0 == 2 }.count == 1)
        #expect(!all.contains { ($0.attributes["d"] ?? "").contains("nan") })
    }

    @Test("a curve without points, or with equal losses, is still a chart")
    func degenerate() throws {
        var outcome = Samples.outcome
        outcome.curve.trainLoss = outcome.curve.trainLoss.map { _ in 0 }
        outcome.curve.validationLoss = outcome.curve.trainLoss
        let flat = try #require(XMLTree.nodes(CurveChart(outcome, title: "x").svg()))
        outcome.curve = Curve()
        outcome.trainCrossing = nil
        let empty = try #require(XMLTree.nodes(CurveChart(outcome, title: "x").svg()))
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
        let scale = CurveScale(lastStep: 100_000, left: 0, width: 500)
        var values = (0...100_000).map { _ in 0.5 }
        values[54_321] = 1
        let path = scale.path(Array(0...100_000), values) { $0 * 100 }
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
        #expect(NumberText.grouped(-1000) == "-1,000")
        #expect(NumberText.grouped(999) == "999")
    }

    @Test("lines are broken at spaces and a long word stands alone")
    func wrap() {
        #expect(TextMeasure.wrap("aa bb cc", width: 40, size: 10) == ["aa bb", "cc"])
        #expect(TextMeasure.wrap("aaaaaaaaaa b", width: 20, size: 10) == ["aaaaaaaaaa", "b"])
        #expect(TextMeasure.wrap("", width: 20, size: 10).isEmpty)
    }
}
