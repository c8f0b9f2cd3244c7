// Random numbers by place in a key's sequence: Philox4x32-10.
extension Reference {
    /// The cipher of one block (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
    static func philox(_ block: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var (x, key) = (block, key)
        for _ in 0..<10 {
            let even = x[0].multipliedFullWidth(by: 0xD251_1F53)
            let odd = x[2].multipliedFullWidth(by: 0xCD9E_8D57)
            x = SIMD4(odd.high ^ x[1] ^ key[0], odd.low, even.high ^ x[3] ^ key[1], even.low)
            key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
        }
        return x
    }

    /// The elements counter ..< counter + count of a key's sequence: word e mod 4 of block e / 4.
    static func randomWords(_ count: Int, key: UInt64, counter: UInt64) -> [UInt32] {
        (0..<UInt64(count)).map { place in
            let element = counter + place
            let block = element / 4
            let words = philox(
                SIMD4(UInt32(truncatingIfNeeded: block), UInt32(block >> 32), 0, 0),
                key: SIMD2(UInt32(truncatingIfNeeded: key), UInt32(key >> 32)))
            return words[Int(element % 4)]
        }
    }

    /// 0 where an element is below the threshold, else scale.
    static func dropoutMask<T: BinaryFloatingPoint>(
        _ count: Int, key: UInt64, counter: UInt64, threshold: UInt32, scale: T
    ) -> [T] {
        randomWords(count, key: key, counter: counter).map { $0 < threshold ? 0 : scale }
    }

    /// Sigma times normal numbers: of elements 2k and 2k + 1 = (w, t), √(−2 ln u) times cos and sin of 2πt/2³², with u
    /// the float of ⌊w/2⌋ 2⁻³¹ + 2⁻³², ⌊w/2⌋ a float itself (Box & Muller 1958).
    static func normalNoise<T: BinaryFloatingPoint>(
        _ count: Int, key: UInt64, counter: UInt64, sigma: T
    ) -> [T] {
        let start = counter / 2 * 2
        let skipped = Int(counter - start)
        let words = randomWords(
            (skipped + count + 1) / 2 * 2, key: key, counter: start)
        return (skipped..<skipped + count).map { place in
            let (w, t) = (words[place / 2 * 2], words[place / 2 * 2 + 1])
            let u = Float(w >> 1) * 0x1p-31 + 0x1p-32
            let radius = (-2 * logarithm(Double(u))).squareRoot()
            let angle = 2 * Double.pi * 0x1p-32 * Double(t)
            return sigma * T(radius * (place.isMultiple(of: 2) ? cosine(angle) : sine(angle)))
        }
    }
}
