import Core
import Foundation
import Testing

@testable import Report

/// How people with a missing cone see colours, as matrices on linear RGB (Machado, Oliveira & Fernandes 2009, severity 1).
enum Vision: String, CaseIterable {
    case common
    case protanopia
    case deuteranopia
    case tritanopia
    case greyscale

    var matrix: [[Double]] {
        switch self {
        case .common: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        case .protanopia:
            [
                [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ]
        case .deuteranopia:
            [
                [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ]
        case .tritanopia:
            [
                [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ]
        case .greyscale: Array(repeating: [0.2126, 0.7152, 0.0722], count: 3)
        }
    }

    /// CIE L*a*b* (D65) of a colour as it is seen.
    func lab(_ colour: Colour) -> [Double] {
        let rgb = matrix.map { row in
            min(1, max(0, zip(row, colour.linear).reduce(0) { $0 + $1.0 * $1.1 }))
        }
        let xyz = [
            [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ].map { row in zip(row, rgb).reduce(0) { $0 + $1.0 * $1.1 } }
        let f = zip(xyz, [0.95047, 1, 1.08883]).map { value, white in
            let t = value / white
            return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116
        }
        return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
    }
}

@Suite("Palette")
struct PaletteTests {
    @Test("letters have a contrast of 4.5 on their fill", arguments: Phase.allCases)
    func letters(_ phase: Phase) {
        #expect(Palette.ink(phase).contrast(with: Palette.fill(phase)) >= 4.5)
    }

    @Test("text has a contrast of 4.5 and marks of 3 on the ground")
    func marks() {
        for colour in [Palette.text, Palette.quiet, Palette.train, Palette.validation] {
            #expect(colour.contrast(with: Palette.ground) >= 4.5)
        }
        for colour in [Palette.missing, Palette.failed, Palette.boundary] {
            #expect(colour.contrast(with: Palette.ground) >= 3)
        }
        #expect(Palette.progress.contrast(with: Palette.running) >= 3)
    }

    @Test("the veil over what was not measured has a contrast of 3 on every fill of every palette")
    func veil() {
        for palette in [PhasePalette.safe, .paper, .grey] {
            for phase in Phase.allCases {
                #expect(Palette.veil.contrast(with: palette.thinned(phase)) >= 3)
            }
        }
    }

    @Test(
        "a boundary's line or its halo has a contrast of 3 on every fill", arguments: Phase.allCases
    )
    func boundary(_ phase: Phase) {
        let fill = Palette.fill(phase)
        #expect(
            max(Palette.boundary.contrast(with: fill), Palette.ground.contrast(with: fill)) >= 3)
    }

    @Test("fills differ in lightness by a contrast of 2 from one to the next")
    func ladder() {
        let fills = Phase.allCases.map(Palette.fill).sorted { $0.luminance < $1.luminance }
        for (dark, light) in zip(fills, fills.dropFirst()) {
            #expect(light.contrast(with: dark) >= 2)
        }
    }

    /// The smallest distance of two of these colours as they are seen, in CIE L*a*b*.
    private func leastDistance(_ colours: [Colour], _ vision: Vision) -> Double {
        let seen = colours.map(vision.lab)
        var least = Double.infinity
        for (number, a) in seen.enumerated() {
            for b in seen.dropFirst(number + 1) {
                let square = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                least = min(least, square.squareRoot())
            }
        }
        return least
    }

    @Test("fills stay far apart for every kind of vision", arguments: Vision.allCases)
    func distances(_ vision: Vision) {
        #expect(leastDistance(Phase.allCases.map(Palette.fill), vision) >= 20)
    }

    @Test(
        "lines of one kind stay far apart for every kind of vision, and stand out from the ground",
        arguments: Vision.allCases)
    func series(_ vision: Vision) {
        // Without colours figures have their own lines.
        let isGrey = vision == .greyscale
        let lines = isGrey ? Palette.greySeries : Palette.series
        #expect(leastDistance(lines, vision) >= (isGrey ? 10 : 25))
        for line in lines { #expect(line.contrast(with: Palette.ground) >= 3) }
    }

    @Test("luminance and contrast are those of WCAG 2.2")
    func wcag() {
        #expect(abs(Colour(0xFFFFFF).contrast(with: Colour(0x000000)) - 21) < 1e-9)
        // #767676 is the lightest grey with 4.5 : 1 on white.
        #expect(Colour(0x767676).contrast(with: Colour(0xFFFFFF)) >= 4.5)
        #expect(Colour(0x777777).contrast(with: Colour(0xFFFFFF)) < 4.5)
        #expect(Colour(0x0072B2).hex == "#0072b2")
    }
}
