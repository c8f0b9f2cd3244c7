import Core

/// One panel: the sites that share the indices of the third and fourth axis.
struct DiagramPanel {
    /// Indices of the third and fourth axis, as many as there are.
    var fixed: [Int]
    /// What it stands for, one line per fixed axis.
    var title: [String]
    /// Its row and column among the panels.
    var row: Int
    var column: Int
    /// Left and top of its cells.
    var x: Double
    var y: Double
    /// Whether no panel stands below it, so that it carries the x axis.
    var isLowest: Bool
}

/// Where everything of a phase diagram stands.
struct DiagramLayout {
    /// Length of a labelled tick.
    static let tickLength = 5.0

    /// The x axis.
    let x: AxisLayout
    /// The y axis, where there are two axes or more.
    let y: AxisLayout?
    /// Whether y grows downwards.
    let yDownward: Bool
    /// The panels, row by row.
    let panels: [DiagramPanel]
    /// Width and height of a panel's cells.
    let plotWidth: Double
    let plotHeight: Double
    /// The title's lines, from the top margin on.
    let titleLines: [String]
    /// Where the panels' area begins and ends.
    let panelsTop: Double
    let panelsBottom: Double
    /// Left of the leftmost panel's cells.
    let plotLeft: Double
    /// Right of the rightmost panel's cells.
    let plotRight: Double
    /// Width of the whole figure.
    let width: Double
    /// Ticks of the axes.
    let xTicks: AxisTicks
    let yTicks: AxisTicks?

    /// The style that it is for.
    let style: FigureStyle

    /// Lays out the panels of a map; at the width asked for where there is one, with cells as large as fit.
    init(_ input: PhaseDiagramInput, _ style: FigureStyle) {
        let axes = input.axes
        let usual = DiagramLayout.arrangement(axes)
        guard let target = style.width else {
            let cell = DiagramLayout.cellSize(axes, columns: usual.columns, rows: usual.rows)
            self.init(input, style, columns: usual.columns, rows: usual.rows, cell: (cell, cell))
            return
        }
        func layout(_ columns: Int) -> (cell: Double, layout: DiagramLayout) {
            let count = DiagramLayout.fixedPlaces(axes).count
            let rows = (count + columns - 1) / columns
            let lines = axes.count > 1 ? Double(axes[1].values.count) : 1
            func attempt(_ cell: Double) -> DiagramLayout {
                let high = min(cell, 1.3 * target / Double(rows) / lines)
                return DiagramLayout(
                    input, style, columns: columns, rows: rows, cell: (cell, max(1.5, high)))
            }
            var (low, high) = (1.5, 44 * style.sizes.scale)
            for _ in 0..<10 {
                let middle = (low + high) / 2
                if attempt(middle).width <= target { low = middle } else { high = middle }
            }
            let found = attempt(low)
            return (min(low, found.plotHeight / lines), found)
        }
        // Where cells are small, panels take more rows.
        var best = layout(usual.columns)
        for columns in stride(from: usual.columns - 1, through: 1, by: -1) where best.cell < 10 {
            let other = layout(columns)
            if other.cell > best.cell { best = other }
        }
        self = best.layout
    }

    private init(
        _ input: PhaseDiagramInput, _ style: FigureStyle, columns: Int, rows: Int,
        cell: (x: Double, y: Double)
    ) {
        let axes = input.axes
        let sizes = style.sizes
        let margin = style.margin
        let x = AxisLayout(
            axes[0], length: DiagramLayout.length(axes[0], cell.x, across: sizes.tick))
        let y =
            axes.count > 1
            ? AxisLayout(axes[1], length: DiagramLayout.length(axes[1], cell.y)) : nil
        let plotWidth = x.length
        let plotHeight = y?.length ?? max(cell.y, 30)
        let xTicks = AxisTicks(x, .horizontal, fontSize: sizes.tick)
        let yTicks = y.map { AxisTicks($0, .vertical, fontSize: sizes.tick) }
        let labels = yTicks?.ticks.compactMap { $0.label?.width(sizes.tick) }.max() ?? 0
        let over = xTicks.overhang(plotWidth, fontSize: sizes.tick)
        let plotLeft =
            margin
            + (y == nil
                ? max(10, over.low)
                : sizes.axis + 10 * sizes.scale + labels + DiagramLayout.tickLength + 4)

        let titles = DiagramLayout.titles(input)
        let titleWidth =
            titles.joined().map { TextMeasure.width($0, sizes.panel * TextMeasure.bold) }.max() ?? 0
        // Labels below two neighbouring panels stay apart by a blank.
        let pitch = max(
            plotWidth + max(20 * sizes.scale, over.low + over.high + 12), titleWidth + 20)
        let plotRight = plotLeft + Double(columns - 1) * pitch + plotWidth
        let width =
            style.width == nil
            ? max(
                // Below this a legend's entries would be cut off.
                !style.isPart ? 480 : style.showsLegend ? 320 : 0,
                plotLeft + Double(columns) * pitch - 20 + margin,
                plotRight + max(14, over.high) + margin)
            : max(
                plotLeft + Double(columns - 1) * pitch + titleWidth + margin,
                plotRight + max(2, over.high) + margin)
        let room = max(width, style.width ?? 0) - 2 * margin
        let titleLines =
            style.showsTitle
            ? TextMeasure.wrap(input.title, width: room, size: sizes.title * TextMeasure.bold) : []
        let head = Double(titles.first?.count ?? 0) * sizes.panelLine + 4
        let rowPitch = plotHeight + head + 12
        // The y axis' name stands upright beside the panels' middle, and may be longer than they are high.
        let name =
            axes.count > 1 ? TextMeasure.width(NumberText.words(axes[1].name), sizes.axis) : 0
        let overhang = max(0, (name - (Double(rows) * rowPitch - 12 - head)) / 2 - head)
        let panelsTop =
            margin + Double(titleLines.count) * sizes.titleLine
            + (style.showsTitle ? 8 : 0) + overhang

        // Where the last row is not full, panels above its gap carry their own x ticks into it.
        let positions = titles.indices.map { (row: $0 / columns, column: $0 % columns) }
        panels = zip(DiagramLayout.fixedPlaces(axes), zip(titles, positions)).map { entry in
            let (fixed, (title, at)) = entry
            return DiagramPanel(
                fixed: fixed, title: title, row: at.row, column: at.column,
                x: plotLeft + Double(at.column) * pitch,
                y: panelsTop + head + Double(at.row) * rowPitch,
                isLowest: (at.row + 1) * columns + at.column >= titles.count)
        }
        let plotsBottom = panelsTop + Double(rows) * rowPitch - 12
        panelsBottom =
            plotsBottom + DiagramLayout.tickLength + 4 + sizes.tick + 8 * sizes.scale + sizes.axis
            + 6 * sizes.scale
        self.style = style
        self.x = x
        self.y = y
        yDownward = axes.count > 1 && axes[1].reversed
        self.plotWidth = plotWidth
        self.plotHeight = plotHeight
        self.titleLines = titleLines
        self.panelsTop = panelsTop
        self.plotLeft = plotLeft
        self.plotRight = plotRight
        self.width = width
        self.xTicks = xTicks
        self.yTicks = yTicks
    }

    /// Width for legend and footer.
    var room: Double { max(width, style.width ?? 0) - 2 * style.margin }

    /// The third axis from left to right and the fourth from top to bottom; without a fourth, at most four in a row.
    private static func arrangement(_ axes: [Axis]) -> (columns: Int, rows: Int) {
        guard axes.count > 2 else { return (1, 1) }
        let count = axes[2].values.count
        guard axes.count == 3 else { return (count, axes[3].values.count) }
        let rows = (count + 3) / 4
        return ((count + rows - 1) / rows, rows)
    }

    private static func cellSize(_ axes: [Axis], columns: Int, rows: Int) -> Double {
        let nx = Double(axes[0].values.count)
        guard axes.count > 1 else { return min(48, max(6, (640 / nx).rounded(.down))) }
        let ny = Double(axes[1].values.count)
        let wide = (columns == 1 ? 500.0 : columns == 2 ? 760 : 960) / Double(columns) / nx
        let high = (rows == 1 ? 470.0 : 640 / Double(rows)) / ny
        let size = min(wide, high).rounded(.down)
        let fitsLetters = Double(columns) * nx * 16 <= 1200 && Double(rows) * ny * 16 <= 1200
        return min(columns == 1 ? 44 : 36, max(size, fitsLetters ? 16 : 5))
    }

    /// Cells of equal size whether or not zero has a slot, so that panels stay square.
    ///
    /// - Parameters:
    ///   - axis: the axis.
    ///   - cell: the size of a cell.
    ///   - tick: the font size of names side by side below their columns; nil where they stand beside rows.
    /// - Returns: the axis' length in px.
    private static func length(_ axis: Axis, _ cell: Double, across tick: Double? = nil) -> Double {
        let plain = Double(axis.values.count) * cell
        if axis.isCategorical {
            let name = tick.flatMap { tick in
                axis.labels.map { TextMeasure.width($0, tick) }.max().map { $0 + 6 }
            }
            return Double(axis.values.count) * (max(cell, name ?? 0) + AxisLayout.breakGap)
                - AxisLayout.breakGap
        }
        return AxisLayout(axis, length: plain).hasZeroSlot
            ? plain + AxisLayout.breakGap : plain
    }

    /// The index tuples of the third and fourth axis in the order of the panels.
    private static func fixedPlaces(_ axes: [Axis]) -> [[Int]] {
        let orders = axes.dropFirst(2).map { axis in
            axis.values.indices.sorted { axis.values[$0] < axis.values[$1] }
        }
        switch orders.count {
        case 0: return [[]]
        case 1: return orders[0].map { [$0] }
        default: return orders[1].flatMap { row in orders[0].map { [$0, row] } }
        }
    }

    private static func titles(_ input: PhaseDiagramInput) -> [[String]] {
        fixedPlaces(input.axes).map { fixed in
            input.slices
                + zip(input.axes.dropFirst(2), fixed).map { axis, index in
                    "\(NumberText.words(axis.name)) = \(axis.shown(at: index))"
                }
        }
    }

    /// The site at a place of the drawing order of x and y in a panel.
    func place(_ column: Int, _ row: Int, in panel: DiagramPanel) -> [Int] {
        [x.order[column]] + (y.map { [$0.order[row]] } ?? []) + panel.fixed
    }

    /// Rows of a panel.
    var rowCount: Int { y?.spans.count ?? 1 }

    /// Px from a panel's top of a position along the y axis.
    func down(_ position: Double) -> Double {
        yDownward ? position : plotHeight - position
    }

    /// Where a site's cell is drawn.
    func rect(_ column: Int, _ row: Int, in panel: DiagramPanel) -> Rect {
        let across = x.spans[column]
        guard let y else {
            return Rect(
                x: panel.x + across.low, y: panel.y, width: across.size, height: plotHeight)
        }
        let span = y.spans[row]
        let top = min(down(span.low), down(span.high))
        return Rect(
            x: panel.x + across.low, y: panel.y + top, width: across.size, height: span.size)
    }

    /// A corner of the grid in px; corners are numbered 0…columns and 0…rows in drawing order.
    func corner(_ column: Int, _ row: Int, in panel: DiagramPanel) -> (x: Double, y: Double) {
        let vertical = y.map { down($0.edge(row)) } ?? (row == 0 ? plotHeight : 0)
        return (panel.x + x.edge(column), panel.y + vertical)
    }
}
