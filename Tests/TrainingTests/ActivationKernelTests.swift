import CKernels
import Core
import Testing

@testable import Training

@Suite struct ActivationKernelTests {
    @Test("tanh is within 2.5 units in the last place and odd", arguments: KernelCase.sets)
    func tanhAccuracy(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        var stream = RandomStream(state: 6)
        // Exponents from 2⁻⁴⁰ to 2⁴, where float tanh saturates.
        let x = (0..<100_003).map { _ in
            Float(stream.uniform(1, 2))
                * Float(sign: .plus, exponent: stream.index(below: 45) - 40, significand: 1)
        }
        var y = x
        set.tanh_forward(1, y.count, &y, 0)
        var negative = x.map { -$0 }
        set.tanh_forward(1, negative.count, &negative, 0)
        #expect(negative == y.map { -$0 })
        let worst = zip(x, y).map { x, y in
            let wanted = hyperbolicTangent(Double(x))
            return abs(Double(y) - wanted) / Double(Float(wanted).ulp)
        }.max()
        #expect(try #require(worst) <= 2.5)
        var special: [Float] = [.infinity, -.infinity, 0, .nan, 1e30]
        set.tanh_forward(1, 5, &special, 0)
        #expect(special[0] == 1 && special[1] == -1 && special[2] == 0 && special[4] == 1)
        #expect(special[3].isNaN)
    }

    @Test("GELU keeps its digits from the lower tail to the identity", arguments: KernelCase.sets)
    func geluAccuracy(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        var stream = RandomStream(state: 7)
        let spread = (0..<50_021).map { _ in Float(stream.uniform(-13, 13)) }
        let small = (0..<50_021).map { _ in
            Float(stream.uniform(-1, 1))
                * Float(sign: .plus, exponent: -stream.index(below: 60), significand: 1)
        }
        let x = spread + small
        var y = x
        set.gelu_forward(1, x.count, x, 0, &y, 0)
        // Ten units in the last place in the tail, where an exponential of -80 is one factor.
        let off = deviation(
            y.map(Double.init), Reference.geluForward(x.map(Double.init)), absolute: 0,
            relative: 1.2e-6)
        #expect(off <= 1)
        var slope = [Float](repeating: 1, count: x.count)
        set.gelu_backward(1, x.count, x, 0, &slope, 0)
        let ones = [Double](repeating: 1, count: x.count)
        // The slope's two terms cancel near -0.75.
        let slopeOff = deviation(
            slope.map(Double.init), Reference.geluBackward(x.map(Double.init), ones),
            absolute: 1.5e-7, relative: 1e-7)
        #expect(slopeOff <= 1)
        var special: [Float] = [0, 0, 0, 0, 0, 0]
        set.gelu_forward(1, 6, [.infinity, -1e30, 1e30, 0, -14, .nan], 0, &special, 0)
        #expect(special[..<5] == [.infinity, 0, 1e30, 0, 0] && special[5].isNaN)
    }

    @Test(
        "an element's value does not depend on its place in a vector", arguments: KernelCase.sets)
    func lanePosition(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        let x = KernelCase.numbers(40, state: 7).map { 3 * $0 }
        let d = KernelCase.numbers(40, state: 8)
        func all(_ range: Range<Int>) -> [[Float]] {
            let count = range.count
            let input = Array(x[range])
            var tanh = input
            set.tanh_forward(1, count, &tanh, 0)
            var gelu = input
            set.gelu_forward(1, count, input, 0, &gelu, 0)
            var slope = Array(d[range])
            set.gelu_backward(1, count, input, 0, &slope, 0)
            var silu = input
            set.silu_forward(1, count, input, 0, &silu, 0)
            var approximate = input
            set.gelu_tanh_forward(1, count, input, 0, &approximate, 0)
            return [tanh, gelu, slope, silu, approximate]
        }
        let whole = all(0..<40)
        for start in 0..<17 {
            #expect(all(start..<start + 20) == whole.map { Array($0[start..<start + 20]) })
        }
    }

    @Test("activations agree over odd shapes", arguments: KernelCase.sets)
    func forward(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for (rows, columns) in KernelCase.shapes {
            let x = KernelCase.numbers(rows * columns, state: 8)
            let input = PaddedMatrix(columns: columns, x)
            let comment: Comment = "\(rows) × \(columns)"
            var y = input
            set.tanh_forward(rows, columns, &y.storage, y.stride)
            expectClose(y.values(), Reference.tanhForward(x), 1e-12, comment, relative: 3e-7)
            y = input
            set.relu_forward(rows, columns, &y.storage, y.stride)
            #expect(y.values() == Reference.reluForward(x), comment)
            y = PaddedMatrix(rows: rows, columns: columns)
            set.gelu_forward(rows, columns, input.storage, input.stride, &y.storage, y.stride)
            expectClose(y.values(), Reference.geluForward(x), 1e-12, comment, relative: 5e-7)
            set.silu_forward(rows, columns, input.storage, input.stride, &y.storage, y.stride)
            expectClose(y.values(), Reference.siluForward(x), 1e-12, comment, relative: 5e-7)
            set.gelu_tanh_forward(rows, columns, input.storage, input.stride, &y.storage, y.stride)
            expectClose(y.values(), Reference.geluTanhForward(x), 1e-12, comment, relative: 1e-6)
            set.quadratic_forward(rows, columns, input.storage, input.stride, &y.storage, y.stride)
            #expect(y.values() == Reference.quadraticForward(x), comment)
        }
    }

    @Test(
        "SiLU and approximate GELU keep their tails, infinities and NaN", arguments: KernelCase.sets
    )
    func tails(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        let x: [Float] = [-80, -30, -9, -4.5, 4.5, 9, 30, .infinity, .nan]
        var y = x
        set.silu_forward(1, x.count, x, 0, &y, 0)
        let wanted = Reference.siluForward(x.map(Double.init))
        let found = y[..<7].map(Double.init)
        #expect(deviation(found, Array(wanted[..<7]), absolute: 1e-37, relative: 1e-6) <= 1)
        #expect(y[7] == .infinity)
        #expect(y[8].isNaN)
        set.gelu_tanh_forward(1, x.count, x, 0, &y, 0)
        #expect(y[0] == 0 && y[6] == 30 && y[7] == .infinity && y[8].isNaN)
    }

    @Test("gradients of activations agree over odd shapes", arguments: KernelCase.sets)
    func backward(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for (rows, columns) in KernelCase.shapes {
            let x = KernelCase.numbers(rows * columns, state: 8)
            let d = KernelCase.numbers(rows * columns, state: 9)
            let input = PaddedMatrix(columns: columns, x)
            let kernels = [
                (set.tanh_backward, Reference.tanhBackward(x, d)),
                (set.relu_backward, Reference.reluBackward(x, d)),
                (set.gelu_backward, Reference.geluBackward(x, d)),
                (set.silu_backward, Reference.siluBackward(x, d)),
                (set.gelu_tanh_backward, Reference.geluTanhBackward(x, d)),
                (set.quadratic_backward, Reference.quadraticBackward(x, d)),
            ]
            for (kernel, wanted) in kernels {
                var slope = PaddedMatrix(columns: columns, d)
                let backward = try #require(kernel)
                backward(
                    rows, columns, input.storage, input.stride, &slope.storage, slope.stride)
                expectClose(slope.values(), wanted, 2e-7, "\(rows) × \(columns)")
            }
        }
    }

    @Test("the plain gradients are the slopes of the plain activations")
    func centralDifferences() {
        let x = KernelCase.numbers(19, state: 10).map { 3 * Double($0) }
        let d = KernelCase.numbers(19, state: 11).map(Double.init)
        func weighted(_ y: [Double]) -> Double { zip(y, d).reduce(0) { $0 + $1.0 * $1.1 } }
        expectSlope(Reference.tanhBackward(Reference.tanhForward(x), d), at: x, "tanh") {
            weighted(Reference.tanhForward($0))
        }
        expectSlope(Reference.reluBackward(Reference.reluForward(x), d), at: x, "relu") {
            weighted(Reference.reluForward($0))
        }
        expectSlope(Reference.geluBackward(x, d), at: x, "gelu") {
            weighted(Reference.geluForward($0))
        }
        expectSlope(Reference.siluBackward(x, d), at: x, "silu") {
            weighted(Reference.siluForward($0))
        }
        expectSlope(Reference.geluTanhBackward(x, d), at: x, "gelu-tanh") {
            weighted(Reference.geluTanhForward($0))
        }
        expectSlope(Reference.quadraticBackward(x, d), at: x, "quadratic") {
            weighted(Reference.quadraticForward($0))
        }
    }
}
