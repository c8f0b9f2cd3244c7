import CKernels
import Testing

@testable import Training

@Suite struct RandomKernelTests {
    static let key: UInt64 = 0xdead_beef_cafe_f00d
    /// In a block, at its edges, where a block number's lower half overflows, and late.
    static let counters: [UInt64] = [0, 1, 2, 3, 61, 1 << 34 - 30, 1 << 63 + 5]

    @Test("the plain cipher gives Random123's known answers")
    func knownAnswers() {
        // Random123, kat_vectors, "philox4x32 10".
        let zero = Reference.philox(SIMD4(0, 0, 0, 0), key: SIMD2(0, 0))
        #expect(zero == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        let ones = Reference.philox(SIMD4(repeating: .max), key: SIMD2(repeating: .max))
        #expect(ones == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        let pi = Reference.philox(
            SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
            key: SIMD2(0xa409_3822, 0x299f_31d0))
        #expect(pi == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test(
        "masks are the same bits on every set, wherever they begin and end",
        arguments: KernelCase.sets)
    func masks(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for counter in Self.counters {
            for count in KernelCase.lengths {
                var mask = [Float](repeating: .nan, count: count + 1)
                set.dropout_mask(count, Self.key, counter, 1 << 30, 4 / 3, &mask)
                #expect(mask.removeLast().isNaN)
                let wanted: [Float] = Reference.dropoutMask(
                    count, key: Self.key, counter: counter, threshold: 1 << 30, scale: 4 / 3)
                #expect(mask == wanted, "\(count) from \(counter)")
            }
        }
    }

    @Test("as many elements are dropped as the threshold says", arguments: KernelCase.sets)
    func share(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        let count = 1 << 18
        var mask = [Float](repeating: 0, count: count)
        set.dropout_mask(count, 5, 0, 1 << 30, 1, &mask)
        let kept = mask.reduce(0.0) { $0 + Double($1) } / Double(count)
        // A quarter is dropped, give or take six standard deviations of 0.00085.
        #expect(abs(kept - 0.75) < 0.0051)
    }

    @Test("normal noise agrees, wherever it begins and ends", arguments: KernelCase.sets)
    func noise(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for counter in Self.counters {
            for count in KernelCase.lengths {
                var noise = [Float](repeating: .nan, count: count + 1)
                set.normal_noise(count, Self.key, counter, 2, &noise)
                #expect(noise.removeLast().isNaN)
                let wanted: [Float] = Reference.normalNoise(
                    count, key: Self.key, counter: counter, sigma: 2)
                // Numbers up to 13, a few units in the last place of their radius.
                expectClose(noise, wanted, 2e-6, "\(count) from \(counter)")
            }
        }
    }

    @Test(
        "an element's noise depends on its place in the sequence alone", arguments: KernelCase.sets)
    func place(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        var whole = [Float](repeating: 0, count: 200)
        set.normal_noise(200, Self.key, 0, 1, &whole)
        for start in 0..<67 {
            var part = [Float](repeating: 0, count: 131)
            set.normal_noise(131, Self.key, UInt64(start), 1, &part)
            #expect(part == Array(whole[start..<start + 131]))
        }
    }

    @Test("noise has the moments of the normal distribution", arguments: KernelCase.sets)
    func moments(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        let count = 1 << 18
        var noise = [Float](repeating: 0, count: count)
        set.normal_noise(count, 5, 0, 1, &noise)
        func moment(_ power: Int) -> Double {
            noise.reduce(0) { sum, x in
                sum + (0..<power).reduce(1.0) { product, _ in product * Double(x) }
            } / Double(count)
        }
        // Standard deviations of the sample moments: √(1, 2, 15, 96)/512; six of them.
        let wanted = [0, 1, 0, 3.0]
        let allowed = [0.012, 0.017, 0.046, 0.115]
        for power in 1...4 {
            #expect(abs(moment(power) - wanted[power - 1]) < allowed[power - 1], "\(power)")
        }
        // Neighbours share a radius, but not a sign.
        let pairs = stride(from: 0, to: count, by: 2).reduce(0.0) {
            $0 + Double(noise[$1]) * Double(noise[$1 + 1])
        }
        #expect(abs(pairs / Double(count / 2)) < 6 / 362.0)
    }
}
