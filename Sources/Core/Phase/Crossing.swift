/// The first step at which an accuracy reached its threshold.
package struct Crossing: Sendable, Hashable, Codable {
    /// The first evaluated step at which the threshold held.
    package var step: Int
    /// The earliest step at which it can have held: `step` itself when every step before was evaluated.
    package var notBefore: Int

    /// A crossing known to the step.
    package init(step: Int) {
        self.step = step
        self.notBefore = step
    }

    /// A crossing known to lie in `notBefore...step`.
    package init(step: Int, notBefore: Int) {
        self.step = step
        self.notBefore = notBefore
    }
}
