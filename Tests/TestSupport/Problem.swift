/// The text of the error that a body throws, `no error` where it throws none.
package func problem(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch {
        return "\(error)"
    }
}
