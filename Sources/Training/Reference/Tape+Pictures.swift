import Core

// Pictures: a row is an example, whose numbers are places × channels, the channels of a place side by side.
extension Tape {
    /// A convolution without bias; the weight is channels × kernel rows · kernel columns · input channels.
    func convolved(_ x: Node, _ weight: Node, _ shape: ResidualPlan.Convolution) -> Node {
        let places = looks(shape.input, kernel: shape.kernel, stride: shape.stride)
        let size = shape.input.pixels * shape.input.channels
        let rows = x.rows * shape.output.pixels
        // What each place sees, 0 beside the picture.
        let patches = pickedOrZero(
            x, rows, shape.fanIn,
            (0..<x.rows).flatMap { example in
                places.flatMap { place in
                    (0..<shape.input.channels).map { channel in
                        place.map { example * size + $0 * shape.input.channels + channel } ?? -1
                    }
                }
            })
        return reshaped(
            linear(patches, weight, nil), x.rows, shape.output.pixels * shape.channels)
    }

    /// For each place that leaves the places that a kernel sees around it, row by row; nil for those beside the picture.
    private func looks(_ picture: PictureShape, kernel: Int, stride: Int) -> [Int?] {
        let side = (picture.side - 1) / stride + 1
        return (0..<side * side).flatMap { place in
            (0..<kernel * kernel).map { tap in
                let y = place / side * stride + tap / kernel - kernel / 2
                let x = place % side * stride + tap % kernel - kernel / 2
                let isInside = (0..<picture.side).contains(y) && (0..<picture.side).contains(x)
                return isInside ? y * picture.side + x : nil
            }
        }
    }

    /// Elements of A by their places; 0 where a place is −1.
    private func pickedOrZero(_ a: Node, _ rows: Int, _ columns: Int, _ places: [Int]) -> Node {
        record(rows, columns, places.map { $0 < 0 ? 0 : a.value[$0] }) { slopes in
            var total = [Scalar](repeating: 0, count: a.value.count)
            for (slope, place) in zip(slopes, places) where place >= 0 { total[place] += slope }
            a.receive(total)
        }
    }

    /// The largest number among 3 × 3 places around every second place, the first of equal ones.
    func pooled(_ x: Node, _ picture: PictureShape) -> Node {
        let (channels, size) = (picture.channels, picture.pixels * picture.channels)
        let seen = looks(picture, kernel: 3, stride: 2)
        let outputs = seen.count / 9
        var places: [Int] = []
        for example in 0..<x.rows {
            for output in 0..<outputs {
                for channel in 0..<channels {
                    let inside = seen[9 * output..<9 * output + 9].compactMap { $0 }.map {
                        example * size + $0 * channels + channel
                    }
                    places.append(
                        inside.dropFirst().reduce(inside[0]) {
                            x.value[$1] > x.value[$0] || x.value[$1].isNaN ? $1 : $0
                        })
                }
            }
        }
        return pickedOrZero(x, x.rows, outputs * channels, places)
    }

    /// The mean over all places, channel by channel.
    func averaged(_ x: Node, channels: Int) -> Node {
        let places = x.columns / channels
        let value = (0..<x.rows * channels).map { number in
            let start = number / channels * x.columns + number % channels
            return (0..<places).reduce(0) { $0 + x.value[start + $1 * channels] } / Scalar(places)
        }
        return record(x.rows, channels, value) { slopes in
            x.receive(
                x.value.indices.map {
                    slopes[$0 / x.columns * channels + $0 % channels] / Scalar(places)
                })
        }
    }

    /// Gain and bias of each channel.
    func channelScaled(_ x: Node, gain: Node, bias: Node) -> Node {
        let channels = gain.columns
        let rows = reshaped(x, x.value.count / channels, channels)
        return reshaped(sum(elementwise(rows, row: gain), bias), x.rows, x.columns)
    }
}
