/// Pictures put together from tiles, of which each is kept once: 14,641 pictures of 224 × 224 pixels in three colours are
/// eleven tiles and four choices each.
package struct Mosaic: Sendable, Equatable {
    /// Tiles along each side of a picture.
    package let tilesPerSide: Int
    /// Pixels along each side of a tile.
    package let tileSide: Int
    /// Numbers per pixel.
    package let channels: Int
    /// Kinds of tiles × numbers of a tile, row-major; a tile's stand row by row, pixel by pixel, channel by channel.
    package let tiles: [Float]
    /// Pictures × tiles of a picture, row-major: which kind stands at each place.
    package let choices: [Int32]

    /// Tiles of a picture.
    package var places: Int { tilesPerSide * tilesPerSide }

    /// Numbers of a tile's row of pixels.
    package var rowWidth: Int { tileSide * channels }

    /// Numbers of a tile.
    package var tileSize: Int { tileSide * rowWidth }

    /// The numbers of one picture, row by row.
    package func row(_ example: Int) -> [Float] {
        var row: [Float] = []
        row.reserveCapacity(places * tileSize)
        for down in 0..<tilesPerSide {
            for line in 0..<tileSide {
                for across in 0..<tilesPerSide {
                    let kind = Int(choices[example * places + down * tilesPerSide + across])
                    let start = kind * tileSize + line * rowWidth
                    row += tiles[start..<start + rowWidth]
                }
            }
        }
        return row
    }
}
