import Core
import Foundation
import Testing

@testable import Report

@Suite("Figures")
struct FigureTests {
    private func figure(
        _ kind: FigureKind, _ change: (inout FigureRequest) -> Void = { _ in }
    ) throws -> any Figure {
        var request = FigureSamples.request(kind)
        change(&request)
        return try kind.figure(request, FigureSamples.source(kind))
    }

    private func plot(
        _ kind: FigureKind, _ change: (inout FigureRequest) -> Void = { _ in }
    ) throws -> Plot {
        try #require(try figure(kind, change) as? Plot)
    }

    // MARK: How

    @Test("every kind's figure is the golden one byte by byte", arguments: FigureKind.allCases)
    func golden(_ kind: FigureKind) throws {
        try Golden.expect(
            try figure(kind).svg(FigureStyle(idPrefix: kind.rawValue)),
            "figure-\(kind.rawValue).svg")
    }

    @Test(
        "every kind is well-formed, has numbers for places and no id twice, also at 85 mm in grey",
        arguments: FigureKind.allCases)
    func wellFormed(_ kind: FigureKind) throws {
        var look = FigureLook()
        look.width = 85
        look.greyscale = true
        look.title = false
        look.footer = false
        for style in [FigureStyle(), FigureStyle(look)] {
            let all = try #require(XMLTree.nodes(try figure(kind).svg(style)))
            let ids = all.compactMap { $0.attributes["id"] }
            #expect(Set(ids).count == ids.count)
            for value in all.flatMap(\.attributes.values) {
                #expect(!value.contains("nan") && !value.contains("inf"), "\(value)")
            }
            let texts = all.filter { $0.name == "text" }.map(\.text)
            #expect(texts.contains("Addition of ten symbols") == style.showsTitle)
            #expect(texts.contains { $0.hasPrefix("Comprehension: ") } == style.showsFooter)
        }
    }

    @Test("a width in mm is the figure's, whatever it shows", arguments: FigureKind.allCases)
    func width(_ kind: FigureKind) throws {
        var look = FigureLook()
        for width in [60.0, 85, 180] {
            look.width = width
            let all = try #require(XMLTree.nodes(try figure(kind).svg(FigureStyle(look))))
            #expect(all[0].attributes["width"] == "\(Int(width))mm")
        }
    }

    @Test("without colours nothing but greys is drawn", arguments: FigureKind.allCases)
    func grey(_ kind: FigureKind) throws {
        var look = FigureLook()
        look.greyscale = true
        let all = try #require(XMLTree.nodes(try figure(kind).svg(FigureStyle(look))))
        for node in all {
            for paint in ["fill", "stroke"].compactMap({ node.attributes[$0] })
            where paint.hasPrefix("#") && paint.count == 7 {
                let channels = Set([1, 3, 5].map { Array(paint)[$0...($0 + 1)] })
                #expect(channels.count == 1, "\(node.name) \(paint)")
            }
        }
    }

    // MARK: What

    @Test("a delay is the median over seeds, and none where half of them never generalise")
    func delay() {
        let map = SiteMaps.delay(FigureSamples.map)
        // GGG at learning rate 1e-3, train fraction 0.65: 2000, 2130, 2260.
        #expect(map.values[[1, 2]] == .number(2130, range: 2000...2260))
        // GMG has two delays, MMG one of three, MMM none.
        #expect(map.values[[1, 1]] == .number(3260, range: 3000...3260))
        #expect(map.values[[0, 1]] == ValueMap.SiteValue.none)
        #expect(map.values[[0, 0]] == ValueMap.SiteValue.none)
    }

    @Test("steps that never came are later than any that did")
    func median() {
        #expect(ValueMap.median([.number(1), .never]) == .none)
        #expect(ValueMap.median([.number(1), .number(3), .none]) == .number(2, range: 1...3))
        #expect(ValueMap.median([.number(1), .number(3), .never]) == .number(3, range: 1...3))
        #expect(ValueMap.median([.none]) == .none)
    }

    @Test("axes may change places, be fixed and be looked at together")
    func selection() {
        var request = FigureRequest(.phaseDiagram)
        request.x = "train_fraction"
        let turned = FigureSelection(FigureSamples.map, request).map
        #expect(turned.axes.map(\.name) == ["train_fraction", "learning_rate"])
        #expect(SiteGrid(turned).summary([3, 0]).phase?.phase == .grokking)

        request.at = ["learning_rate": "1e-2"]
        request.seed = 2
        let slice = FigureSelection(FigureSamples.map, request).map
        #expect(slice.axes.map(\.name) == ["train_fraction"] && slice.seeds == [2])
        #expect(slice.slices == ["learning rate = 0.01"])
        #expect(SiteGrid(slice).summary([2]).phase?.phase == .comprehension)

        var pooling = FigureRequest(.phaseDiagram)
        pooling.over = ["train_fraction"]
        let pooled = FigureSelection(FigureSamples.map, pooling).map
        let grid = SiteGrid(pooled)
        #expect(grid.cells([0]).count == 12)
        #expect(grid.members.last == "train fraction = 0.8, seed 2")
        // MMM MMG GMG GGC.
        #expect(grid.summary([0]).phase?.phase == .memorization)
        #expect(grid.summary([0]).phase?.votes == 6)
    }

    @Test(
        "what a sweep does not have is refused with the option's name",
        arguments: FigureSamples.refused.indices)
    func refused(_ number: Int) throws {
        let (key, request) = FigureSamples.refused[number]
        let error = try #require(throws: FigureError.self) {
            _ = try request.kind.figure(request, FigureSamples.source)
        }
        #expect(error.key == key)
    }

    @Test("phase fractions are shares of the cells whose phase is known")
    func fractions() throws {
        let plot = try plot(.phaseFractions)
        guard case .bars(let bars, _) = plot.panels[0].marks[0] else {
            Issue.record("no bars")
            return
        }
        // Learning rate 1e-2: XXX MX GGC CC.
        #expect(bars[2].x == 1e-2)
        let shares: [Double] = [0.3, 0.2, 0.1, 0.4]
        #expect(bars[2].shares == shares)
    }

    @Test("the share that generalises has Wilson's interval and a border from the fit")
    func generalisation() throws {
        let map = FigureSelection(
            FigureSamples.map, FigureSamples.request(.generalisation)
        ).map
        let series = Generalisation.Series(AlongAxis(map))
        #expect(series.estimates.map(\.x) == [0.35, 0.5, 0.65, 0.8])
        let shares: [Double] = [0, 3.0 / 8, 8.0 / 9, 1]
        #expect(series.estimates.map(\.y) == shares)
        let border = try #require(series.border)
        #expect(border.low < border.middle && border.middle < border.high)
        #expect((0.5...0.65).contains(border.middle))
        // Where the turn is too steep for a fit, it is known between two values.
        var steep = map
        for (number, site) in steep.sites.enumerated() where site.place[0] == 2 {
            steep.sites[number].cells = Samples.cells(String(repeating: "G", count: 9))
        }
        let turn = Generalisation.Series(AlongAxis(steep))
        #expect(turn.border == nil)
        #expect(turn.between?.low == 0.5 && turn.between?.high == 0.65)
    }

    @Test("there is no border beyond the values that were measured, where a fit goes on")
    func borderBeyond() throws {
        var map = FigureSelection(
            FigureSamples.map, FigureSamples.request(.generalisation)
        ).map
        for (number, site) in map.sites.enumerated() {
            let hits = String(repeating: "G", count: site.place[0])
            map.sites[number].cells = Samples.cells(
                hits + String(repeating: "M", count: 9 - site.place[0]))
        }
        let series = Generalisation.Series(AlongAxis(map))
        let fit = try #require(series.fit)
        #expect(fit.border > 0.8, "a third generalises at 0.8")
        #expect(series.border == nil && series.words == "no border")
    }

    @Test("figures of shares say where seeds were raced, and agreement what it is a share of")
    func captions() throws {
        var map = FigureSamples.map
        #expect(!Generalisation.plot(map).notes.contains(DiagramText.sequential))
        map.isSequential = true
        #expect(Generalisation.plot(map).notes.contains(DiagramText.sequential))
        #expect(PhaseFractions.plot(map).notes.contains(DiagramText.sequential))
        let agreement = SiteMaps.agreement(map).caption
        #expect(agreement[1].hasPrefix("A site shows the share of its cells that have its phase."))
        #expect(agreement[1].hasSuffix(DiagramText.sequential))
        #expect(SiteMaps.delay(map).caption[1].hasPrefix("A site shows the median of its cells;"))
        // Those that are left of a site whose others are predicted are the ones that generalise.
        let verdict = PhaseRule().classify(train: Crossing(step: 3), validation: nil)
        map.sites[0].cells = map.sites[0].cells.map { _ in
            CellState(.predicted(verdict, stepsRun: 60))
        }
        for caption in [Generalisation.plot(map).notes, SiteMaps.delay(map).caption] {
            #expect(
                caption.contains {
                    $0.hasSuffix(
                        "Left out: 3 cells predicted to memorize and not measured, so shares lean towards generalisation."
                    )
                }, "\(caption)")
        }
    }

    @Test("a power law is fitted to the cells that generalise, and says how many never did")
    func powerLaw() throws {
        let along = AlongAxis(
            FigureSelection(FigureSamples.map, FigureSamples.request(.powerLaw)).map)
        let steps = StepsAlong(along) { $0.validation }
        #expect(along.places.map(\.cells.count) == [9, 9, 9, 9])
        #expect(Set(steps.points.map(\.x)) == [0.5, 0.65, 0.8])
        // All nine cells at 0.35 and five of eight at 0.5 never generalise, so neither has a median.
        #expect(steps.never == 9 + 5 + 1 && steps.medians.map(\.x) == [0.65, 0.8])
        let plot = try plot(.powerLaw)
        guard case .line(let curve, _, _) = plot.panels[0].marks[0],
            case .dots(let dots, _) = plot.panels[0].marks[1]
        else {
            Issue.record("no fit")
            return
        }
        #expect(dots.count == steps.points.count)
        #expect(curve.first?.x == 0.5 && abs((curve.last?.x ?? 0) - 0.8) < 1e-12)
        let law = try #require(PowerLaw(steps.points))
        #expect(curve.allSatisfy { $0.y == law.value($0.x) } && law.exponent > 0)
        #expect(plot.notes[0].contains("15 cells that never did"))
    }

    @Test(
        "times cross where straight lines through their logarithms do, and are medians over seeds")
    func competingTimes() throws {
        func line(_ values: [Double]) -> [Plot.Estimate] {
            zip([8.0, 16, 32], values).map { Plot.Estimate(x: $0, y: $1, low: $1, high: $1) }
        }
        let falling = line([4000, 1000, 250])
        let level = line([500, 500, 500])
        // ln 1000/500 and ln 250/500 are opposite: half-way in the logarithm, or in x itself.
        for (isLog, place) in [(true, 16 * 2.0.squareRoot()), (false, 24)] {
            let found = CompetingTimes.crossings(
                memorizing: falling, generalising: level, isLog: isLog)
            #expect(found.count == 1 && abs(found[0] - place) < 1e-9)
        }
        #expect(
            CompetingTimes.crossings(
                memorizing: falling, generalising: Array(level.prefix(2)), isLog: true
            ).isEmpty)

        let plot = try plot(.competingTimes)
        // Between width 16, 4010 against 2050, and 32, 810 against 1650.
        let gaps = [log(4010.0 / 2050), log(810.0 / 1650)]
        let place = 16 * pow(2, gaps[0] / (gaps[0] - gaps[1]))
        guard case .vertical(let found, _, _) = plot.panels[0].marks[0] else {
            Issue.record("no crossing")
            return
        }
        #expect(abs(found - place) < 1e-9)
        #expect(plot.description.contains("most cells grok from 16 on"))
    }

    @Test("curves have the crossings of their cells, many of them a band")
    func curves() throws {
        let one = try plot(.curves) { $0.seed = 0 }
        #expect(
            one.panels[0].labels.map(\.text) == [
                "training ≥ 0.9 at 207", "validation ≥ 0.9 at 3,207",
            ])
        let three = try plot(.curves)
        #expect(three.panels[0].labels.isEmpty)
        guard case .dots(let points, _)? = three.panels[0].marks.last else {
            Issue.record("no crossings")
            return
        }
        #expect(points.map(\.x) == [3207, 3473])
        let band = Curves.band([
            ([0, 10, 100], [0, 1, 5]), ([0, 10, 100], [0, 3, 7]), ([0, 10], [0, 9]),
        ])
        #expect(band.first == Plot.Estimate(x: 0, y: 0, low: 0, high: 0))
        #expect(band.first { $0.x == 10 } == Plot.Estimate(x: 10, y: 3, low: 1, high: 9))
        #expect(band.last == Plot.Estimate(x: 100, y: 6, low: 5, high: 7))
    }

    @Test("every measure that was recorded has a panel under the curves")
    func measures() throws {
        let plot = try plot(.measures)
        #expect(
            plot.panels.dropFirst(2).map(\.title) == [
                "Euclidean norm of all parameters", "representation quality index",
            ])
        #expect(plot.panels.allSatisfy { $0.x == plot.panels[0].x })
    }

    @Test("a gallery has a panel per value and says its phases")
    func gallery() throws {
        let plot = try plot(.curveGallery)
        #expect(
            plot.panels.map(\.title) == [
                "train fraction = 0.35: M, X", "train fraction = 0.5: G, M",
                "train fraction = 0.65: G", "train fraction = 0.8: C",
            ])
    }

    @Test("a legend shows hatches where they stand for letters")
    func hatchedLegend() throws {
        let svg = PhaseDiagram(Samples.twoAxes).svg(FigureStyle(letterSize: 100))
        let legend = try #require(
            XMLTree.nodes(svg)?.first { $0.attributes["id"] == "map-legend" })
        for phase in Phase.allCases {
            #expect(
                legend.all.contains { $0.attributes["fill"] == "url(#map-\(phase.name))" })
        }
    }

    @Test("seeds that disagree show in cells of 5 px and in strips")
    func disputes() throws {
        for (width, height) in [(5.0, 5.0), (6, 30)] {
            var out = Markup()
            let cells = Samples.cells("GGM")
            SiteGlyph(style: FigureStyle()).draw(
                SiteSummary(cells), in: Rect(x: 0, y: 0, width: width, height: height), into: &out)
            #expect(out.text.contains(Palette.fill(.memorization).hex))
        }
    }

    @Test(
        "what was inferred, predicted or out of reach looks unlike what was measured, and is explained"
    )
    func derived() throws {
        var input = Samples.twoAxes
        input.sites[0].cells = [CellState(.inferred(.grokking))]
        let verdict = PhaseRule().classify(train: Crossing(step: 9), validation: nil)
        input.sites[1].cells = [CellState(.predicted(verdict, stepsRun: 400))]
        input.sites[2].cells = [CellState(.unreachable(verdict, stepsRun: 400))]
        let svg = PhaseDiagram(input).svg()
        for (name, text) in [
            ("inferred", "inferred"), ("predicted", "predicted"), ("unreachable", "out of reach"),
        ] {
            // Once in the map and once in the legend.
            #expect(svg.components(separatedBy: "url(#map-\(name))").count == 3)
            #expect(svg.contains("<pattern id=\"map-\(name)\""))
            #expect(svg.contains(">\(text)"))
        }
    }

    @Test(
        "the budget line runs where learning rate, weight decay and budget make the folds asked for"
    )
    func budgetLine() throws {
        let overlay = try #require(MapOverlay.budget(4, Samples.twoAxes))
        for point in overlay.points { #expect(abs(point.x * point.y * 20_000 - 4) < 1e-9) }
        #expect(MapOverlay.budget(4, FigureSamples.map) == nil)
        #expect(PhaseDiagram(Samples.twoAxes, overlays: [overlay]).svg().contains(">ηλT = 4<"))
    }

    @Test("theory's critical fraction is a line over a map that has train fractions as x or y")
    func criticalLine() throws {
        for (x, isUpright) in [("learning_rate", false), ("train_fraction", true)] {
            var request = FigureRequest(.phaseDiagram)
            request.theory = true
            request.x = x
            let map = FigureSelection(FigureSamples.map, request).map
            let line = try #require(
                try MapOverlay.asked(request, map, FigureSamples.source).first)
            #expect(line.label == "theory: 0.4")
            #expect(line.points.map { isUpright ? $0.x : $0.y } == [0.4, 0.4])
            #expect(line.points.map { isUpright ? $0.y : $0.x } == [1e-4, 1e-2])
        }
    }

    @Test(
        "the border has a fit with its interval where there is one, else the two values around it")
    func border() {
        let map = FigureSelection(FigureSamples.map, FigureRequest(.border)).map
        let places = Border.places(map)
        #expect(places.map(\.x) == [1e-4, 1e-3, 1e-2])
        // MMM MMG GMG GGC: 0, 1/3, 2/3 and 3/3 generalise.
        #expect(places[0].isFitted && places[0].low < places[0].y && places[0].y < places[0].high)
        #expect(abs(places[0].y - 0.575) < 1e-6)
        // XXX MX· GGC CCr: none up to 0.5, all from 0.65 on.
        #expect(!places[2].isFitted && places[2].low == 0.5 && places[2].high == 0.65)
    }

    @Test("many cells' measures are a band, a few have colours that the key names")
    func measuresOfMany() throws {
        let few = try plot(.measures)
        #expect(few.key.map(\.text) == ["training", "validation", "seed 0", "seed 1", "seed 2"])
        let outcome = try #require(FigureSamples.outcome(GridPoint(axes: [1, 1], seed: 0)))
        let verdict = PhaseRule().classify(train: nil, validation: nil)
        let many = (0..<9).map {
            Curves.Cell(name: "seed \($0)", outcome: outcome, verdict: verdict)
        }
        let plot = Curves.plot(many, title: "", rule: PhaseRule(), measures: true)
        #expect(plot.key.count == 2)
        guard case .band(let band, _) = plot.panels[2].marks[0] else {
            Issue.record("no band")
            return
        }
        #expect(band.allSatisfy { $0.low == $0.y && $0.y == $0.high } && !band.isEmpty)
    }

    @Test("numbers' colours rise in lightness, in greys too", arguments: [false, true])
    func colours(_ isGrey: Bool) {
        let scale = ColourScale([1, 10, 100], .log, isGrey: isGrey)
        let lights = (0...20).map { scale.colour(share: Double($0) / 20).luminance }
        #expect(zip(lights, lights.dropFirst()).allSatisfy { $0 < $1 })
        #expect(abs(scale.share(10) - 0.5) < 1e-9)
    }

    @Test("letters of every palette have a contrast of 4.5 on their fill")
    func palettes() {
        for palette in [PhasePalette.safe, .paper, .grey] {
            for phase in Phase.allCases {
                #expect(palette.ink(phase).contrast(with: palette.fill(phase)) >= 4.5)
            }
        }
        for colour in Palette.series + Palette.greySeries {
            #expect(colour.contrast(with: Palette.ground) >= 3)
        }
    }
}

extension FigureSamples {
    /// Requests with a fault, each with the option that it is about.
    static let refused: [(key: String, request: FigureRequest)] = {
        var requests: [(key: String, request: FigureRequest)] = []
        func add(_ key: String, _ kind: FigureKind, _ change: (inout FigureRequest) -> Void) {
            var request = FigureRequest(kind)
            change(&request)
            requests.append((key, request))
        }
        add("x", .delay) { $0.x = "learnig_rate" }
        add("at", .delay) { $0.at = ["train_fraction": "0.6"] }
        add("over", .delay) { $0.over = ["seed"] }
        add("y", .delay) {
            $0.x = "train_fraction"
            $0.y = "train_fraction"
        }
        add("seed", .delay) { $0.seed = 7 }
        add("measure", .measure) { _ in }
        add("measure", .measure) { $0.measure = "hessian_largest" }
        add("at", .curves) { _ in }
        add("budget_line", .phaseDiagram) { $0.budgetLine = 4 }
        add("budget_line", .delay) { $0.budgetLine = 4 }
        add("theory", .phaseDiagram) {
            $0.theory = true
            $0.at = ["train_fraction": "0.5"]
        }
        add("maximum", .delay) { $0.maximum = true }
        add("y", .border) { $0.at = ["train_fraction": "0.5"] }
        add("over", .delay) { $0.over = ["learning_rate", "train_fraction"] }
        add("x", .criticalFraction) { $0.at = ["train_fraction": "0.5"] }
        add("kind", .competingTimes) { _ in }
        add("kind", .agreement) { $0.seed = 1 }
        return requests
    }()
}
