import Foundation
import FoundationXML

/// An XML document as a tree, for tests that look for elements.
final class XMLTree: NSObject, XMLParserDelegate {
    /// One element.
    final class Node {
        let name: String
        let attributes: [String: String]
        var children: [Node] = []
        var text = ""

        init(_ name: String, _ attributes: [String: String]) {
            self.name = name
            self.attributes = attributes
        }

        /// This element and all below it.
        var all: [Node] { [self] + children.flatMap(\.all) }
    }

    private var path = [Node("", [:])]

    /// The elements of a well-formed document in document order; nil when it is not well-formed.
    static func nodes(_ document: String) -> [Node]? {
        let tree = XMLTree()
        let parser = XMLParser(data: Data(document.utf8))
        parser.delegate = tree
        return parser.parse() ? tree.path[0].all.dropFirst().map { $0 } : nil
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        let node = Node(name, attributes)
        path.last?.children.append(node)
        path.append(node)
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        path.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        path.last?.text += text
    }
}
