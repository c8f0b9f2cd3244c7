/// What every theory's table says first of a training set.
package protocol TrainingSet {
    /// The seed that it was drawn with.
    var seed: UInt64 { get }
    /// Training pairs.
    var trainCount: Int { get }
    /// The same as a share of all pairs.
    var fraction: Double { get }
}
