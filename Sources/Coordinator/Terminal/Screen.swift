import System

/// The error stream as a screen: what kind it is, and a block of lines drawn again in place.
struct Screen {
    /// How progress is shown.
    enum Style: Equatable {
        /// A block that is drawn over itself.
        case live(colour: Bool)
        /// One plain line every ten seconds.
        case plain
        /// Nothing.
        case quiet
    }

    /// The style.
    let style: Style
    /// The columns that each line drawn last takes.
    private var drawn: [Int] = []
    private var lastPlain = -Double.infinity

    /// The style that fits the terminal, the environment and the flags.
    static func style(
        quiet: Bool, isTerminal: Bool, environment: [String: String]
    ) -> Style {
        if quiet { return .quiet }
        guard isTerminal, let term = environment["TERM"], term != "dumb" else { return .plain }
        return .live(colour: hasColour(isTerminal: true, environment: environment))
    }

    /// Whether colours are shown on a terminal and wanted there (no-color.org).
    static func hasColour(isTerminal: Bool, environment: [String: String]) -> Bool {
        isTerminal && (environment["TERM"] ?? "dumb") != "dumb"
            && (environment["NO_COLOR"] ?? "").isEmpty
    }

    /// A screen of a style.
    init(_ style: Style) { self.style = style }

    /// Shows the state: the block on a live screen, the last of its lines on a plain one.
    ///
    /// - Parameters:
    ///   - map: lines of the phase map; left out where the screen is too low.
    ///   - line: the progress line.
    ///   - now: monotonic seconds.
    ///   - final: draw even when it is not yet time.
    mutating func show(map: [String], line: String, now: Double, final: Bool) {
        switch style {
        case .quiet: return
        case .plain:
            guard final || now - lastPlain >= 10 else { return }
            lastPlain = now
            Screen.write(line + "\n")
        case .live:
            Screen.write(block(map: map, line: line, on: Terminal.size()))
        }
    }

    /// What draws the block over the one before, on a screen of this size. No line is as wide as the screen: one that
    /// wraps would be left behind. A screen that was made narrower has wrapped the lines before, so rows are counted.
    mutating func block(
        map: [String], line: String, on size: (columns: Int, rows: Int)
    ) -> String {
        let columns = max(1, size.columns)
        let shown = (map.count + 1 <= size.rows - 2 ? map : []) + [line]
        let lines = shown.map { Terminal.clipped(Terminal.spelled($0), to: columns - 1) }
        let above = drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
        var text = above > 0 ? "\u{1B}[\(above)A\u{1B}[J" : ""
        for line in lines { text += "\u{1B}[2K" + line + "\n" }
        drawn = lines.map(Terminal.width)
        return text
    }

    /// Says something in between; the block is drawn again below it.
    mutating func say(_ text: String) {
        drawn = []
        Screen.write(text + "\n")
    }

    /// Writes to the error stream; a closed one is nobody's fault.
    static func write(_ text: String) {
        StandardError.write(text)
    }
}
