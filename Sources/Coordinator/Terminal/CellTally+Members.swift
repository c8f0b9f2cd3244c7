import Core

extension CellTally {
    /// The counts as members of JSON output, as every command has them.
    var members: [String: JSONValue] {
        let counts =
            [
                ("cells", cells), ("verified", verified), ("missing", missing),
                ("running", running), ("failed", failed), ("inferred", inferred),
                ("deferred", deferred), ("predicted", predicted), ("unreachable", unreachable),
            ] + byPhase.map { ($0.phase.name, $0.count) }
        return Dictionary(uniqueKeysWithValues: counts.map { ($0, .number(Double($1))) })
    }
}
