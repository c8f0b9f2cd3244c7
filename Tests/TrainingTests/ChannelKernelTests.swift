import CKernels
import Testing

@testable import Training

/// Kernels over pictures: rows are places × channels.
@Suite struct ChannelKernelTests {
    /// Places, channels, columns.
    private static let shapes = [(1, 1, 2), (2, 3, 17), (5, 4, 1), (3, 6, 64), (7, 2, 71)]

    private func numbers(_ count: Int, _ state: UInt64) -> [Float] {
        KernelCase.numbers(count, state: state)
    }

    private func doubles(_ values: [Float]) -> [Double] { values.map(Double.init) }

    @Test("moments, scale and shift of channels agree over odd shapes", arguments: KernelCase.sets)
    func channels(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for (places, channels, columns) in Self.shapes {
            let rows = places * channels
            let x = numbers(rows * columns, 1).map { 3 + $0 }
            let input = PaddedMatrix(columns: columns, x)
            var mean = [Float](repeating: .nan, count: channels)
            var variance = mean
            set.channel_moments(
                places, channels, columns, input.storage, input.stride, &mean, &variance)
            let keys = x.indices.map { $0 / columns % channels }
            let wanted = Reference.standardised(doubles(x), sets: channels, keys, epsilon: 1e-5)
            let comment: Comment = "\(places) × \(channels) × \(columns)"
            // Sums in double precision, rounded once; the difference of squares of 16 loses 16 parts of 1e-16.
            expectClose(mean, wanted.mean.map { Float($0) }, 0, comment, relative: 1.3e-7)
            expectClose(variance, wanted.variance.map { Float($0) }, 1e-13, comment, relative: 2e-7)
            let (factor, shift) = (numbers(channels, 2), numbers(channels, 3))
            var y = PaddedMatrix(rows: rows, columns: columns)
            set.channel_scale(
                places, channels, columns, input.storage, input.stride, factor, shift, &y.storage,
                y.stride)
            expectClose(
                y.values(), x.indices.map { x[$0] * factor[keys[$0]] + shift[keys[$0]] }, 1e-6,
                comment)
        }
    }

    @Test("gradients of batch normalisation agree over odd shapes", arguments: KernelCase.sets)
    func batchNorm(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for (places, channels, columns) in Self.shapes {
            let count = places * channels * columns
            let (x, d, gain) = (numbers(count, 4), numbers(count, 5), numbers(channels, 6))
            let keys = x.indices.map { $0 / columns % channels }
            let exact = Reference.standardised(doubles(x), sets: channels, keys, epsilon: 1e-5)
            let inverse = exact.variance.map { 1 / ($0 + 1e-5).squareRoot() }
            let wanted = Reference.standardisedBackward(
                exact.h, inverse: inverse, keys,
                x.indices.map { Double(d[$0]) * Double(gain[keys[$0]]) })
            let input = PaddedMatrix(columns: columns, x)
            var slope = PaddedMatrix(columns: columns, d)
            var gainSlope = [Float](repeating: .nan, count: channels)
            var biasSlope = gainSlope
            set.batch_norm_backward(
                places, channels, columns, input.storage, input.stride,
                exact.mean.map { Float($0) }, inverse.map { Float($0) }, gain, &slope.storage,
                slope.stride, &gainSlope, &biasSlope)
            let comment: Comment = "\(places) × \(channels) × \(columns)"
            // Numbers below 1, off by 1e-7 each, over the deviation, which a few numbers may make small.
            let most = inverse.max() ?? 1
            expectClose(slope.values(), wanted.map { Float($0) }, 6e-7 * most * most, comment)
            expectSums(
                (gainSlope, biasSlope), h: exact.h, d, keys, 3e-7 * most * Double(count), comment)
        }
    }

    @Test("group normalisation and its gradients agree over odd shapes", arguments: KernelCase.sets)
    func groupNorm(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for (places, channels, columns) in Self.shapes {
            for groups in [1, 2, channels] where channels.isMultiple(of: groups) && channels > 1 {
                let (rows, width) = (places * channels, channels / groups)
                let count = rows * columns
                let (x, d) = (numbers(count, 7), numbers(count, 8))
                let (gain, bias) = (numbers(channels, 9), numbers(channels, 10))
                let channel = x.indices.map { $0 / columns % channels }
                let keys = x.indices.map { channel[$0] / width * columns + $0 % columns }
                let exact = Reference.standardised(
                    doubles(x), sets: groups * columns, keys, epsilon: 1e-5)
                let inverse = exact.variance.map { 1 / ($0 + 1e-5).squareRoot() }
                let input = PaddedMatrix(columns: columns, x)
                var y = PaddedMatrix(rows: rows, columns: columns)
                var mean = PaddedMatrix(rows: groups, columns: columns)
                var scale = mean
                set.group_norm_forward(
                    places, channels, groups, columns, input.storage, input.stride, gain, bias,
                    1e-5, &y.storage, y.stride, &mean.storage, &scale.storage, mean.stride)
                let comment: Comment = "\(places) × \(channels) in \(groups) × \(columns)"
                let most = inverse.max() ?? 1
                let wanted = x.indices.map {
                    Float(exact.h[$0] * Double(gain[channel[$0]]) + Double(bias[channel[$0]]))
                }
                expectClose(y.values(), wanted, 3e-7 * most, comment)
                expectClose(mean.values(), exact.mean.map { Float($0) }, 1e-7, comment)
                expectClose(
                    scale.values(), inverse.map { Float($0) }, 0, comment, relative: 3e-7)
                let back = Reference.standardisedBackward(
                    exact.h, inverse: inverse, keys,
                    x.indices.map { Double(d[$0]) * Double(gain[channel[$0]]) })
                for accumulate in [0, 1] as [Int32] {
                    var slope = PaddedMatrix(columns: columns, d)
                    var gainSlope = [Float](repeating: 2, count: channels)
                    var biasSlope = gainSlope
                    set.group_norm_backward(
                        places, channels, groups, columns, input.storage, input.stride,
                        mean.storage, scale.storage, mean.stride, gain, &slope.storage,
                        slope.stride, &gainSlope, &biasSlope, accumulate)
                    expectClose(slope.values(), back.map { Float($0) }, 6e-7 * most * most, comment)
                    let before: Float = accumulate == 1 ? 2 : 0
                    expectSums(
                        (gainSlope.map { $0 - before }, biasSlope.map { $0 - before }), h: exact.h,
                        d, channel, 3e-7 * most * Double(count), comment)
                }
            }
        }
    }

    /// Expects the gradients of gain and bias to be Σ d·h and Σ d of each channel.
    private func expectSums(
        _ found: (gain: [Float], bias: [Float]), h: [Double], _ d: [Float], _ channel: [Int],
        _ tolerance: Double, _ comment: Comment
    ) {
        var gain = [Double](repeating: 0, count: found.gain.count)
        var bias = gain
        for place in d.indices {
            gain[channel[place]] += Double(d[place]) * h[place]
            bias[channel[place]] += Double(d[place])
        }
        expectClose(found.gain, gain.map { Float($0) }, tolerance, comment)
        expectClose(found.bias, bias.map { Float($0) }, tolerance, comment)
    }

    @Test("the plain gradient is the slope of normalisation over sets")
    func centralDifferences() {
        let x = doubles(numbers(12, 11))
        let d = doubles(numbers(12, 12))
        let keys = [0, 1, 2, 0, 1, 2, 1, 1, 0, 2, 2, 0]
        let (h, _, variance) = Reference.standardised(x, sets: 3, keys, epsilon: 1e-5)
        let gradient = Reference.standardisedBackward(
            h, inverse: variance.map { 1 / ($0 + 1e-5).squareRoot() }, keys, d)
        expectSlope(gradient, at: x, "three sets") { point in
            zip(Reference.standardised(point, sets: 3, keys, epsilon: 1e-5).h, d).reduce(0) {
                $0 + $1.0 * $1.1
            }
        }
    }

    @Test(
        "the first of equal maxima is taken, and not a number above all", arguments: KernelCase.sets
    )
    func maximum(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for columns in KernelCase.lengths {
            let taps = (0..<4).map { tap in
                numbers(columns, UInt64(13 + tap)).map { ($0 * 4).rounded() }
            }
            var largest = PaddedMatrix(
                columns: columns, [Float](repeating: -.infinity, count: columns))
            var taken = PaddedMatrix(columns: columns, [Float](repeating: -1, count: columns))
            for (tap, values) in taps.enumerated() {
                set.maximum_update(
                    1, columns, Float(tap), values, columns, &largest.storage, largest.stride,
                    &taken.storage, taken.stride)
            }
            let wanted = (0..<columns).map { column in
                let values = taps.map { $0[column] }
                return values.firstIndex(of: values.max() ?? 0) ?? -1
            }
            #expect(taken.values().map { Int($0) } == wanted)
            #expect(largest.values() == (0..<columns).map { taps[wanted[$0]][$0] })
            let d = numbers(columns, 20)
            var slope = PaddedMatrix(columns: columns, [Float](repeating: 1, count: columns))
            set.maximum_backward(
                1, columns, 2, taken.storage, taken.stride, d, columns, &slope.storage,
                slope.stride)
            #expect(slope.values() == (0..<columns).map { wanted[$0] == 2 ? 1 + d[$0] : 1 })
        }
        var (top, taken): ([Float], [Float]) = ([.nan, 1, 1], [0, 0, 0])
        set.maximum_update(1, 3, 1, [5, .nan, 1], 3, &top, 3, &taken, 3)
        #expect(top[0].isNaN && top[1].isNaN && top[2] == 1 && taken == [0, 1, 0])
    }
}
