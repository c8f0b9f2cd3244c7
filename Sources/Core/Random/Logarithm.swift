import Foundation

/// The natural logarithm; kept in one place because Core uses no other mathematical function of the C library.
func logarithm(_ x: Double) -> Double { log(x) }
