import ArgumentParser
import Core

/// Figures that `grokmap report` is asked for, and how they look.
struct FigureOptions: ParsableArguments {
    @Option(
        name: .customLong("figure"),
        help: "Draw this kind of figure only, as often as needed; list says which kinds there are.")
    var kinds: [String] = []

    @Option(help: "The axis drawn from left to right.")
    var x: String?

    @Option(help: "The axis drawn upwards.")
    var y: String?

    @Option(name: .customLong("at"), help: "An axis at one of its values: train_fraction=0.65.")
    var places: [String] = []

    @Option(help: "An axis whose values are looked at together, as seeds are.")
    var over: [String] = []

    @Option(help: "Show this seed only.")
    var seed: UInt64?

    @Option(help: "The measure shown.")
    var measure: String?

    @Flag(help: "Show a measure's largest value, not its last.")
    var maximum = false

    @Option(help: "Draw the line at which weight decay makes this many e-folds within the budget.")
    var budgetLine: Double?

    @Flag(help: "Draw the line where theory has the critical train fraction.")
    var theory = false

    @Option(help: "Width, such as 85mm.")
    var width: String?

    @Option(help: "A font's name.")
    var font: String?

    @Option(help: "Colours of the phases: safe, or paper for those of Liu et al. 2022.")
    var palette: String?

    @Flag(inversion: .prefixedNo, help: "Greys and hatches in place of colours.")
    var greyscale: Bool?

    @Flag(inversion: .prefixedNo, help: "The title above the figure.")
    var title: Bool?

    @Flag(inversion: .prefixedNo, help: "Rule and provenance below the figure.")
    var footer: Bool?

    @Option(name: .customLong("image"), help: "File format: svg, pdf or png.")
    var format: String?

    /// Whether a list of the kinds is asked for.
    var listsKinds: Bool { kinds == ["list"] }

    /// The look, where options say nothing as in the sweep file.
    func look(_ standard: FigureLook) throws -> FigureLook {
        var look = standard
        if let width {
            guard let value = FigureLook.millimetres(width), FigureLook.widths.contains(value)
            else {
                throw ValidationError("--width \(width): from 30mm to 1000mm, in mm, cm or in")
            }
            look.width = value
        }
        if let font {
            guard FigureLook.isFont(font) else {
                throw ValidationError("--font \(font): no font's name")
            }
            look.font = font
        }
        if let palette { look.palette = try choice("palette", palette) }
        if let greyscale { look.greyscale = greyscale }
        if let title { look.title = title }
        if let footer { look.footer = footer }
        if let format { look.format = try choice("image", format) }
        return look
    }

    /// The figures asked for.
    func requests(_ standard: FigureLook) throws -> [FigureRequest] {
        let look = try look(standard)
        return try kinds.map { word in
            var request = FigureRequest(try choice("figure", word))
            request.x = x
            request.y = y
            for place in places {
                let halves = place.split(separator: "=", maxSplits: 1).map(String.init)
                guard halves.count == 2 else {
                    throw ValidationError("--at \(place): write axis=value")
                }
                guard request.at.updateValue(halves[1], forKey: halves[0]) == nil else {
                    throw ValidationError("--at \(place): \(halves[0]) is said twice")
                }
            }
            request.over = over
            request.seed = seed
            request.measure = measure
            request.maximum = maximum
            request.budgetLine = budgetLine
            request.theory = theory
            request.look = look
            return request
        }
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(
        _ option: String, _ word: String
    ) throws -> Choice where Choice.RawValue == String {
        if let choice = Choice(rawValue: word) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        let near = NearestKey.find(word, among: known).map { ": did you mean \($0)?" } ?? "."
        throw ValidationError(
            "--\(option) \(word): unknown\(near) Known are \(known.joined(separator: ", "))")
    }

    /// The kinds for people: name and what it shows.
    static var list: String {
        let width = FigureKind.allCases.map(\.rawValue.count).max() ?? 0
        return FigureKind.allCases.map { kind in
            TextColumn.of(kind.rawValue, width, left: true) + "  \(kind.summary)\n"
                + TextColumn.of("", width, left: true) + "  needs: \(kind.needs)"
        }.joined(separator: "\n")
    }
}
