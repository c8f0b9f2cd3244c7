import ArgumentParser
import Core
import Testing

@testable import Coordinator

@Suite struct FigureOptionsTests {
    private func places(_ places: [String]) throws -> [String: String] {
        let arguments = ["--figure", "delay"] + places.flatMap { ["--at", $0] }
        return try FigureOptions.parse(arguments).requests(FigureLook())[0].at
    }

    @Test("an axis is fixed at one value")
    func fixed() throws {
        #expect(try places(["a=1", "b=x=2"]) == ["a": "1", "b": "x=2"])
        for wrong in [["a=1", "a=2"], ["a=1", "b=1", "a=1"]] {
            let error = try #require(throws: (any Error).self) { try places(wrong) }
            #expect("\(error)".contains("a is said twice"), "\(error)")
        }
    }
}
