extension Reference {
    /// Examples that take weighted sums of table rows: `sources` rows per example and head.
    struct FoldedExamples {
        /// Number of examples.
        let columns: Int
        /// Table rows per example and head.
        let sources: Int
        /// Attention heads.
        let heads: Int
        /// Numbers per table row.
        let length: Int
    }

    /// out[n] = base + Σ weight[n, k, h] · table[index[n, k], h].
    static func foldedForward<T: BinaryFloatingPoint>(
        _ shape: FoldedExamples, index: [Int32], weight: [T], table: [T], base: [T]
    ) -> [T] {
        var out: [T] = []
        for n in 0..<shape.columns {
            var row = base
            forEachRow(shape, n, index) { place, start in
                for i in 0..<shape.length { row[i] += weight[place] * table[start + i] }
            }
            out += row
        }
        return out
    }

    /// Gradients of `foldedForward` by weights, table and base.
    static func foldedBackward<T: BinaryFloatingPoint>(
        _ shape: FoldedExamples, index: [Int32], weight: [T], table: [T], d: [T]
    ) -> (weight: [T], table: [T], base: [T]) {
        var weightGradient = [T](repeating: 0, count: weight.count)
        var tableGradient = [T](repeating: 0, count: table.count)
        var baseGradient = [T](repeating: 0, count: shape.length)
        for n in 0..<shape.columns {
            let slope = d[(n * shape.length)..<((n + 1) * shape.length)]
            for (i, value) in slope.enumerated() { baseGradient[i] += value }
            forEachRow(shape, n, index) { place, start in
                for (i, value) in slope.enumerated() {
                    weightGradient[place] += value * table[start + i]
                    tableGradient[start + i] += value * weight[place]
                }
            }
        }
        return (weightGradient, tableGradient, baseGradient)
    }

    /// Softmax over the scores of an example's rows and one further score 0, per head.
    static func foldedSoftmax<T: BinaryFloatingPoint>(
        _ shape: FoldedExamples, index: [Int32], score: [T]
    ) -> [T] {
        var weight = [T](repeating: 0, count: shape.columns * shape.sources * shape.heads)
        for n in 0..<shape.columns {
            for head in 0..<shape.heads {
                let scores = (0..<shape.sources).map { source in
                    Double(score[Int(index[n * shape.sources + source]) * shape.heads + head])
                }
                let top = max(0, scores.max() ?? 0)
                let sum = scores.reduce(exponential(-top)) { $0 + exponential($1 - top) }
                for (source, value) in scores.enumerated() {
                    weight[(n * shape.sources + source) * shape.heads + head] =
                        T(exponential(value - top) / sum)
                }
            }
        }
        return weight
    }

    /// The gradient of the scores (table rows × heads) from that of the weights.
    static func foldedSoftmaxBackward<T: BinaryFloatingPoint>(
        _ shape: FoldedExamples, rows: Int, index: [Int32], weight: [T], weightGradient: [T]
    ) -> [T] {
        var gradient = [T](repeating: 0, count: rows * shape.heads)
        for n in 0..<shape.columns {
            for head in 0..<shape.heads {
                let places = (0..<shape.sources).map {
                    (n * shape.sources + $0) * shape.heads + head
                }
                let mean = places.reduce(0) { $0 + weight[$1] * weightGradient[$1] }
                for (source, place) in places.enumerated() {
                    let row = Int(index[n * shape.sources + source])
                    gradient[row * shape.heads + head] +=
                        weight[place] * (weightGradient[place] - mean)
                }
            }
        }
        return gradient
    }

    /// Calls `body` with the place of each weight of an example and where its table row begins.
    private static func forEachRow(
        _ shape: FoldedExamples, _ n: Int, _ index: [Int32],
        _ body: (_ place: Int, _ start: Int) -> Void
    ) {
        for source in 0..<shape.sources {
            for head in 0..<shape.heads {
                let row = Int(index[n * shape.sources + source]) * shape.heads + head
                body((n * shape.sources + source) * shape.heads + head, row * shape.length)
            }
        }
    }
}
