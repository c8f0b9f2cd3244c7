import Core

/// Times that something takes, rounded up: what is left does not take longer.
enum TimeText {
    /// For people: `90 s`, `12 min`, `3 h 20 min`.
    static func words(_ seconds: Double) -> String {
        switch seconds {
        case ..<100: return "\(Int(seconds.rounded(.up))) s"
        case ..<5400: return "\(Int((seconds / 60).rounded(.up))) min"
        case 3e7...: return "more than a year"
        default:
            let (hours, minutes) = Int((seconds / 60).rounded(.up)).quotientAndRemainder(
                dividingBy: 60)
            return "\(hours) h \(minutes) min"
        }
    }

    /// For programs: whole seconds.
    static func json(_ seconds: Double) -> JSONValue { .number(seconds.rounded(.up)) }
}
