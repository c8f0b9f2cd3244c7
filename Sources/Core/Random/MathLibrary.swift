import Foundation

// The few functions of the C library that Core uses, kept in one place.

/// The natural logarithm.
func logarithm(_ x: Double) -> Double { log(x) }

/// The natural exponential.
func exponential(_ x: Double) -> Double { exp(x) }

/// One number to the power of another.
func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }

/// A number's decimal text with so many significant digits.
func significant(_ x: Double, _ digits: Int) -> String {
    String(format: "%.\(digits - 1)e", x)
}
