import Core

// What networks are made of besides products.
extension Tape {
    /// X Wᵀ + b, rows of X being examples and rows of W outputs.
    func linear(_ x: Node, _ weight: Node, _ bias: Node?) -> Node {
        let y = product(x, transposed(weight))
        return bias.map { sum(y, $0) } ?? y
    }

    /// A nonlinearity, element by element.
    func activated(_ x: Node, _ activation: ModelConfiguration.Activation) -> Node {
        let (rows, columns, z) = (x.rows, x.columns, x.value)
        switch activation {
        case .tanh:
            let h = Reference.tanhForward(z)
            return record(rows, columns, h) { x.receive(Reference.tanhBackward(h, $0)) }
        case .relu:
            let h = Reference.reluForward(z)
            return record(rows, columns, h) { x.receive(Reference.reluBackward(h, $0)) }
        case .gelu:
            return record(rows, columns, Reference.geluForward(z)) {
                x.receive(Reference.geluBackward(z, $0))
            }
        case .silu:
            return record(rows, columns, Reference.siluForward(z)) {
                x.receive(Reference.siluBackward(z, $0))
            }
        case .geluTanh:
            return record(rows, columns, Reference.geluTanhForward(z)) {
                x.receive(Reference.geluTanhBackward(z, $0))
            }
        case .quadratic:
            return record(rows, columns, Reference.quadraticForward(z)) {
                x.receive(Reference.quadraticBackward(z, $0))
            }
        }
    }

    /// Each row brought to mean 0 and variance 1, then gain · h + bias (Ba, Kiros & Hinton 2016); ε = 10⁻⁵ as in PyTorch.
    func normalised(_ x: Node, gain: Node, bias: Node) -> Node {
        let standard = standardised(x, sets: x.rows) { $0 / x.columns }.h
        return sum(elementwise(standard, row: gain), bias)
    }

    /// Each set of elements brought to mean 0 and variance 1, ε = 10⁻⁵; with the sets' means and biased variances. `set` is the
    /// set that an element belongs to, by its place.
    func standardised(
        _ x: Node, sets: Int, set: (_ place: Int) -> Int
    ) -> (h: Node, mean: [Scalar], variance: [Scalar]) {
        let keys = x.value.indices.map(set)
        let (h, mean, variance) = Reference.standardised(
            x.value, sets: sets, keys, epsilon: Scalar(1e-5))
        let inverse = variance.map { 1 / ($0 + Scalar(1e-5)).squareRoot() }
        let node = record(x.rows, x.columns, h) { slopes in
            x.receive(Reference.standardisedBackward(h, inverse: inverse, keys, slopes))
        }
        return (node, mean, variance)
    }

    /// Every row of A times one row, element by element.
    func elementwise(_ a: Node, row: Node) -> Node {
        let width = a.columns
        let value = a.value.indices.map { a.value[$0] * row.value[$0 % width] }
        return record(a.rows, width, value) { slopes in
            a.receive(slopes.indices.map { slopes[$0] * row.value[$0 % width] })
            var total = [Scalar](repeating: 0, count: width)
            for place in slopes.indices { total[place % width] += slopes[place] * a.value[place] }
            row.receive(total)
        }
    }

    /// Row t becomes the softmax of its first t + 1 scores, then zeros: position t sees itself and those before.
    func causalSoftmax(_ scores: Node) -> Node {
        let width = scores.columns
        var weights = [Scalar](repeating: 0, count: scores.value.count)
        for row in 0..<scores.rows {
            let seen = row * width..<row * width + row + 1
            let top = scores.value[seen].max() ?? 0
            for place in seen {
                weights[place] = Scalar(exponential(Double(scores.value[place] - top)))
            }
            let total = weights[seen].reduce(0, +)
            for place in seen { weights[place] /= total }
        }
        return record(scores.rows, width, weights) { slopes in
            var back = slopes
            for row in 0..<scores.rows {
                let places = row * width..<(row + 1) * width
                let mean = places.reduce(0) { $0 + weights[$1] * slopes[$1] }
                for place in places { back[place] = weights[place] * (slopes[place] - mean) }
            }
            scores.receive(back)
        }
    }

    /// Causal self-attention of one sequence, rows being positions: each head compares, weighs and adds up its own columns.
    /// `drop` is what becomes of a head's weights before.
    func attention(
        query: Node, key: Node, value: Node, heads: Int,
        drop: (_ head: Int, _ weights: Node) -> Node = { $1 }
    ) -> Node {
        let width = query.columns / heads
        return beside(
            (0..<heads).map { head in
                let mine = head * width..<(head + 1) * width
                let scores = product(columns(query, mine), transposed(columns(key, mine)))
                let weights = causalSoftmax(scaled(scores, by: 1 / Scalar(width).squareRoot()))
                return product(drop(head, weights), columns(value, mine))
            })
    }
}
