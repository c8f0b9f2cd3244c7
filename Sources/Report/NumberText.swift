import Core
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

extension Axis {
    /// A value as a figure shows it, a number with at most `digits` significant digits.
    func shown(at index: Int, digits: Int = 6) -> String {
        isCategorical ? labels[index] : NumberText.value(values[index], digits: digits)
    }
}

/// The text at a tick: plain, or with a power of ten.
enum TickLabel: Equatable {
    /// The number as it is.
    case plain(String)
    /// `mantissa · 10^exponent`, the mantissa left out when it is one.
    case power(mantissa: String?, exponent: Int)

    /// The label of a value, with a power of ten where digits would pile up.
    init(_ value: Double) {
        let text = String(format: "%.3e", value)
        guard let mark = text.firstIndex(of: "e"),
            let exponent = Int(text[text.index(after: mark)...])
        else {
            self = .plain(NumberText.value(value))
            return
        }
        if value == 0 || (-3...3).contains(exponent) {
            self = .plain(NumberText.value(value, digits: 4))
        } else {
            let mantissa = NumberText.fixed(Double(text[..<mark]) ?? 1, 3)
            self = .power(mantissa: mantissa == "1" ? nil : mantissa, exponent: exponent)
        }
    }

    /// Labels of the values of one axis in one notation: if one needs a power of ten, all but 0 have one.
    static func alike(_ values: [Double]) -> [TickLabel] {
        let labels = values.map { TickLabel($0) }
        let powers = labels.contains { if case .power = $0 { true } else { false } }
        guard powers else { return labels }
        return zip(values, labels).map { value, label in
            guard case .plain = label, value != 0, value.isFinite else { return label }
            let exponent = Int(log10(abs(value)).rounded(.down))
            let mantissa = NumberText.fixed(value / pow(10, Double(exponent)), 3)
            return .power(mantissa: mantissa == "1" ? nil : mantissa, exponent: exponent)
        }
    }

    /// The exponent as SVG shows it, with a true minus sign.
    static func exponentText(_ exponent: Int) -> String {
        exponent < 0 ? "−\(-exponent)" : "\(exponent)"
    }

    /// Width in px at this font size.
    func width(_ size: Double) -> Double {
        switch self {
        case .plain(let text):
            TextMeasure.width(text, size)
        case .power(let mantissa, let exponent):
            TextMeasure.width((mantissa.map { "\($0)·" } ?? "") + "10", size)
                + TextMeasure.width(TickLabel.exponentText(exponent), size * 0.72)
        }
    }
}

/// Estimates of text widths, on the wide side of common sans-serif fonts, since SVG text cannot be measured here.
enum TextMeasure {
    /// How much wider bold text is.
    static let bold = 1.2

    /// Width in px of one line at this font size.
    static func width(_ text: String, _ size: Double) -> Double {
        text.reduce(0) { $0 + factor($1) } * size
    }

    /// Lines of at most `width` px, broken at spaces; a longer word stands alone.
    static func wrap(_ text: String, width: Double, size: Double) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            let longer = line.isEmpty ? String(word) : "\(line) \(word)"
            if !line.isEmpty, self.width(longer, size) > width {
                lines.append(line)
                line = String(word)
            } else {
                line = longer
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    private static let narrow = Set<Character>("ijltfrI.,:;|'!()[] ·-")
    private static let wide = Set<Character>("mwMWGOQ%@—≥≤=+<>")

    private static func factor(_ character: Character) -> Double {
        if narrow.contains(character) { return 0.38 }
        if wide.contains(character) { return 0.84 }
        return character.isUppercase ? 0.68 : 0.6
    }
}
