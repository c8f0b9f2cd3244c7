package import Core

/// The parameters that a network begins with by a file, checked against those that it has.
package struct GivenParameters: Sendable, Equatable {
    private let values: [String: [Float]]

    /// Takes the tensors that a cell asks for out of those that its file holds.
    ///
    /// - Parameters:
    ///   - configuration: the cell, which names the file.
    ///   - tensors: what the file holds.
    /// - Throws: `TaskError` when the file lacks a tensor, or it has another shape or a number that is not finite.
    package init(
        _ configuration: CellConfiguration, _ tensors: [NamedTensor]
    ) throws(TaskError) {
        guard let file = configuration.initial else {
            preconditionFailure("a cell with a file of parameters")
        }
        let own = InitialParameters.draw(
            configuration, outputs: configuration.networkOutputs, 0
        ).map(\.tensor)
        var values: [String: [Float]] = [:]
        for name in file.tensors ?? own.map(\.name) {
            guard let wanted = own.first(where: { $0.name == name }) else {
                let names = own.map(\.name).joined(separator: ", ")
                throw TaskError(
                    file.path, "this network has no \(name)", hint: "its tensors are \(names)")
            }
            guard let found = tensors.first(where: { $0.name == name }) else {
                let names = tensors.map(\.name).joined(separator: ", ")
                throw TaskError(
                    file.path, "it has no \(name), only \(names)",
                    hint: "name those to be taken: initial: {tensors: [representation]}")
            }
            guard found.shape == wanted.shape else {
                func text(_ shape: [Int]) -> String {
                    shape.map(String.init).joined(separator: " × ")
                }
                throw TaskError(
                    file.path, "its \(name) is \(text(found.shape)), not \(text(wanted.shape))",
                    hint: "give the network the same shape")
            }
            guard found.values.allSatisfy(\.isFinite) else {
                throw TaskError(file.path, "its \(name) holds a number that is not finite")
            }
            values[name] = found.values
        }
        self.values = values
    }

    /// Makes sure that a file's content is what its digest was made of.
    package static func checkDigest(
        _ file: InitialFile, _ content: [UInt8]
    ) throws(TaskError) {
        guard let wanted = file.digest, InitialFile.digest(of: content) != wanted else { return }
        throw TaskError(
            file.path, "it is not the file that the digest \(wanted) was made of",
            hint: "use that one, or drop the digest")
    }

    /// Drawn parameters with those that the file gives in their place.
    func replacing(_ drawn: [InitialParameter]) -> [InitialParameter] {
        drawn.map { parameter in
            let tensor = parameter.tensor
            guard let values = values[tensor.name] else { return parameter }
            return InitialParameter(
                NamedTensor(name: tensor.name, shape: tensor.shape, values: values),
                parameter.group)
        }
    }
}
