/// A mapping of the sweep file whose keys are declared, each once.
protocol KeyedMapping: Sendable {
    /// Every key at its default.
    init()

    /// The keys in the order that they are read in: one that depends on another one comes after it.
    static var keys: [Key<Self>] { get }

    /// Checks what no single key can.
    ///
    /// - Throws: `SweepError` about the key at fault.
    func check(_ reader: borrowing MappingReader) throws(SweepError)
}

extension KeyedMapping {
    func check(_ reader: borrowing MappingReader) throws(SweepError) {}

    /// Reads and checks the keys out of a mapping that may hold others.
    init(_ reader: inout MappingReader) throws(SweepError) {
        self.init()
        try read(&reader)
    }

    /// Reads and checks a whole mapping.
    init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        try self.init(&reader)
        try reader.finish()
    }

    /// Reads and checks the keys; those that are left out stay as they are, but for those whose default other keys decide.
    ///
    /// - Parameters:
    ///   - reader: the mapping.
    ///   - said: keys that were written elsewhere and hold here too.
    /// - Throws: `SweepError` about the key at fault.
    mutating func read(
        _ reader: inout MappingReader, said: [String] = []
    ) throws(SweepError) {
        for key in Self.keys { try key.read(&reader, &self, said: said) }
        try check(reader)
    }

    /// The keys that have a meaning, with their values.
    func members(_ form: KeyForm) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for key in Self.keys { members[key.name] = key.json(self, form) }
        return members
    }

    /// As JSON.
    func json(_ form: KeyForm) -> JSONValue { .object(members(form)) }

    /// The keys that have a meaning, with their values, in the order of their declaration.
    var entries: [(key: String, value: JSONValue)] {
        Self.keys.compactMap { key in key.json(self, .complete).map { (key.name, $0) } }
    }
}

/// What a mapping is written out for.
enum KeyForm: Sendable {
    /// Every key that has a meaning is present.
    case complete
    /// What identities are made of: a key added after science version 1 stands in it only where it changes something, so that
    /// cells defined before keep their identity.
    case identity
}

/// A key of a mapping, declared once: how it is read and written, when there is one, whether identities leave it out at its
/// default, and what the tables of docs/sweep-file.md say of it.
struct Key<Owner: KeyedMapping>: Sendable {
    typealias Refusal = (problem: String, hint: String)

    /// Its name in the sweep file.
    let name: String
    /// Its row in the documentation.
    private(set) var row: KeyRow
    /// Puts a number in the place of its value; nil where that is no number.
    private(set) var setNumber: (@Sendable (inout Owner, Double) -> Void)?

    private let readValue: @Sendable (inout MappingReader, inout Owner) throws(SweepError) -> Void
    private let clear: @Sendable (inout Owner) -> Void
    private let value: @Sendable (Owner, KeyForm) -> JSONValue?
    private var exists: @Sendable (Owner) -> Bool = { _ in true }
    private var refusal: (@Sendable (Owner) -> Refusal)?
    /// Puts the default there that keys before it decide.
    private var fill: (@Sendable (inout Owner) -> Void)?
    /// What identities leave it out at.
    private var neutral: JSONValue?

    /// A key that is one property, whose initial value is the default; a required key has none.
    init<Value>(
        _ name: String, _ path: any WritableKeyPath<Owner, Value> & Sendable,
        _ codec: KeyCodec<Value>,
        isRequired: Bool = false, _ meaning: String
    ) {
        let initial = Owner()[keyPath: path]
        self.name = name
        row = KeyRow(
            name: name, type: codec.type,
            standard: isRequired ? "–" : KeyRow.text(codec.json(initial)), bounds: codec.bounds,
            meaning: meaning)
        if Value.self == Double.self {
            setNumber = { owner, number in
                if let value = number as? Value { owner[keyPath: path] = value }
            }
        }
        readValue = { reader, owner throws(SweepError) in
            let standard = isRequired ? nil : owner[keyPath: path]
            owner[keyPath: path] = try codec.read(&reader, name, standard)
        }
        clear = { $0[keyPath: path] = initial }
        value = { owner, _ in codec.json(owner[keyPath: path]) }
    }

    /// A key that is one property, nil where the key does not exist.
    init<Value>(
        _ name: String, optional path: any WritableKeyPath<Owner, Value?> & Sendable,
        _ codec: KeyCodec<Value>, _ meaning: String
    ) {
        self.name = name
        row = KeyRow(
            name: name, type: codec.type,
            standard: Owner()[keyPath: path].map { KeyRow.text(codec.json($0)) } ?? "–",
            bounds: codec.bounds, meaning: meaning)
        readValue = { reader, owner throws(SweepError) in
            owner[keyPath: path] = try codec.read(&reader, name, owner[keyPath: path])
        }
        clear = { $0[keyPath: path] = nil }
        value = { owner, _ in owner[keyPath: path].map(codec.json) }
    }

    /// A key that is one property, nil where nothing is written.
    init<Value>(
        _ name: String, ifWritten path: any WritableKeyPath<Owner, Value?> & Sendable,
        _ codec: KeyCodec<Value>, _ meaning: String
    ) {
        self.init(
            KeyRow(
                name: name, type: codec.type, standard: "none", bounds: codec.bounds,
                meaning: meaning),
            read: { reader, owner throws(SweepError) in
                guard reader.node(name) != nil else { return }
                owner[keyPath: path] = try codec.read(&reader, name, nil)
            }, json: { owner, _ in owner[keyPath: path].map(codec.json) })
    }

    /// A key that is read and written in a way of its own, or not written; its row has its name.
    init(
        _ row: KeyRow,
        read: @escaping @Sendable (inout MappingReader, inout Owner) throws(SweepError) -> Void,
        json: @escaping @Sendable (Owner, KeyForm) -> JSONValue? = { _, _ in nil }
    ) {
        name = row.name
        self.row = row
        readValue = read
        clear = { _ in }
        value = json
    }

    /// Whether identities leave it out at its default.
    var isLate: Bool { neutral != nil }

    /// The same key, left out of identities at its default: one that was added after science version 1.
    var late: Key {
        var key = self
        key.neutral = value(Owner(), .identity)
        return key
    }

    /// The same key, which exists only where this holds; documentation has words for it.
    func only(_ words: String, _ exists: @escaping @Sendable (Owner) -> Bool) -> Key {
        var key = noting(words)
        key.exists = exists
        return key
    }

    /// The same key, with what is said of it where it does not exist.
    func refused(_ refusal: @escaping @Sendable (Owner) -> Refusal) -> Key {
        var key = self
        key.refusal = refusal
        return key
    }

    /// The same key of a property whose default keys before it decide; documentation has words for it.
    func standard<Value>(
        _ words: String, _ path: any WritableKeyPath<Owner, Value> & Sendable,
        _ standard: @escaping @Sendable (Owner) -> Value
    ) -> Key {
        var key = documented(standard: words)
        key.fill = { $0[keyPath: path] = standard($0) }
        return key
    }

    /// The same key of a mapping that holds what this one's does, among its own keys.
    func inside<Outer>(_ path: any WritableKeyPath<Outer, Owner> & Sendable) -> Key<Outer> {
        Key<Outer>(
            row,
            read: { reader, outer throws(SweepError) in
                try self.read(&reader, &outer[keyPath: path])
            }, json: { self.json($0[keyPath: path], $1) })
    }

    /// The same key with more to be said of its bounds.
    func noting(_ words: String) -> Key {
        var key = self
        key.row.bounds += (row.bounds.isEmpty || words.isEmpty ? "" : "; ") + words
        return key
    }

    /// The same key with something else in its row.
    func documented(
        type: String? = nil, standard: String? = nil, bounds: String? = nil
    ) -> Key {
        var key = self
        if let type { key.row.type = type }
        if let standard { key.row.standard = standard }
        if let bounds { key.row.bounds = bounds }
        return key
    }

    /// Reads the key; where it is left out the property stays, unless nobody said it and other keys decide its default; where
    /// it does not exist the property is as if nothing was said.
    func read(
        _ reader: inout MappingReader, _ owner: inout Owner, said: [String] = []
    ) throws(SweepError) {
        guard exists(owner) else {
            if let refusal, reader.node(name) != nil {
                let (problem, hint) = refusal(owner)
                throw reader.error(name, problem, hint: hint)
            }
            return clear(&owner)
        }
        if !reader.keys.contains(name), !said.contains(name) { fill?(&owner) }
        try readValue(&reader, &owner)
    }

    /// What is written; nil where there is nothing to write.
    func json(_ owner: Owner, _ form: KeyForm) -> JSONValue? {
        guard exists(owner), let value = value(owner, form),
            form == .complete || neutral == nil || value != neutral
        else { return nil }
        return value
    }
}
