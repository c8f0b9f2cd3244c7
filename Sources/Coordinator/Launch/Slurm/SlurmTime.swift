/// Times as Slurm writes them (sbatch(1), `--time`): minutes, minutes:seconds, hours:minutes:seconds, days-hours,
/// days-hours:minutes and days-hours:minutes:seconds.
enum SlurmTime {
    /// Seconds in a text, nil when it is no time, or no time at all.
    static func seconds(_ text: String) -> Int? {
        let halves = text.split(separator: "-", omittingEmptySubsequences: false)
        guard halves.count <= 2, let clock = halves.last else { return nil }
        let fields = clock.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        let numbers = fields.compactMap(\.self)
        guard (1...3).contains(fields.count), numbers.count == fields.count,
            numbers.allSatisfy({ (0...10_000_000).contains($0) })
        else { return nil }
        var seconds: Int
        if halves.count == 2 {
            guard let days = Int(halves[0]), (0...10_000).contains(days) else { return nil }
            let units = [3600, 60, 1]
            seconds = days * 86_400 + zip(numbers, units).reduce(0) { $0 + $1.0 * $1.1 }
        } else {
            let units = numbers.count == 3 ? [3600, 60, 1] : [60, 1]
            seconds = zip(numbers, units).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return seconds > 0 ? seconds : nil
    }
}
