/// A TensorBoard event file: records of TFRecord's form (tensorflow.org/tutorials/load_data/tfrecord), each an `Event` in
/// protocol buffers' encoding (tensorflow/core/util/event.proto, summary.proto).
struct EventFile {
    /// What was written so far.
    private(set) var bytes: [UInt8] = []

    /// A file that begins at a time in seconds since 1970.
    init(started: Double) {
        var event = ProtoMessage()
        event.add(1, started)
        event.add(3, "brain.Event:2")
        add(event)
    }

    /// Adds numbers of one step.
    mutating func add(scalars: [(tag: String, value: Float)], step: Int, at time: Double) {
        var summary = ProtoMessage()
        for (tag, value) in scalars {
            var scalar = ProtoMessage()
            scalar.add(1, tag)
            scalar.add(2, value)
            summary.add(1, scalar)
        }
        var event = ProtoMessage()
        event.add(1, time)
        event.add(2, step)
        event.add(5, summary)
        add(event)
    }

    /// Adds what the run was made with, for the HPARAMS page (tensorboard/plugins/hparams/{plugin_data,api}.proto).
    mutating func add(hyperparameters: [(name: String, value: CellValue)], at time: Double) {
        var start = ProtoMessage()
        for (name, value) in hyperparameters {
            // google.protobuf.Value: a number or a text.
            var content = ProtoMessage()
            if let number = value.number { content.add(2, number) }
            if let text = value.text { content.add(3, text) }
            var entry = ProtoMessage()
            entry.add(1, name)
            entry.add(2, content)
            start.add(1, entry)
        }
        start.add(5, time)
        var content = ProtoMessage()
        content.add(3, start)
        var plugin = ProtoMessage()
        plugin.add(1, "hparams")
        plugin.add(2, content)
        var metadata = ProtoMessage()
        metadata.add(1, plugin)
        // A scalar of type float: what its value is nobody asks, but there must be one.
        var tensor = ProtoMessage()
        tensor.add(1, 1)
        tensor.add(2, ProtoMessage())
        tensor.add(5, Float(0))
        var value = ProtoMessage()
        value.add(1, "_hparams_/session_start_info")
        value.add(8, tensor)
        value.add(9, metadata)
        var summary = ProtoMessage()
        summary.add(1, value)
        var event = ProtoMessage()
        event.add(1, time)
        event.add(5, summary)
        add(event)
    }

    /// Adds a record: its length, the length's checksum, the event, its checksum.
    private mutating func add(_ event: ProtoMessage) {
        let length = withUnsafeBytes(of: UInt64(event.bytes.count).littleEndian) { Array($0) }
        for part in [length, event.bytes] {
            bytes += part
            withUnsafeBytes(of: EventFile.maskedChecksum(part).littleEndian) { bytes += $0 }
        }
    }

    /// CRC-32C, turned and moved so that checksums of checksums are none of the usual ones.
    static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            let place = Int(UInt8(truncatingIfNeeded: crc) ^ byte)
            crc = table[place] ^ (crc >> 8)
        }
        crc = ~crc
        return ((crc >> 15) | (crc << 17)) &+ 0xa282_ead8
    }

    private static let table: [UInt32] = (0..<256).map { (byte: UInt32) -> UInt32 in
        var crc = byte
        for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : (crc >> 1) ^ 0x82f6_3b78 }
        return crc
    }
}

/// A message in the encoding of protocol buffers (protobuf.dev/programming-guides/encoding).
struct ProtoMessage {
    /// What was added so far.
    private(set) var bytes: [UInt8] = []

    /// Adds an integer that is not negative.
    mutating func add(_ field: Int, _ value: Int) {
        key(field, 0)
        varint(UInt64(value))
    }

    /// Adds a number of 64 bits.
    mutating func add(_ field: Int, _ value: Double) {
        key(field, 1)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    /// Adds a number of 32 bits.
    mutating func add(_ field: Int, _ value: Float) {
        key(field, 5)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    /// Adds a text.
    mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

    /// Adds a message.
    mutating func add(_ field: Int, _ message: ProtoMessage) { add(field, message.bytes) }

    private mutating func add(_ field: Int, _ content: [UInt8]) {
        key(field, 2)
        varint(UInt64(content.count))
        bytes += content
    }

    private mutating func key(_ field: Int, _ type: Int) { varint(UInt64(field << 3 | type)) }

    private mutating func varint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }
}
