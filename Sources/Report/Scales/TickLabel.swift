import Foundation

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
