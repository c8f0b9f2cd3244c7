/// Where the files that a task or a split names are looked for.
package struct DataDirectory: Sendable, Hashable {
    /// The directory.
    package let path: String

    /// The environment variable that names it.
    package static let variable = "GROKMAP_DATA"

    /// The directory of an option, else of the environment, else the current one.
    package init(option: String? = nil, environment: [String: String] = [:]) {
        path = option ?? environment[DataDirectory.variable] ?? "."
    }

    /// A file in it; an absolute path stays as it is.
    package func file(_ name: String) -> String {
        name.hasPrefix("/") || path == "." ? name : path + "/" + name
    }
}
