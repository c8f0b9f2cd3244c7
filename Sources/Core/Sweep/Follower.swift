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
    var path: [String]
    /// What it follows.
    var source: Source
    private var times: Double
    private var plus: Double
    private var atLeast: Double
    private var atMost: Double
    private var rounds: Bool
    /// Where it stands.
    private(set) var place: String?

    /// Whether a node is such a mapping.
    static func isOne(_ node: SpecNode) -> Bool { node.member("of") != nil }

    /// Reads the mapping that stands in the place of a number.
    init(_ node: SpecNode, at path: [String]) throws(SweepError) {
        var reader = try MappingReader(
            node, path: (["cell"] + path).joined(separator: "."))
        self.path = path
        let word = try reader.string("of", default: nil)
        switch word {
        case "train_examples": source = .trainExamples
        case "examples": source = .examples
        default: source = .key(word)
        }
        let largest = Double.greatestFiniteMagnitude
        times = try reader.number("times", default: 1, in: -largest...largest)
        plus = try reader.number("plus", default: 0, in: -largest...largest)
        atLeast = try reader.number("at_least", default: -largest, in: -largest...largest)
        atMost = try reader.number("at_most", default: largest, in: -largest...largest)
        rounds = try reader.flag("round", default: false)
        place = reader.place(of: "of")
        guard atLeast <= atMost else {
            throw reader.error("at_least", "is more than at_most")
        }
        try reader.finish()
    }

    /// The number for a source's value.
    func value(_ source: Double) -> Double {
        // Products such as 3 · 0.1 would make identities of rounding errors.
        let value = min(atMost, max(atLeast, Axis.rounded(times * source + plus)))
        return rounds ? value.rounded() : value
    }
}

/// All numbers of a cell that follow others.
struct Followers: Sendable, Equatable {
    /// In an order in which each comes after what it follows.
    private(set) var items: [Follower] = []

    /// Takes them out of a `cell` mapping.
    ///
    /// - Throws: `SweepError` also where some follow each other in a ring.
    init(takenOutOf node: inout SpecNode) throws(SweepError) {
        var found: [Follower] = []
        try Followers.collect(node, [], &found)
        for follower in found { node.remove(follower.path[...]) }
        while let ready = found.firstIndex(where: { follower in
            !found.contains { Followers.follows(follower, $0.path) }
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
        _ node: SpecNode, _ path: [String], _ found: inout [Follower]
    ) throws(SweepError) {
        guard case .mapping(let entries) = node.value else { return }
        for entry in entries {
            if Follower.isOne(entry.node) {
                found.append(try Follower(entry.node, at: path + [entry.key]))
            } else {
                try collect(entry.node, path + [entry.key], &found)
            }
        }
    }

    private static func follows(_ follower: Follower, _ path: [String]) -> Bool {
        guard case .key(let key) = follower.source else { return false }
        let keys = key.split(separator: ".").map(String.init)
        return keys == path || AxisTargets.groups(path).contains(keys)
    }

    /// Whether one of them follows a key.
    func follow(_ path: [String]) -> Bool {
        items.contains { follower in
            switch follower.source {
            case .key(let key): key.split(separator: ".").map(String.init) == path
            case .trainExamples, .examples: path[0] == "task" || path[0] == "train_fraction"
            }
        }
    }

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
        let tree = try CellConfiguration(reading: node, path: "cell").json
        return try CellConfiguration(reading: try applied(to: tree).specNode, path: "cell")
    }

    /// The cell with their numbers in it.
    func applied(to cell: JSONValue) throws(SweepError) -> JSONValue {
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
            let targets = try NumericKeys(cell: cell).targets(
                of: follower.path.joined(separator: "."), subject: subject, place: follower.place)
            for target in targets {
                cell = cell.replacing(target[...], with: .number(follower.value(source)))
            }
        }
        return cell
    }
}
