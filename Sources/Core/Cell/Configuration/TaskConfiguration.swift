/// What is learnt.
package enum TaskConfiguration: Sendable, Hashable {
    /// Plain (not modular) addition of `symbols` symbols, unordered pairs (Liu et al. 2022, §2).
    case addition(symbols: Int)
    /// Binary operations modulo a number (Power et al. 2022, App. A.1.1; Gu et al. 2025, §4).
    case modular(ModularTask)
    /// A binary operation on the permutations of a few things (Power et al. 2022, App. A.1.1).
    case permutation(PermutationTask)
    /// A binary operation given by its table.
    case table(TableTask)
    /// The sum of several residues.
    case modularSum(ModularSumTask)
    /// Parity of a few among many random bits (Prieto et al. 2025).
    case parity(ParityTask)
    /// Regression onto a random network (Liu et al. 2022b, Omnigrok, §3).
    case teacher(TeacherTask)
    /// Images in the MNIST format.
    case images(ImagesTask)
    /// One bias that parts two classes on a line.
    case rule(RuleTask)
    /// Normal rows that are all of one class.
    case constant(ConstantTask)
    /// Pictures of polygons, whose sides are added up.
    case polygons(PolygonsTask)

    /// The words for `kind`.
    package enum Kind: String, Sendable, CaseIterable {
        /// Plain addition.
        case addition
        /// Operation modulo a number.
        case modular
        /// Operation on permutations.
        case permutation
        /// Operation by its table.
        case table
        /// Sum of several residues.
        case modularSum = "modular-sum"
        /// Sparse parity.
        case parity
        /// Teacher and student.
        case teacher
        /// Images with labels.
        case images
        /// Two classes on a line.
        case rule
        /// One class for all rows.
        case constant
        /// Sum of polygons' sides.
        case polygons
    }

    /// Reads and checks the mapping.
    init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        let kind: Kind = try reader.choice("kind", default: .addition)
        switch kind {
        case .addition: self = .addition(symbols: try AdditionTask(&reader).symbols)
        case .modular: self = .modular(try ModularTask(&reader))
        case .permutation: self = .permutation(try PermutationTask(&reader))
        case .table: self = .table(try TableTask(&reader))
        case .modularSum: self = .modularSum(try ModularSumTask(&reader))
        case .parity: self = .parity(try ParityTask(&reader))
        case .teacher: self = .teacher(try TeacherTask(&reader))
        case .images: self = .images(try ImagesTask(&reader))
        case .rule: self = .rule(try RuleTask(&reader))
        case .constant: self = .constant(try ConstantTask(&reader))
        case .polygons: self = .polygons(try PolygonsTask(&reader))
        }
        try reader.finish()
    }

    /// The kind's word.
    package var kind: Kind {
        switch self {
        case .addition: .addition
        case .modular: .modular
        case .permutation: .permutation
        case .table: .table
        case .modularSum: .modularSum
        case .parity: .parity
        case .teacher: .teacher
        case .images: .images
        case .rule: .rule
        case .constant: .constant
        case .polygons: .polygons
        }
    }

    /// The pairs of symbols that are examples; nil where an example is something else.
    package var pairs: PairOrder? {
        switch self {
        case .addition(let symbols): PairOrder(symbols: symbols, .ascending)
        case .modular(let task): task.operation.map(task.order)
        case .permutation(let task): PairOrder(symbols: task.symbolCount, .all)
        case .table(let task): task.pairOrder
        case .modularSum, .parity, .teacher, .images, .rule, .constant, .polygons: nil
        }
    }

    /// Number of examples there are.
    package var exampleCount: Int {
        switch self {
        case .addition(let symbols): PairOrder(symbols: symbols, .ascending).count
        case .modular(let task): task.count
        case .permutation(let task): PairOrder(symbols: task.symbolCount, .all).count
        case .table(let task): task.pairOrder.count
        case .modularSum(let task): task.count
        case .parity(let task): task.samples
        case .teacher(let task): task.samples
        case .images(let task): task.samples + task.validationSamples
        case .rule(let task): task.samples + task.validationSamples
        case .constant(let task): task.samples + task.validationSamples
        case .polygons(let task): task.count
        }
    }

    /// Number of examples that may be trained on, the first ones: all but images from files for validation.
    package var trainableCount: Int {
        switch self {
        case .images(let task): task.samples
        case .rule(let task): task.samples
        case .constant(let task): task.samples
        case .addition, .modular, .permutation, .table, .modularSum, .parity, .teacher, .polygons:
            exampleCount
        }
    }

    /// The numbers, of whatever kind of task, that decide how many examples may be trained on.
    static let sizes: Set = ["symbols", "modulus", "degree", "terms", "samples", "tiles"]

    /// Number of classes; nil where real numbers are predicted.
    package var classCount: Int? {
        switch self {
        case .addition(let symbols): 2 * symbols - 1
        case .modular(let task): task.modulus
        case .permutation(let task): task.symbolCount
        case .table(let task): task.classes
        case .modularSum(let task): task.modulus
        case .parity, .constant: 2
        case .teacher, .rule: nil
        case .images(let task): task.classes
        case .polygons(let task): task.classes
        }
    }

    /// Outputs of a network that has one per class, or one per number to predict.
    package var outputCount: Int {
        if case .teacher(let task) = self { return task.outputs }
        if case .rule = self { return 1 }
        return classCount ?? 0
    }

    /// The symbols of an example; nil where it is a row of numbers.
    package var symbols: ExampleSymbols? {
        switch self {
        case .addition, .permutation, .table: pairs.map { ExampleSymbols(count: $0.symbols) }
        case .modular(let task):
            ExampleSymbols(count: task.modulus, operations: task.operations.count)
        case .modularSum(let task): ExampleSymbols(count: task.modulus, operands: task.terms)
        case .parity, .teacher, .images, .rule, .constant, .polygons: nil
        }
    }

    /// Numbers per example for models that take a row of them; nil where an example is symbols only.
    package var featureCount: Int? {
        switch self {
        case .addition, .modular, .permutation, .table: nil
        case .modularSum(let task): task.terms * task.modulus
        case .parity(let task): task.relevant + task.irrelevant
        case .teacher(let task): task.inputs
        case .images(let task): task.pixels
        case .rule: 1
        case .constant(let task): task.inputs
        case .polygons(let task): task.picture.pixels * task.picture.channels
        }
    }

    /// Whether (a, b) and (b, a) are both examples, of each operation, with the same label.
    package var isSymmetric: Bool {
        switch self {
        case .modular(let task): task.pairs == .ordered && task.isSymmetric
        case .table(let task): task.pairs == .ordered && task.isSymmetric
        case .addition, .permutation, .modularSum, .parity, .teacher, .images, .rule, .constant,
            .polygons:
            false
        }
    }

    /// As JSON.
    func json(_ form: KeyForm) -> JSONValue {
        var members = keyed.members(form)
        members["kind"] = .string(kind.rawValue)
        return .object(members)
    }

    /// The mapping's keys beside its kind.
    private var keyed: any KeyedMapping {
        switch self {
        case .addition(let symbols): AdditionTask(symbols: symbols)
        case .modular(let task): task
        case .permutation(let task): task
        case .table(let task): task
        case .modularSum(let task): task
        case .parity(let task): task
        case .teacher(let task): task
        case .images(let task): task
        case .rule(let task): task
        case .constant(let task): task
        case .polygons(let task): task
        }
    }
}

/// The keys of plain addition.
struct AdditionTask: KeyedMapping {
    /// Number of symbols p.
    var symbols = 10

    static let keys: [Key<AdditionTask>] = [Key("symbols", \.symbols, .integer(2...10_000), "p")]
}
