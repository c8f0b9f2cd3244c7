import SHA256

/// Images with one label each in IDX files, plain or compressed with gzip.
package struct ImagesTask: Sendable, Hashable {
    /// IDX file of images, relative to the worker's data directory.
    package var images = ""
    /// IDX file of labels.
    package var labels = ""
    /// Examples taken from the beginning of the files.
    package var samples = 1000
    /// IDX file of further images, all validated on; nil when there is none.
    package var validationImages: String?
    /// Labels of the further images.
    package var validationLabels: String?
    /// Examples taken from the beginning of the further files.
    package var validationSamples = 0
    /// Pixels per image.
    package var pixels = 784
    /// Number of classes.
    package var classes = 10
    /// SHA-256 over the content of the files in the order above; nil where it was not said.
    package var digest: String?

    /// All files, in the order that the digest takes them in.
    package var files: [String] {
        [images, labels] + [validationImages, validationLabels].compactMap { $0 }
    }

    /// The digest of files with these contents.
    package static func digest(of contents: [[UInt8]]) -> String {
        var digest = StreamingDigest()
        for content in contents { digest.update(content[...]) }
        return digest.hex()
    }
}

extension ImagesTask: KeyedMapping {
    static let keys: [Key<ImagesTask>] = [
        Key(
            "images", \.images, .file, isRequired: true,
            "IDX file of bytes, plain or compressed with gzip"),
        Key("labels", \.labels, .file, isRequired: true, "IDX file with a class for each"),
        Key(
            "samples", \.samples, .integer(mostSamples),
            "examples, from the beginning of the files"),
        Key(
            KeyRow(
                name: "validation_images", type: "file", standard: "none",
                bounds: "with the next two or not at all",
                meaning:
                    "further examples that are only validated on; `train_fraction` is then a share of `samples`, and may"
                    + " be 1"),
            read: { reader, task throws(SweepError) in try task.readFurther(&reader) },
            json: { task, _ in task.validationImages.map { .string($0) } }),
        Key(
            KeyRow(
                name: "validation_labels", type: "file", standard: "none", meaning: "their labels"),
            read: { _, _ in }, json: { task, _ in task.validationLabels.map { .string($0) } }),
        Key(
            KeyRow(
                name: "validation_samples", type: "whole number", standard: "none",
                bounds: KeyCodec.integer(mostSamples).bounds,
                meaning: "how many of them, from the beginning"),
            read: { _, _ in },
            json: { task, _ in
                task.validationImages.map { _ in .number(Double(task.validationSamples)) }
            }),
        Key(
            "pixels", \.pixels, .integer(1...1_000_000),
            "pixels per image; their values become 0 … 1"),
        Key("classes", \.classes, .integer(2...256), "classes"),
        Key(
            "digest", ifWritten: \.digest, .digest,
            "SHA-256 of the files' bytes, in the order images, labels, validation images, validation labels."
                + " Workers check it; `run`, `plan` and `train` fill it in where they can read the files, so that another"
                + " content is another cell"
        ).documented(standard: "filled in"),
    ]

    private static let mostSamples = 1...10_000_000

    /// Reads the keys of further examples, all or none.
    private mutating func readFurther(_ reader: inout MappingReader) throws(SweepError) {
        let further = ["validation_images", "validation_labels", "validation_samples"]
        guard further.contains(where: reader.keys.contains) else { return }
        reader.alsoKnown(further)
        validationImages = try reader.string("validation_images", default: nil)
        validationLabels = try reader.string("validation_labels", default: nil)
        validationSamples = try reader.integer(
            "validation_samples", default: nil, in: ImagesTask.mostSamples)
    }
}
