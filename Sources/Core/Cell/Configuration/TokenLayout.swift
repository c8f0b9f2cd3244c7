/// What stands at each position of a transformer's sequences: a, [operator], b, [operator], c, …, [=].
///
/// Tokens are numbered from 0: the symbols, where each operand has its own those of a, of b and so on; then the operators,
/// one for each operation; then the equals sign.
package struct TokenLayout: Sendable, Hashable {
    /// One position.
    package struct Position: Sendable, Hashable {
        /// The place, among the symbols of an example, of the one that stands here; nil where the token is always the same.
        package let place: Int?
        /// The first of the tokens that may stand here.
        package let firstToken: Int
        /// How many they are.
        package let tokenCount: Int
    }

    /// The positions from the first one on.
    package private(set) var positions: [Position] = []
    /// Number of tokens.
    package let tokenCount: Int

    /// The layout of a model's sequences for such examples.
    package init(_ model: TransformerConfiguration, _ symbols: ExampleSymbols) {
        let operators = symbols.count * (model.separateTokens ? symbols.operands : 1)
        let equals = operators + (model.operatorToken ? symbols.operations : 0)
        tokenCount = equals + (model.equalsToken ? 1 : 0)
        for operand in 0..<symbols.operands {
            if operand > 0, model.operatorToken {
                positions.append(
                    Position(
                        place: symbols.operations > 1 ? symbols.operands : nil,
                        firstToken: operators, tokenCount: symbols.operations))
            }
            positions.append(
                Position(
                    place: operand,
                    firstToken: model.separateTokens ? operand * symbols.count : 0,
                    tokenCount: symbols.count))
        }
        if model.equalsToken {
            positions.append(Position(place: nil, firstToken: equals, tokenCount: 1))
        }
    }

    /// Tokens per sequence.
    package var count: Int { positions.count }

    /// The first position whose token does not follow from the example's first symbol.
    package var secondPosition: Int {
        positions.firstIndex { ($0.place ?? 0) > 0 } ?? positions.count
    }

    /// The tokens of an example with these symbols.
    package func tokens(_ symbols: ArraySlice<Int32>) -> [Int] {
        positions.map { position in
            position.firstToken
                + (position.place.map { Int(symbols[symbols.startIndex + $0]) } ?? 0)
        }
    }
}
