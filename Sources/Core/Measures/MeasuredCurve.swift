/// A measure along a run.
package struct MeasuredCurve: Sendable, Equatable {
    /// What was asked for.
    package var request: MeasureRequest
    /// The steps it was evaluated at, ascending; nil where these are the curve's.
    package var ownSteps: [Int]?
    /// Numbers at one step: 1 for a scalar, else the extent of the measure's axis.
    package var width: Int
    /// Steps × width numbers, row-major.
    package var values: [Double]

    /// A measure at the curve's steps or at steps of its own.
    package init(
        _ request: MeasureRequest, ownSteps: [Int]? = nil, width: Int = 1, values: [Double]
    ) {
        self.request = request
        self.ownSteps = ownSteps
        self.width = width
        self.values = values
    }

    /// A scalar at the curve's steps.
    package init(_ measure: Measure, _ values: [Double]) {
        self.init(MeasureRequest(measure), values: values)
    }

    /// The measure.
    package var measure: Measure { request.measure }

    /// Steps at which some number of it is NaN: it had no value, or could not be computed.
    package var missingCount: Int {
        stride(from: 0, to: values.count, by: max(width, 1)).count { start in
            values[start..<min(start + max(width, 1), values.count)].contains { $0.isNaN }
        }
    }

    /// A line for the log about steps without a value; nil where there are none.
    package var gap: String? {
        let (missing, count) = (missingCount, width == 0 ? 0 : values.count / width)
        return missing == 0 ? nil : "\(measure.name) has no value at \(missing) of \(count) steps"
    }

    /// Whether two hold the same bits, so that a NaN equals itself.
    package static func == (left: MeasuredCurve, right: MeasuredCurve) -> Bool {
        left.request == right.request && left.ownSteps == right.ownSteps
            && left.width == right.width && left.values.count == right.values.count
            && zip(left.values, right.values).allSatisfy { $0.bitPattern == $1.bitPattern }
    }
}
