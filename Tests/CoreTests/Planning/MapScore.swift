import Core

/// How a map that was not measured whole differs from the true one.
struct MapScore {
    /// Sites of the map.
    let sites: Int
    /// Sites that were measured.
    let measured: Int
    /// Sites with another letter.
    let wrong: Int
    /// How many sites each wrong letter is from the nearest site that truly has it, along the axis where that is most.
    let displacements: [Int]
    /// Connected regions of one letter, and those of them with no measured site.
    let regions: (all: Int, missed: Int)

    /// The score of letters against the true ones, row-major over a grid.
    init(_ letters: [Phase], measured: [Bool], truth: [Phase], extents: [Int]) {
        sites = truth.count
        self.measured = measured.count { $0 }
        let wrong = truth.indices.filter { letters[$0] != truth[$0] }
        self.wrong = wrong.count
        let grid = Grid(extents)
        let distances = Dictionary(
            uniqueKeysWithValues: Set(wrong.map { letters[$0] }).map { phase in
                (phase, grid.distances(to: truth.map { $0 == phase }))
            })
        displacements = wrong.compactMap { distances[letters[$0]]?[$0] }
        let regions = grid.regions(truth)
        self.regions = (
            regions.count, regions.count { region in !region.contains { measured[$0] } }
        )
    }

    /// Taking every k-th site along each axis and the last, and giving the others the letter of the nearest.
    init(every strides: [Int], of truth: [Phase], extents: [Int]) {
        let taken = zip(extents, strides).map { extent, step in
            Set(stride(from: 0, to: extent, by: step)).union([extent - 1]).sorted()
        }
        var measured: [Bool] = []
        let letters = truth.indices.map { site -> Phase in
            let place = CoarseToFine.place(site, in: extents)
            let near = zip(place, taken).map { index, taken in
                taken.min { abs($0 - index) < abs($1 - index) } ?? index
            }
            measured.append(near == place)
            return truth[zip(near, extents).reduce(0) { $0 * $1.1 + $1.0 }]
        }
        self.init(letters, measured: measured, truth: truth, extents: extents)
    }

    /// The cells of a row of the table in docs/refinement.md.
    func row(audit: (sites: Int, wrong: Int)? = nil) -> String {
        let sum = Double(displacements.reduce(0, +))
        let mean = displacements.isEmpty ? 0 : sum / Double(displacements.count)
        var errors = wrong == 0 ? "0" : "\(wrong) (\(percent(wrong, digits: 100)))"
        if let audit { errors += "; audit \(audit.wrong) of \(audit.sites)" }
        return "\(measured) (\(percent(measured, digits: 10))) | \(errors)"
            + " | \(CanonicalJSON.number((mean * 100).rounded() / 100)) (\(displacements.max() ?? 0))"
            + " | \(regions.missed) of \(regions.all) |"
    }

    private func percent(_ count: Int, digits: Double) -> String {
        CanonicalJSON.number((100 * digits * Double(count) / Double(sites)).rounded() / digits)
            + " %"
    }
}

/// A grid whose sites are beside each other where no index differs by more than one.
private struct Grid {
    private let extents: [Int]

    init(_ extents: [Int]) { self.extents = extents }

    private func neighbours(of site: Int) -> [Int] {
        let place = CoarseToFine.place(site, in: extents)
        return zip(place, extents).reduce([0]) { sums, axis in
            let near = max(0, axis.0 - 1)...min(axis.1 - 1, axis.0 + 1)
            return sums.flatMap { sum in near.map { sum * axis.1 + $0 } }
        }
    }

    /// How many steps each site is from the nearest of these.
    func distances(to goals: [Bool]) -> [Int] {
        var distances = goals.map { $0 ? 0 : Int.max }
        var front = goals.indices.filter { goals[$0] }
        var steps = 0
        while !front.isEmpty {
            steps += 1
            var next: [Int] = []
            for site in front {
                for other in neighbours(of: site) where distances[other] == Int.max {
                    distances[other] = steps
                    next.append(other)
                }
            }
            front = next
        }
        return distances
    }

    /// The connected regions of one letter, each with its sites.
    func regions(_ letters: [Phase]) -> [[Int]] {
        var isTaken = [Bool](repeating: false, count: letters.count)
        return letters.indices.compactMap { start in
            guard !isTaken[start] else { return nil }
            isTaken[start] = true
            var region = [start]
            var place = 0
            while place < region.count {
                for other in neighbours(of: region[place])
                where !isTaken[other] && letters[other] == letters[start] {
                    isTaken[other] = true
                    region.append(other)
                }
                place += 1
            }
            return region
        }
    }
}
