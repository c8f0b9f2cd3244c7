import COpenBLAS

/// What a processor offers that decides which OpenBLAS cores run well on it.
package struct ProcessorFeatures: OptionSet, Sendable, Hashable {
    /// The bits of `processor_features`.
    package let rawValue: UInt32

    /// The features with these bits.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// SSE 4.2.
    package static let sse42 = ProcessorFeatures(rawValue: UInt32(PROCESSOR_SSE42))
    /// AVX.
    package static let avx = ProcessorFeatures(rawValue: UInt32(PROCESSOR_AVX))
    /// AVX2.
    package static let avx2 = ProcessorFeatures(rawValue: UInt32(PROCESSOR_AVX2))
    /// Fused multiply-add on three operands.
    package static let fma = ProcessorFeatures(rawValue: UInt32(PROCESSOR_FMA))
    /// AVX-512 as OpenBLAS needs it: the foundation with bytes and words, double and quad words, and shorter vectors.
    package static let avx512 = ProcessorFeatures(
        rawValue: UInt32(
            PROCESSOR_AVX512F | PROCESSOR_AVX512BW | PROCESSOR_AVX512DQ
                | PROCESSOR_AVX512VL))
    /// AVX-512 for bfloat16.
    package static let bfloat16 = ProcessorFeatures(
        rawValue: UInt32(PROCESSOR_AVX512BF16))
    /// Made by AMD.
    package static let amd = ProcessorFeatures(rawValue: UInt32(PROCESSOR_AMD))

    /// Those of this processor.
    package static var present: ProcessorFeatures { .init(rawValue: processor_features()) }

    /// The width of the widest vectors that OpenBLAS can multiply with, in bits.
    package var vectorBits: Int { cores.first.flatMap(BLASCoreChoice.bits) ?? 128 }

    /// The cores that these features allow, the best first.
    package var cores: [String] {
        var cores: [String] = []
        if isSuperset(of: [.avx512, .bfloat16]) { cores.append("Cooperlake") }
        if isSuperset(of: .avx512) { cores.append("SkylakeX") }
        if isSuperset(of: [.avx2, .fma]) {
            if contains(.amd) { cores.append("Zen") }
            cores.append("Haswell")
        }
        if contains(.avx) { cores.append("Sandybridge") }
        if contains(.sse42) { cores.append("Nehalem") }
        return cores + ["Prescott"]
    }
}
