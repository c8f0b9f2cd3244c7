import Testing

@testable import Core

@Suite("PrecisionLimit")
struct PrecisionLimitTests {
    private func limit(_ rule: String) throws -> PrecisionLimit? {
        PrecisionLimit(try cell("optimizer: {\(rule)}").optimizer.decoder)
    }

    @Test(
        "decoupled decay is off where 1 − ηλ has few digits, and lost below half a digit",
        arguments: [(1e-3, 1.0), (1e-5, 1), (1e-6, 1.013), (1e-7, 1.192), (1e-8, 0)])
    func decay(_ product: Double, _ share: Double) throws {
        let limit = try limit("learning_rate: \(product), weight_decay: 1")
        if share == 1 {
            #expect(limit == nil)
        } else if case .decay(_, let found)? = limit {
            #expect(abs(found - share) < 1e-3)
        } else {
            Issue.record("no limit at \(product)")
        }
    }

    @Test("plain gradient descent stands still at small rates, which momentum raises")
    func descent() throws {
        #expect(try limit("kind: sgd, learning_rate: 0.1") == nil)
        #expect(
            try limit("kind: sgd, learning_rate: 1.0e-6")?.text
                == "at η = 1e-06 a gradient below 0.03 of its weight moves nothing in single precision"
        )
        #expect(try limit("kind: sgd, learning_rate: 1.0e-6, momentum: 0.9") == nil)
        #expect(try limit("kind: adam, learning_rate: 1.0e-8, weight_decay: 1") == nil)
    }

    @Test("a plan says the worst limit of a kind, and in how many cells there is one")
    func plan() throws {
        let plan = try SweepPlan(
            SweepSpec(
                parsing:
                    "{sweep: a, cell: {optimizer: {learning_rate: 1.0e-3}}, seeds: [0, 1], axes:"
                    + " {d: {path: optimizer.decoder.weight_decay, values: [0, 1.0e-4, 1.0e-5, 1]},"
                    + " s: {path: steps, values: [5, 6]}}}", named: "a"))
        let limits = plan.precisionLimits
        #expect(limits.count == 1 && limits[0].cells == 4)
        #expect(
            limits[0].worst.text
                == "η·λ = 1e-08 decays nothing: 1 − η·λ is 1 in single precision")
    }
}
