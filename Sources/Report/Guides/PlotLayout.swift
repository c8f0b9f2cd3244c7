/// Where everything of a plot stands.
struct PlotLayout {
    /// One panel's frame with its scales.
    struct Frame {
        let panel: Plot.Panel
        let rect: Rect
        let x: PlotScale
        let y: PlotScale
        let xTicks: [AxisTick]
        let yTicks: [AxisTick]
        /// Whether its axes are labelled.
        let showsX: Bool
        let showsY: Bool
    }

    /// The frames, row by row.
    let frames: [Frame]
    /// The title's lines.
    let titleLines: [String]
    /// Width of the whole figure.
    let width: Double
    /// Where the last row's axis ends.
    let bottom: Double

    /// From a panel's frame up to its title or lowest remark.
    static let headGap = 6.0
    /// Panels side by side are at least this wide.
    private static let leastWidth = 110.0

    /// Lays out a plot.
    init(_ plot: Plot, _ style: FigureStyle) {
        let sizes = style.sizes
        var columns = max(1, min(plot.columns, plot.panels.count))
        let width = style.width ?? plot.width ?? (columns == 1 ? 648 : 960)
        titleLines =
            style.showsTitle
            ? TextMeasure.wrap(
                plot.title, width: width - 2 * style.margin, size: sizes.title * TextMeasure.bold)
            : []
        self.width = width
        // A first pass with a guess of the height finds how wide the labels of the y axes are.
        let guess = 170 * sizes.scale
        let labels =
            plot.panels.map { panel in
                PlotLayout.yScale(panel, from: guess, to: 0)
                    .ticks(most: PlotLayout.most(guess, sizes))
                    .compactMap { $0.label?.width(sizes.tick) }.max() ?? 0
            }.max() ?? 0
        let gutter = sizes.axis + 8 * sizes.scale + labels + DiagramLayout.tickLength + 4
        let left = style.margin + gutter
        let right = width - style.margin - 10 * sizes.scale
        let between = plot.sharesY ? 14 * sizes.scale : gutter + 12 * sizes.scale
        func share(_ columns: Int) -> Double {
            max(20, (right - left - Double(columns - 1) * between) / Double(columns))
        }
        while columns > 1, share(columns) < PlotLayout.leastWidth { columns -= 1 }
        let plotWidth = share(columns)
        let rows = (plot.panels.count + columns - 1) / columns
        let plotHeight = plotWidth * plot.aspect
        let axisHeight = DiagramLayout.tickLength + 4 + sizes.tick
        let nameHeight = 6 * sizes.scale + sizes.axis

        var frames: [Frame] = []
        var top =
            style.margin + Double(titleLines.count) * sizes.titleLine
            + (style.showsTitle ? 8 * sizes.scale : 0)
        for row in 0..<rows {
            let places = (0..<columns).map { row * columns + $0 }.filter(
                plot.panels.indices.contains)
            let heads = places.map { PlotLayout.head(plot.panels[$0], plotWidth, sizes) }
            top += heads.max() ?? 0
            var foot = 12 * sizes.scale
            for (column, place) in places.enumerated() {
                let panel = plot.panels[place]
                let rect = Rect(
                    x: left + Double(column) * (plotWidth + between), y: top, width: plotWidth,
                    height: plotHeight)
                let showsX = !plot.sharesX || !plot.panels.indices.contains(place + columns)
                if showsX { foot = max(foot, axisHeight + (panel.x.name == nil ? 0 : nameHeight)) }
                let x = PlotScale(
                    panel.x, values: PlotLayout.values(panel).x, from: rect.x,
                    to: rect.x + rect.width)
                let y = PlotLayout.yScale(panel, from: top + plotHeight, to: top)
                frames.append(
                    Frame(
                        panel: panel, rect: rect, x: x, y: y,
                        xTicks: PlotLayout.apart(
                            x.ticks(most: max(2, Int(plotWidth / (4 * sizes.tick)))), sizes.tick),
                        yTicks: y.ticks(most: PlotLayout.most(plotHeight, sizes)),
                        showsX: showsX, showsY: !plot.sharesY || column == 0))
            }
            top += plotHeight + foot + (row + 1 < rows ? 8 * sizes.scale : 0)
        }
        self.frames = frames
        bottom = top
    }

    /// Rows of labels that fit a height.
    private static func most(_ height: Double, _ sizes: TextSizes) -> Int {
        max(2, Int(height / (2 * sizes.tick)))
    }

    /// Ticks whose labels do not touch, from the first on.
    private static func apart(_ ticks: [AxisTick], _ size: Double) -> [AxisTick] {
        var end = -Double.infinity
        return ticks.map { tick in
            guard let half = tick.label.map({ $0.width(size) / 2 }) else { return tick }
            guard tick.position - half >= end + 3 else {
                return AxisTick(position: tick.position, label: nil)
            }
            end = tick.position + half
            return tick
        }
    }

    /// Room above a panel for its title and remarks.
    private static func head(
        _ panel: Plot.Panel, _ width: Double, _ sizes: TextSizes
    ) -> Double {
        Double(titleLines(panel, width, sizes).count + panel.labels.count) * sizes.panelLine
            + headGap
    }

    /// A panel's title in lines as long as the panel is wide.
    static func titleLines(_ panel: Plot.Panel, _ width: Double, _ sizes: TextSizes) -> [String] {
        panel.title.map {
            TextMeasure.wrap($0, width: width, size: sizes.panel * TextMeasure.bold)
        } ?? []
    }

    private static func yScale(_ panel: Plot.Panel, from: Double, to: Double) -> PlotScale {
        PlotScale(panel.y, values: values(panel).y, from: from, to: to)
    }

    /// Everything that has a place in a panel.
    private static func values(_ panel: Plot.Panel) -> (x: [Double], y: [Double]) {
        panel.marks.reduce(into: ([], [])) { values, mark in
            switch mark {
            case .line(let points, _, _), .dots(let points, _):
                values.x += points.map(\.x)
                values.y += points.map(\.y)
            case .band(let estimates, _), .estimates(let estimates, _):
                values.x += estimates.map(\.x)
                values.y += estimates.flatMap { [$0.low, $0.y, $0.high] }
            case .bars(let bars, _): values.x += bars.map(\.x)
            case .vertical(let x, _, _): values.x.append(x)
            case .horizontal(let y): values.y.append(y)
            case .shade: break
            }
        }
    }
}
