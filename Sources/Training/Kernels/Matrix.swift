/// Zeroed, cache-line-aligned memory for floats, made once per run and freed with it.
final class Workspace {
    private var slabs: [UnsafeMutableRawPointer] = []
    private var capacity = 0
    private var used = 0
    /// Bytes of all its memory.
    private(set) var byteCount = 0

    /// Floats of a slab that is begun where the one before is full.
    private static let slabSize = 262_144

    /// Room for so many floats in one piece; what is taken beyond begins further pieces.
    init(capacity: Int = 0) {
        if capacity > 0 { begin(capacity) }
    }

    deinit {
        for slab in slabs { slab.deallocate() }
    }

    private func begin(_ count: Int) {
        let slab = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
        slab.initializeMemory(as: Float.self, repeating: 0, count: count)
        slabs.append(slab)
        (capacity, used) = (count, 0)
        byteCount += 4 * count
    }

    /// The next `count` floats, beginning on a cache line.
    func take(_ count: Int) -> UnsafeMutablePointer<Float> {
        let size = Workspace.padded(max(count, 1))
        if used + size > capacity { begin(max(size, Workspace.slabSize)) }
        defer { used += size }
        return slabs[slabs.count - 1].assumingMemoryBound(to: Float.self) + used
    }

    /// The next `count` 32-bit integers.
    func takeIndices(_ count: Int) -> UnsafeMutablePointer<Int32> {
        UnsafeMutableRawPointer(take(count)).bindMemory(to: Int32.self, capacity: count)
    }

    /// The next rows × columns, rows beginning on cache lines.
    func matrix(rows: Int, columns: Int) -> Matrix {
        let stride = Workspace.padded(columns)
        return Matrix(base: take(rows * stride), rows: rows, columns: columns, stride: stride)
    }

    /// A count rounded up to whole cache lines (16 floats).
    static func padded(_ count: Int) -> Int { (count + 15) & ~15 }

    /// Floats that `matrix(rows:columns:)` takes.
    static func size(rows: Int, columns: Int) -> Int { padded(rows * padded(columns)) }
}

/// A row-major view of floats in a workspace; the workspace must outlive it.
struct Matrix {
    /// First element.
    let base: UnsafeMutablePointer<Float>
    /// Rows, e.g. features.
    let rows: Int
    /// Columns in use, e.g. examples.
    var columns: Int
    /// Elements between two rows.
    let stride: Int

    /// A row's first element.
    func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * stride }

    /// Some of its columns.
    func columns(_ range: Range<Int>) -> Matrix {
        Matrix(base: base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
    }

    /// Its columns from this one on.
    func from(_ column: Int) -> Matrix { columns(column..<columns) }

    /// Its last columns.
    func last(_ count: Int) -> Matrix { columns(columns - count..<columns) }

    /// Copies the columns of a matrix, all rows or the first ones.
    func copy(_ other: Matrix, rows count: Int? = nil) {
        for index in 0..<(count ?? rows) {
            row(index).update(from: other.row(index), count: other.columns)
        }
    }

    /// Fills the columns in use with 0.
    func clear() {
        for index in 0..<rows { row(index).update(repeating: 0, count: columns) }
    }
}
