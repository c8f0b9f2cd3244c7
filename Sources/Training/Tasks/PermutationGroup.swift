import Core

/// The permutations of a few things, numbered in lexicographic order; products apply the left one first:
/// (ab)[i] = b[a[i]].
struct PermutationGroup {
    private let elements: [[Int]]
    private let numbers: [[Int]: Int]

    /// All permutations of `degree` things.
    init(degree: Int) {
        var rows: [[Int]] = [[]]
        for _ in 0..<degree {
            rows = rows.flatMap { row in
                (0..<degree).filter { !row.contains($0) }.map { row + [$0] }
            }
        }
        elements = rows
        numbers = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
    }

    /// Number of permutations.
    var count: Int { elements.count }

    /// The number of what an operation makes of two permutations.
    func label(_ operation: PermutationTask.Operation, _ a: Int, _ b: Int) -> Int {
        switch operation {
        case .product: number(of: product(elements[a], elements[b]))
        case .conjugate:
            number(of: product(product(elements[a], elements[b]), inverse(elements[a])))
        case .sandwich: number(of: product(product(elements[a], elements[b]), elements[a]))
        }
    }

    private func product(_ a: [Int], _ b: [Int]) -> [Int] { a.map { b[$0] } }

    private func inverse(_ a: [Int]) -> [Int] {
        var result = a
        for (place, image) in a.enumerated() { result[image] = place }
        return result
    }

    private func number(of element: [Int]) -> Int {
        guard let number = numbers[element] else { preconditionFailure("not a permutation") }
        return number
    }
}
