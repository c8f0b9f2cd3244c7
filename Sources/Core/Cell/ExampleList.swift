/// Examples listed in a text: on each line a number, or the two symbols of a pair; `#` begins a remark.
struct ExampleList {
    /// The examples, in the order of the text.
    private(set) var examples: [Int] = []

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - text: the lines.
    ///   - file: the file's name, for error messages.
    ///   - task: whose examples they are.
    /// - Throws: `SweepError` placed at file and line.
    init(_ text: String, named file: String, of task: TaskConfiguration) throws(SweepError) {
        var seen: Set<Int> = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (place, line) in lines.enumerated() {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard !words.isEmpty else { continue }
            do throws(SweepError) {
                let number = try ExampleList.number(words, of: task)
                guard seen.insert(number).inserted else {
                    throw SweepError(path: "", problem: "example \(number) is named twice")
                }
                examples.append(number)
            } catch {
                var error = error
                error.place = "\(file):\(place + 1)"
                throw error
            }
        }
    }

    private static func number(
        _ words: [Substring], of task: TaskConfiguration
    ) throws(SweepError) -> Int {
        let text = words.joined(separator: " ")
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == words.count, numbers.count <= (task.pairs == nil ? 1 : 2) else {
            throw SweepError(
                path: "", problem: "expected an example, found \"\(text.prefix(60))\"",
                hint: task.pairs == nil
                    ? "write one number per line" : "write one number, or one pair x y, per line")
        }
        let number =
            numbers.count == 1 ? numbers[0] : task.pairs?.number(of: numbers[0], numbers[1])
        guard let number, (0..<task.trainableCount).contains(number) else {
            throw SweepError(
                path: "", problem: "there is no example \(text)",
                hint: "numbers go from 0 to \(task.trainableCount - 1)")
        }
        return number
    }
}
