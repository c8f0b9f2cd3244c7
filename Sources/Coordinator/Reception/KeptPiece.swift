/// What became of a piece of a file.
enum KeptPiece: Sendable, Equatable {
    /// More is wanted from this offset.
    case receiving(Int)
    /// The file is complete and being read.
    case complete
    /// The piece cannot be, or the file is not the one announced.
    case refused(String)
}
