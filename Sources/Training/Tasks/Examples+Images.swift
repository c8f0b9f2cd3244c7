import Core

extension Examples {
    /// Images as rows of pixels.
    init(_ task: ImagesTask, _ images: Images) {
        self.init()
        featureCount = task.pixels
        classCount = task.classes
        features = images.pixels
        labels = images.labels
    }
}
