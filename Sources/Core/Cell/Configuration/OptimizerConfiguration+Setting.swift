extension OptimizerConfiguration {
    /// Sets a number of an update rule as reading it there would: `decoder`, `learning_rate`. No other key depends on one of
    /// these.
    ///
    /// - Returns: whether there is such a number.
    mutating func set(_ path: ArraySlice<String>, to value: Double) -> Bool {
        guard path.count == 2, let group = path.first, let key = path.last else { return false }
        switch group {
        case "representation": return representation.set(key, to: value)
        case "decoder": return decoder.set(key, to: value)
        case "last_layer": return lastLayer?.set(key, to: value) ?? false
        default: return false
        }
    }
}

extension UpdateRule {
    fileprivate mutating func set(_ key: String, to value: Double) -> Bool {
        switch key {
        case "learning_rate": learningRate = value
        case "weight_decay": weightDecay = value
        case "beta1": beta1 = value
        case "beta2": beta2 = value
        case "epsilon": epsilon = value
        case "momentum": momentum = value
        default: return false
        }
        return true
    }
}
