// The forms that an entry of `axes` may have: numbers by name or spaced, words and lists, several keys at once, named mappings.

extension Axis {
    /// Reads one entry of the `axes` mapping.
    ///
    /// - Throws: `SweepError` when values are empty, given twice, or not positive on a log axis.
    init(name: String, reading mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        let given = AxisForm.allCases.filter { reader.keys.contains($0.rawValue) }
        if given == [.arms] {
            try self.init(name: name, arms: &reader)
        } else {
            let paths = try Axis.paths(&reader)
            guard given.count == 1, let form = given.first else {
                reader.alsoKnown(
                    AxisForm.allCases.map(\.rawValue) + ["points", "labels", "round", "reversed"])
                try reader.finish()
                let names = given.map(\.rawValue)
                throw reader.error(
                    names.first ?? "values",
                    (names.isEmpty ? "missing: an axis needs" : "an axis takes")
                        + " one of log, linear, range, values or arms"
                        + (names.isEmpty ? "" : ", not \(names.joined(separator: " and "))"))
            }
            let values = form == .values ? try reader.list(form.rawValue) ?? [] : []
            if form == .values, Axis.areCategories(values, of: paths) {
                try self.init(name: name, paths, values, &reader)
            } else {
                guard paths.count == 1 else {
                    throw reader.error(
                        form.rawValue, "has one number for \(paths.count) paths",
                        hint: "use values: [[…], …] with one value per path")
                }
                try self.init(name: name, path: paths[0], form: form, values, &reader)
            }
        }
        try reader.finish()
    }

    /// The key that an axis sets, or the keys.
    private static func paths(_ reader: inout MappingReader) throws(SweepError) -> [String] {
        guard reader.keys.contains("paths") else {
            return [try reader.string("path", default: nil)]
        }
        let items = try reader.list("paths") ?? []
        guard reader.node("path") == nil else {
            throw reader.error("path", "stands beside paths", hint: "keep one of them")
        }
        var paths: [String] = []
        for item in items {
            guard case .string(let path) = item.value else {
                throw reader.error("paths", "expected key paths, found \(item.kindName)")
            }
            guard !paths.contains(path) else {
                throw reader.error("paths", "\(path) is given twice", hint: "keep one of them")
            }
            paths.append(path)
        }
        guard !paths.isEmpty else {
            throw reader.error("paths", "the list is empty", hint: "use path: for one key")
        }
        return paths
    }

    // MARK: Numbers

    private init(
        name: String, path: String, form: AxisForm, _ items: [SpecNode],
        _ reader: inout MappingReader
    ) throws(SweepError) {
        let key = form.rawValue
        let scale: Scale
        var values: [Double]
        switch form {
        case .values, .arms:
            scale = .values
            values = try Axis.numbers(items, key: key, reader)
        case .range:
            scale = .linear
            values = try Axis.range(try reader.mapping(key))
        case .log, .linear:
            scale = form == .log ? .log : .linear
            values = try Axis.spaced(key, scale, &reader)
        }
        if form != .values, try reader.flag("round", default: false) {
            // Whole numbers that two neighbours round to stand once.
            var seen: Set<Double> = []
            values = values.map { $0.rounded() }.filter { seen.insert($0).inserted }
        }
        guard !values.isEmpty else {
            throw reader.error(key, "the axis has no values", hint: "name at least one")
        }
        let repeated = Dictionary(grouping: values, by: { $0 }).filter { $0.value.count > 1 }
        if let value = repeated.keys.min() {
            throw reader.error(
                key, "the value \(CanonicalJSON.number(value)) is given twice",
                hint: "keep one of them")
        }
        self.init(
            name: name, path: path, scale: scale, values: values,
            reversed: try reader.flag("reversed", default: Axis.isOfWeightDecay(name, path)))
    }

    private static func spaced(
        _ form: String, _ scale: Scale, _ reader: inout MappingReader
    ) throws(SweepError) -> [Double] {
        let ends = try numbers(try reader.list(form) ?? [], key: form, reader)
        guard ends.count == 2, let low = ends.first, let high = ends.last else {
            throw reader.error(
                form, "expected [first, last], found \(ends.count) values",
                hint: "use values: [...] to name every value")
        }
        let points = try reader.integer("points", default: nil, in: 1...mostPoints)
        if scale == .log, let bad = ends.first(where: { $0 <= 0 }) {
            throw reader.error(
                form, "\(CanonicalJSON.number(bad)) has no place on a log axis",
                hint: "use values: [0, ...] for an axis with a zero")
        }
        return spaced(from: low, to: high, points: points, scale: scale)
    }

    private static let mostPoints = 100_000

    /// `start`, and so many steps on from it as do not go beyond `end`.
    private static func range(_ mapping: consuming MappingReader) throws(SweepError) -> [Double] {
        var reader = mapping
        let all = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
        let start = try reader.number("start", default: nil, in: all)
        let end = try reader.number("end", default: nil, in: all)
        let step = try reader.number("step", default: nil, in: all)
        try reader.finish()
        // Steps such as 0.1 are not exact, so that the last one may miss the end by a rounding error.
        let count = ((end - start) / step + 1e-9).rounded(.down)
        guard step != 0, count >= 0 else {
            throw reader.error(
                "step", "\(CanonicalJSON.number(step)) does not lead from start to end",
                hint: "use a step of the sign of end − start")
        }
        guard count < Double(mostPoints) else {
            throw reader.error("step", "makes more than \(mostPoints) values")
        }
        return (0...Int(count)).map { index in
            // The ends are as written, where a step meets them.
            if index == 0 { return start }
            let value = roundedEven(start + Double(index) * step)
            return value == roundedEven(end) ? end : value
        }
    }

    private static func numbers(
        _ items: [SpecNode], key: String, _ reader: MappingReader
    ) throws(SweepError) -> [Double] {
        var numbers: [Double] = []
        for item in items {
            guard case .number(let value) = item.value, value.isFinite else {
                throw reader.error(key, "expected numbers, found \(item.kindName)")
            }
            numbers.append(value)
        }
        return numbers
    }

    // MARK: Categories

    /// Whether no value is a number, or there are several keys.
    private static func areCategories(_ values: [SpecNode], of paths: [String]) -> Bool {
        paths.count > 1
            || !values.isEmpty
                && values.allSatisfy { if case .number = $0.value { false } else { true } }
    }

    /// Words, flags or lists of one key, or a list of as many values as there are keys.
    private init(
        name: String, _ paths: [String], _ items: [SpecNode], _ reader: inout MappingReader
    ) throws(SweepError) {
        var categories: [(label: String, settings: [AxisSetting])] = []
        for item in items {
            var values = [item]
            if paths.count > 1 {
                guard case .sequence(let tuple) = item.value, tuple.count == paths.count else {
                    throw reader.error(
                        "values",
                        "expected lists of \(paths.count) values, one per path, found "
                            + item.kindName)
                }
                values = tuple
            }
            for value in values {
                switch value.value {
                case .bool, .number, .string, .sequence: break
                case .null, .mapping:
                    throw reader.error(
                        "values",
                        "expected numbers, words, flags or lists, found \(value.kindName)",
                        hint: "use arms: {name: {key: value}} for mappings")
                }
            }
            let settings = zip(paths, values).map { AxisSetting($0, $1.json) }
            categories.append((settings.map(\.text).joined(separator: ", "), settings))
        }
        if let labels = try reader.list("labels") {
            guard labels.count == categories.count else {
                throw reader.error(
                    "labels", "names \(labels.count) values of \(categories.count)")
            }
            for (place, label) in labels.enumerated() {
                guard case .string(let text) = label.value, !text.isEmpty else {
                    throw reader.error("labels", "expected words, found \(label.kindName)")
                }
                categories[place].label = text
            }
        }
        try self.init(
            name: name, path: paths.joined(separator: ", "), categories, "values", &reader)
    }

    /// Named mappings of key paths.
    private init(name: String, arms reader: inout MappingReader) throws(SweepError) {
        for key in ["path", "paths"] where reader.node(key) != nil {
            throw reader.error(key, "has no meaning beside arms, which name their keys")
        }
        var arms = try reader.mapping("arms")
        var categories: [(label: String, settings: [AxisSetting])] = []
        var paths: [String] = []
        for arm in arms.keys {
            guard let node = arms.node(arm), case .mapping(let entries) = node.value else {
                throw arms.error(
                    arm, "expected a mapping of keys of the cell",
                    hint: "use {} for the cell as it is")
            }
            let settings = entries.map { AxisSetting($0.key, $0.node.json) }
            for setting in settings where !paths.contains(setting.path) {
                paths.append(setting.path)
            }
            categories.append((arm, settings))
        }
        try self.init(
            name: name, path: paths.isEmpty ? "cell" : paths.joined(separator: ", "), categories,
            "arms", &reader)
    }

    private init(
        name: String, path: String, _ categories: [(label: String, settings: [AxisSetting])],
        _ form: String, _ reader: inout MappingReader
    ) throws(SweepError) {
        guard !categories.isEmpty else {
            throw reader.error(form, "the axis has no values", hint: "name at least one")
        }
        for (place, category) in categories.enumerated() {
            if let setting = category.settings.first(where: { $0.keys.contains("") }) {
                throw reader.error(form, "\"\(setting.path)\" has an empty key")
            }
            let others = categories.prefix(place)
            guard !others.contains(where: { $0.label == category.label }) else {
                throw reader.error(
                    form, "the value \(category.label) is given twice", hint: "keep one of them")
            }
            if let same = others.first(where: { $0.settings == category.settings }) {
                throw reader.error(
                    form, "\(same.label) and \(category.label) set the same",
                    hint: "keep one of them")
            }
        }
        self.init(
            name: name, path: path, categories: categories,
            reversed: try reader.flag("reversed", default: true))
    }
}
