import Foundation
import Logging
import System

/// A terse log on stderr: time, level where it is more than information, label, text.
struct StandardErrorLog: LogHandler {
    /// Names the process: `worker` or `slot 0`.
    let label: String
    /// Lines below this level are dropped.
    var logLevel: Logger.Level = .info
    /// Printed after the text.
    var metadata: Logger.Metadata = [:]

    /// A log that begins with a level.
    init(label: String, level: Logger.Level) {
        self.label = label
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line in one piece, so that lines of several processes do not mix.
    func log(event: LogEvent) {
        let word = event.level >= .warning ? "\(event.level): " : ""
        let line = "\(StandardErrorLog.timeOfDay()) \(label): \(word)\(event.message)\n"
        StandardError.write(line)
    }

    private static func timeOfDay() -> String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }
}

extension Logger {
    /// The log of one of grokmap-worker's processes.
    init(process label: String, quiet: Bool) {
        self.init(label: label) { label in
            StandardErrorLog(label: label, level: quiet ? .error : .info)
        }
    }
}
