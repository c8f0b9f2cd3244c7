import Core
import Foundation

@testable import Report

/// A small sweep with everything that figures ask for.
enum FigureSamples {
    /// Learning rate × train fraction, three seeds: a letter per seed.
    private static let letters = [
        ["MMM", "MMG", "GMG", "GGC"],
        ["MMX", "GMG", "GGG", "CCC"],
        ["XXX", "MX·", "GGC", "CCr"],
    ]

    /// The train and validation crossing of a site's seed, that get later towards the border.
    private static func crossings(_ letter: Character, _ x: Int, _ y: Int, _ seed: Int) -> (
        train: Int?, validation: Int?
    ) {
        let train = 100 * (1 + x) + 7 * y + 3 * seed
        return switch letter {
        case "C": (train, train + 200 + 10 * seed)
        case "G": (train, train + 1000 * (4 - y) + 130 * seed)
        case "M": (train, nil)
        default: (nil, nil)
        }
    }

    static let axes = [
        Samples.axis("learning_rate", .log, [1e-4, 1e-3, 1e-2]),
        Axis(
            name: "train_fraction", path: "train_fraction", scale: .values,
            values: [0.35, 0.5, 0.65, 0.8]),
    ]

    /// The sweep's map.
    static var map: PhaseDiagramInput {
        var sites: [SiteState] = []
        for (x, row) in letters.enumerated() {
            for (y, seeds) in row.enumerated() {
                let cells = seeds.enumerated().map { seed, letter in
                    cell(letter, x, y, seed)
                }
                sites.append(SiteState(place: [x, y], cells: cells))
            }
        }
        return PhaseDiagramInput(
            title: "Addition of ten symbols", sweepName: "sample", axes: axes, seeds: [0, 1, 2],
            rule: PhaseRule(), budget: 20_000, sites: sites, version: "0.1.0")
    }

    private static func cell(_ letter: Character, _ x: Int, _ y: Int, _ seed: Int) -> CellState {
        let (train, validation) = crossings(letter, x, y, seed)
        var cell: CellState
        switch letter {
        case "·": cell = CellState(.missing)
        case "r": cell = CellState(.running(step: 500, budget: 20_000))
        default:
            let verdict = PhaseRule().classify(
                train: train.map { Crossing(step: $0) },
                validation: validation.map { Crossing(step: $0) })
            cell = CellState(
                .verified(verdict, stopReason: .decided, stepsRun: validation ?? 20_000))
            cell.numbers = [
                "train_accuracy": train == nil ? 0.4 : 1,
                "validation_accuracy": validation == nil ? 0.1 + 0.05 * Double(y) : 0.95,
            ]
        }
        cell.id = "feed\(x)\(y)\(seed)"
        cell.point = GridPoint(axes: [x, y], seed: seed)
        return cell
    }

    /// What a cell's training produced: two smooth steps, losses and two measures.
    static func outcome(_ point: GridPoint) -> CellOutcome? {
        let (x, y) = (point.axes[0], point.axes[1])
        let letter = Array(letters[x][y])[point.seed]
        guard Phase.allCases.contains(where: { $0.letter == letter }) else { return nil }
        let (train, validation) = crossings(letter, x, y, point.seed)
        var curve = Curve()
        var (norms, shares): ([Double], [Double]) = ([], [])
        let last = validation ?? 20_000
        for number in 0...60 {
            let step = number == 0 ? 0 : Int(pow(Double(last), Double(number) / 60))
            guard curve.steps.last.map({ $0 < step }) ?? true else { continue }
            func rise(_ crossing: Int?) -> Double {
                crossing.map { min(1, 0.1 + 0.8 * Double(step) / Double($0)) } ?? 0.2
            }
            curve.steps.append(step)
            curve.trainAccuracy.append(rise(train))
            curve.validationAccuracy.append(rise(validation))
            curve.trainLoss.append(2 / (1 + Double(step) / 50))
            curve.validationLoss.append(2 / (1 + Double(step) / 900))
            norms.append(10 - log10(1 + Double(step)))
            shares.append(rise(validation) * 0.9)
        }
        curve.measures = [MeasuredCurve(.weightNorm, norms), MeasuredCurve(.rqi, shares)]
        return CellOutcome(
            curve: curve, rule: PhaseRule(), trainCrossing: train.map { Crossing(step: $0) },
            validationCrossing: validation.map { Crossing(step: $0) },
            stopReason: validation == nil ? .budget : .decided, stepsRun: last,
            split: ExampleSplit(train: [], validation: []), targets: nil, parameters: [])
    }

    /// The sweep as figures take it.
    static var source: FigureSource {
        var source = FigureSource(map)
        source.outcome = { outcome($0) }
        source.mapUnder = { rule in
            var other = map
            other.rule = rule
            // One site's crossing is not held.
            other.sites[3].cells = other.sites[3].cells.map { _ in .missing }
            return other
        }
        source.theory = {
            FractionTheory(
                name: "random splits that leave only a line",
                points: (0...10).map {
                    Plot.Point(
                        x: Double($0) / 10, y: 1 / (1 + exp(-(Double($0) / 10 - 0.4) * 20)))
                }, critical: 0.4)
        }
        source.predictors = {
            [
                PredictorCurve(
                    name: "variance of the early training loss", area: 0.8,
                    points: [.init(x: 0, y: 0), .init(x: 0.2, y: 0.8), .init(x: 1, y: 1)]),
                PredictorCurve(
                    name: "validation accuracy", area: 0.3,
                    points: [.init(x: 0, y: 0), .init(x: 0.7, y: 0.3), .init(x: 1, y: 1)]),
            ]
        }
        return source
    }

    /// A sweep over width and wrong labels: right ones are learnt, the wider the sooner, random ones memorized, from width 32
    /// on before the right ones generalise.
    static var labelMap: PhaseDiagramInput {
        let steps: [(random: Int?, fit: Int, right: Int?)] = [
            (nil, 900, nil), (4000, 500, 2000), (800, 300, 1600), (200, 150, 1400),
        ]
        var sites: [SiteState] = []
        for (x, width) in steps.enumerated() {
            for (y, times) in [(width.fit, width.right), (width.random, nil)].enumerated() {
                let cells = (0..<3).map { seed in
                    CellState(
                        .verified(
                            PhaseRule().classify(
                                train: times.0.map { Crossing(step: $0 + 10 * seed) },
                                validation: times.1.map { Crossing(step: $0 + 50 * seed) }),
                            stopReason: .budget, stepsRun: 20_000))
                }
                sites.append(SiteState(place: [x, y], cells: cells))
            }
        }
        return PhaseDiagramInput(
            title: "Addition of ten symbols", sweepName: "labels",
            axes: [
                Axis(
                    name: "width", path: "model.width", scale: .log,
                    values: [8, 16, 32, 64]),
                Axis(
                    name: "corruption", path: "split.corruption", scale: .values, values: [0, 1]),
            ], seeds: [0, 1, 2], rule: PhaseRule(), budget: 20_000, sites: sites, version: "0.1.0")
    }

    /// The sweep that shows a kind.
    static func source(_ kind: FigureKind) -> FigureSource {
        kind == .competingTimes ? FigureSource(labelMap) : source
    }

    /// A figure of every kind.
    static func request(_ kind: FigureKind) -> FigureRequest {
        var request = FigureRequest(kind)
        switch kind {
        case .measure: request.measure = "rqi"
        case .curves, .measures: request.at = ["learning_rate": "1e-3", "train_fraction": "0.5"]
        case .curveGallery:
            request.x = "train_fraction"
            request.at = ["learning_rate": "0.001"]
        case .generalisation, .powerLaw: request.x = "train_fraction"
        default: break
        }
        return request
    }
}
