import Core

/// The text of the error that a body throws, `no error` where it throws none.
func problem(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch {
        return "\(error)"
    }
}

/// Numbers for random tests out of a printed seed.
extension RandomStream {
    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }
}
