import Core
import Foundation
import Testing

@testable import Theory

@Suite("Predictors from the first steps")
struct PredictionTests {
    @Test("a sine has its variance as activity and its frequency as mobility and complexity")
    func sine() throws {
        let omega = 2 * Double.pi * 5 / 400
        let signal = try #require(
            EarlySignal(
                (0..<400).map { (step: Int) -> Double in 3 + 0.7 * sin(omega * Double(step)) }))
        #expect(abs(signal.activity - 0.49 / 2) < 1e-12)
        #expect(abs(try #require(signal.mobility) - omega) < 1e-12)
        #expect(abs(try #require(signal.complexity) - omega) < 1e-12)
        #expect(try #require(signal.lowFrequencyEnergy(periods: 4)) < 1e-20)
        #expect(abs(try #require(signal.lowFrequencyEnergy(periods: 5)) - 1) < 1e-12)
    }

    @Test("activity is the variance of any signal, of odd length too", arguments: [4, 7, 99, 400])
    func parseval(_ count: Int) throws {
        let values = (0..<count).map { (step: Int) -> Double in
            let spike = (step * 7919) % 13 == 0 ? 0.5 : 0
            return 1 / Double(1 + step) + spike
        }
        let mean = values.reduce(0, +) / Double(count)
        let squares = values.map { ($0 - mean) * ($0 - mean) }
        let variance = squares.reduce(0, +) / Double(count)
        let signal = try #require(EarlySignal(values))
        #expect(abs(signal.activity - variance) < 1e-12 * max(1, variance))
    }

    @Test("filters take off the line, or the slow components")
    func filters() throws {
        let line = (0..<50).map { 4 - 0.03 * Double($0) }
        #expect(try #require(EarlySignal(line, filter: .line)).activity < 1e-24)
        let omega = 2 * Double.pi / 50
        let mixed = (0..<50).map { (step: Int) -> Double in
            sin(2 * omega * Double(step)) + 0.1 * sin(9 * omega * Double(step))
        }
        let fast = try #require(EarlySignal(mixed, filter: .slow(periods: 2)))
        #expect(abs(fast.activity - 0.005) < 1e-12)
    }

    @Test(
        "a loss that is not finite, or too short, gives no signal; one that stands still no mobility"
    )
    func none() throws {
        #expect(EarlySignal([1, 2, .nan, 1]) == nil)
        #expect(EarlySignal([1, 2, 3]) == nil)
        #expect(try #require(EarlySignal([2, 2, 2, 2])).mobility == nil)
        let empty = EarlyRun(
            trainLoss: [], steps: [], trainAccuracy: [], validationAccuracy: [], validationLoss: [])
        for predictor in Predictor.all { #expect(predictor.value(empty) == nil) }
    }

    @Test("names of predictors are unlike, and lead back to them")
    func registry() {
        #expect(Set(Predictor.all.map(\.name)).count == Predictor.all.count)
        for predictor in Predictor.all {
            #expect(Predictor.named(predictor.name)?.longName == predictor.longName)
        }
    }

    @Test("a slingshot is a spike of the loss before which the last layer has grown")
    func slingshots() {
        let calm = (0..<50).map { 2 - 0.03 * Double($0) }
        var spiking = calm
        for (step, height) in [(20, 9.0), (21, 8), (22, 5), (30, 7), (40, 8)] {
            spiking[step] = height
        }
        let growing = (0..<50).map { (step: $0, value: Double($0)) }
        #expect(Slingshots.count(calm, norms: growing) == 0)
        #expect(Slingshots.count(spiking, norms: growing) == 3)
        // Two are counted where the layer stands still from step 25 on; none where it shrinks.
        let resting = (0..<50).map { (step: $0, value: Double(min($0, 25))) }
        #expect(Slingshots.count(spiking, norms: resting) == 2)
        #expect(
            Slingshots.count(spiking, norms: growing.map { (step: $0.step, value: -$0.value) }) == 0
        )
        #expect(Slingshots.count(spiking, norms: []) == nil)
        #expect(Slingshots.count([1, .nan], norms: growing) == nil)
    }

    @Test("what is known early is what the curve holds of the first steps")
    func early() {
        var curve = Curve()
        curve.steps = [0, 1, 5, 9, 10]
        curve.trainAccuracy = [0, 0.1, 0.2, 0.3, 0.4]
        curve.validationAccuracy = [0, 0, 0.1, 0.2, 0.9]
        curve.validationLoss = [5, 4, 3, 2, 1]
        curve.earlyTrainLoss = (0..<12).map { Double(20 - $0) }
        curve.measures = [
            MeasuredCurve(.lastLayerNorm, [1, 2, 3, 4, 5]),
            MeasuredCurve(
                MeasureRequest(.entropyDifference), ownSteps: [0, 8, 10], values: [7, 8, 9]),
        ]
        let run = EarlyRun(curve, window: 10)
        #expect(run.trainLoss == (0..<10).map { Double(20 - $0) })
        #expect(run.steps == [0, 1, 5, 9] && run.validationAccuracy.last == 0.2)
        #expect(Predictor(.entropyDifference).value(run) == 8)
        #expect(Predictor(.informationDifference).value(run) == nil)
        #expect(Predictor(.validationLoss).value(run) == 2)
        #expect(Predictor(.slingshots).value(run) == 0)
    }

    private static func cases(_ values: [(Double, Bool)]) -> Discrimination {
        Discrimination(
            values.enumerated().map {
                .init($0.element.0, generalised: $0.element.1, site: $0.offset)
            })
    }

    @Test("the area under the ROC curve counts pairs in the right order, ties half")
    func auc() throws {
        #expect(Self.cases([(1, false), (2, true), (3, false), (4, true)]).auc == 0.75)
        #expect(Self.cases([(1, true), (1, false)]).auc == 0.5)
        #expect(Self.cases([(1, false), (2, true)]).auc == 1)
        #expect(Self.cases([(1, true), (2, true)]).auc == nil)
        // The area under the drawn curve is the same number.
        let mixed = Self.cases([
            (1, false), (2, true), (2, false), (3, true), (5, false), (6, true),
        ])
        let area = zip(mixed.roc, mixed.roc.dropFirst()).reduce(0) {
            $0 + ($1.1.falsePositiveRate - $1.0.falsePositiveRate)
                * ($1.1.truePositiveRate + $1.0.truePositiveRate) / 2
        }
        #expect(abs(area - (try #require(mixed.auc))) < 1e-12)
    }

    @Test("the best cut calls most cases right, on either side")
    func cut() throws {
        let rising = Self.cases([(1, false), (2, false), (3, true), (4, false), (5, true)])
        #expect(rising.bestCut == .init(threshold: 2.5, above: true))
        let falling = Self.cases([(1, true), (2, true), (3, false)])
        #expect(falling.bestCut == .init(threshold: 2.5, above: false))
        #expect(Self.cases([(1, true), (1, false)]).bestCut == nil)
    }

    @Test("cross-validation does not credit a cut with the cases it was chosen on")
    func crossValidation() throws {
        // Values that tell nothing: chosen on all cases a cut is right more often than on cases it has not seen.
        let noise = Self.cases((0..<40).map { (Double(($0 * 17) % 41), $0.isMultiple(of: 2)) })
        let cut = try #require(noise.bestCut)
        let seen = (0..<40).count {
            cut.predicts(Double(($0 * 17) % 41)) == $0.isMultiple(of: 2)
        }
        #expect(try #require(noise.crossValidatedAccuracy()) < Double(seen) / 40)
        let clear = Self.cases((0..<40).map { (Double($0), $0 >= 20) })
        #expect(try #require(clear.crossValidatedAccuracy()) >= 0.95)
    }

    @Test("ending hopeless runs saves their steps beyond the window, within the letters allowed")
    func stop() throws {
        let runs: [EarlyStop.Run] = [
            .init(value: 1, generalised: false, steps: 1000),
            .init(value: 2, generalised: false, steps: 1000),
            .init(value: 3, generalised: true, steps: 500),
            .init(value: 4, generalised: false, steps: 1000),
            .init(value: 5, generalised: true, steps: 50),
        ]
        let none = try #require(EarlyStop(runs, window: 100, above: true, largestShare: 0))
        #expect(none.ended == 2 && none.changed == 0)
        #expect(abs(none.saved - 1800.0 / 3550) < 1e-12)
        #expect(none.cut == .init(threshold: 2.5, above: true))
        let one = try #require(EarlyStop(runs, window: 100, above: true, largestShare: 0.2))
        #expect(one.ended == 4 && one.changed == 1)
        #expect(EarlyStop(runs, window: 1000, above: true, largestShare: 1) == nil)
        // The same cut, as one that was chosen elsewhere.
        let applied = try #require(EarlyStop(none.cut, on: runs, window: 100))
        #expect(applied == none)
        let all = Discrimination.Cut(threshold: 4.5, above: true)
        let wide = try #require(EarlyStop(all, on: runs, window: 100))
        #expect(wide.ended == 4 && wide.changed == 1 && abs(wide.saved - 3100.0 / 3550) < 1e-12)
        // None is ended before it has fitted, or once it has generalised.
        let late: [EarlyStop.Run] = [
            .init(value: 1, generalised: false, steps: 1000, fitted: 700),
            .init(value: 2, generalised: false, steps: 1000, fitted: nil),
            .init(value: 3, generalised: true, steps: 1000, fitted: 50, arrived: 80),
        ]
        let waiting = try #require(EarlyStop(late, window: 100, above: true, largestShare: 0))
        #expect(waiting.ended == 1 && abs(waiting.saved - 0.1) < 1e-12)
        // Runs that were over have no value, and the cut is a number all the same.
        let over = EarlyStop.Run(value: .infinity, generalised: true, steps: 50)
        #expect(try #require(EarlyStop(all, on: late + [over], window: 100)).ended == 1)
        let cut = try #require(
            EarlyStop(runs.prefix(2) + [over], window: 100, above: true, largestShare: 0)?.cut)
        #expect(cut == .init(threshold: 2, above: true))
        // Low values may stand for generalisation.
        let mirrored = runs.map {
            EarlyStop.Run(value: -$0.value, generalised: $0.generalised, steps: $0.steps)
        }
        let same = try #require(EarlyStop(mirrored, window: 100, above: false, largestShare: 0))
        #expect(same.ended == 2 && same.cut == .init(threshold: -2.5, above: false))
    }

    @Test("cuts of another sweep are applied with its sense, and what they change is counted here")
    func transfer() throws {
        func runs(_ losses: [(value: Double, generalises: Bool)]) -> [PredictorScore.Run] {
            losses.enumerated().map { site, run in
                PredictorScore.Run(
                    early: EarlyRun(
                        trainLoss: [], steps: [99], trainAccuracy: [1], validationAccuracy: [0],
                        validationLoss: [run.value]),
                    phase: run.generalises ? .grokking : .memorization, site: site, steps: 1000)
            }
        }
        // There small losses generalise; here large ones do, and the cut must not turn round.
        let there = PredictorScore(
            .validationLoss, runs([(1, true), (2, true), (3, false), (4, false)]), window: 100)
        let here = PredictorScore(
            .validationLoss, runs([(1, false), (2, false), (5, true), (6, false)]), window: 100)
        #expect(there.stops[0].stop?.cut == .init(threshold: 2.5, above: false))
        let applied = here.stops(byCutsOf: there)
        #expect(applied.map(\.share) == PredictorScore.shares)
        let stop = try #require(applied[0].stop)
        #expect(stop.ended == 2 && stop.changed == 1 && abs(stop.saved - 0.45) < 1e-12)
        #expect(stop.cut == there.stops[0].stop?.cut)
    }
}
