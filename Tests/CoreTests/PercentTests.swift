import Testing

@testable import Core

@Suite("Shares in per cent")
struct PercentTests {
    @Test(
        "only what is all reads 100, and only what is nothing 0",
        arguments: [
            (0, "0"), (1, "100"), (0.125, "12.5"), (0.9994, "99.9"), (0.9996, "99.96"),
            (0.999_999, "99.9999"), (0.0004, "0.04"), (0.000_001, "0.0001"),
        ])
    func digits(_ share: Double, _ text: String) { #expect(Percent.digits(share) == text) }

    @Test("as many decimals as are asked for, where they tell")
    func decimals() {
        #expect(Percent.text(0.4999, decimals: 0) == "50 %")
        #expect(Percent.text(0.996, decimals: 0) == "99.6 %")
        #expect(Percent.text(0.99, decimals: 0) == "99 %")
        #expect(Percent.text(0.003, decimals: 0) == "0.3 %")
        #expect(Percent.text(0.123_456, decimals: 2) == "12.35 %")
    }
}
