/// A figure that can be drawn: what it shows is settled, how it looks is not.
package protocol Figure: Sendable {
    /// What stands below it and what it shows, as text for a caption.
    var caption: [String] { get }
    /// Draws it.
    ///
    /// - Parameters:
    ///   - style: how it looks.
    ///   - standalone: whether it is a document, or the `<svg>` element alone for use inside HTML.
    /// - Returns: the markup with its size.
    func draw(_ style: FigureStyle, standalone: Bool) -> DrawnFigure
}

/// A figure as SVG.
package struct DrawnFigure: Sendable {
    /// The markup.
    package let text: String
    /// Its size in px.
    package let width: Double
    package let height: Double
}

extension Figure {
    /// The SVG document, or the `<svg>` element alone for use inside HTML.
    package func svg(_ style: FigureStyle = FigureStyle(), standalone: Bool = true) -> String {
        draw(style, standalone: standalone).text
    }
}
