extension CellDefinition {
    /// What cells have in common that differ in their budget alone and are the same run up to the smaller one; nil where the
    /// learning rate of every update depends on the budget.
    package var lineage: CellID? {
        guard !configuration.optimizer.schedule.dependsOnBudget else { return nil }
        let identity = CellDefinition.identity(
            configuration, seed: seed, scienceVersion: scienceVersion)
        let steps = JSONValue.number(Double(configuration.steps))
        return CellID(
            canonicalConfiguration: CanonicalJSON.text(
                identity.removing(["steps"], equalTo: steps)))
    }
}
