import Core
import Foundation
import System

/// Writes a figure in the format asked for; what is not SVG is made by rsvg-convert.
enum FigureFile {
    /// What is said of a figure that this machine cannot convert.
    static let converting = "convert the figure"

    /// Writes a figure.
    ///
    /// - Throws: `CoordinatorError` when it cannot be written, or rsvg-convert is not installed or fails.
    static func write(_ svg: String, _ look: FigureLook, to path: String) throws {
        guard look.format != .svg else {
            return try Posix.writeDurably(Array(svg.utf8), to: path)
        }
        let source = path + ".svg-part"
        try Posix.writeDurably(Array(svg.utf8), to: source)
        defer { try? FileManager.default.removeItem(atPath: source) }
        // Pictures have 300 dots to the inch at the width asked for; without one two to the pixel.
        let size: [String] =
            look.format == .pdf
            ? [] : look.width == nil ? ["--zoom", "2"] : ["--dpi-x", "300", "--dpi-y", "300"]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["rsvg-convert", "--format", look.format.rawValue] + size
            + ["--output", path, source]
        let errors = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw CoordinatorError(converting, path, "\(error)")
        }
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let words = String(decoding: said, as: UTF8.self).onOneLine(atMost: 300)
            throw CoordinatorError(
                converting, path,
                process.terminationStatus == 127 ? "rsvg-convert is not installed" : words,
                hint: "install librsvg2-bin, or take the SVG")
        }
    }
}
