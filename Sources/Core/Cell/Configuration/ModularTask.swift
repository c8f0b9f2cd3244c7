/// One or several binary operations modulo a number, on the same pairs.
package struct ModularTask: Sendable, Hashable {
    /// Which pairs are examples.
    package enum Pairs: String, Sendable, CaseIterable {
        /// All (x, y).
        case ordered
        /// x ≤ y only.
        case unordered
    }

    /// The operations; where there are several, every pair is an example of each.
    package var operations = [ModularOperation(.sum)]
    /// The modulus p, which is the number of symbols.
    package var modulus = 97
    /// Which pairs are examples.
    package var pairs = Pairs.ordered

    /// The operation where there is but one.
    package var operation: ModularOperation? { operations.count == 1 ? operations.first : nil }

    /// The pairs that are examples of an operation, in their order; those with y = 0 have no quotient.
    package func order(of operation: ModularOperation) -> PairOrder {
        if operation.word == .quotient { return PairOrder(symbols: modulus, .invertible) }
        return PairOrder(symbols: modulus, pairs == .ordered ? .all : .ascending)
    }

    /// Number of examples.
    package var count: Int { operations.reduce(0) { $0 + order(of: $1).count } }

    /// Whether x and y may be exchanged.
    package var isSymmetric: Bool { operations.allSatisfy(\.isSymmetric) }

    /// Operations that a task may have; there are hardly more that differ in more than their numbers.
    private static let mostOperations = 16

    private static func operation(
        _ text: String, of key: String, _ reader: borrowing MappingReader
    ) throws(SweepError) -> ModularOperation {
        if let operation = ModularOperation(text) { return operation }
        let words = ModularOperation.Word.written.map(\.rawValue)
        let nearest = NearestKey.find(text, among: words)
        throw reader.error(
            key,
            "unknown value \"\(text)\": known are \(words.joined(separator: ", ")), and"
                + " polynomials such as x^4-2xy+1",
            hint: nearest.map { "did you mean \($0)?" })
    }

    /// Reads a list of operations, all different.
    private static func operations(
        _ items: [SpecNode], _ reader: borrowing MappingReader
    ) throws(SweepError) -> [ModularOperation] {
        let key = "operations"
        var operations: [ModularOperation] = []
        for item in items {
            guard case .string(let text) = item.value else {
                throw reader.error(key, "expected operations, found \(item.kindName)")
            }
            let operation = try operation(text, of: key, reader)
            guard !operations.contains(operation) else {
                throw reader.error(key, "\(operation.text) is named twice")
            }
            operations.append(operation)
        }
        guard (2...mostOperations).contains(operations.count) else {
            throw reader.error(
                key, "expected 2 to \(mostOperations) operations, found \(operations.count)",
                hint: operations.first.map { "for one write operation: \($0.text)" })
        }
        return operations
    }

    private static func smallestFactor(of number: Int) -> Int? {
        var factor = 2
        while factor * factor <= number {
            if number.isMultiple(of: factor) { return factor }
            factor += 1
        }
        return nil
    }
}

extension ModularTask: KeyedMapping {
    static let keys: [Key<ModularTask>] = [
        Key(
            KeyRow(
                name: "operation", type: "word", standard: "`x+y`",
                meaning:
                    "`x+y`, `x-y`, `x*y`, `x/y` (x·y⁻¹, y ≠ 0), `x^2+y^2`, `x^2+xy+y^2`, `x^2+xy+y^2+x`, `x^3+xy`,"
                    + " `x^3+xy^2+y`, `x^3+y^3`, `x^3+xy+y^3`, `x/y\\|x-y` (x/y where y is odd, else x−y), `x+y\\|x*y` and"
                    + " `x+y\\|x-y` (the first where x is even); or any polynomial in x and y with whole coefficients, as in"
                    + " `x^4-2x^2y+3`, with at most 16 terms and powers up to 64"),
            read: { reader, task throws(SweepError) in
                guard reader.node("operation") != nil else { return }
                let text = try reader.string("operation", default: nil)
                task.operations = [try operation(text, of: "operation", reader)]
            }, json: { task, _ in task.operation.map { .string($0.text) } }),
        Key(
            KeyRow(
                name: "operations", type: "list of operations", standard: "none",
                bounds: "2 to 16, in the place of `operation`",
                meaning:
                    "several at once: every pair is an example of each of them, and the network sees which one it is asked for"
                    + " ([below](#several-operations-more-terms))"),
            read: { reader, task throws(SweepError) in
                guard let items = try reader.list("operations") else { return }
                guard reader.node("operation") == nil else {
                    throw reader.error(
                        "operations",
                        "stands beside operation: one or the other says what is learnt",
                        hint: "drop operation")
                }
                task.operations = try operations(items, reader)
            },
            json: { task, _ in
                task.operation == nil ? .array(task.operations.map { .string($0.text) }) : nil
            }),
        Key("modulus", \.modulus, .integer(2...2_000), "p").noting(
            "prime where the operation divides"),
        Key(
            "pairs", \.pairs, .choice, "all (x, y), or x ≤ y only, for symmetric operations"),
    ]

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        if let operation = operations.first(where: \.divides),
            let factor = ModularTask.smallestFactor(of: modulus)
        {
            throw reader.error(
                "modulus",
                "\(modulus) = \(factor) · \(modulus / factor) is not prime, and "
                    + "\(operation.text) divides", hint: "use a prime such as 97 or 113")
        }
        if pairs == .unordered, let operation = operations.first(where: { !$0.isSymmetric }) {
            throw reader.error(
                "pairs",
                "unordered pairs need a symmetric operation, which \(operation.text) is not",
                hint: "use pairs: ordered")
        }
    }
}
