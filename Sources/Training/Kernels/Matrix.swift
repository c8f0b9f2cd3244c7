/// Zeroed, cache-line-aligned memory for floats, made once per run and freed with it.
final class Workspace {
    private let bytes: UnsafeMutableRawPointer
    private let capacity: Int
    private var used = 0

    /// Room for so many floats, every piece handed out beginning on a cache line.
    init(capacity: Int) {
        self.capacity = capacity
        bytes = .allocate(byteCount: max(capacity, 1) * 4, alignment: 64)
        bytes.initializeMemory(as: Float.self, repeating: 0, count: max(capacity, 1))
    }

    deinit { bytes.deallocate() }

    /// Bytes of all its memory.
    var byteCount: Int { 4 * capacity }

    /// The next `count` floats.
    func take(_ count: Int) -> UnsafeMutablePointer<Float> {
        let start = used
        used += Workspace.padded(count)
        precondition(used <= capacity)
        return bytes.assumingMemoryBound(to: Float.self) + start
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
}
