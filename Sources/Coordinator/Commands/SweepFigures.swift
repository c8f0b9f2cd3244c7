import Core
import Foundation
@preconcurrency import Glibc
import Report
import Results
import Sweeps
import System
import Theory

/// The figures of a sweep that are asked for by kind.
struct SweepFigures {
    /// The results as figures take them.
    let source: FigureSource

    /// Figures of a sweep that is looked at.
    init(_ sweep: SweepReader, _ table: SweepTable) {
        let rows = Dictionary(
            table.rows.enumerated().map { ($0.element.cell.point, $0.offset) },
            uniquingKeysWith: { $1 })
        var source = FigureSource(SweepReport.input(table))
        source.outcome = { point in
            guard let row = rows[point] else { return nil }
            return try sweep.curves(of: table.rows[row].cell)?.outcome
        }
        source.mapUnder = { rule in
            var spec = table.plan.spec
            spec.phaseRule = rule
            return SweepReport.input(try sweep.table(try SweepPlan(spec)))
        }
        source.theory = { SweepFigures.theory(table.plan) }
        source.predictors = { try SweepFigures.predictors(sweep, table) }
        self.source = source
    }

    /// What is said of a figure that the sweep's results do not make.
    private static let drawing = "draw the figure"

    /// Draws a figure and writes it, and its caption as a text beside it.
    ///
    /// - Parameters:
    ///   - request: what is asked for.
    ///   - path: the figure's file.
    ///   - isOption: whether options of the command line asked for it, which errors then name.
    /// - Throws: `CoordinatorError` when it cannot be drawn or written.
    func write(_ request: FigureRequest, to path: String, isOption: Bool = true) throws {
        let figure: any Figure
        do {
            figure = try request.kind.figure(request, source)
        } catch let error as FigureError {
            // The kind is named already.
            let key = error.key.flatMap { $0 == "kind" ? nil : $0 }.map {
                isOption ? "--\($0.replacingOccurrences(of: "_", with: "-")): " : "\($0): "
            }
            throw CoordinatorError(
                SweepFigures.drawing, request.kind.rawValue, (key ?? "") + error.problem)
        }
        let style = FigureStyle(request.look, idPrefix: request.kind.rawValue)
        try FigureFile.write(figure.svg(style), request.look, to: path)
        let caption = figure.caption.joined(separator: "\n") + "\n"
        try Posix.writeDurably(Array(caption.utf8), to: SweepFigures.captionPath(request, path))
    }

    /// Draws a figure that the sweep file asks for. One that cannot be drawn costs no more than itself: what an earlier
    /// report had in its place is removed.
    ///
    /// - Returns: why there is no figure; nil when there is one.
    /// - Throws: `CoordinatorError` when it cannot be written.
    func draw(_ request: FigureRequest, to path: String) throws -> String? {
        do {
            try write(request, to: path, isOption: false)
            return nil
        } catch let error as CoordinatorError
            where [SweepFigures.drawing, FigureFile.converting].contains(error.action)
        {
            unlink(path)
            unlink(SweepFigures.captionPath(request, path))
            return "\(error)"
        }
    }

    private static func captionPath(_ request: FigureRequest, _ path: String) -> String {
        let ending = "." + request.look.format.rawValue
        return (path.hasSuffix(ending) ? String(path.dropLast(ending.count)) : path) + ".txt"
    }

    /// What the effective theory says of plain addition; nil of anything else.
    private static func theory(_ plan: SweepPlan) -> FractionTheory? {
        guard let addition = SweepTheory(plan, splits: 200).addition else { return nil }
        return FractionTheory(
            name: "random splits that leave embeddings only a line",
            points: addition.probability.map { Plot.Point(x: $0.fraction, y: $0.probability) },
            critical: addition.critical.fraction)
    }

    /// Steps that predictors look at.
    private static let window = 400

    private static func predictors(
        _ sweep: SweepReader, _ table: SweepTable
    ) throws -> [PredictorCurve] {
        let runs = try PredictCommand.runs(sweep, table, window: window)
        return Predictor.all.compactMap { predictor in
            let set = PredictorScore(predictor, runs, window: window).discrimination
            return set.auc.map { area in
                PredictorCurve(
                    name: predictor.longName, area: area,
                    points: set.roc.map {
                        Plot.Point(x: $0.falsePositiveRate, y: $0.truePositiveRate)
                    })
            }
        }
    }
}
