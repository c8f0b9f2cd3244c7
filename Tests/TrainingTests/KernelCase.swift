import CKernels
import Core
import Testing

@testable import Training

/// What the kernels are tested with: every set that this machine runs, odd lengths, fixed numbers.
enum KernelCase {
    /// Names of the sets that this machine runs.
    static let sets: [String] = KernelSet.available.map(\.name)
    /// Lengths below, at, above and between whole vectors.
    static let lengths = [1, 2, 3, 7, 15, 16, 17, 31, 45, 55, 64, 101]
    /// Shapes of matrices: single, prime, and more than one block of vectors.
    static let shapes = [(1, 1), (2, 3), (3, 17), (5, 64), (7, 71), (13, 131)]

    /// The set of this name.
    static func kernels(_ name: String) throws -> KernelSet {
        try #require(KernelSet(named: name))
    }

    /// Uniform numbers in ±1 from a fixed state.
    static func numbers(_ count: Int, state: UInt64) -> [Float] {
        var stream = RandomStream(state: state)
        return (0..<count).map { _ in Float(stream.uniform(-1, 1)) }
    }
}

/// A matrix inside wider rows, as kernels see it; the padding holds NaN and must stay as it is.
struct PaddedMatrix {
    /// The rows with their padding.
    var storage: [Float]
    /// Columns in use.
    let columns: Int
    /// Elements between two rows.
    let stride: Int

    /// The values of rows × columns, row-major, spread over rows three elements wider.
    init(columns: Int, _ values: [Float]) {
        self.columns = columns
        stride = columns + 3
        storage = []
        for row in 0..<values.count / columns {
            storage += values[row * columns..<(row + 1) * columns] + [.nan, .nan, .nan]
        }
    }

    /// Rows × columns of a value that a kernel must overwrite.
    init(rows: Int, columns: Int) {
        self.init(columns: columns, [Float](repeating: .nan, count: rows * columns))
    }

    /// The values without padding, after a look at the padding.
    func values(sourceLocation: SourceLocation = #_sourceLocation) -> [Float] {
        let places = storage.indices
        #expect(
            places.allSatisfy { $0 % stride < columns || storage[$0].isNaN },
            "wrote beside the matrix", sourceLocation: sourceLocation)
        return places.filter { $0 % stride < columns }.map { storage[$0] }
    }
}

/// Expects |found − wanted| ≤ absolute + relative · |wanted| everywhere.
func expectClose(
    _ found: [Float], _ wanted: [Float], _ absolute: Double, _ comment: Comment,
    relative: Double = 0, sourceLocation: SourceLocation = #_sourceLocation
) {
    let off = deviation(
        found.map(Double.init), wanted.map(Double.init), absolute: absolute, relative: relative)
    #expect(off <= 1, comment, sourceLocation: sourceLocation)
}

/// Expects a gradient to be the slope of a function at a point, by central differences in double precision.
///
/// Step 1e-5, third derivatives of order 1: truncation 1e-10, rounding 1e-16/1e-5 = 1e-11, both below the tolerance.
func expectSlope(
    _ gradient: [Double], at point: [Double], _ comment: Comment,
    sourceLocation: SourceLocation = #_sourceLocation, of function: ([Double]) -> Double
) {
    let width = 1e-5
    let slopes = point.indices.map { place in
        var moved = point
        moved[place] = point[place] + width
        let above = function(moved)
        moved[place] = point[place] - width
        return (above - function(moved)) / (2 * width)
    }
    let off = deviation(gradient, slopes, absolute: 1e-9, relative: 1e-8)
    #expect(off <= 1, comment, sourceLocation: sourceLocation)
}
