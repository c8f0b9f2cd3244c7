import Core
import Foundation

/// Numbers as text: fixed decimals, no locale, no negative zero.
enum NumberText {
    /// A coordinate with at most `places` decimals and no trailing zeros.
    static func fixed(_ value: Double, _ places: Int = 2) -> String {
        guard value.isFinite else { return "0" }
        var power = powers[places]
        let scaled = (value * Double(power)).rounded(.toNearestOrEven)
        // Large figures have a hundred thousand coordinates: no format string, no Foundation.
        guard abs(scaled) < 0x1p53 else { return String(format: "%.0f", value) }
        var digits = Int(scaled.magnitude)
        guard digits > 0 else { return "0" }
        while power > 1, digits.isMultiple(of: 10) {
            digits /= 10
            power /= 10
        }
        let whole = (scaled < 0 ? "-" : "") + String(digits / power)
        guard power > 1 else { return whole }
        // A one in front keeps the zeros behind the point.
        return whole + "." + String(power + digits % power).dropFirst()
    }

    private static let powers = [1, 10, 100, 1000, 10_000]

    /// A value with at most `digits` significant digits: `0.65`, `3.16e-5`.
    static func value(_ value: Double, digits: Int = 6) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value > 0 ? "∞" : "−∞" }
        let text = String(format: "%.\(digits)g", value)
        guard let mark = text.firstIndex(of: "e") else { return text }
        let exponent = Int(text[text.index(after: mark)...]) ?? 0
        return "\(text[..<mark])e\(exponent)"
    }

    /// A whole number with its noun: `1 seed`, `5 seeds`.
    static func counted(_ count: Int, _ noun: String) -> String {
        "\(count.grouped) \(noun)\(count == 1 ? "" : "s")"
    }

    /// An axis' or key's name for people: `learning_rate` becomes `learning rate`.
    static func words(_ name: String) -> String {
        String(name.map { $0 == "_" ? " " : $0 })
    }
}
