/// Keys of a cell that nothing says and whose defaults depend on its numbers: of polygons `classes`, the largest sum and one.
struct OpenDefaults: Sendable, Equatable {
    private let hasClasses: Bool

    /// Those that a `cell` mapping leaves open, some keys being said elsewhere.
    init(of cell: SpecNode, beside said: [[String]]) {
        let key = ["task", "classes"]
        hasClasses = cell.node(at: key[...]) == nil && !said.contains(key)
    }

    /// The complete cell, whose numbers may have been set since, with the defaults that they make.
    func filled(_ cell: JSONValue) throws(SweepError) -> JSONValue {
        guard hasClasses, case .object(var task)? = cell[["task"]],
            task["kind"] == .string(TaskConfiguration.Kind.polygons.rawValue)
        else { return cell }
        task["classes"] = nil
        let reader = try MappingReader(JSONValue.object(task).specNode, path: "cell.task")
        return cell.replacing(["task"], with: try TaskConfiguration(reader).json(.complete))
    }
}
