import Testing

@testable import Core

/// A table of a page in docs, made from the declarations of keys.
struct KeyTable: CustomTestStringConvertible {
    /// What the table is about.
    let testDescription: String
    /// The table.
    let text: String
    /// The page that it stands on.
    var page = "sweep-file.md"

    /// The keys of one mapping.
    init<Mapping>(
        _ name: String, heading: String = "Key", keys: [Key<Mapping>],
        on page: String = "sweep-file.md"
    ) {
        testDescription = name
        self.page = page
        text = KeyTable.head([heading]) + keys.map(\.row.text).joined(separator: "\n") + "\n"
    }

    /// The keys of mappings that differ in their kind.
    init(_ name: String, kinds: [(kind: String, rows: [KeyRow])]) {
        testDescription = name
        text =
            KeyTable.head(["Kind", "Key"])
            + kinds.flatMap { kind, rows in
                rows.enumerated().map { number, row in
                    (number == 0 ? "| `\(kind)` " : "| ") + row.text + "\n"
                }
            }.joined()
    }

    /// The forms of an axis.
    init(_ name: String, forms: [AxisForm]) {
        testDescription = name
        text =
            "| Form | Meaning |\n|---|---|\n"
            + forms.flatMap(\.rows).map { "| `\($0.example)` | \($0.meaning) |\n" }.joined()
    }

    private static func head(_ first: [String]) -> String {
        let columns = first + ["Type", "Default", "Bounds", "Meaning"]
        return "| " + columns.joined(separator: " | ") + " |\n"
            + String(repeating: "|---", count: columns.count) + "|\n"
    }

    private static func rows<Mapping: KeyedMapping>(_ mapping: Mapping.Type) -> [KeyRow] {
        mapping.keys.map(\.row)
    }

    /// All of them.
    static let all = [
        KeyTable("cell", keys: CellConfiguration.keys.filter { $0.row.type != "mapping" }),
        KeyTable(
            "task", kinds: TaskConfiguration.Kind.allCases.map { ($0.rawValue, rows(task($0))) }),
        KeyTable("split", keys: SplitConfiguration.keys),
        KeyTable(
            "model",
            kinds: ModelConfiguration.Kind.allCases.map { kind in
                switch kind {
                case .pairDecoder: (kind.rawValue, rows(PairDecoderConfiguration.self))
                case .transformer: (kind.rawValue, rows(TransformerConfiguration.self))
                case .mlp: (kind.rawValue, rows(MLPConfiguration.self))
                case .residualNetwork: (kind.rawValue, rows(ResidualNetworkConfiguration.self))
                }
            }),
        KeyTable("stem", heading: "Key of `stem`", keys: ResidualNetworkConfiguration.Stem.keys),
        KeyTable("initial", keys: InitialFile.keys),
        KeyTable("loss", keys: LossConfiguration.keys),
        KeyTable("update rule", keys: UpdateRule.keys),
        KeyTable(
            "optimizer", heading: "Key of `optimizer`",
            keys: OptimizerConfiguration.keys.filter {
                !OptimizerConfiguration.groups.contains($0.name)
            }),
        KeyTable("schedule", heading: "Key of `schedule`", keys: ScheduleConfiguration.keys),
        KeyTable("grokfast", heading: "Key of `grokfast`", keys: GrokfastConfiguration.keys),
        KeyTable("perturbation", keys: PerturbationConfiguration.keys),
        KeyTable("streams", keys: StreamsConfiguration.keys),
        KeyTable("phase_rule", keys: PhaseRule.keys, on: "phase-rule.md"),
        KeyTable("top level", keys: SweepSpec.keys),
        KeyTable("followers", keys: Follower.keys),
        KeyTable("axes", forms: AxisForm.allCases),
        KeyTable("prediction", keys: EarlyCut.keys),
        KeyTable("record", keys: RecordRequest.keys),
        KeyTable("measures", heading: "Key of `measures`", keys: MeasureRequest.keys),
        KeyTable("refine", heading: "Key of `refine`", keys: Refinement.keys),
        KeyTable("seeds", heading: "Key of `seeds`", keys: SeedRace.keys),
        KeyTable("report", keys: ReportRequest.keys),
    ]

    private static func task(_ kind: TaskConfiguration.Kind) -> any KeyedMapping.Type {
        switch kind {
        case .addition: AdditionTask.self
        case .modular: ModularTask.self
        case .permutation: PermutationTask.self
        case .table: TableTask.self
        case .modularSum: ModularSumTask.self
        case .parity: ParityTask.self
        case .teacher: TeacherTask.self
        case .images: ImagesTask.self
        case .rule: RuleTask.self
        case .constant: ConstantTask.self
        case .polygons: PolygonsTask.self
        }
    }

    /// The keys that identities leave out at their defaults.
    static let late: [String] = {
        func names<Mapping: KeyedMapping>(_ mapping: Mapping.Type) -> [String] {
            mapping.keys.filter(\.isLate).map(\.name)
        }
        let mappings: [any KeyedMapping.Type] =
            [
                CellConfiguration.self, SplitConfiguration.self, PairDecoderConfiguration.self,
                TransformerConfiguration.self, MLPConfiguration.self,
                ResidualNetworkConfiguration.self, LossConfiguration.self,
                UpdateRule.self, OptimizerConfiguration.self, GrokfastConfiguration.self,
                PerturbationConfiguration.self, StreamsConfiguration.self,
            ] + TaskConfiguration.Kind.allCases.map(task)
        return mappings.flatMap { names($0) }
    }()
}
