extension OptimizerConfiguration {
    /// Sets a number of an update rule as reading it there would: `decoder`, `learning_rate`. No other key depends on one of
    /// these.
    ///
    /// - Returns: whether there is such a number.
    mutating func set(_ path: ArraySlice<String>, to value: Double) -> Bool {
        guard path.count == 2, let group = path.first, let name = path.last,
            let set = UpdateRule.keys.first(where: { $0.name == name })?.setNumber
        else { return false }
        switch group {
        case "representation": set(&representation, value)
        case "decoder": set(&decoder, value)
        case "last_layer":
            guard var rule = lastLayer else { return false }
            set(&rule, value)
            lastLayer = rule
        default: return false
        }
        return true
    }

    /// The keys that a key of a `cell` mapping stands for: right below `optimizer` that of each group which does not say it
    /// itself, in the decoder also that of a last layer which does not.
    static func keys(meantBy path: [String], in cell: SpecNode) -> [[String]] {
        guard path.first == "optimizer", let key = path.last, UpdateRule.hasKey(key) else {
            return [path]
        }
        let silent = groups.filter { cell.node(at: ["optimizer", $0, key]) == nil }
        switch path.count {
        case 2:
            return silent.filter { $0 != "last_layer" || silent.contains("decoder") }
                .map { ["optimizer", $0, key] }
        case 3 where path[1] == "decoder" && silent.contains("last_layer"):
            return [path, ["optimizer", "last_layer", key]]
        default: return [path]
        }
    }
}
