extension Refinement: KeyedMapping {
    init() { self.init(pitch: []) }

    static let keys: [Key<Refinement>] = [
        Key(
            KeyRow(
                name: "to", type: "whole number, or a mapping from axes to theirs",
                standard: "the axes as they are", bounds: "2 … 100,000",
                meaning:
                    "points that `log` and `linear` axes are refined to; those there are stay and are the coarse grid"
            ),
            read: { _, _ in }),
        Key(
            KeyRow(
                name: "pitch", type: "whole number, or a mapping from axes to theirs",
                standard: "largest power of two up to an eighth of the axis",
                bounds: "1 … 100,000; less than the axis has values",
                meaning:
                    "steps of the grid between two coarse sites: no region as wide as this can be missed. One number is for"
                    + " all axes with more values than that"),
            read: { _, _ in },
            json: { refinement, _ in .array(refinement.pitch.map { .number(Double($0)) }) }),
        Key(
            "ring", \.ring, .integer(0...64),
            "how many levels, the coarsest first, are also trained beside the boxes that a boundary runs through"
        ),
        Key(
            "probes", \.probes, .number(0...1),
            "share of all sites that is trained at once wherever it lies"),
        Key(
            "audit", \.audit, .number(0...1),
            "share of the inferred sites that is trained in the end"),
    ]

    /// Reads the `refine` mapping, and puts the values of `to` between those of the axes, of which some have whole numbers only.
    ///
    /// - Throws: `SweepError` where an axis has no order or nothing to refine, or bounds contradict each other.
    init(
        reading mapping: consuming MappingReader, axes: inout [Axis], rounded: [String]
    ) throws(SweepError) {
        var reader = mapping
        self.init()
        guard axes.contains(where: { $0.values.count > 1 && !$0.isCategorical }) else {
            throw SweepError(
                path: "refine",
                problem: "no axis has several numbers: there is nothing to refine",
                hint: "give an axis more values", place: reader.place(of: "pitch"))
        }
        for axis in axes where !axis.isCategorical && !axis.isOrdered {
            throw SweepError(
                path: "refine", problem: "the values of \(axis.name) are not in order",
                hint:
                    "list them ascending or descending: what lies between two sites must be known",
                place: reader.place(of: "pitch"))
        }
        let coarse = axes.map(\.values.count)
        let finer = try Refinement.perAxis("to", &reader, axes, in: 2...100_000)
        for (place, points) in finer.enumerated() {
            guard let points else { continue }
            let isWhole = rounded.contains(axes[place].name)
            try axes[place].refine(to: points, isWhole: isWhole, reader)
        }
        let chosen = try Refinement.perAxis("pitch", &reader, axes, in: 1...100_000)
        pitch = zip(axes, coarse).map { axis, coarse in
            let extent = axis.values.count
            if axis.isCategorical { return 0 }
            return extent > coarse ? (extent - 1) / (coarse - 1) : Refinement.standardPitch(extent)
        }
        for (place, wanted) in chosen.enumerated() {
            if let wanted { pitch[place] = wanted }
        }
        try read(&reader)
        try reader.finish()
    }

    /// A whole number for every axis, or a mapping from axes to theirs; nil where there is none for an axis.
    private static func perAxis(
        _ key: String, _ reader: inout MappingReader, _ axes: [Axis], in range: ClosedRange<Int>
    ) throws(SweepError) -> [Int?] {
        guard reader.keys.contains(key) else {
            reader.alsoKnown([key])
            return axes.map { _ in nil }
        }
        if reader.isMapping(key) {
            var members = try reader.mapping(key)
            var numbers: [Int?] = []
            for axis in axes {
                guard members.keys.contains(axis.name) else {
                    members.alsoKnown([axis.name])
                    numbers.append(nil)
                    continue
                }
                let number = try members.integer(axis.name, default: nil, in: range)
                guard !axis.isCategorical else {
                    throw members.error(
                        axis.name, "words have no order: nothing lies between them",
                        hint: "drop it here: the others are refined at each of them")
                }
                guard axis.values.count > 1 else {
                    throw members.error(
                        axis.name, "an axis of a single value cannot be refined",
                        hint: "drop it here, or give the axis more values")
                }
                try check(key, axis, number, members, axis.name)
                numbers.append(number)
            }
            try members.finish()
            return numbers
        }
        let number = try reader.integer(key, default: nil, in: range)
        let fitting = axes.map { axis in
            switch key {
            case "to": (axis.scale == .log || axis.scale == .linear) && axis.values.count > 1
            default: !axis.isCategorical && number < axis.values.count
            }
        }
        guard
            let longest = axes.filter({ !$0.isCategorical }).max(by: {
                $0.values.count < $1.values.count
            }),
            key == "pitch" || fitting.contains(true)
        else {
            throw reader.error(
                key, "no axis can be refined: each lists its values", hint: "use log or linear")
        }
        if key == "pitch" { try check(key, longest, number, reader, key) }
        return fitting.map { $0 ? number : nil }
    }

    private static func check(
        _ key: String, _ axis: Axis, _ number: Int, _ reader: borrowing MappingReader, _ at: String
    ) throws(SweepError) {
        guard key == "pitch", number >= axis.values.count else { return }
        throw reader.error(
            at,
            "a pitch of \(number) is larger than the grid: \(axis.name) has"
                + " \(axis.values.count) values",
            hint: "use at most \(axis.values.count - 1)")
    }
}

extension Axis {
    /// Whether the values ascend or descend.
    var isOrdered: Bool {
        let pairs = zip(values, values.dropFirst())
        return pairs.allSatisfy(<) || pairs.allSatisfy(>)
    }

    /// Puts values between those that there are, which stay.
    fileprivate mutating func refine(
        to points: Int, isWhole: Bool, _ reader: borrowing MappingReader
    ) throws(SweepError) {
        guard scale != .values, let low = values.first, let high = values.last else {
            throw reader.error(
                "to", "\(name) lists its values: there are none between them",
                hint: "use log or linear for it")
        }
        let steps = values.count - 1
        guard points > steps else {
            throw reader.error(
                "to", "\(points) and the \(values.count) points of \(name) contradict each other",
                hint: "refine to more points than the axis has")
        }
        guard (points - 1).isMultiple(of: steps) else {
            let below = (points - 1) / steps * steps + 1
            throw reader.error(
                "to", "\(points) points of \(name) leave out some of the \(values.count) there are",
                hint: "use \(below) or \(below + steps)")
        }
        guard isWhole else {
            values = Axis.spaced(from: low, to: high, points: points, scale: scale)
            return
        }
        // Rounding has moved values that were there: others are spaced between each two of them.
        let between = (points - 1) / steps + 1
        var whole = [low]
        for (first, last) in zip(values, values.dropFirst()) {
            let spacing = min(first, last) > 0 ? scale : .linear
            let spaced = Axis.spaced(from: first, to: last, points: between, scale: spacing)
            for value in spaced.map({ $0.rounded() }) where value != whole.last {
                whole.append(value)
            }
        }
        values = whole
    }
}
