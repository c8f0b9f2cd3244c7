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
}
