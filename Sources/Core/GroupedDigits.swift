extension Int {
    /// The number in groups of three digits: `100,000`.
    package var grouped: String {
        var digits = Array(String(magnitude))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return (self < 0 ? "-" : "") + String(digits)
    }
}

extension Double {
    /// A count in groups of three digits; one that may be beyond every integer is then a bound.
    package var grouped: String {
        self < 0x1p53 ? Int(self).grouped : "more than \((1 << 53).grouped)"
    }
}
