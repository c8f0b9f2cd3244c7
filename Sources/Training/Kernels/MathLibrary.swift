import Foundation

// The few functions of the C library that training uses, kept in one place.

/// A number to a whole power.
func power(_ base: Double, _ exponent: Int) -> Double { pow(base, Double(exponent)) }

/// The hyperbolic tangent.
func hyperbolicTangent<T: BinaryFloatingPoint>(_ x: T) -> T { T(tanh(Double(x))) }

/// The natural exponential.
func exponential(_ x: Double) -> Double { exp(x) }

/// The natural logarithm.
func logarithm(_ x: Double) -> Double { log(x) }

/// P(X ≤ x) for a standard normal X, through erfc so that the lower tail keeps its digits.
func normalDistribution(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

/// The cosine of an angle in radians.
func cosine(_ x: Double) -> Double { cos(x) }

/// The sine of an angle in radians.
func sine(_ x: Double) -> Double { sin(x) }

/// The third root.
func cubeRoot(_ x: Double) -> Double { cbrt(x) }
