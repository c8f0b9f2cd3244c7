import Testing

@testable import Core

// Expected numbers are those of an independent program in Python, written from the description of the algorithm
// (FNV-1a, SplitMix64, xoshiro256++).
@Suite("RandomStream")
struct RandomStreamTests {
    @Test(
        "the first numbers of every purpose are those of the reference",
        arguments: [
            (
                RandomPurpose.split, 0 as UInt64,
                [0xc290_6cec_bdbf_013f, 0x8cee_33a2_b904_19b8, 0x49d7_ae1b_c896_bc9e] as [UInt64]
            ),
            (.split, 7, [0x307a_2b51_fb8f_f1b5, 0xb4e1_e4a3_8e6c_0960, 0x1106_c1d9_0559_e52c]),
            (
                .split, 9_007_199_254_740_991,
                [0xda84_eaba_2dfb_832f, 0x508b_c558_8f4b_9038, 0xddf8_2f2a_7466_55e1]
            ),
            (.targets, 0, [0x1d98_a309_8b3e_700b, 0x9677_9981_8a88_3829, 0x66e7_6d4c_4fa7_99f6]),
            (
                .representation, 0,
                [0xfc51_f2f5_17dd_dbb3, 0x9e4b_4b3c_cba9_2965, 0x100a_4fd4_2b72_b790]
            ),
            (.decoder, 0, [0x6dc3_160d_d75f_35cb, 0x43f6_2eeb_6f6a_5dfa, 0x6d3c_fbd1_f322_610d]),
            (
                .batchOrder, 7,
                [0xb441_b09e_a619_bb31, 0xf5ea_e301_5659_195d, 0x076c_20a8_2afd_5a87]
            ),
            (.examples, 0, [0x9d95_6760_3fdc_8c0d, 0x419b_ff34_1e38_32e4, 0xaa85_31dc_f332_e0c7]),
            (.teacher, 0, [0x24f1_9a7f_d3c4_f8a3, 0xfd0a_4f6e_298c_54f5, 0x3be0_9575_160d_a491]),
            (
                .corruption, 0,
                [0x5d33_2f2b_f271_eedf, 0x195a_88d0_e2b3_435b, 0xb733_80bb_7ca4_5a2e]
            ),
            (.measures, 0, [0xfbe4_c1f6_cffd_3f75, 0x1e6d_f616_0bde_ae56, 0x0703_0a55_c3fa_06ba]),
        ])
    func golden(_ purpose: RandomPurpose, _ seed: UInt64, _ expected: [UInt64]) {
        var stream = RandomStream(seed: seed, purpose: purpose)
        #expect(expected.map { _ in stream.next() } == expected)
    }

    @Test("raw states, uniform, normal and bounded numbers are those of the reference")
    func derived() {
        var raw = RandomStream(state: 0)
        #expect(raw.next() == 0x5317_5d61_490b_23df)
        var decoder = RandomStream(seed: 0, purpose: .decoder)
        #expect(
            (0..<3).map { _ in decoder.uniform() } == [
                0x1.b70c58375d7ccp-2, 0x1.0fd8bbadbda96p-2, 0x1.b4f3ef47cc898p-2,
            ])
        var targets = RandomStream(seed: 0, purpose: .targets)
        for expected in [-0.9503145239973538, -0.7793549895443094, 1.3335369729170943] {
            // Two C libraries may differ by a unit in the last place of `log`.
            #expect(abs(targets.normal() - expected) <= 4 * expected.magnitude.ulp)
        }
        var order = RandomStream(seed: 3, purpose: .batchOrder)
        #expect(
            (0..<12).map { _ in order.index(below: 7) } == [6, 0, 4, 3, 0, 1, 5, 3, 1, 3, 1, 1])
        var large = RandomStream(seed: 3, purpose: .batchOrder)
        #expect(
            (0..<3).map { _ in large.index(below: 3 << 61) } == [
                410_511_302_752_483_891, 157_828_701_498_311_971, 1_047_490_167_512_665_796,
            ])
        var split = RandomStream(seed: 0, purpose: .split)
        #expect(split.permutation(10) == [2, 9, 7, 3, 8, 4, 0, 6, 5, 1])
    }

    @Test("purposes and seeds have streams of their own")
    func independent() {
        var first: Set<UInt64> = []
        for purpose in RandomPurpose.allCases {
            for seed in 0..<200 as Range<UInt64> {
                var stream = RandomStream(seed: seed, purpose: purpose)
                first.insert(stream.next())
            }
        }
        #expect(first.count == 200 * RandomPurpose.allCases.count)
    }

    @Test("indices are uniform within what chance allows", arguments: [2, 3, 7, 10, 45])
    func unbiased(_ bound: Int) {
        var stream = RandomStream(seed: 11, purpose: .batchOrder)
        let draws = 2000 * bound
        var counts = [Int](repeating: 0, count: bound)
        for _ in 0..<draws { counts[stream.index(below: bound)] += 1 }
        // Six standard deviations of a binomial count around 2000.
        #expect(counts.allSatisfy { abs($0 - 2000) < 6 * 45 })
    }

    @Test("indices stay below their bound, for bounds of every size")
    func bounded() {
        var stream = RandomStream(seed: 5, purpose: .split)
        for shift in 0..<63 {
            let bound = (1 << shift) + (shift > 0 ? 1 : 0)
            for _ in 0..<8 { #expect((0..<bound).contains(stream.index(below: bound))) }
        }
        #expect(stream.index(below: 1) == 0)
    }

    @Test("a permutation holds every index once", arguments: [0, 1, 2, 3, 17, 100])
    func permutation(_ count: Int) {
        var stream = RandomStream(seed: 1, purpose: .split)
        for _ in 0..<5 {
            #expect(stream.permutation(count).sorted() == Array(0..<count))
        }
    }

    @Test("normal numbers have mean 0, variance 1 and both tails")
    func normal() {
        var stream = RandomStream(seed: 2, purpose: .targets)
        let count = 20_000
        let values = (0..<count).map { _ in stream.normal() }
        let mean = values.reduce(0, +) / Double(count)
        let variance = values.reduce(0) { $0 + $1 * $1 } / Double(count)
        #expect(abs(mean) < 6 / Double(count).squareRoot())
        #expect(abs(variance - 1) < 6 * (2 / Double(count)).squareRoot())
        #expect(values.contains { $0 > 2.5 })
        #expect(values.contains { $0 < -2.5 })
    }
}
