import Core
import Testing

@testable import Report

@Suite("PhaseDiagram")
struct PhaseDiagramTests {
    private static let samples: [(name: String, input: PhaseDiagramInput)] = [
        ("two-axes", Samples.twoAxes), ("special-states", Samples.specialStates),
        ("one-axis", Samples.oneAxis),
    ]

    private func nodes(_ svg: String) throws -> [XMLTree.Node] {
        try #require(XMLTree.nodes(svg))
    }

    @Test("the figure is the golden one byte by byte", arguments: samples.indices)
    func golden(_ index: Int) throws {
        let (name, input) = PhaseDiagramTests.samples[index]
        try Golden.expect(PhaseDiagram(input).svg(), "\(name).svg")
    }

    @Test("the order in which sites come does not matter", arguments: samples.indices)
    func deterministic(_ index: Int) {
        var input = PhaseDiagramTests.samples[index].input
        let first = PhaseDiagram(input).svg()
        input.sites.reverse()
        #expect(PhaseDiagram(input).svg() == first)
    }

    @Test("every site of the grid is drawn once, known or not", arguments: samples.indices)
    func siteCount(_ index: Int) throws {
        let input = PhaseDiagramTests.samples[index].input
        let sites = try nodes(PhaseDiagram(input).svg()).filter {
            $0.attributes["class"] == "site"
        }
        #expect(sites.count == input.axes.map(\.values.count).reduce(1, *))
        #expect(sites.allSatisfy { $0.children.first?.name == "title" })
    }

    @Test("no id is given twice", arguments: samples.indices)
    func uniqueIDs(_ index: Int) throws {
        let ids = try nodes(PhaseDiagram(PhaseDiagramTests.samples[index].input).svg())
            .compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
    }

    @Test("markup in a title, a note and a reason stays text")
    func escaping() throws {
        let hostile = "<script>\"&' ]]>\u{1}"
        var input = Samples.twoAxes
        input.title = hostile
        input.notes = [hostile]
        input.sites[0].cells = [CellState(.failed(reason: hostile), id: "x", href: hostile)]
        let svg = PhaseDiagram(input).svg()
        let all = try nodes(svg)
        #expect(!all.contains { $0.name == "script" })
        let shown = hostile.replacing("\u{1}", with: "\u{FFFD}")
        #expect(all.contains { $0.text == "Phase diagram: \(shown)" })
        #expect(all.contains { $0.text.hasSuffix("failed: \(shown)") })
        #expect(all.contains { $0.attributes["href"] == shown })
        #expect(XMLTree.nodes(ReportPage(input).html()) != nil)
    }

    @Test("a linked map is a group, one without links an image")
    func role() throws {
        let linked = try nodes(PhaseDiagram(Samples.twoAxes).svg())
        #expect(linked[0].attributes["role"] == "group")
        #expect(linked.count { $0.name == "a" } == 12)
        let plain = try nodes(PhaseDiagram(Samples.oneAxis).svg())
        #expect(plain[0].attributes["role"] == "img")
        #expect(!plain.contains { $0.name == "a" })
    }

    @Test("a site's tooltip says where it is, its phase and the steps it rests on")
    func tooltip() throws {
        let all = try nodes(PhaseDiagram(Samples.twoAxes).svg())
        let site = try #require(all.first { $0.attributes["id"] == "cell-c0ffee10010" })
        #expect(
            site.children.first?.text
                == """
                learning rate = 1e-5, weight decay = 2.5
                seed 0: grokking: train at 900, validation at 4800: a delay of 3900 ≥ gap 1000
                """)
    }

    @Test("the description counts phases and says where they change")
    func description() throws {
        let all = try nodes(PhaseDiagram(Samples.twoAxes).svg())
        let text = try #require(all.first { $0.name == "desc" }).text
        #expect(text.hasPrefix("1 comprehension, 6 grokking, 3 memorization, 2 confusion."))
        #expect(
            text.contains(
                "At weight decay 0, with rising learning rate: grokking up to 1e-5, "
                    + "then comprehension up to 0.0001, then memorization up to 0.01."))
    }

    @Test("weight decay grows downwards unless asked otherwise, other axes upwards")
    func direction() {
        let down = DiagramLayout(Samples.twoAxes, FigureStyle())
        var upward = Samples.twoAxes
        upward.axes[1].reversed = false
        let up = DiagramLayout(upward, FigureStyle())
        let panel = down.panels[0]
        #expect(down.rect(0, 0, in: panel).y < down.rect(0, 2, in: panel).y)
        #expect(up.rect(0, 0, in: panel).y > up.rect(0, 2, in: panel).y)
        var other = Samples.twoAxes
        other.axes[1] = Samples.axis("init_scale", .linear, [0, 2.5, 5])
        let scale = DiagramLayout(other, FigureStyle())
        #expect(scale.rect(0, 0, in: panel).y > scale.rect(0, 2, in: panel).y)
    }

    @Test("cells too small for a letter carry a hatch")
    func hatches() {
        let small = PhaseDiagram(Samples.twoAxes).svg(FigureStyle(letterSize: 100))
        #expect(small.contains("fill=\"url(#map-grokking)\""))
        #expect(!PhaseDiagram(Samples.twoAxes).svg().contains("<pattern"))
    }

    @Test("only states that occur are in the legend")
    func legend() {
        let plain = PhaseDiagram(Samples.twoAxes).svg()
        for word in ["missing", "failed", "running", "disagree", "uncertain", "to come"] {
            #expect(!plain.contains(">\(word)"))
        }
        let special = PhaseDiagram(Samples.specialStates).svg()
        for word in [
            "missing", "failed", "running", "seeds disagree", "uncertain", "seeds to come",
        ] {
            #expect(special.contains(">\(word) "))
        }
    }

    @Test("panels of three and four axes do not touch", arguments: [1, 2, 3, 4, 5, 7])
    func panels(_ count: Int) {
        for rows in [1, 3] {
            var axes = [
                Samples.axis("learning_rate", .log, (1...16).map(Double.init)),
                Samples.axis("weight_decay", .linear, (0...12).map(Double.init)),
                Samples.axis("train_fraction", .values, (1...count).map { Double($0) / 10 }),
            ]
            if rows > 1 { axes.append(Samples.axis("init_scale", .values, [1, 2, 9])) }
            let input = PhaseDiagramInput(
                title: "", sweepName: "s", axes: axes, seeds: [0], rule: PhaseRule(), sites: [])
            let layout = DiagramLayout(input, FigureStyle())
            #expect(layout.panels.count == count * rows)
            for (number, a) in layout.panels.enumerated() {
                #expect(a.x + layout.plotWidth <= layout.width)
                for b in layout.panels.dropFirst(number + 1) {
                    #expect(
                        abs(a.x - b.x) > layout.plotWidth || abs(a.y - b.y) > layout.plotHeight)
                }
            }
        }
    }

    @Test(
        "the name of the y axis stays clear of the title, however few rows there are",
        arguments: 1...4)
    func upright(_ rows: Int) throws {
        for panels in [1, 2] {
            let axes = [
                Samples.axis("learning_rate", .values, [1]),
                Samples.axis("fraction_of_all_pairs", .values, (1...rows).map(Double.init)),
                Samples.axis("init_scale", .values, (1...panels).map(Double.init)),
            ]
            let input = PhaseDiagramInput(
                title: "Title", sweepName: "s", axes: panels == 1 ? Array(axes.prefix(2)) : axes,
                seeds: [0], rule: PhaseRule(), sites: [])
            let layout = DiagramLayout(input, FigureStyle())
            let panel = try #require(layout.panels.first)
            let name = TextMeasure.width("fraction of all pairs", layout.style.sizes.axis)
            let top = panel.y + layout.plotHeight / 2 - name / 2
            #expect(top >= layout.style.margin + layout.style.sizes.title + 5)
        }
    }
}
