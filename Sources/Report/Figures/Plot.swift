/// What a figure of lines and marks shows: panels, their axes, and what lies in them in the units of the axes.
package struct Plot: Sendable, Hashable {
    /// One axis of a panel.
    package struct Axis: Sendable, Hashable {
        /// How distances relate to values.
        package enum Scale: Sendable, Hashable {
            case linear
            case log
            /// Steps: their logarithm, with step 0 in front of step 1.
            case steps
        }

        /// Its name, nil for none.
        package var name: String?
        /// How distances relate to values.
        package var scale = Scale.linear
        /// Its ends; nil to take them from what is drawn.
        package var range: ClosedRange<Double>?
        /// The values that are labelled; nil for round ones.
        package var ticks: [Double]?
        /// What stands at these; empty for the numbers.
        package var labels: [String] = []
    }

    /// A point.
    package struct Point: Sendable, Hashable {
        package var x: Double
        package var y: Double

        /// A point.
        package init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// A value with its interval.
    package struct Estimate: Sendable, Hashable {
        package var x: Double
        package var y: Double
        package var low: Double
        package var high: Double
    }

    /// A bar of shares, from the bottom upwards.
    package struct Bar: Sendable, Hashable {
        package var x: Double
        package var shares: [Double]
    }

    /// What lies in a panel.
    package enum Mark: Sendable, Hashable {
        /// A line through points; it breaks off where a value is not finite.
        case line([Point], LineInk, dashed: Bool)
        /// What lies between two lines.
        case band([Estimate], LineInk)
        /// Points with their intervals as bars.
        case estimates([Estimate], LineInk)
        /// Points alone.
        case dots([Point], LineInk)
        /// Bars of shares in the order of these inks, each as wide as the distance to its neighbours allows.
        case bars([Bar], [LineInk])
        /// A line across at a value of x.
        case vertical(Double, LineInk, dashed: Bool)
        /// A thin line across at a value of y.
        case horizontal(Double)
        /// Everything between two values of x.
        case shade(ClosedRange<Double>)
    }

    /// A remark at a value of x, above its panel.
    package struct Label: Sendable, Hashable {
        package var x: Double
        package var text: String
        package var ink: LineInk
    }

    /// Axes with what lies between them.
    package struct Panel: Sendable, Hashable {
        /// What it stands for.
        package var title: String?
        package var x: Axis
        package var y: Axis
        /// What is drawn, from the back to the front.
        package var marks: [Mark]
        /// Remarks above it, each in a line of its own.
        package var labels: [Label] = []
    }

    /// An entry of the key.
    package struct Key: Sendable, Hashable {
        /// How its sign is drawn.
        package enum Sign: Sendable, Hashable {
            case line(dashed: Bool)
            case dot
            case fill
        }

        package var sign: Sign
        package var ink: LineInk
        package var text: String
    }

    /// The kind of figure in words.
    package var name: String
    /// The figure's title.
    package var title: String
    /// What it shows, for people who do not see it.
    package var description: String
    /// The panels, row by row.
    package var panels: [Panel]
    /// Panels in a row.
    package var columns = 1
    /// Width in px that suits it on a screen; nil for that of its columns.
    package var width: Double?
    /// Height of a panel over its width.
    package var aspect = 0.3
    /// Whether panels in a column have the same x axis, and only the lowest shows it.
    package var sharesX = true
    /// Whether panels in a row have the same y axis, and only the first shows it.
    package var sharesY = false
    /// What the marks mean.
    package var key: [Key] = []
    /// Paragraphs below it.
    package var notes: [String] = []
}

extension Plot: Figure {
    package var caption: [String] { [description] + notes }

    package func draw(_ style: FigureStyle, standalone: Bool) -> DrawnFigure {
        PlotDrawing(self, style).draw(standalone: standalone)
    }
}
