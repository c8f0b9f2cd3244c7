import Synchronization

/// The cells at the points of a sweep's grid, made when they are asked for: a sweep of a million cells is looked at without
/// making any.
///
/// Numbers of update rules (learning rate, weight decay, …) are *free*: no other key of a cell depends on them. Their values are
/// checked one at a time, and put into the configurations over the other axes, of which each is read and checked.
final class CellGrid: Sendable {
    /// Number of values of each axis.
    let extents: [Int]
    /// The row-major number of every site, coarse grid first.
    let order: [Int]
    /// The part of them that is asked for.
    let asked: [Int]

    private let seeds: [UInt64]
    private let free: [FreeAxis]
    /// The axes that are not free.
    private let bound: [Int]
    /// A configuration per point of the bound axes, row-major; where sites are left out, per site that is asked for.
    private let variants: [CellVariant]
    /// Where sites are left out, the place of each among those that are asked for; else empty.
    private let places: [Int]
    private let known = Mutex<[CellID]?>(nil)

    /// The grid of a sweep.
    ///
    /// - Throws: `SweepError` when an axis sets its key to a value that the cell refuses.
    init(_ spec: SweepSpec, _ targets: AxisTargets) throws(SweepError) {
        let counts = spec.axes.map(\.values.count)
        extents = counts
        order = CoarseToFine.order(counts)
        asked =
            spec.grids.isWhole
            ? order : order.filter { spec.grids.contains(CoarseToFine.place($0, in: counts)) }
        var places = [Int](repeating: -1, count: spec.grids.isWhole ? 0 : order.count)
        if !spec.grids.isWhole {
            for (place, site) in asked.enumerated() { places[site] = place }
        }
        self.places = places
        seeds = spec.seeds
        func read(_ sites: [[Int]]) throws(SweepError) -> [CellConfiguration] {
            let read = sites.concurrentMap { site in
                Result { () throws(SweepError) in try targets.configuration(at: site) }
            }
            var configurations: [CellConfiguration] = []
            configurations.reserveCapacity(sites.count)
            for result in read { configurations.append(try result.get()) }
            return configurations
        }
        let origin = counts.map { _ in 0 }
        var free: [FreeAxis] = []
        // Where sites are left out, the corner may be one that cannot be trained.
        let corner = spec.grids.isWhole ? try read([origin]) : []
        for (place, axis) in spec.axes.enumerated() {
            guard let first = corner.first, let paths = targets.paths(of: place) else { continue }
            let candidate = FreeAxis(place: place, values: axis.values, paths: paths)
            guard candidate.sets(first) else { continue }
            let sites = axis.values.indices.map { index in
                origin.enumerated().map { $0.offset == place ? index : $0.element }
            }
            let variant = CellVariant(first, free: [candidate])
            let agrees = zip(sites, try read(sites)).allSatisfy { site, configuration in
                variant.definition([candidate], at: site, seed: 0)
                    == CellDefinition(configuration: configuration, seed: 0)
            }
            if agrees { free.append(candidate) }
        }
        let bound = counts.indices.filter { place in !free.contains { $0.place == place } }
        let numbers =
            spec.grids.isWhole
            ? Array(0..<bound.reduce(1) { $0 * counts[$1] }) : asked
        let boundExtents = bound.map { counts[$0] }
        let sites = numbers.map { number in
            var site = origin
            let place = CoarseToFine.place(number, in: boundExtents)
            for (axis, index) in zip(bound, place) { site[axis] = index }
            return site
        }
        variants = try read(sites).concurrentMap { [free] in CellVariant($0, free: free) }
        self.free = free
        self.bound = bound
    }

    /// The configuration at a site, by its row-major number.
    func configuration(_ site: Int) -> CellConfiguration {
        let place = CoarseToFine.place(site, in: extents)
        return variant(place).configuration(free, at: place)
    }

    /// The cell at a site, by its row-major number, with one of the seeds.
    func definition(_ site: Int, seed: Int) -> CellDefinition {
        let place = CoarseToFine.place(site, in: extents)
        return variant(place).definition(free, at: place, seed: seeds[seed])
    }

    /// The identity of that cell. Who asks for one is going to ask for all.
    func id(_ site: Int, seed: Int) -> CellID {
        known.withLock { known in
            let count = asked.count
            let ids =
                known
                ?? Array(0..<count * seeds.count).concurrentMap { number in
                    let place = number % count
                    let site = self.places.isEmpty ? place : self.asked[place]
                    return self.definition(site, seed: number / count).id
                }
            known = ids
            return ids[seed * count + (places.isEmpty ? site : places[site])]
        }
    }

    private func variant(_ place: [Int]) -> CellVariant {
        let number = bound.reduce(0) { $0 * extents[$1] + place[$1] }
        return variants[places.isEmpty ? number : places[number]]
    }
}

/// An axis that sets nothing but numbers of update rules.
struct FreeAxis: Sendable {
    /// Which axis it is.
    var place: Int
    /// Its values.
    var values: [Double]
    /// The keys that it sets.
    var paths: [[String]]

    /// Whether it can set its keys in a configuration.
    func sets(_ configuration: CellConfiguration) -> Bool {
        var configuration = configuration
        return set(&configuration, at: 0)
    }

    /// Sets the keys to one of the values.
    @discardableResult
    func set(_ configuration: inout CellConfiguration, at index: Int) -> Bool {
        paths.allSatisfy { path in
            path.first == "optimizer"
                && configuration.optimizer.set(path.dropFirst(), to: values[index])
        }
    }
}

/// A configuration that stands for all that differ from it in free numbers.
private struct CellVariant: Sendable {
    private let configuration: CellConfiguration
    /// Its canonical text with gaps for free numbers and the seed; nil where nothing is free.
    private let template: CanonicalTemplate?

    /// The seed among a template's gaps.
    private static let seed = -1

    init(_ configuration: CellConfiguration, free: [FreeAxis]) {
        self.configuration = configuration
        guard !free.isEmpty else {
            template = nil
            return
        }
        var gaps = [["seed"]: CellVariant.seed]
        for axis in free { for path in axis.paths { gaps[path] = axis.place } }
        template = CanonicalTemplate(
            CellDefinition.identity(configuration, seed: 0), gaps: gaps)
    }

    func configuration(_ free: [FreeAxis], at place: [Int]) -> CellConfiguration {
        var configuration = configuration
        for axis in free { axis.set(&configuration, at: place[axis.place]) }
        return configuration
    }

    func definition(_ free: [FreeAxis], at place: [Int], seed: UInt64) -> CellDefinition {
        let configuration = configuration(free, at: place)
        guard let template else { return CellDefinition(configuration: configuration, seed: seed) }
        let text = template.text { gap in
            free.first { $0.place == gap }.map { $0.values[place[gap]] } ?? Double(seed)
        }
        return CellDefinition(configuration: configuration, seed: seed, canonicalText: text)
    }
}
