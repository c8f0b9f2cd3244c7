package import Core

/// The images of a task with their labels, those for validation last.
package struct Images: Sendable, Equatable {
    /// Images × pixels, row-major, 0 black and 1 white.
    package private(set) var pixels: [Float] = []
    /// One class per image.
    package private(set) var labels: [Int32] = []

    /// These images, made up: count × pixels, and a class of each.
    init(pixels: [Float], labels: [Int32]) {
        (self.pixels, self.labels) = (pixels, labels)
    }

    /// Reads the contents of the task's files.
    ///
    /// - Parameters:
    ///   - task: the task.
    ///   - contents: the contents of `task.files`, in their order.
    /// - Throws: `TaskError` when they are not what the task says they are.
    package init(_ task: ImagesTask, contents: [[UInt8]]) throws(TaskError) {
        precondition(contents.count == task.files.count, "one content per file")
        try Images.checkDigest(task, contents)
        let samples = [task.samples, task.validationSamples]
        for (pair, count) in zip(stride(from: 0, to: contents.count, by: 2), samples) {
            try add(task, task.files[pair], contents[pair], count: count)
            try addLabels(task, task.files[pair + 1], contents[pair + 1], count: count)
        }
    }

    private static func checkDigest(
        _ task: ImagesTask, _ contents: [[UInt8]]
    ) throws(TaskError) {
        guard let wanted = task.digest else { return }
        // What the digest is instead stays here: a slot's reasons go to whoever gave it the cell and named the files.
        guard ImagesTask.digest(of: contents) == wanted else {
            throw TaskError(
                task.files.joined(separator: ", "),
                "they are not the files that the task's digest \(wanted) was made of",
                hint: "use those, or drop the digest")
        }
    }

    private mutating func add(
        _ task: ImagesTask, _ name: String, _ content: [UInt8], count: Int
    ) throws(TaskError) {
        let file = try IDXFile(content, named: name, elements: count * task.pixels)
        let size = file.shape.dropFirst()
        guard file.shape.count >= 2, IDXFile.product(size) == task.pixels else {
            let text = size.map(String.init).joined(separator: " × ")
            throw TaskError(
                name, "its images have \(size.isEmpty ? "no" : text) pixels, not \(task.pixels)",
                hint: "set pixels, and look whether the file holds images")
        }
        try Images.checkCount(name, file.shape[0], wanted: count, "images")
        pixels += file.elements.map { Float($0) / 255 }
    }

    private mutating func addLabels(
        _ task: ImagesTask, _ name: String, _ content: [UInt8], count: Int
    ) throws(TaskError) {
        let file = try IDXFile(content, named: name, elements: count)
        guard file.shape.count == 1 else {
            throw TaskError(
                name, "it has \(file.shape.count) dimensions, a file of labels has one",
                hint: "look whether images and labels are exchanged")
        }
        try Images.checkCount(name, file.shape[0], wanted: count, "labels")
        if let place = file.elements.firstIndex(where: { Int($0) >= task.classes }) {
            throw TaskError(
                name,
                "label \(file.elements[place]) at place \(place) is none of"
                    + " \(task.classes) classes", hint: "set classes")
        }
        labels += file.elements.map(Int32.init)
    }

    private static func checkCount(
        _ name: String, _ found: Int, wanted: Int, _ noun: String
    ) throws(TaskError) {
        guard found >= wanted else {
            throw TaskError(
                name, "it has \(found) \(noun), the task takes \(wanted)",
                hint: "set samples, or validation_samples")
        }
    }
}
