extension Decoder {
    /// Decodes a value from the form that it has in a sweep file, within the bounds that it has there.
    ///
    /// - Throws: `DecodingError` with what reading says of it.
    func written<Value>(_ read: (SpecNode) throws(SweepError) -> Value) throws -> Value {
        // Nearly always a mapping; every kind that does not fit costs an error.
        let mapping = try? [String: JSONValue](from: self)
        let node = try mapping.map(JSONValue.object)?.specNode ?? JSONValue(from: self).specNode
        do {
            return try read(node)
        } catch {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: codingPath, debugDescription: "\(error)"))
        }
    }
}
