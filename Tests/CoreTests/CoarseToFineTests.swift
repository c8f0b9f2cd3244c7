import Testing

@testable import Core

@Suite("CoarseToFine")
struct CoarseToFineTests {
    static let grids = [[1], [2], [7], [16], [1, 1], [3, 5], [7, 6, 3], [2, 9, 1, 4], [33, 4]]

    private static func places(_ extents: [Int]) -> [[Int]] {
        CoarseToFine.order(extents).map { CoarseToFine.place($0, in: extents) }
    }

    @Test("every point of a grid comes exactly once", arguments: grids)
    func permutation(_ extents: [Int]) {
        let order = Self.places(extents)
        #expect(order.count == extents.reduce(1, *))
        #expect(Set(order).count == order.count)
        #expect(order.allSatisfy { zip($0, extents).allSatisfy { (0..<$1).contains($0) } })
    }

    @Test("corners come before everything else", arguments: grids)
    func corners(_ extents: [Int]) {
        let order = Self.places(extents)
        func isCorner(_ point: [Int]) -> Bool {
            zip(point, extents).allSatisfy { $0 == 0 || $0 == $1 - 1 }
        }
        let corners = order.count(where: isCorner)
        // A stride of the largest axis may add a middle point to the coarsest level of it.
        let level = order.prefix {
            isCorner($0)
                || zip($0, extents).allSatisfy { at, extent in
                    at == extent - 1 || at % CoarseToFineTests.stride(extents) == 0
                }
        }
        #expect(level.count(where: isCorner) == corners)
    }

    private static func stride(_ extents: [Int]) -> Int {
        var stride = 1
        while stride * 2 < extents.max() ?? 1 { stride *= 2 }
        return stride
    }

    @Test("one axis is halved again and again")
    func line() {
        #expect(CoarseToFine.order([9]) == [0, 8, 4, 2, 6, 1, 3, 5, 7])
        #expect(CoarseToFine.order([7]) == [0, 4, 6, 2, 1, 3, 5])
        #expect(CoarseToFine.order([2]) == [0, 1])
    }

    @Test("at every moment the picture covers the grid as finely as its level")
    func prefix() {
        let extents = [17, 9]
        let order = Self.places(extents)
        var stride = 16
        while stride >= 1 {
            let coarse = order.filter {
                zip($0, extents).allSatisfy { $0 % stride == 0 || $0 == $1 - 1 }
            }
            #expect(Array(order.prefix(coarse.count)) == coarse)
            stride /= 2
        }
    }
}
