import Core
import Testing

@testable import Report

/// Axes of words in figures: names in the order of the file, apart from each other, never a scale.
@Suite("Categories in figures")
struct CategoryTests {
    private static func axis(_ name: String, _ labels: [String]) -> Axis {
        Axis(
            name: name, path: "model.\(name)",
            categories: labels.map { ($0, [AxisSetting("model.\(name)", .string($0))]) })
    }

    private static func input(_ axes: [Axis], _ rows: [String]) -> PhaseDiagramInput {
        Samples.map("Activations", axes, rows)
    }

    private static let rate = Samples.axis("learning_rate", .log, [1e-5, 1e-4, 1e-3])

    @Test("categories have slots of their own, in the order of the file, without a scale")
    func layout() {
        let layout = AxisLayout(Self.axis("activation", ["tanh", "relu", "gelu"]), length: 318)
        #expect(layout.spacing == .apart && layout.order == [0, 1, 2])
        #expect(layout.spans.map(\.size) == [100, 100, 100])
        #expect(layout.spans.map(\.low) == [0, 109, 218])
        #expect(layout.position(of: 1) == nil && layout.stretches == layout.spans)
        let ticks = AxisTicks(layout, .horizontal, fontSize: 11).ticks
        #expect(ticks.map(\.label) == [.plain("tanh"), .plain("relu"), .plain("gelu")])
        #expect(ticks.map(\.position) == [50, 159, 268])
    }

    @Test("no boundary is drawn between categories")
    func boundary() {
        let columns = ["CM", "CM"]
        let apart = BoundaryTracer(columns: 2, rows: 2, areColumnsNeighbours: false) {
            Array(columns[$1])[$0]
        }
        #expect(apart.lines.isEmpty)
        let rows = BoundaryTracer(columns: 2, rows: 2, areRowsNeighbours: false) { _, row in row }
        #expect(rows.lines.isEmpty)
    }

    @Test("a figure names categories at ticks, in tooltips, panels and its description")
    func words() {
        let wide = Self.axis("activation", ["tanh", "a very long name of an activation"])
        let svg = PhaseDiagram(Self.input([wide, Self.rate], ["CGM", "XXM"])).svg()
        #expect(svg.contains(">a very long name of an activation</text>"))
        #expect(svg.contains("activation = tanh, learning rate = 0.0001"))
        #expect(svg.contains("by activation: tanh comprehension"))
        #expect(!svg.contains("not to scale"))
        let high = PhaseDiagram(Self.input([Self.rate, wide], ["CX", "GX", "MM"])).svg()
        #expect(high.contains("At activation tanh, with rising learning rate: comprehension up to"))
        let panels = PhaseDiagramInput(
            title: "t", sweepName: "s", axes: [Self.rate, Self.axis("b", ["y"]), wide], seeds: [0],
            rule: PhaseRule(), sites: [])
        #expect(PhaseDiagram(panels).svg().contains(">activation = tanh</text>"))
    }

    @Test("the map in the terminal lists the categories of its columns")
    func terminal() {
        let input = Self.input(
            [Self.axis("activation", ["tanh", "relu"]), Self.axis("b", ["on", "off"])],
            ["CG", "MX"])
        #expect(
            TerminalMap(width: 60).lines(input).prefix(3) == [
                " on C M", "off G X", "activation → tanh, relu  b ↓",
            ])
    }
}
