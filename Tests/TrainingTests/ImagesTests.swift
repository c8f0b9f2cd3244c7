import Core
import SHA256
import Testing

@testable import Training

/// Files in the format of MNIST.
enum IDXSample {
    /// The bytes of a file with these dimensions.
    static func file(_ shape: [Int], _ elements: [UInt8], type: UInt8 = 8) -> [UInt8] {
        [0, 0, type, UInt8(shape.count)]
            + shape.flatMap { size in [24, 16, 8, 0].map { UInt8(size >> $0 & 255) } } + elements
    }

    /// Three images of 2 × 2 pixels, and their labels.
    static let images: [UInt8] = file([3, 2, 2], [0, 51, 102, 255, 1, 2, 3, 4, 5, 6, 7, 8])
    static let labels: [UInt8] = file([3], [2, 0, 1])

    /// A task on files of that form.
    static func task(_ changes: String = "") throws -> (ImagesTask, CellConfiguration) {
        let configuration = try CellDefinition(
            parsing: """
                task: {kind: images, images: i.idx, labels: l.idx, samples: 3, pixels: 4, classes: 3 \
                \(changes)}
                model: {kind: mlp, input: numbers}
                train_fraction: 0.7
                """
        ).configuration
        guard case .images(let task) = configuration.task else {
            throw TaskError("sample", "not a task of images")
        }
        return (task, configuration)
    }
}

@Suite struct ImagesTests {
    private func failure(_ contents: [[UInt8]], _ changes: String = "") throws -> String {
        let (task, _) = try IDXSample.task(changes)
        do {
            _ = try Images(task, contents: contents)
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test("pixels lie between 0 and 1, those of the file for validation last")
    func reads() throws {
        let (task, _) = try IDXSample.task()
        let images = try Images(task, contents: [IDXSample.images, IDXSample.labels])
        #expect(images.labels == [2, 0, 1])
        #expect(Array(images.pixels[..<4]) == [0, 0.2, 0.4, 1])
        #expect(images.pixels.count == 12)
        let (both, configuration) = try IDXSample.task(
            ", validation_images: v.idx, validation_labels: w.idx, validation_samples: 1")
        let more = try Images(
            both,
            contents: [
                IDXSample.images, IDXSample.labels,
                IDXSample.file([2, 4], [255, 0, 0, 0, 9, 9, 9, 9]),
                IDXSample.file([2], [1, 2]),
            ])
        #expect(more.labels == [2, 0, 1, 1])
        #expect(Array(more.pixels[12...]) == [1, 0, 0, 0])
        let problem = CellProblem(configuration, seed: 1, images: more)
        #expect(problem.split.train.count == 2)
        #expect(problem.split.validation.contains(3) && problem.split.features.isEmpty)
        #expect(problem.examples.featureCount == 4 && problem.examples.features == more.pixels)
    }

    @Test("only as many images are read as the task takes")
    func few() throws {
        var (task, _) = try IDXSample.task()
        task.samples = 2
        let images = try Images(task, contents: [IDXSample.images, IDXSample.labels])
        #expect(images.labels == [2, 0] && images.pixels.count == 8)
    }

    @Test("a digest is that of the files' bytes, one after the other, and is checked")
    func digest() throws {
        let contents = [IDXSample.images, IDXSample.labels]
        let digest = SHA256Digest.hex(of: IDXSample.images + IDXSample.labels)
        #expect(ImagesTask.digest(of: contents) == digest)
        #expect(try failure(contents, ", digest: \(digest)") == "none")
        let other = String(repeating: "0", count: 64)
        #expect(
            try failure(contents, ", digest: \"\(other)\"")
                == "read task: i.idx, l.idx: they are not the files that the task's digest \(other) "
                + "was made of (hint: use those, or drop the digest)")
    }

    @Test("a file that is not what the task says it is gets one line")
    func refuses() throws {
        let (images, labels) = (IDXSample.images, IDXSample.labels)
        let again = "(hint: copy or download the file again)"
        #expect(
            try failure([[1, 2, 3, 4], labels])
                == "read task: i.idx: not an IDX file: it does not begin with two zeros "
                + "(hint: use a file in the format of MNIST, plain or compressed with gzip)")
        #expect(
            try failure([IDXSample.file([3, 4], [], type: 13), labels])
                == "read task: i.idx: its elements are of type 13, not bytes (8) "
                + "(hint: convert it to unsigned bytes)")
        #expect(
            try failure([Array(images[..<10]), labels])
                == "read task: i.idx: cut short in its header \(again)")
        #expect(
            try failure([Array(images.dropLast()), labels])
                == "read task: i.idx: cut short: 11 elements, its header promises more \(again)")
        #expect(
            try failure([[0x1f, 0x8b, 8], labels])
                == "read task: i.idx: not to be expanded: cut short (-5) \(again)")
        #expect(
            try failure([IDXSample.file([4, 3, 1], Array(images[16...])), labels])
                == "read task: i.idx: its images have 3 × 1 pixels, not 4 "
                + "(hint: set pixels, and look whether the file holds images)")
        #expect(
            try failure([labels, images])
                == "read task: i.idx: its images have no pixels, not 4 "
                + "(hint: set pixels, and look whether the file holds images)")
        #expect(
            try failure([images, images])
                == "read task: l.idx: it has 3 dimensions, a file of labels has one "
                + "(hint: look whether images and labels are exchanged)")
        #expect(
            try failure([images, IDXSample.file([2], [0, 1])])
                == "read task: l.idx: it has 2 labels, the task takes 3 "
                + "(hint: set samples, or validation_samples)")
        #expect(
            try failure([images, IDXSample.file([3], [0, 1, 3])])
                == "read task: l.idx: label 3 at place 2 is none of 3 classes (hint: set classes)")
        let huge = [Int](repeating: 1 << 31, count: 5)
        #expect(try failure([IDXSample.file(huge, []), labels]).contains("cut short: 0 elements"))
    }
}
