import BLAS

/// Reverse-mode differentiation over row-major matrices: an operation computes its value at once and leaves behind how a
/// gradient goes back through it.
final class Tape<Scalar: BinaryFloatingPoint> {
    /// A matrix on the tape.
    final class Node {
        let rows: Int
        let columns: Int
        /// Row-major values.
        let value: [Scalar]
        /// What has come back so far: the slopes of the differentiated number.
        fileprivate(set) var gradient: [Scalar]

        fileprivate init(_ rows: Int, _ columns: Int, _ value: [Scalar]) {
            precondition(value.count == rows * columns)
            self.rows = rows
            self.columns = columns
            self.value = value
            gradient = [Scalar](repeating: 0, count: value.count)
        }

        /// Adds slopes that come back from one use of the matrix.
        func receive(_ slopes: [Scalar]) {
            for place in gradient.indices { gradient[place] += slopes[place] }
        }
    }

    private var operations: [() -> Void] = []

    /// A matrix that comes from outside.
    func matrix(_ rows: Int, _ columns: Int, _ value: [Scalar]) -> Node {
        Node(rows, columns, value)
    }

    /// The result of an operation; `backward` gets the slopes of the result and sends them on.
    func record(
        _ rows: Int, _ columns: Int, _ value: [Scalar],
        backward: @escaping (_ slopes: [Scalar]) -> Void
    ) -> Node {
        let node = Node(rows, columns, value)
        operations.append { backward(node.gradient) }
        return node
    }

    /// Fills the gradients of everything that a single number was computed from.
    func differentiate(_ number: Node) {
        number.receive([1])
        for operation in operations.reversed() { operation() }
    }
}

// Sums and products.
extension Tape {
    /// A · B.
    func product(_ a: Node, _ b: Node) -> Node {
        precondition(a.columns == b.rows)
        let (m, n, k) = (a.rows, b.columns, a.columns)
        let value = Tape.product(m: m, n: n, k: k, a.value, b.value)
        return record(m, n, value) { slopes in
            let right = Reference.transpose(rows: k, columns: n, b.value)
            a.receive(Tape.product(m: m, n: k, k: n, slopes, right))
            let left = Reference.transpose(rows: m, columns: k, a.value)
            b.receive(Tape.product(m: k, n: n, k: m, left, slopes))
        }
    }

    /// A · B of row-major numbers: in double precision, which cells are trained in, by OpenBLAS.
    private static func product(m: Int, n: Int, k: Int, _ a: [Scalar], _ b: [Scalar]) -> [Scalar] {
        guard Scalar.self == Double.self else {
            return Reference.product(m: m, n: n, k: k, a: a, aRow: k, aStep: 1, b: b)
        }
        let (left, right) = (
            unsafeBitCast(a, to: [Double].self), unsafeBitCast(b, to: [Double].self)
        )
        let result = [Double](unsafeUninitializedCapacity: m * n) { c, count in
            left.withUnsafeBufferPointer { a in
                right.withUnsafeBufferPointer { b in
                    if let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress {
                        OpenBLAS.dgemm(m: m, n: n, k: k, a: a, b: b, c: c)
                    }
                }
            }
            count = m * n
        }
        return unsafeBitCast(result, to: [Scalar].self)
    }

    /// A + B; one row of B stands for all.
    func sum(_ a: Node, _ b: Node) -> Node {
        precondition(a.columns == b.columns && (b.rows == a.rows || b.rows == 1))
        let value = a.value.indices.map { a.value[$0] + b.value[$0 % b.value.count] }
        return record(a.rows, a.columns, value) { slopes in
            a.receive(slopes)
            var total = [Scalar](repeating: 0, count: b.value.count)
            for place in slopes.indices { total[place % total.count] += slopes[place] }
            b.receive(total)
        }
    }

    /// Every element times a number of its own.
    func scaled(_ a: Node, by factors: [Scalar]) -> Node {
        record(a.rows, a.columns, zip(a.value, factors).map { $0 * $1 }) { slopes in
            a.receive(zip(slopes, factors).map { $0 * $1 })
        }
    }

    /// Every element times the same number.
    func scaled(_ a: Node, by factor: Scalar) -> Node {
        scaled(a, by: [Scalar](repeating: factor, count: a.value.count))
    }
}

// The same numbers elsewhere.
extension Tape {
    /// The matrix whose element i is element `places[i]` of A.
    private func picked(_ a: Node, _ rows: Int, _ columns: Int, _ places: [Int]) -> Node {
        record(rows, columns, places.map { a.value[$0] }) { slopes in
            var total = [Scalar](repeating: 0, count: a.value.count)
            for (slope, place) in zip(slopes, places) { total[place] += slope }
            a.receive(total)
        }
    }

    /// Aᵀ.
    func transposed(_ a: Node) -> Node {
        let places = Reference.transpose(
            rows: a.rows, columns: a.columns, Array(a.value.indices))
        return picked(a, a.columns, a.rows, places)
    }

    /// The same numbers in rows of another length.
    func reshaped(_ a: Node, _ rows: Int, _ columns: Int) -> Node {
        picked(a, rows, columns, Array(a.value.indices))
    }

    /// These rows of A, one under the other.
    func rows(_ a: Node, _ rows: [Int]) -> Node {
        let places = rows.flatMap { row in (0..<a.columns).map { row * a.columns + $0 } }
        return picked(a, rows.count, a.columns, places)
    }

    /// These columns of A.
    func columns(_ a: Node, _ columns: Range<Int>) -> Node {
        let places = (0..<a.rows).flatMap { row in columns.map { row * a.columns + $0 } }
        return picked(a, a.rows, columns.count, places)
    }

    /// Matrices of equal width, one under the other.
    func stacked(_ parts: [Node]) -> Node {
        let rows = parts.reduce(0) { $0 + $1.rows }
        return record(rows, parts[0].columns, parts.flatMap(\.value)) { slopes in
            var first = 0
            for part in parts {
                part.receive(Array(slopes[first..<first + part.value.count]))
                first += part.value.count
            }
        }
    }

    /// Matrices of equal height, side by side.
    func beside(_ parts: [Node]) -> Node {
        transposed(stacked(parts.map { transposed($0) }))
    }
}
