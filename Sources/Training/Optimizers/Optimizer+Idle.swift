extension Optimizer {
    /// How many updates in a row, up to so many, leave every parameter as it is, bit for bit, if the gradients stay what
    /// they are now. Parameters, gradients and all that is kept are as before afterwards.
    func idleUpdates(upTo limit: Int) -> Int {
        var kept = StateWriter()
        save(to: &kept)
        let values = parameters.blocks.map {
            Array(UnsafeBufferPointer(start: $0.value, count: $0.count))
        }
        let gradients = parameters.blocks.map {
            Array(UnsafeBufferPointer(start: $0.gradient, count: $0.count))
        }
        var made = 0
        while made < limit {
            update()
            for (block, gradient) in zip(parameters.blocks, gradients) {
                block.gradient.update(from: gradient, count: block.count)
            }
            guard zip(parameters.blocks, values).allSatisfy({ $0.holds($1) }) else { break }
            made += 1
        }
        for (block, values) in zip(parameters.blocks, values) {
            block.value.update(from: values, count: block.count)
        }
        var state = StateReader(kept.bytes)
        do {
            try restore(from: &state)
        } catch {
            preconditionFailure("an optimiser reads what it wrote: \(error)")
        }
        return made
    }
}

extension Parameters.Block {
    /// Whether the values are these, bit for bit.
    fileprivate func holds(_ values: [Float]) -> Bool {
        var difference: UInt32 = 0
        for place in 0..<count { difference |= value[place].bitPattern ^ values[place].bitPattern }
        return difference == 0
    }
}
