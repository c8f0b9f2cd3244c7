import Core
import Foundation

/// A sweep along one of its axes.
struct AlongAxis {
    /// All cells at one value.
    struct Place {
        /// The value.
        let value: Double
        /// The cells, whatever else they have.
        let cells: [CellState]

        /// The phases of those whose phase is known.
        var phases: [Phase] { cells.compactMap { $0.status.vote?.phase } }
    }

    /// The axis.
    let axis: Axis
    /// The cells by rising value.
    let places: [Place]

    /// The cells of a map of one axis.
    init(_ map: PhaseDiagramInput) {
        axis = map.axes[0]
        var cells: [Int: [CellState]] = [:]
        for site in map.sites { cells[site.place[0], default: []] += site.cells }
        let order = map.axes[0].values.indices.sorted {
            map.axes[0].values[$0] < map.axes[0].values[$1]
        }
        places = order.map { Place(value: map.axes[0].values[$0], cells: cells[$0] ?? []) }
    }

    /// An axis alone.
    init(_ axis: Axis) {
        self.axis = axis
        places = axis.values.sorted().map { Place(value: $0, cells: []) }
    }

    /// The map split by the values of its second axis, each with what it stands for; the whole where there is none.
    static func panels(_ map: PhaseDiagramInput) -> [(title: String?, part: AlongAxis)] {
        guard map.axes.count > 1 else { return [(nil, AlongAxis(map))] }
        let second = map.axes[1]
        let order = second.values.indices.sorted { second.values[$0] < second.values[$1] }
        return order.map { index in
            var part = map
            part.axes = [map.axes[0]]
            part.sites = map.sites.filter { $0.place[1] == index }.map {
                SiteState(place: [$0.place[0]], cells: $0.cells)
            }
            return (second.named(at: index), AlongAxis(part))
        }
    }

    /// A value in words.
    func shown(_ value: Double) -> String {
        axis.isCategorical ? axis.labels[Int(value)] : NumberText.value(value)
    }

    /// Whether figures draw it by its logarithm.
    var isLog: Bool { AxisLayout(axis, length: 400).spacing == .log && !axis.values.contains(0) }

    /// The axis of a plot, from a little before the first value to a little behind the last.
    var plotAxis: Plot.Axis {
        let values = places.map(\.value)
        if axis.isCategorical {
            return Plot.Axis(
                name: NumberText.words(axis.name), range: -0.5...Double(values.count) - 0.5,
                ticks: values, labels: axis.labels)
        }
        let (low, high) = (values.first ?? 0, values.last ?? 1)
        let room = 0.5 / Double(max(1, values.count - 1))
        var range: ClosedRange<Double>
        if low == high {
            range = isLog ? low / 2...low * 2 : low - 0.5...low + 0.5
        } else if isLog {
            let factor = pow(high / low, room)
            range = low / factor...high * factor
        } else {
            range = low - room * (high - low)...high + room * (high - low)
        }
        return Plot.Axis(
            name: NumberText.words(axis.name), scale: isLog ? .log : .linear, range: range,
            // In the room beyond the outermost values there is nothing to be named.
            ticks: isLog ? nil : NiceTicks.linear(low, high, most: 12))
    }
}
