import Foundation

/// An sRGB colour.
package struct Colour: Sendable, Hashable {
    /// Red, 0…255.
    package let red: UInt8
    /// Green, 0…255.
    package let green: UInt8
    /// Blue, 0…255.
    package let blue: UInt8

    /// A colour from 0xRRGGBB.
    package init(_ hex: UInt32) {
        red = UInt8(truncatingIfNeeded: hex >> 16)
        green = UInt8(truncatingIfNeeded: hex >> 8)
        blue = UInt8(truncatingIfNeeded: hex)
    }

    /// `#rrggbb`.
    package var hex: String {
        String(format: "#%02x%02x%02x", Int(red), Int(green), Int(blue))
    }

    /// The three channels in linear light, 0…1 (IEC 61966-2-1).
    package var linear: [Double] {
        [red, green, blue].map { channel in
            let value = Double(channel) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
    }

    /// Relative luminance, 0…1 (WCAG 2.2).
    package var luminance: Double {
        zip([0.2126, 0.7152, 0.0722], linear).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Contrast ratio, 1…21 (WCAG 2.2).
    package func contrast(with other: Colour) -> Double {
        let pair = [luminance, other.luminance].sorted()
        return (pair[1] + 0.05) / (pair[0] + 0.05)
    }

    /// A colour from channels of 0…255.
    private init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// The colour so far (0…1) on the way to another one, channel by channel.
    func mixed(with other: Colour, share: Double) -> Colour {
        func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
            UInt8((Double(a) + (Double(b) - Double(a)) * share).rounded())
        }
        return Colour(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
    }
}
