@preconcurrency import Glibc

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
    private var drawnLines = 0
    private var lastPlain = -Double.infinity

    /// The style that fits the terminal, the environment and the flags.
    static func style(
        quiet: Bool, isTerminal: Bool, environment: [String: String]
    ) -> Style {
        if quiet { return .quiet }
        guard isTerminal, let term = environment["TERM"], term != "dumb" else { return .plain }
        return .live(colour: (environment["NO_COLOR"] ?? "").isEmpty)
    }

    /// A screen of a style.
    init(_ style: Style) { self.style = style }

    /// Columns and rows of the terminal, 80 × 24 when it does not say.
    static var size: (columns: Int, rows: Int) {
        var window = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else {
            return (80, 24)
        }
        return (Int(window.ws_col), Int(window.ws_row))
    }

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
            let room = Screen.size.rows - 2
            let lines = (map.count + 1 <= room ? map : []) + [line]
            var text = drawnLines > 0 ? "\u{1B}[\(drawnLines)A" : ""
            for line in lines { text += "\u{1B}[2K" + line + "\n" }
            // Lines of a taller block drawn before are wiped.
            text += "\u{1B}[J"
            drawnLines = lines.count
            Screen.write(text)
        }
    }

    /// Says something in between; the block is drawn anew below it.
    mutating func say(_ text: String) {
        drawnLines = 0
        Screen.write(text + "\n")
    }

    /// Writes to the error stream; a closed one is nobody's fault.
    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(
                    STDERR_FILENO, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            written += count
        }
    }
}
