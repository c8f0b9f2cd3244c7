import CKernels

/// Pictures put together from tiles, feature-major: X[c, n] = row[c] of example n. A tile's row of pixels is picked for all
/// examples at once.
struct MosaicRows: InputStage {
    private let kernels: KernelSet
    private let mosaic: Mosaic
    private let workspace: Workspace
    /// Numbers of a tile × kinds of tiles.
    private let table: Matrix
    /// Kind at one place for each example of the block.
    private let kinds: UnsafeMutablePointer<Int32>

    let features: Int
    let isTrained = false

    /// The pictures of a mosaic in blocks of at most so many.
    init(_ mosaic: Mosaic, columns: Int, _ kernels: KernelSet) {
        self.kernels = kernels
        self.mosaic = mosaic
        features = mosaic.places * mosaic.tileSize
        let count = mosaic.tiles.count / mosaic.tileSize
        workspace = Workspace()
        table = workspace.matrix(rows: mosaic.tileSize, columns: count)
        kinds = workspace.takeIndices(columns)
        for kind in 0..<count {
            for row in 0..<mosaic.tileSize {
                table.row(row)[kind] = mosaic.tiles[kind * mosaic.tileSize + row]
            }
        }
    }

    func forward(_ examples: UnsafeBufferPointer<Int32>, output: Matrix, _ pass: Pass) {
        let (across, width) = (mosaic.tilesPerSide, mosaic.rowWidth)
        for place in 0..<mosaic.places {
            for (column, example) in examples.enumerated() {
                kinds[column] = mosaic.choices[Int(example) * mosaic.places + place]
            }
            for line in 0..<mosaic.tileSide {
                let row = ((place / across * mosaic.tileSide + line) * across + place % across)
                kernels.table.gather_columns(
                    width, examples.count, kinds, table.row(line * width), table.stride,
                    output.row(row * width), output.stride, 0)
            }
        }
    }

    func backward(
        _ examples: UnsafeBufferPointer<Int32>, outputGradient: Matrix, accumulates: Bool
    ) {}
}
