import Core
import Foundation
import Testing

@testable import Report

@Suite("AxisLayout")
struct AxisLayoutTests {
    private func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-6 }

    @Test("edges of a log axis are geometric midpoints")
    func geometric() throws {
        let axis = Samples.axis("learning_rate", .values, [1, 2, 10, 100])
        let layout = AxisLayout(axis, length: 300)
        #expect(layout.spacing == .log)
        let midpoints = [2, 20, 1000].map { Double($0).squareRoot() }
        for (place, edge) in midpoints.enumerated() {
            #expect(near(layout.spans[place].high, try #require(layout.position(of: edge))))
            #expect(layout.spans[place].high == layout.spans[place + 1].low)
        }
        #expect(near(layout.spans[0].low, 0))
        #expect(near(layout.spans[3].high, 300))
    }

    @Test("edges of a linear axis are arithmetic midpoints")
    func arithmetic() {
        let axis = Samples.axis("train_fraction", .values, [0.45, 0.65, 0.82])
        let layout = AxisLayout(axis, length: 100)
        #expect(layout.spacing == .linear)
        for (place, edge) in [0.55, 0.735].enumerated() {
            #expect(layout.position(of: edge).map { near($0, layout.spans[place].high) } == true)
        }
    }

    @Test("equal ratios on a log axis give equal cells with their values in the middle")
    func equalCells() {
        let layout = AxisLayout(
            Samples.axis("learning_rate", .log, [1e-5, 1e-4, 1e-3, 1e-2]), length: 200)
        #expect(layout.spans.allSatisfy { near($0.size, 50) })
        for place in 0..<4 {
            #expect(near(layout.valuePosition(place), layout.spans[place].middle))
        }
    }

    @Test(
        "spacing follows the axis' kind and values",
        arguments: [
            (Axis.Scale.log, [1.0, 2, 3], AxisLayout.Spacing.log, false),
            (.linear, [1, 34, 67, 100], .linear, false),
            (.values, [0.45, 0.65, 0.82], .linear, false),
            (.values, [1, 10, 31], .linear, false),
            (.values, [1, 10, 32], .log, false),
            (.values, [0, 1, 10, 32], .log, true),
            (.values, [-1, 0, 10, 100], .even, false),
            (.values, [0, 10, 20, 30, 40, 50], .linear, false),
            (.values, [1, 11, 21, 31, 41], .linear, false),
            (.values, [0, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200], .log, true),
            (.values, [0, 0.01, 1], .log, true),
            (.values, [1, 1.01, 20], .even, false),
            (.values, [7], .linear, false),
        ])
    func spacing(
        _ scale: Axis.Scale, _ values: [Double], _ spacing: AxisLayout.Spacing, _ zero: Bool
    ) {
        let layout = AxisLayout(Samples.axis("weight_decay", scale, values), length: 400)
        #expect(layout.spacing == spacing)
        #expect(layout.hasZeroSlot == zero)
        #expect(layout.spans.count == values.count)
        #expect(near(layout.spans[values.count - 1].high, 400))
    }

    @Test("zero has a slot before a break, and lines across the break run in its middle")
    func zeroSlot() throws {
        let layout = AxisLayout(
            Samples.axis("weight_decay", .values, [0, 0.01, 0.1, 1]),
            length: 4 * 30 + AxisLayout.breakGap)
        #expect(layout.spans[0] == AxisLayout.Span(low: 0, high: 30))
        #expect(near(layout.spans[1].low, 30 + AxisLayout.breakGap))
        #expect(near(try #require(layout.breakPosition), 30 + AxisLayout.breakGap / 2))
        #expect(near(layout.edge(1), 30 + AxisLayout.breakGap / 2))
        #expect(layout.position(of: 0) == nil)
        #expect(layout.stretches.count == 2)
    }

    @Test("values in any order are drawn from the smallest")
    func order() {
        let layout = AxisLayout(Samples.axis("weight_decay", .linear, [3, 1, 2]), length: 30)
        #expect(layout.order == [1, 2, 0])
        #expect(layout.spans.map(\.middle) == [5, 15, 25])
    }
}

@Suite("AxisTicks")
struct AxisTicksTests {
    private func labels(
        _ scale: Axis.Scale, _ values: [Double], length: Double,
        _ direction: AxisTicks.Direction = .horizontal
    ) -> [TickLabel] {
        let layout = AxisLayout(Samples.axis("weight_decay", scale, values), length: length)
        return AxisTicks(layout, direction, fontSize: 11).ticks.compactMap(\.label)
    }

    private func power(_ exponent: Int) -> TickLabel { .power(mantissa: nil, exponent: exponent) }

    @Test("a log axis is labelled at its decades and ticked at every value")
    func decades() {
        let values = (0..<13).map { pow(10, -5 + Double($0) / 4) }
        #expect(labels(.log, values, length: 480) == [-5, -4, -3, -2].map(power))
        let layout = AxisLayout(Samples.axis("x", .log, values), length: 480)
        #expect(AxisTicks(layout, .horizontal, fontSize: 11).ticks.count == 13)
    }

    @Test("decades lie within the values")
    func insideValues() {
        #expect(labels(.log, [1e-5, 1e-3, 1e-1], length: 160) == [-5, -3, -1].map(power))
    }

    @Test("a log axis without two decades is labelled at its values")
    func fewDecades() {
        #expect(labels(.log, [2, 4, 8], length: 200) == ["2", "4", "8"].map(TickLabel.plain))
    }

    @Test("named values are labelled themselves where they fit, zero included")
    func namedValues() {
        #expect(
            labels(.values, [0, 0.1, 1, 30], length: 200)
                == ["0", "0.1", "1", "30"].map(TickLabel.plain))
    }

    @Test("linear labels are values, thinned evenly until they fit")
    func thinned() {
        let values = (0...10).map(Double.init)
        #expect(labels(.linear, values, length: 400).count == 11)
        #expect(
            labels(.linear, values, length: 130)
                == ["0", "2", "4", "6", "8", "10"].map(TickLabel.plain))
        #expect(labels(.linear, values, length: 50, .vertical).count == 3)
    }

    @Test(
        "labels use powers of ten where digits would pile up",
        arguments: [
            (0.0, TickLabel.plain("0")), (0.001, .plain("0.001")), (2.5, .plain("2.5")),
            (9999, .plain("9999")), (1e-5, .power(mantissa: nil, exponent: -5)),
            (3.162e-4, .power(mantissa: "3.162", exponent: -4)),
            (20_000, .power(mantissa: "2", exponent: 4)),
        ])
    func label(_ value: Double, _ label: TickLabel) {
        #expect(TickLabel(value) == label)
    }
}
