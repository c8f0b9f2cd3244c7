/// Finds the known word that a misspelt one was probably meant to be.
enum NearestKey {
    /// The known word with the smallest edit distance, or nil when none is close (over half of the letters differ).
    static func find(_ word: String, among known: [String]) -> String? {
        let ranked = known.map { (word: $0, distance: distance(word, $0)) }
        guard let best = ranked.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }),
            best.distance * 2 <= max(word.count, best.word.count)
        else { return nil }
        return best.word
    }

    /// Levenshtein's edit distance.
    static func distance(_ a: String, _ b: String) -> Int {
        let left = Array(a.utf8)
        let right = Array(b.utf8)
        var row = Array(0...right.count)
        for (i, x) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in right.enumerated() {
                let substituted = diagonal + (x == y ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
