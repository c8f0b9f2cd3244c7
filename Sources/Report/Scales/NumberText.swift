import Foundation

/// Numbers as text: fixed decimals, no locale, no negative zero.
enum NumberText {
    /// A coordinate with at most `places` decimals and no trailing zeros.
    static func fixed(_ value: Double, _ places: Int = 2) -> String {
        guard value.isFinite else { return "0" }
        var text = String(format: "%.\(places)f", value)
        if text.contains(".") {
            while text.last == "0" { text.removeLast() }
            if text.last == "." { text.removeLast() }
        }
        return text == "-0" ? "0" : text
    }

    /// A value with at most `digits` significant digits: `0.65`, `3.16e-5`.
    static func value(_ value: Double, digits: Int = 6) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value > 0 ? "∞" : "−∞" }
        let text = String(format: "%.\(digits)g", value)
        guard let mark = text.firstIndex(of: "e") else { return text }
        let exponent = Int(text[text.index(after: mark)...]) ?? 0
        return "\(text[..<mark])e\(exponent)"
    }

    /// A whole number in groups of three: `100,000`.
    static func grouped(_ value: Int) -> String {
        var digits = Array(String(value.magnitude))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return (value < 0 ? "-" : "") + String(digits)
    }

    /// A whole number with its noun: `1 seed`, `5 seeds`.
    static func counted(_ count: Int, _ noun: String) -> String {
        "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
    }

    /// An axis' or key's name for people: `learning_rate` becomes `learning rate`.
    static func words(_ name: String) -> String {
        String(name.map { $0 == "_" ? " " : $0 })
    }
}
