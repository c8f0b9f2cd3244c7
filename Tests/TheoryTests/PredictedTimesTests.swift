import Foundation
import Testing
import Theory

@Suite("Times that theory predicts")
struct PredictedTimesTests {
    @Test("weights decay by 1 − ηλ an update")
    func decay() throws {
        let decay = DecayTime(learningRate: 0.01, weightDecay: 0.5)
        let steps = try #require(decay.steps(toShrinkBy: 2))
        #expect(abs(pow(1 - 0.005, steps) - 0.5) < 1e-12)
        #expect(abs(decay.folds(within: 400) - 400 * -log(0.995)) < 1e-12)
        #expect(DecayTime(learningRate: 0.01, weightDecay: 0).steps(toShrinkBy: 2) == nil)
        #expect(DecayTime(learningRate: 1, weightDecay: 2).steps(toShrinkBy: 2) == nil)
        #expect(DecayTime(learningRate: 1, weightDecay: 2).folds(within: 1) == .infinity)
    }

    @Test("a full table implies everything, an empty one nothing but itself")
    func impliedEnds() throws {
        let all = SymbolPair.all(symbols: 7)
        let full = ImpliedSet(symbols: 7, training: all)
        #expect(full.idealQuality == 1 && full.idealAccuracy == 1)
        let none = ImpliedSet(symbols: 7, training: [])
        #expect(none.idealQuality == 0 && none.idealAccuracy == 0)
    }

    @Test("where only a line is left, every parallelogram is implied", arguments: UInt64(0)..<20)
    func impliedLine(_ seed: UInt64) throws {
        let pairs = SymbolPair.trainingSet(symbols: 8, count: 22, seed: seed)
        let implied = ImpliedSet(symbols: 8, training: pairs)
        let fixes = ParallelogramSet(symbols: 8, among: pairs).fixesTheLine()
        #expect((implied.idealQuality == 1) == fixes)
        #expect(implied.idealAccuracy >= 22.0 / 36)
    }

    @Test("implied parallelograms are those of the null space, by another elimination")
    func impliedBySpan() throws {
        let pairs = SymbolPair.trainingSet(symbols: 6, count: 8, seed: 2)
        let rows = ParallelogramSet(symbols: 6, among: pairs).parallelograms.map {
            $0.coefficients(symbols: 6).map(Double.init)
        }
        // Projections by Gram-Schmidt in floating point: a row in the span leaves nothing.
        var basis: [[Double]] = []
        func rest(_ row: [Double]) -> [Double] {
            basis.reduce(row) { row, unit in
                let along = zip(row, unit).reduce(0) { $0 + $1.0 * $1.1 }
                return zip(row, unit).map { $0 - along * $1 }
            }
        }
        for row in rows {
            let left = rest(row)
            let size = left.reduce(0) { $0 + $1 * $1 }.squareRoot()
            if size > 1e-9 { basis.append(left.map { $0 / size }) }
        }
        let permissible = ParallelogramSet.permissible(symbols: 6)
        let spanned = permissible.parallelograms.count {
            rest($0.coefficients(symbols: 6).map(Double.init)).allSatisfy { abs($0) < 1e-9 }
        }
        let implied = ImpliedSet(symbols: 6, training: pairs)
        #expect(implied.idealQuality == Double(spanned) / Double(permissible.count))
    }

    @Test("the effective flow keeps mean and size, never raises the loss, and ends on a line")
    func trajectory() throws {
        let pairs = SymbolPair.trainingSet(symbols: 6, count: 18, seed: 1)
        let set = ParallelogramSet(symbols: 6, among: pairs)
        try #require(set.fixesTheLine())
        let loss = EffectiveLoss(set)
        let start = [0.3, -0.2, 0.9, 0.1, -0.8, 1.4]
        let flow = EffectiveTrajectory(loss)
            .embeddings(from: start, interval: 1 / loss.grokkingRate, count: 30)
        let values = flow.map(loss.value)
        for (now, next) in zip(values, values.dropFirst()) { #expect(next <= now + 1e-15) }
        let last = try #require(flow.last)
        #expect(abs(last.reduce(0, +)) < 1e-9)
        #expect(abs(last.reduce(0) { $0 + $1 * $1 } - 6) < 1e-9)
        let steps = zip(last, last.dropFirst()).map { $1 - $0 }
        for step in steps { #expect(abs(step - steps[0]) < 1e-6) }
    }

    @Test("late deviations from the line shrink at the grokking rate")
    func rate() throws {
        let pairs = SymbolPair.trainingSet(symbols: 6, count: 18, seed: 1)
        let loss = EffectiveLoss(ParallelogramSet(symbols: 6, among: pairs))
        let flow = EffectiveTrajectory(loss).embeddings(
            from: [0.3, -0.2, 0.9, 0.1, -0.8, 1.4], interval: 1 / loss.grokkingRate, count: 12)
        // ℓ is quadratic in the deviation, so a time of 1/λ₃ divides it by e².
        let ratio = loss.value(flow[11]) / loss.value(flow[12])
        #expect(abs(log(ratio) - 2) < 0.02)
    }
}
