/// How examples are divided into training and validation, and what is done to training labels.
package struct SplitConfiguration: Sendable, Hashable {
    /// The ways to divide.
    package enum Kind: Sendable, Hashable {
        /// A random choice of `train_fraction` of all examples.
        case random
        /// A random choice among pairs outside the square x, y ≤ size, which is validated on (Gu et al. 2025, Table 1).
        case square(size: Int)
        /// A random choice among pairs outside the strip x ≤ size, which is validated on (Gu et al. 2025, Table 1).
        case strip(size: Int)
        /// The training examples that a file names.
        case listed(ListedSplit)
        /// A random choice of `train_fraction` of all examples in which something is never left out.
        case covering(Cover)
    }

    /// What a covering split never leaves out.
    package enum Cover: String, Sendable {
        /// Every label occurs in training.
        case labels
        /// Every example follows from the training examples by parallelograms (Liu et al. 2022, App. D).
        case implied
    }

    /// The words for `kind`.
    private enum Word: String, CaseIterable {
        case random
        case square
        case strip
        case file
        case labels
        case implied
    }

    /// How examples are divided.
    package var kind: Kind
    /// Share of training labels that are replaced by a uniformly drawn other class (Doshi et al. 2023).
    package var corruption: Double
    /// Standard deviation of normal noise on the numbers of training examples.
    package var labelNoise: Double

    /// Reads and checks the mapping.
    init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        let word: Word = try reader.choice("kind", default: .random)
        switch word {
        case .random: kind = .random
        case .square: kind = .square(size: try reader.integer("size", default: nil, in: 0...10_000))
        case .strip: kind = .strip(size: try reader.integer("size", default: nil, in: 0...10_000))
        case .file: kind = .listed(try ListedSplit(&reader))
        case .labels: kind = .covering(.labels)
        case .implied: kind = .covering(.implied)
        }
        corruption = try reader.number("corruption", default: 0, in: 0...1)
        labelNoise = try reader.number(
            "label_noise", default: 0, in: 0...Double.greatestFiniteMagnitude)
        try reader.finish()
    }

    /// As JSON, every key that has a meaning present.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "corruption": .number(corruption), "label_noise": .number(labelNoise),
        ]
        switch kind {
        case .random: members["kind"] = .string(Word.random.rawValue)
        case .square(let size):
            members["kind"] = .string(Word.square.rawValue)
            members["size"] = .number(Double(size))
        case .strip(let size):
            members["kind"] = .string(Word.strip.rawValue)
            members["size"] = .number(Double(size))
        case .listed(let file):
            members["kind"] = .string(Word.file.rawValue)
            members["train"] = .array(file.train.map { .number(Double($0)) })
        case .covering(let cover):
            members["kind"] = .string(cover.rawValue)
        }
        return .object(members)
    }

    /// The examples of a covering split: of a random order the ones that each bring something new to those before, then the
    /// others as they come. Where the first so many of the order leave nothing out, it is they.
    ///
    /// - Parameters:
    ///   - order: the examples.
    ///   - count: how many are trained on.
    ///   - bringsNew: whether an example brings something new to those that it was asked of before; asked in the order.
    /// - Returns: so many of them.
    package static func covering(
        _ order: [Int], count: Int, bringsNew: (Int) -> Bool
    ) -> ArraySlice<Int> {
        var (front, rest): ([Int], [Int]) = ([], [])
        for example in order {
            if bringsNew(example) { front.append(example) } else { rest.append(example) }
        }
        return (front + rest).prefix(count)
    }
}

/// The training examples by their number in the task's order; all others are validated on.
package struct ListedSplit: Sendable, Hashable {
    /// Ascending example numbers.
    package var train: [Int]

    /// A definition with a list this long still fits into a message.
    static let mostExamples = 100_000

    /// Number of training examples.
    package var trainCount: Int { train.count }

    init(_ reader: inout MappingReader) throws(SweepError) {
        guard let items = try reader.list("train") else { throw reader.missing("train") }
        train = []
        for item in items {
            guard case .number(let number) = item.value, number == number.rounded(), number >= 0,
                number < 0x1p31
            else {
                throw reader.error(
                    "train", "expected numbers of examples, found \(item.kindName)")
            }
            train.append(Int(number))
        }
        guard train.count <= ListedSplit.mostExamples else {
            throw reader.error(
                "train", "\(train.count) examples are too many for a list",
                hint: "a list has at most \(ListedSplit.mostExamples)")
        }
        train.sort()
        if let twice = zip(train, train.dropFirst()).first(where: { $0 == $1 }) {
            throw reader.error("train", "example \(twice.0) is named twice")
        }
    }
}
