/// Shares in per cent, for people. Only what is all reads 100, and only what is nothing 0.
package enum Percent {
    /// A share, with its sign: `12.5 %`.
    package static func text(_ share: Double, decimals: Int = 1) -> String {
        digits(share, decimals: decimals) + " %"
    }

    /// A share's number: rounded to so many decimals, and to as many more as tell it from nothing and from all.
    package static func digits(_ share: Double, decimals: Int = 1) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        var shown = (share * 100 * scale).rounded() / scale
        while scale < 1e12, (shown == 0 && share > 0) || (shown == 100 && share < 1) {
            scale *= 10
            shown = (share * 100 * scale).rounded() / scale
        }
        return CanonicalJSON.number(shown)
    }
}
