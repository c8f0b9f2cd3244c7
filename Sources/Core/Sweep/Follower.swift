/// A number of a cell that follows another one: `hidden: {of: model.width, times: 4}` is times · source + plus, not below
/// `at_least` nor above `at_most`.
struct Follower: Sendable, Equatable {
    /// What is followed.
    enum Source: Sendable, Equatable {
        /// A numeric key.
        case key(String)
        /// The number of training examples.
        case trainExamples
        /// The number of examples.
        case examples
    }

    /// The key path that follows.
    var path: [String] = []
    /// What it follows.
    var source = Source.examples
    /// The keys that it sets, where the cell has them.
    private(set) var targets: [[String]] = []
    private var times = 1.0
    private var plus = 0.0
    private var atLeast: Double?
    private var atMost: Double?
    private var rounds = false
    /// Where it stands.
    private(set) var place: String?

    /// Whether a node is such a mapping.
    static func isOne(_ node: SpecNode) -> Bool { node.member("of") != nil }

    /// Reads the mapping that stands in the place of a number of a `cell` mapping.
    init(_ node: SpecNode, at path: [String], of cell: SpecNode) throws(SweepError) {
        var reader = try MappingReader(
            node, path: (["cell"] + path).joined(separator: "."))
        self.path = path
        targets = OptimizerConfiguration.keys(meantBy: path, in: cell)
        try read(&reader)
        place = reader.place(of: "of")
        try reader.finish()
    }

    /// Whether what it follows depends on a key.
    func follows(_ key: [String]) -> Bool {
        switch source {
        case .key(let path):
            AxisTargets.groups(path.split(separator: ".").map(String.init)).contains(key)
        case .examples: CellConfiguration.isCounted(by: key)
        case .trainExamples: CellConfiguration.isCounted(by: key, whenTrainedOn: true)
        }
    }

    /// The number for a source's value.
    func value(_ source: Double) -> Double {
        // Products such as 3 · 0.1 would make identities of rounding errors.
        var value = Axis.rounded(times * source + plus)
        if let atLeast { value = max(atLeast, value) }
        if let atMost { value = min(atMost, value) }
        return rounds ? value.rounded() : value
    }
}

extension Follower: KeyedMapping {
    init() {}

    static let keys: [Key<Follower>] = [
        Key(
            KeyRow(
                name: "of", type: "word", standard: "–",
                meaning:
                    "the source: a numeric key, or `examples` or `train_examples`, the number of examples or of those trained on"
            ),
            read: { reader, follower throws(SweepError) in
                let word = try reader.string("of", default: nil)
                switch word {
                case "train_examples": follower.source = .trainExamples
                case "examples": follower.source = .examples
                default: follower.source = .key(word)
                }
            }),
        Key(
            "times", \.times, .anyNumber,
            "the number is `times` · source + `plus`, with 12 significant digits"),
        Key("plus", \.plus, .anyNumber, "what is added"),
        Key("at_least", ifWritten: \.atLeast, .anyNumber, "the least that it is"),
        Key("at_most", ifWritten: \.atMost, .anyNumber, "the most that it is"),
        Key("round", \.rounds, .flag, "whether it is the nearest whole number"),
    ]

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        guard let atLeast, let atMost, atLeast > atMost else { return }
        throw reader.error("at_least", "is more than at_most")
    }
}

extension SpecNode {
    /// The same mapping with some number in the place of each that follows another one.
    var withoutFollowers: SpecNode {
        guard case .mapping(let entries) = value else { return self }
        var node = self
        for entry in entries where Follower.isOne(entry.node) {
            node.set([entry.key], SpecNode(.number(2), line: entry.node.line))
        }
        return node
    }
}

/// All numbers of a cell that follow others.
struct Followers: Sendable, Equatable {
    /// What is said of one of the task beside a list of examples.
    static let besideList = (
        problem: "follows another key, while the split's list means the examples of one task",
        hint: "say the number, or use another split"
    )

    /// In an order in which each comes after what it follows.
    private(set) var items: [Follower] = []

    /// Takes them out of a `cell` mapping.
    ///
    /// - Throws: `SweepError` also where some follow each other in a ring.
    init(takenOutOf node: inout SpecNode) throws(SweepError) {
        var found: [Follower] = []
        try Followers.collect(node, [], of: node, &found)
        for follower in found { node.remove(follower.path[...]) }
        while let ready = found.firstIndex(where: { follower in
            !found.contains { $0.targets.contains(where: follower.follows) }
        }) {
            items.append(found.remove(at: ready))
        }
        if let ring = found.first {
            throw SweepError(
                path: "cell." + ring.path.joined(separator: "."),
                problem: "follows itself, by way of what it follows", place: ring.place)
        }
    }

    private static func collect(
        _ node: SpecNode, _ path: [String], of cell: SpecNode, _ found: inout [Follower]
    ) throws(SweepError) {
        guard case .mapping(let entries) = node.value else { return }
        for entry in entries {
            if Follower.isOne(entry.node) {
                found.append(try Follower(entry.node, at: path + [entry.key], of: cell))
            } else {
                try collect(entry.node, path + [entry.key], of: cell, &found)
            }
        }
    }

    /// Whether one of them follows a key.
    func follow(_ path: [String]) -> Bool { items.contains { $0.follows(path) } }

    /// Reads a `cell` mapping that they were taken out of, and lets them follow what it says.
    func configuration(_ node: SpecNode) throws(SweepError) -> CellConfiguration {
        guard !items.isEmpty else { return try CellConfiguration(reading: node, path: "cell") }
        // What is written, or has followed, may be needed for the cell to be sound at all.
        var node = node
        for follower in items {
            guard case .key(let key) = follower.source else { continue }
            let keys = key.split(separator: ".").map(String.init)
            guard case .number(let value)? = node.node(at: keys[...])?.value else { continue }
            node.set(follower.path[...], SpecNode(.number(follower.value(value))))
        }
        let tree = try complete(&node)
        let open = OpenDefaults(of: node, beside: items.map(\.path))
        let cell = try CellConfiguration(
            reading: try applied(to: tree, open).specNode, path: "cell")
        let follower = items.first { $0.path[0] == "task" }
        if case .listed = cell.split.kind, let follower {
            throw SweepError(
                path: "cell." + follower.path.joined(separator: "."),
                problem: Followers.besideList.problem, hint: Followers.besideList.hint,
                place: follower.place)
        }
        return cell
    }

    /// The complete cell of a mapping that they were taken out of, some number standing for each that has no default.
    private func complete(_ node: inout SpecNode) throws(SweepError) -> JSONValue {
        var tree: JSONValue?
        while tree == nil {
            do {
                tree = try CellConfiguration(reading: node, path: "cell").json
            } catch {
                let missing = items.first { follower in
                    error.path == "cell." + follower.path.joined(separator: ".")
                        && node.node(at: follower.path[...]) == nil
                }
                guard let missing else { throw error }
                node.set(missing.path[...], SpecNode(.number(1)))
            }
        }
        for follower in items where node.node(at: follower.path[...]) == nil {
            // A stream has no seed of its own before it is said.
            guard !follower.targets.contains(where: { tree?[$0[...]] != nil }) else { continue }
            var said = node
            said.set(follower.path[...], SpecNode(.number(1)))
            guard let cell = try? CellConfiguration(reading: said, path: "cell") else { continue }
            node = said
            tree = cell.json
        }
        return tree ?? .null
    }

    /// The cell with their numbers in it, and the defaults that are left open.
    func applied(to cell: JSONValue, _ open: OpenDefaults) throws(SweepError) -> JSONValue {
        var cell = cell
        for follower in items {
            let subject = "cell." + follower.path.joined(separator: ".")
            let source: Double
            switch follower.source {
            case .key(let key):
                let sources = try NumericKeys(cell: cell).targets(
                    of: key, subject: subject + ".of", place: follower.place)
                guard sources.count == 1, case .number(let value)? = cell[sources[0][...]] else {
                    throw SweepError(
                        path: subject + ".of", problem: "\(key) stands in several groups",
                        hint: "follow that of one: optimizer.decoder.…", place: follower.place)
                }
                source = value
            case .trainExamples, .examples:
                let counts = try CellConfiguration.exampleCounts(cell.specNode)
                source = Double(
                    follower.source == .examples ? counts.examples : counts.trained)
            }
            // There must be such a key; of those that it stands for, the cell may lack some.
            _ = try NumericKeys(cell: cell).targets(
                of: follower.path.joined(separator: "."), subject: subject, place: follower.place)
            for target in follower.targets {
                cell = cell.replacing(target[...], with: .number(follower.value(source)))
            }
            if follower.path[0] == "task" { cell = try open.filled(cell) }
        }
        return cell
    }
}
