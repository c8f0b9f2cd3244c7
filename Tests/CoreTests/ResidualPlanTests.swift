import Testing

@testable import Core

@Suite("ResidualPlan")
struct ResidualPlanTests {
    private func model(_ keys: String) throws -> ResidualNetworkConfiguration {
        let model = try cell(
            "{task: {kind: polygons, shapes: [0, 3]}, model: {kind: residual-network\(keys)}}"
        ).model
        guard case .residualNetwork(let residual) = model else {
            throw SweepError(path: "model", problem: "not a residual network")
        }
        return residual
    }

    private static let resNet18 =
        ", stem: {kernel: 7, stride: 2, pool: true}, channels: [64, 128, 256, 512],"
        + " blocks: [2, 2, 2, 2]"

    @Test("ResNet-18 has the parameters and products that torchvision counts")
    func resNet18() throws {
        let plan = ResidualPlan(
            try model(Self.resNet18), PictureShape(side: 224, channels: 3))
        // torchvision.models.resnet18(): 11,689,512 parameters, 513,000 of them in the last layer; 1.814e9 products.
        let parameters = plan.convolutions.reduce(0) { $0 + $1.channels * ($1.fanIn + 2) }
        #expect(parameters == 11_689_512 - 513_000)
        #expect(plan.products + 512 * 1000 == 1_814_073_344)
        #expect(plan.pooled == PictureShape(side: 56, channels: 64))
        #expect(plan.last == PictureShape(side: 7, channels: 512) && plan.convolutions.count == 20)
        #expect(plan.blocks.map { $0.shortcut != nil }.filter { $0 }.count == 3)
    }

    @Test("sides are halved upwards, and shortcuts stand where size or channels change")
    func sides() throws {
        let plan = ResidualPlan(
            try model(", channels: [4, 4, 6], blocks: [2, 1, 2]"),
            PictureShape(side: 7, channels: 1))
        #expect(plan.blocks.map(\.second.output.side) == [7, 7, 4, 2, 2])
        #expect(plan.blocks.map { $0.shortcut != nil } == [false, false, true, true, false])
        #expect(
            plan.convolutions.map(\.name).prefix(3) == [
                "stem", "stage.0.0.first", "stage.0.0.second",
            ])
        #expect(plan.stem.fanIn == 9 && plan.blocks[2].shortcut?.fanIn == 4)
    }

    @Test(
        "what does not fit is named",
        arguments: [
            BadCell(
                "{task: {kind: polygons}, model: {kind: residual-network, stem: {kernel: 4}}}",
                "model.stem.kernel: 4 is even, and a kernel has a place in its middle"),
            BadCell(
                "{task: {kind: polygons}, model: {kind: residual-network, channels: []}}",
                "model.channels: there is no stage"),
            BadCell(
                "{task: {kind: polygons}, model: {kind: residual-network, blocks: [1]}}",
                "model.blocks: 1 numbers, at most 1000 each, for the 3 stages of channels"),
            BadCell(
                "{task: {kind: polygons}, model: {kind: residual-network, normalisation: group, groups: 3}}",
                "model.groups: 16 channels do not fall into 3 groups"),
            BadCell(
                "{task: {kind: modular}, model: {kind: residual-network}}",
                "cell.model: convolutions need square pictures, which the task modular has not"),
            BadCell(
                "{task: {kind: images, images: i, labels: l, pixels: 780}, model: {kind: residual-network}}",
                "cell.model: convolutions need square pictures, which the task images has not"),
            BadCell(
                "{task: {kind: polygons, shapes: [3, 0]}, model: {kind: residual-network}}",
                "task.shapes: expected numbers of sides in ascending order"),
            BadCell(
                "{task: {kind: polygons, shapes: [0, 2]}, model: {kind: residual-network}}",
                "task.shapes: expected numbers of sides in ascending order"),
            BadCell(
                "{task: {kind: polygons, shapes: [3]}, model: {kind: residual-network}}",
                "task.shapes: there are less than two"),
            BadCell(
                "{task: {kind: polygons, tiles: 8}, model: {kind: residual-network}}",
                "examples of 64 tiles each"),
            BadCell(
                "{task: {kind: polygons, classes: 32}, model: {kind: residual-network}}",
                "task.classes: 32 classes do not reach the sum 32"),
            BadCell(
                "{task: {kind: polygons}}",
                "the task polygons has rows of numbers, not symbols"),
            BadCell(
                "{task: {kind: polygons, shapes: [0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], tile: 112},"
                    + " model: {kind: mlp, input: numbers}}",
                "its examples hold"),
        ])
    func refusals(_ bad: BadCell) {
        #expect(bad.message.contains(bad.line), "\(bad.message)")
    }

    @Test("the published pictures are kept as tiles, so that a plan has room for them")
    func published() throws {
        let published = try cell(
            """
            {task: {kind: polygons, shapes: [0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], tile: 112, colours: rgb,
             classes: 52}, model: {kind: residual-network\(Self.resNet18)}, train_fraction: 0.25, batch: 200,
             loss: {kind: cross-entropy}}
            """)
        #expect(published.task.exampleCount == 14_641 && published.trainCount == 3660)
        #expect(published.networkOutputs == 52 && published.task.featureCount == 150_528)
    }
}
