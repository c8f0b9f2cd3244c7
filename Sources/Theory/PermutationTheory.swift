package import Core

/// What the effective theory says of a product of permutations that is learnt as a product of matrices (after Liu et al. 2022,
/// App. H, who give embeddings of S₃ as 3 × 3 matrices, and no count of freedoms).
///
/// A parallelogram is two trained pairs of one product, and says E_a E_b = E_c E_d. Freedoms are counted about the permutation
/// matrices P(x), which solve all of them: with E = P + δ the constraints are δ_a P_b + P_a δ_b = δ_c P_d + P_c δ_d to first
/// order. The full table leaves n₀ = 9 of 54 for S₃: products that nothing can tell from P. A training set that leaves no more
/// has no other representation near by; λ is the smallest eigenvalue of H = 2 JᵀJ / (|P₀(D)|·Z₀) above its zeros, Z₀ the
/// sum of squares of the embeddings, as λ₃ is for a line.
package struct PermutationTheory: Sendable, Hashable {
    /// Things permuted.
    package let degree: Int
    /// Freedoms that the full table leaves.
    package let leastFreedom: Int
    /// The share of all pairs from which on at least half of the random splits leave no more.
    package let critical: CriticalFraction
    /// How often random splits of growing size leave no more.
    package let probability: [AdditionTheory.Share]
    /// The training sets of the sweep's cells.
    package let splits: [Split]

    /// One training set.
    package struct Split: TrainingSet, Sendable, Hashable {
        /// The seed that it was drawn with.
        package var seed: UInt64
        /// Training pairs.
        package var trainCount: Int
        /// The same as a share of all pairs.
        package var fraction: Double
        /// Parallelograms among them.
        package var parallelograms: Int
        /// Freedoms that they leave.
        package var degreesOfFreedom: Int
        /// Share of all pairs that are trained on or have the product of one that is.
        package var reachable: Double
        /// λ; 0 where more freedoms are left than the full table leaves.
        package var grokkingRate: Double
    }

    /// Things permuted that it is computed for: with four there are 384 unknowns.
    static let onlyDegree = 3

    /// Whether the theory speaks of such a cell.
    package static func applies(_ cell: CellDefinition) -> Bool {
        let configuration = cell.configuration
        guard case .permutation(let task) = configuration.task, task.operation == .product,
            task.degree == onlyDegree,
            case .pairDecoder(let model) = configuration.model,
            model.combination == .matrixProduct, model.embedding == task.degree * task.degree,
            case .random = configuration.split.kind
        else { return false }
        return true
    }

    /// The theory of these cells; probabilities are estimated from so many random splits.
    package init(cells: [CellDefinition], splits: Int) {
        let table = PermutationTable(degree: PermutationTheory.onlyDegree)
        degree = table.degree
        let all = table.pairCount
        let least = table.freedom(Array(0..<all))
        leastFreedom = least
        func share(_ count: Int) -> Double {
            let good = (0..<splits).count { seed in
                table.freedom(table.training(count, seed: UInt64(seed))) == least
            }
            return Double(good) / Double(splits)
        }
        let counts = Array(Set((1...12).map { all * $0 / 12 })).sorted()
        let shares = counts.map {
            AdditionTheory.Share(
                trainCount: $0, fraction: Double($0) / Double(all), probability: share($0))
        }
        probability = shares
        // The share grows with the size; what lies between the two sizes about one half is looked at too.
        let above = shares.first { $0.probability >= 0.5 }?.trainCount ?? all
        let below = shares.last { $0.probability < 0.5 && $0.trainCount < above }?.trainCount ?? 0
        let first = (below..<above).dropFirst().first { share($0) >= 0.5 } ?? above
        critical = CriticalFraction(trainCount: first, of: all)
        var seen: Set<[UInt64]> = []
        self.splits = cells.compactMap { cell in
            let count = cell.configuration.trainCount
            guard seen.insert([cell.seed, UInt64(count)]).inserted else { return nil }
            let pairs = table.training(count, seed: cell.seed)
            let freedom = table.freedom(pairs)
            let loss = table.curvatures(pairs)
            let products = Set(pairs.map { table.product($0) })
            let reachable = (0..<all).count { products.contains(table.product($0)) }
            return Split(
                seed: cell.seed, trainCount: count, fraction: Double(count) / Double(all),
                parallelograms: loss.parallelograms, degreesOfFreedom: freedom,
                reachable: Double(reachable) / Double(all),
                grokkingRate: freedom == least ? loss.eigenvalues[least] : 0)
        }.sorted { ($0.trainCount, $0.seed) < ($1.trainCount, $1.seed) }
    }
}

/// The table of products of permutations, with their matrices.
struct PermutationTable {
    let degree: Int
    private let elements: [[Int]]
    private let products: [Int]
    /// For each pair its part of the Jacobian: rows of (place among the unknowns, factor).
    private let rows: [[[(place: Int, factor: Int)]]]

    /// Pairs of permutations.
    var pairCount: Int { products.count }
    /// Numbers of all embeddings.
    private var unknowns: Int { elements.count * degree * degree }

    init(degree: Int) {
        self.degree = degree
        var elements: [[Int]] = [[]]
        for _ in 0..<degree {
            elements = elements.flatMap { row in
                (0..<degree).filter { !row.contains($0) }.map { row + [$0] }
            }
        }
        self.elements = elements
        let numbers = Dictionary(uniqueKeysWithValues: elements.enumerated().map { ($1, $0) })
        var products: [Int] = []
        var rows: [[[(place: Int, factor: Int)]]] = []
        let square = degree * degree
        for (a, first) in elements.enumerated() {
            for (b, second) in elements.enumerated() {
                products.append(numbers[first.map { second[$0] }] ?? 0)
                // (δ_a P_b + P_a δ_b)[i, j] = δ_a[i, b⁻¹(j)] + δ_b[a(i), j], P_x[i, x(i)] being 1.
                rows.append(
                    (0..<square).map { place in
                        let (i, j) = (place / degree, place % degree)
                        let source = second.firstIndex(of: j) ?? 0
                        return [
                            (a * square + i * degree + source, 1),
                            (b * square + first[i] * degree + j, 1),
                        ]
                    })
            }
        }
        self.products = products
        self.rows = rows
    }

    /// The number of a pair's product.
    func product(_ pair: Int) -> Int { products[pair] }

    /// The pairs that a cell with this seed and so many training pairs trains on (`docs/random-streams.md`).
    func training(_ count: Int, seed: UInt64) -> [Int] {
        var stream = RandomStream(seed: seed, purpose: .split)
        return stream.permutation(pairCount)[..<count].sorted()
    }

    /// Freedoms that a training set leaves: the nullity of its constraints, exact but for a prime that divides by chance.
    func freedom(_ pairs: [Int]) -> Int {
        var echelon = ModularEchelon(columns: unknowns)
        for (_, group) in groups(pairs) {
            // The others follow from these.
            for (left, right) in zip(group, group.dropFirst()) {
                for row in constraints(left, right) { echelon.insert(row) }
            }
        }
        return unknowns - echelon.rank
    }

    /// Eigenvalues, ascending, of H = 2 JᵀJ / (|P₀(D)|·Z₀), and the number of parallelograms; all 0 without any.
    func curvatures(_ pairs: [Int]) -> (eigenvalues: [Double], parallelograms: Int) {
        var square = [[Double]](
            repeating: [Double](repeating: 0, count: unknowns), count: unknowns)
        var count = 0
        for (_, group) in groups(pairs) {
            for (place, left) in group.enumerated() {
                for right in group[(place + 1)...] {
                    count += 1
                    for row in constraints(left, right) {
                        for x in row {
                            for y in row { square[x.place][y.place] += Double(x.factor * y.factor) }
                        }
                    }
                }
            }
        }
        guard count > 0 else { return ([Double](repeating: 0, count: unknowns), 0) }
        let scale = 2 / (Double(count) * Double(elements.count * degree))
        let matrix = SymmetricMatrix(rows: square.map { $0.map { $0 * scale } })
        return (matrix.eigenvalues(), count)
    }

    private func groups(_ pairs: [Int]) -> [(key: Int, value: [Int])] {
        Dictionary(grouping: pairs, by: product).sorted { $0.key < $1.key }
    }

    private func constraints(_ left: Int, _ right: Int) -> [[(place: Int, factor: Int)]] {
        zip(rows[left], rows[right]).map { one, other in
            one + other.map { (place: $0.place, factor: -$0.factor) }
        }
    }
}
