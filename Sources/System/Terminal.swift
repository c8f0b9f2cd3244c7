@preconcurrency import Glibc

/// What the terminal of the person at it can show.
package enum Terminal {
    /// Columns and rows behind a descriptor, 80 × 24 when it does not say.
    package static func size(_ descriptor: CInt = STDERR_FILENO) -> (columns: Int, rows: Int) {
        var window = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else {
            return (80, 24)
        }
        return (Int(window.ws_col), Int(window.ws_row))
    }

    /// The text with ASCII twins of our own signs where the locale has no UTF-8.
    package static func spelled(_ text: String) -> String { hasUTF8 ? text : ascii(text) }

    private static let hasUTF8 = isUTF8(
        ["LC_ALL", "LC_CTYPE", "LANG"].map { (name: String) in
            getenv(name).map { String(cString: $0) }
        })

    /// Whether a locale has UTF-8, by the values of `LC_ALL`, `LC_CTYPE` and `LANG`, of which the first that is set
    /// counts (locale(7)). Where none is, as in a container, nobody has asked for less.
    package static func isUTF8(_ variables: [String?]) -> Bool {
        guard let locale = variables.compactMap(\.self).first(where: { !$0.isEmpty }) else {
            return true
        }
        guard let dot = locale.firstIndex(of: ".") else { return false }
        let name = locale[locale.index(after: dot)...].prefix { $0 != "@" }.lowercased()
        return name == "utf-8" || name == "utf8"
    }

    /// The text with our own signs in ASCII; what others wrote stays as it is.
    package static func ascii(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 > 0x7f }) else { return text }
        return text.reduce(into: "") { $0 += twins[$1] ?? String($1) }
    }

    private static let twins: [Character: String] = [
        "▒": "#", "·": ".", "…": "...", "→": "->", "↑": "^", "↓": "v", "≥": ">=", "≤": "<=",
        "≠": "!=",
        "×": "x", "−": "-", "–": "-", "—": "-", "λ": "lambda", "η": "eta", "Δ": "delta",
        "σ": "sigma",
        "β": "beta", "√": "sqrt", "²": "^2", "³": "^3", "⁴": "^4", "±": "+-", "∞": "inf", "“": "\"",
        "”": "\"", "’": "'", "µ": "u",
    ]

    /// The beginning of a line that fits into so many columns; escape codes take none and are all kept.
    package static func clipped(_ line: String, to columns: Int) -> String {
        guard width(line) > columns else { return line }
        var left = columns
        var result = ""
        var isEscape = false
        for scalar in line.unicodeScalars {
            if scalar == "\u{1B}" { isEscape = true }
            let width = isEscape ? 0 : columnsTaken(scalar)
            if width <= left {
                left -= width
                result.unicodeScalars.append(scalar)
            } else {
                left = 0
            }
            if isEscape, endsEscape(scalar) { isEscape = false }
        }
        return result
    }

    /// The columns that a line takes, escape codes left out.
    package static func width(_ line: String) -> Int {
        var width = 0
        var isEscape = false
        for scalar in line.unicodeScalars {
            if scalar == "\u{1B}" { isEscape = true }
            if !isEscape { width += columnsTaken(scalar) }
            if isEscape, endsEscape(scalar) { isEscape = false }
        }
        return width
    }

    /// Our escape codes are `ESC [ … letter` (ECMA-48, 5.4).
    private static func endsEscape(_ scalar: Unicode.Scalar) -> Bool {
        scalar != "[" && (0x40...0x7e).contains(scalar.value)
    }

    /// Two for what East Asian terminals draw wide, none for what is drawn over the character before.
    private static func columnsTaken(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x20...0x7e: return 1
        case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
            0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
            return 2
        default: break
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: return 1
        }
    }
}
