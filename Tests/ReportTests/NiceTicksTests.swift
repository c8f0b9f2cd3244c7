import Core
import Foundation
import Testing

@testable import Report

@Suite("NiceTicks")
struct NiceTicksTests {
    @Test("linear ticks are multiples of a round step")
    func linear() {
        #expect(NiceTicks.linear(0, 10, most: 7) == [0, 2, 4, 6, 8, 10])
        #expect(NiceTicks.linear(0.3, 0.9, most: 8) == [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
        #expect(NiceTicks.linear(-1, 1, most: 5) == [-1, -0.5, 0, 0.5, 1])
        #expect(NiceTicks.linear(3, 3, most: 5) == [3])
        #expect(NiceTicks.linear(5, 3, most: 5).isEmpty)
        #expect(NiceTicks.linear(0, .infinity, most: 5).isEmpty)
    }

    @Test("logarithmic ticks are decades, or 1, 2 and 5, or a round step")
    func logarithmic() {
        #expect(NiceTicks.log(1e-8, 1, most: 7) == [1e-8, 1e-6, 1e-4, 1e-2, 1])
        #expect(NiceTicks.log(0.02, 1.1, most: 7) == [0.02, 0.05, 0.1, 0.2, 0.5, 1])
        #expect(NiceTicks.log(0.9, 1.02, most: 7) == [0.9, 0.92, 0.94, 0.96, 0.98, 1, 1.02])
        #expect(NiceTicks.log(0, 1, most: 7).isEmpty)
    }

    @Test("every span has at least two ticks, all inside, never too many")
    func always() {
        for low in [1e-12, 3e-5, 0.17, 1, 4.4, 900] {
            for ratio in [1.0001, 1.01, 1.3, 2, 3.3, 8, 40, 99, 101, 1e4, 1e19] {
                for ticks in [
                    NiceTicks.log(low, low * ratio, most: 7),
                    NiceTicks.linear(low, low * ratio, most: 7),
                ] {
                    #expect((2...7).contains(ticks.count), "\(low) × \(ratio): \(ticks)")
                    // A millionth of the axis is no distance on it.
                    let blur = low * (ratio - 1) * 1e-6
                    #expect(ticks.allSatisfy { $0 >= low - blur })
                    #expect(ticks.allSatisfy { $0 <= low * ratio + blur })
                    #expect(zip(ticks, ticks.dropFirst()).allSatisfy(<))
                }
            }
        }
    }

    @Test("labels of one axis have one notation")
    func alike() {
        #expect(TickLabel.alike([0.001, 0.01]) == [.plain("0.001"), .plain("0.01")])
        #expect(
            TickLabel.alike([0, 1e-5, 0.002]) == [
                .plain("0"), .power(mantissa: nil, exponent: -5),
                .power(mantissa: "2", exponent: -3),
            ])
    }

    @Test("an axis of crooked values is labelled at round ones, one of round values at them")
    func axes() {
        let crooked = AxisLayout(
            Samples.axis("init_scale", .linear, (0..<14).map { Double($0) * 20 / 13 }), length: 500)
        let labels = AxisTicks(crooked, .horizontal, fontSize: 11).ticks.compactMap(\.label)
        #expect(labels.first == .plain("0") && labels.last == .plain("20"))
        #expect(
            labels.allSatisfy { if case .plain(let text) = $0 { text.count <= 4 } else { false } })
        let round = AxisLayout(
            Samples.axis("init_scale", .linear, [0.45, 0.65, 0.82]), length: 300)
        #expect(
            AxisTicks(round, .horizontal, fontSize: 11).ticks.compactMap(\.label)
                == [.plain("0.45"), .plain("0.65"), .plain("0.82")])
    }

    @Test("labels at the ends of small maps are inside the figure")
    func inside() {
        for values in [[1e-5, 1e-2], [123_456.0, 123_457]] {
            var input = Samples.twoAxes
            input.axes = [Samples.axis("x", .values, values)]
            let layout = DiagramLayout(input, FigureStyle())
            for tick in layout.xTicks.ticks {
                let half = (tick.label?.width(layout.style.sizes.tick) ?? 0) / 2
                #expect(layout.plotLeft + tick.position - half >= 0)
                #expect(layout.plotLeft + tick.position + half <= layout.width)
            }
        }
    }
}
