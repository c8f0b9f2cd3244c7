/// Builds XML text element by element: escaped, indented, attributes in the order given.
struct Markup {
    /// Attributes in order; those without a value are left out.
    typealias Attributes = KeyValuePairs<String, String?>

    /// The text so far.
    private(set) var text = ""
    private var depth = 0

    /// An empty text.
    init() {}

    /// An element on one line, with escaped character content or none.
    mutating func element(_ name: String, _ attributes: Attributes = [:], _ content: String? = nil)
    {
        element(name, attributes, raw: content.map(Markup.escaped))
    }

    /// An element on one line around markup that is already escaped.
    mutating func element(_ name: String, _ attributes: Attributes = [:], raw: String?) {
        let head = "<\(name)\(Markup.list(attributes))"
        line(raw.map { "\(head)>\($0)</\(name)>" } ?? "\(head)/>")
    }

    /// An element around others.
    mutating func element(
        _ name: String, _ attributes: Attributes = [:], body: (inout Markup) -> Void
    ) {
        line("<\(name)\(Markup.list(attributes))>")
        depth += 1
        body(&self)
        depth -= 1
        line("</\(name)>")
    }

    /// Lines that are markup already, at the present depth.
    mutating func lines(_ markup: String) {
        for part in markup.split(separator: "\n") { line(String(part)) }
    }

    /// Lines that are markup already, without indentation: inside them spaces may count.
    mutating func verbatim(_ markup: String) {
        text += markup
        if !markup.hasSuffix("\n") { text += "\n" }
    }

    private mutating func line(_ content: String) {
        text += String(repeating: " ", count: depth) + content + "\n"
    }

    private static func list(_ attributes: Attributes) -> String {
        attributes.map { name, value in
            value.map { " \(name)=\"\(escaped($0))\"" } ?? ""
        }.joined()
    }

    /// Text safe in content and in quoted attributes; characters that XML 1.0 forbids become U+FFFD.
    static func escaped(_ text: String) -> String {
        // Paths of a hundred thousand characters have nothing to escape.
        if text.utf8.allSatisfy(isPlain) { return text }
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\n", "\t", "\r": out.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || (0xFFFE...0xFFFF).contains(scalar.value):
                out.unicodeScalars.append("\u{FFFD}")
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// Whether a byte is an ASCII character that stands for itself.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
            UInt8(ascii: "'"):
            false
        default: (0x20..<0x80).contains(byte)
        }
    }
}

/// A coordinate or length in px as SVG has it.
func px(_ value: Double) -> String { NumberText.fixed(value) }
