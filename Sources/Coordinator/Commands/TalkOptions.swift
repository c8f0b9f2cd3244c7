import ArgumentParser
import Logging

/// The options about talk on the error stream.
struct TalkOptions: ParsableArguments {
    @Flag(help: "Say nothing on the error stream but errors and the final summary.")
    var quiet = false

    @Flag(help: "Log registrations, leases and results on the error stream.")
    var verbose = false

    /// A logger to the error stream.
    func logger(_ label: String) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = verbose ? .info : .error
        return logger
    }
}
