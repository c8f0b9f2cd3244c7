import Core
import Foundation
import Testing

@testable import Report

/// Sweeps of many sizes with every state that a cell can be in, and a title of several lines.
enum FigureSheet {
    /// Values per axis: learning rate, weight decay, train fraction, initialisation scale.
    static let shapes = [[9], [6, 7], [5, 4, 3, 2], [40, 40, 3], [64, 64, 5]]

    static func axes(_ shape: [Int]) -> [Axis] {
        let places = shape.map { count in (0..<count).map { Double($0) / Double(max(1, count - 1)) }
        }
        func rounded(_ value: Double) -> Double { Double(String(format: "%.4g", value)) ?? value }
        return zip(places.indices, places).map { number, places in
            switch number {
            case 0:
                Samples.axis("learning_rate", .log, places.map { rounded(pow(10, -5 + 3 * $0)) })
            case 1: Samples.axis("weight_decay", .linear, places.map { rounded(20 * $0) })
            case 2:
                Axis(
                    name: "train_fraction", path: "train_fraction", scale: .values,
                    values: places.map { rounded(0.3 + 0.5 * $0) })
            default: Samples.axis("init_scale", .values, places.map { rounded(0.5 + $0) })
            }
        }
    }

    /// The letter of a cell: phases in curved regions, and every other state somewhere.
    private static func letter(_ place: [Int], _ shape: [Int], _ seed: Int) -> Character {
        func share(_ axis: Int) -> Double {
            place.indices.contains(axis) && shape[axis] > 1
                ? Double(place[axis]) / Double(shape[axis] - 1) : 0.5
        }
        let number = zip(place, shape).reduce(0) { $0 * $1.1 + $1.0 }
        // Noise by a fixed hash, so that seeds disagree at the borders.
        let hash = UInt64(number * 3 + seed &+ 1) &* 0x9E37_79B9_7F4A_7C15
        let noise = Double(hash >> 40) / Double(1 << 24) - 0.5
        switch number % 29 {
        case 3: return "·"
        case 7: return "r"
        case 11: return "!"
        case 15: return "i"
        case 19: return "-"
        case 23: return "p"
        case 27: return "?"
        default: break
        }
        let force = share(0) + 0.6 * share(1) + 0.5 * share(2) + 0.16 * noise
        if share(0) > 0.85 + 0.1 * noise { return "X" }
        return force < 0.7 ? "M" : force < 1.05 ? "G" : "C"
    }

    private static func cell(_ letter: Character, _ place: [Int], _ seed: Int) -> CellState {
        var cell: CellState
        switch letter {
        case "p":
            let verdict = PhaseRule().classify(train: Crossing(step: 90), validation: nil)
            cell = CellState(.predicted(verdict, stepsRun: 400))
        default: cell = Samples.cells(String(letter))[0]
        }
        cell.point = GridPoint(axes: place, seed: seed)
        if let verdict = cell.status.verdict {
            // Steps that are not all alike.
            let late = 1 + place.reduce(0, +) + seed
            func moved(_ crossing: Crossing?, _ factor: Int) -> Crossing? {
                crossing.map { Crossing(step: $0.step + factor * late, notBefore: $0.notBefore) }
            }
            let train = moved(verdict.train, 7)
            var validation = moved(verdict.validation, 7)
            if verdict.phase == .grokking { validation = moved(verdict.validation, 97) }
            let own = PhaseRule().classify(train: train, validation: validation)
            cell.status = .verified(own, stopReason: .decided, stepsRun: 20_000)
            cell.numbers = [
                "train_accuracy": train == nil ? 0.4 : 1,
                "validation_accuracy": validation == nil ? 0.12 : 0.95,
                "weight_norm": 3 + Double(late),
            ]
        }
        return cell
    }

    static func map(_ shape: [Int]) -> PhaseDiagramInput {
        PhaseDiagramInput(
            title:
                "Addition of ten symbols by a network of two layers, trained in full batches on a "
                + "random half of all pairs until both accuracies reach their thresholds",
            sweepName: "sheet", axes: axes(shape), seeds: [0, 1, 2], rule: PhaseRule(),
            budget: 20_000,
            sites: SiteGrid.places(shape).map { place in
                SiteState(
                    place: place,
                    cells: (0..<3).map { cell(letter(place, shape, $0), place, $0) })
            }, version: "0.1.0")
    }

    /// A sweep of this shape as figures take it.
    static func source(_ map: PhaseDiagramInput) -> FigureSource {
        var source = FigureSource(map)
        source.outcome = { point in
            FigureSamples.outcome(GridPoint(axes: [1, 1 + point.axes[0] % 3], seed: point.seed))
        }
        source.mapUnder = { rule in
            var other = map
            other.rule = rule
            return other
        }
        source.theory = FigureSamples.source.theory
        source.predictors = FigureSamples.source.predictors
        return source
    }

    /// The request of a kind; nil where a sweep of this shape has no such figure.
    static func request(_ kind: FigureKind, _ shape: [Int]) -> FigureRequest? {
        var request = FigureRequest(kind)
        let axes = axes(shape)
        func fix(_ axes: some Sequence<Axis>) {
            for axis in axes { request.at[axis.name] = axis.text(at: axis.values.count / 2) }
        }
        switch kind {
        case .measure: request.measure = "weight_norm"
        case .curves, .measures: fix(axes)
        case .curveGallery: fix(axes.dropFirst())
        case .criticalFraction: if shape.count < 3 { return nil }
        case .border: if shape.count < 2 { return nil }
        case .competingTimes: return nil
        default: break
        }
        return request
    }
}

@Suite("Figure sheet")
struct FigureSheetTests {
    /// A text with where it stands.
    private struct Placed {
        var text: String
        var box: Rect
    }

    /// Every text of a figure with the box it takes, in the figure's px.
    private func texts(
        _ node: XMLTree.Node, _ x: Double = 0, _ y: Double = 0, _ size: Double = 16
    ) -> [Placed] {
        var (x, y) = (x, y)
        var isUpright = false
        if let transform = node.attributes["transform"] {
            let numbers = transform.split { !"-.0123456789".contains($0) }.compactMap { Double($0) }
            if transform.hasPrefix("translate"), numbers.count >= 2 {
                x += numbers[0]; y += numbers[1]
            }
            isUpright = transform.contains("rotate")
        }
        let size = node.attributes["font-size"].flatMap(Double.init) ?? size
        guard node.name == "text" else { return node.children.flatMap { texts($0, x, y, size) } }
        let text = node.text + node.children.map(\.text).joined()
        let width =
            TextMeasure.width(text, size) * (node.attributes["font-weight"] == nil ? 1 : 1.1)
        let at = (
            x: x + (node.attributes["x"].flatMap(Double.init) ?? 0),
            y: y + (node.attributes["y"].flatMap(Double.init) ?? 0)
        )
        let shifts: [String: Double] = ["middle": 0.5, "end": 1]
        let shift = shifts[node.attributes["text-anchor"] ?? ""] ?? 0
        let box =
            isUpright
            ? Rect(
                x: at.x - 0.72 * size, y: at.y - shift * width, width: 0.72 * size, height: width)
            : Rect(
                x: at.x - shift * width, y: at.y - 0.72 * size, width: width, height: 0.72 * size)
        return [Placed(text: text, box: box)]
    }

    /// What stands outside the figure, and what stands on other text.
    private func faults(_ svg: String) throws -> [String] {
        let root = try #require(XMLTree.nodes(svg)?.first)
        let view = (root.attributes["viewBox"] ?? "").split(separator: " ").compactMap {
            Double($0)
        }
        let texts = texts(root)
        var faults = texts.filter {
            $0.box.x < -1 || $0.box.y < -1 || $0.box.x + $0.box.width > view[2] + 1
                || $0.box.y + $0.box.height > view[3] + 1
        }.map { "\($0.text) leaves the figure" }
        // By rows, so that thousands of letters are no square of thousands.
        let sorted = texts.sorted { $0.box.y < $1.box.y }
        for (number, a) in sorted.enumerated() {
            for b in sorted[(number + 1)...] {
                guard b.box.y < a.box.y + a.box.height - 1 else { break }
                let across =
                    min(a.box.x + a.box.width, b.box.x + b.box.width) - max(a.box.x, b.box.x)
                if across > 1 { faults.append("\(a.text) stands on \(b.text)") }
            }
        }
        return faults
    }

    @Test(
        "no text leaves its figure or stands on another, whatever the sweep's size and the figure's width",
        arguments: FigureKind.allCases)
    func texts(_ kind: FigureKind) throws {
        let sorts: [FigureKind] = [.phaseDiagram, .delay, .curveGallery]
        let folder = ProcessInfo.processInfo.environment["GROKMAP_FIGURES"]
        for shape in FigureSheet.shapes {
            // Large maps take their time; one kind of each sort is enough, and the largest is for looking at.
            let isLarge = shape.reduce(1, *) > 1000
            guard !isLarge || folder != nil || shape == [40, 40, 3] && sorts.contains(kind),
                let request = FigureSheet.request(kind, shape)
            else { continue }
            let figure = try kind.figure(request, FigureSheet.source(FigureSheet.map(shape)))
            for (name, width, isGrey) in [
                ("screen", nil, false), ("180mm", 180, true), ("85mm", 85, false),
            ]
                as [(String, Double?, Bool)]
            {
                var look = FigureLook()
                look.width = width
                look.greyscale = isGrey
                let svg = figure.svg(FigureStyle(look))
                let words = shape.map(String.init).joined(separator: "x")
                let faults = try faults(svg)
                #expect(faults.isEmpty, "\(kind.rawValue) \(words) \(name): \(faults.prefix(5))")
                guard let folder else { continue }
                try Data(svg.utf8).write(
                    to: URL(fileURLWithPath: "\(folder)/\(kind.rawValue)_\(words)_\(name).svg"))
            }
        }
    }
}
