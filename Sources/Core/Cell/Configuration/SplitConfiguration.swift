/// How examples are divided into training and validation, and what is done to training labels.
package struct SplitConfiguration: Sendable, Hashable {
    /// The ways to divide.
    package enum Kind: Sendable, Hashable {
        /// A random choice of `train_fraction` of all examples.
        case random
        /// A random choice of pairs, each with all its operations (Furuta et al. 2024).
        case pairs
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
        case pairs
        case square
        case strip
        case file
        case labels
        case implied
    }

    /// How examples are divided.
    package var kind = Kind.random
    /// Share of training labels that are replaced by a uniformly drawn other class (Doshi et al. 2023).
    package var corruption = 0.0
    /// Standard deviation of normal noise on the numbers of training examples.
    package var labelNoise = 0.0

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

extension SplitConfiguration: KeyedMapping {
    static let keys: [Key<SplitConfiguration>] = [
        Key(
            KeyRow(
                name: "kind",
                type: "`random`, `pairs`, `square`, `strip`, `file`, `labels`, `implied`",
                standard: "`random`", meaning: "how examples are divided"),
            read: { reader, split throws(SweepError) in split.kind = try kind(&reader) },
            json: { split, _ in .string(split.word.rawValue) }),
        Key(
            KeyRow(
                name: "size", type: "whole number", standard: "–",
                bounds: KeyCodec.integer(sizes).bounds + "; `square`, `strip` only",
                meaning:
                    "pairs with x, y ≤ size (`square`) or x ≤ size (`strip`) are validated on; `train_fraction` of *all*"
                    + " pairs is drawn from the others (Gu et al. 2025, Table 1). All ordered pairs of a modular task only"
            ),
            read: { _, _ in },
            json: { split, _ in
                switch split.kind {
                case .square(let size), .strip(let size): .number(Double(size))
                case .random, .pairs, .listed, .covering: nil
                }
            }),
        Key(
            KeyRow(
                name: "train", type: "list of whole numbers", standard: "–", bounds: "`file` only",
                meaning:
                    "training examples by their numbers, at most 100,000; all others validate. `path: FILE` in its place"
                    + " names a file that has on each line a number of an example or the two symbols of a pair, `#` beginning"
                    + " a remark; a cell's identity covers the list itself"),
            read: { _, _ in },
            json: { split, _ in
                guard case .listed(let list) = split.kind else { return nil }
                return .array(list.train.map { .number(Double($0)) })
            }),
        Key(
            "corruption", \.corruption, .number(0...1),
            "share of the training labels that are replaced by a uniformly drawn other class. Training accuracy is measured"
                + " against the labels trained on"
        ).noting("tasks with classes"),
        Key(
            "label_noise", \.labelNoise, .number(atLeast: 0),
            "standard deviation of normal noise on the numbers of training examples, which training accuracy is measured"
                + " against"
        ).noting("tasks with numbers to predict").late,
    ]

    private static let sizes = 0...10_000

    /// Reads the kind with what belongs to it.
    private static func kind(_ reader: inout MappingReader) throws(SweepError) -> Kind {
        let word: Word = try reader.choice("kind", default: .random)
        switch word {
        case .random: return .random
        case .pairs: return .pairs
        case .square: return .square(size: try reader.integer("size", default: nil, in: sizes))
        case .strip: return .strip(size: try reader.integer("size", default: nil, in: sizes))
        case .file: return .listed(try ListedSplit(&reader))
        case .labels: return .covering(.labels)
        case .implied: return .covering(.implied)
        }
    }

    private var word: Word {
        switch kind {
        case .random: .random
        case .pairs: .pairs
        case .square: .square
        case .strip: .strip
        case .listed: .file
        case .covering(.labels): .labels
        case .covering(.implied): .implied
        }
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
