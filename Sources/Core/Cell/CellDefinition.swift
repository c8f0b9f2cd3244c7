/// A cell as it is trained: a configuration with its seed. Its canonical text is what identities are made of, what the
/// cell file's `config` attribute holds, and what `grokmap-worker train` takes.
package struct CellDefinition: Sendable, Hashable {
    /// The configuration.
    package let configuration: CellConfiguration
    /// The seed of all random streams.
    package let seed: UInt64
    /// The science version that it was defined for: this build's, or an earlier one's where a file says so.
    package let scienceVersion: Int
    /// Canonical JSON of the configuration with `seed` and `science_version`.
    package let canonicalText: String
    /// SHA-256 of `canonicalText`.
    package let id: CellID

    /// The cell with this configuration and seed.
    package init(configuration: CellConfiguration, seed: UInt64) {
        self.init(configuration, seed: seed, scienceVersion: configuration.scienceVersion)
    }

    private init(_ configuration: CellConfiguration, seed: UInt64, scienceVersion: Int) {
        self.init(
            configuration: configuration, seed: seed,
            canonicalText: CanonicalJSON.text(
                CellDefinition.identity(
                    configuration, seed: seed, scienceVersion: scienceVersion)),
            scienceVersion: scienceVersion)
    }

    /// The cell whose canonical text is known to be this, by default of its present science version.
    init(
        configuration: CellConfiguration, seed: UInt64, canonicalText: String,
        scienceVersion: Int? = nil
    ) {
        self.configuration = configuration
        self.seed = seed
        self.scienceVersion = scienceVersion ?? configuration.scienceVersion
        self.canonicalText = canonicalText
        id = CellID(canonicalConfiguration: canonicalText)
    }

    /// What the canonical text says, by default of the cell's present science version.
    static func identity(
        _ configuration: CellConfiguration, seed: UInt64, scienceVersion: Int? = nil
    ) -> JSONValue {
        guard case .object(var members) = configuration.identity else {
            preconditionFailure("a configuration is an object")
        }
        members["seed"] = .number(Double(seed))
        members["science_version"] = .number(
            Double(scienceVersion ?? configuration.scienceVersion))
        return .object(members)
    }

    /// Whether this build trains the cell; else it is one that an earlier version trained otherwise.
    package var isCurrent: Bool { scienceVersion == configuration.scienceVersion }

    /// Reads a configuration as JSON or YAML; see `init(reading:record:files:)`.
    package init(
        parsing text: String, record: inout RecordRequest?, files: CellFiles? = nil
    ) throws(SweepError) {
        try self.init(reading: try SpecNode(parsing: text), record: &record, files: files)
    }

    /// Reads a configuration with a `seed` key and an optional `science_version`, this build's or an earlier one.
    ///
    /// - Parameters:
    ///   - node: the mapping.
    ///   - record: where a `record` key is put when there is one; nil refuses the key.
    ///   - files: where the configuration's own files are read; nil where the text stands for itself.
    /// - Throws: `SweepError` naming the key at fault.
    package init(
        reading node: SpecNode, record: inout RecordRequest?, files: CellFiles? = nil
    ) throws(SweepError) {
        var node = node
        if let files { _ = try files.resolve(&node, path: "") }
        var reader = try MappingReader(node, path: "")
        let configuration = try CellConfiguration(&reader)
        let seed = try reader.integer("seed", default: 0, in: 0...CellDefinition.largestSeed)
        let current = configuration.scienceVersion
        let version = try reader.integer("science_version", default: current, in: 0...Int.max)
        guard (1...current).contains(version) else {
            throw reader.error(
                "science_version",
                "\(version) is not the version \(current) that this build trains",
                hint: "use a worker and a coordinator of one version")
        }
        // A recorded cell says what version it is of; it may hold every key.
        if files != nil, node.member("science_version") == nil {
            try configuration.refuseUnused(in: node, path: "")
        }
        if record != nil, let node = reader.node("record") {
            record = try RecordRequest(
                reading: node, path: "record", of: configuration)
        }
        try reader.finish()
        self.init(configuration, seed: UInt64(seed), scienceVersion: version)
    }

    /// Reads a canonical text, refusing every key that is not part of an identity.
    package init(parsing text: String) throws(SweepError) {
        var none: RecordRequest?
        try self.init(parsing: text, record: &none)
    }

    /// Seeds are exact as JSON numbers up to here.
    package static let largestSeed = (1 << 53) - 1
}
