import Core
import Testing

@testable import Training

@Suite struct DropoutTests {
    private static func pass(_ step: Int, place: Int, noise: Float = 0) -> Pass {
        var pass = Pass(isTraining: true, step: step, noise: noise)
        pass.place = place
        return pass
    }

    /// Ones after dropout.
    private static func dropped(
        _ probability: Double, rows: Int = 1, columns: Int = 1, site: Int, row: Int = 0,
        _ pass: Pass
    ) throws -> [Float] {
        let space = Workspace()
        let matrix = space.matrix(rows: rows, columns: columns)
        for row in 0..<rows { matrix.row(row).update(repeating: 1, count: columns) }
        let dropout = try #require(Dropout(probability, seed: 0, site: site))
        dropout.apply(.best, matrix, row: row, pass, mask: space.take(columns))
        return (0..<rows).flatMap { row in (0..<columns).map { matrix.row(row)[$0] } }
    }

    @Test("a mask's elements are those of the documented key and number")
    func documented() throws {
        // docs/random-streams.md, first values: the element is 0x8a3fed73 = 0.54004 · 2³².
        let pass = Self.pass(100, place: 3)
        #expect(try Self.dropped(0.54, site: 5, row: 7, pass) == [Float(1 / 0.46)])
        #expect(try Self.dropped(0.5401, site: 5, row: 7, pass) == [0])
    }

    @Test("noise is that of the documented key and number, and grows with the pass's sigma")
    func noise() {
        let space = Workspace()
        let matrix = space.matrix(rows: 1, columns: 2)
        for sigma in [1, 3] as [Float] {
            matrix.clear()
            let pass = Self.pass(0, place: 0, noise: sigma)
            Noise(seed: 0).add(.best, to: matrix, pass, room: space.take(2))
            // docs/random-streams.md gives six digits.
            let wanted = [0.121464, 0.163171].map { Float($0) * sigma }
            expectClose([matrix.base[0], matrix.base[1]], wanted, 2e-6 * Double(sigma), "noise")
        }
    }

    @Test("dropout keeps the mean, and what it drops depends on step, site, row and place")
    func statistics() throws {
        let pass = Self.pass(3, place: 0)
        let mask = try Self.dropped(0.3, rows: 100, columns: 1000, site: 0, pass)
        let mean = mask.reduce(0.0) { $0 + Double($1) } / 1e5
        // Six standard deviations of √(0.3/0.7)/√100,000.
        #expect(abs(mean - 1) < 0.0125)
        #expect(Set(mask) == [0, Float(1 / 0.7)])
        let others = [
            try Self.dropped(0.3, rows: 100, columns: 1000, site: 1, pass),
            try Self.dropped(0.3, rows: 100, columns: 1000, site: 0, row: 100, pass),
            try Self.dropped(0.3, rows: 100, columns: 1000, site: 0, Self.pass(4, place: 0)),
            try Self.dropped(0.3, rows: 100, columns: 1000, site: 0, Self.pass(3, place: 1000)),
        ]
        for other in others {
            let agreeing = zip(mask, other).filter { $0 == $1 }.count
            // Independent masks agree with probability 0.7² + 0.3² = 0.58.
            #expect(abs(Double(agreeing) / 1e5 - 0.58) < 0.0095)
        }
    }

    @Test("no dropout is none")
    func none() {
        if Dropout(0, seed: 0, site: 0) != nil { Issue.record("a dropout of probability 0") }
    }
}
