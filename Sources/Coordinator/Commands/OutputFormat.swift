import ArgumentParser

/// How stdout is written.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
}
