/// An answer to a request.
struct HTTPResponse: Sendable {
    /// What became of the request.
    enum Status: Int {
        case ok = 200
        case badRequest = 400
        case notFound = 404
        case methodNotAllowed = 405
        case misdirected = 421
        case headTooLarge = 431
        case unavailable = 503

        fileprivate var words: String {
            switch self {
            case .ok: "OK"
            case .badRequest: "Bad Request"
            case .notFound: "Not Found"
            case .methodNotAllowed: "Method Not Allowed"
            case .misdirected: "Misdirected Request"
            case .headTooLarge: "Request Header Fields Too Large"
            case .unavailable: "Service Unavailable"
            }
        }
    }

    /// The status.
    let status: Status
    /// The media type of the body.
    let type: String
    /// The body.
    let body: [UInt8]

    /// An answer with text of a media type.
    init(_ type: String, _ text: String) {
        status = .ok
        self.type = type + "; charset=utf-8"
        body = Array(text.utf8)
    }

    /// A refusal.
    init(_ status: Status) {
        self.status = status
        type = "text/plain; charset=utf-8"
        body = Array("\(status.words)\n".utf8)
    }

    /// The answer as bytes; of a `HEAD` the body is left out. The page may load nothing but from where it came, and nobody
    /// else may show it or read it.
    func bytes(withBody: Bool) -> [UInt8] {
        let allow = status == .methodNotAllowed ? "Allow: GET, HEAD\r\n" : ""
        let head = """
            HTTP/1.1 \(status.rawValue) \(status.words)\r
            Content-Type: \(type)\r
            Content-Length: \(body.count)\r
            Connection: close\r
            Cache-Control: no-store\r
            Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; script-src \
            'unsafe-inline'; img-src 'self' data:; object-src 'self'; connect-src 'self'; \
            base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r
            Cross-Origin-Resource-Policy: same-origin\r
            Referrer-Policy: no-referrer\r
            X-Content-Type-Options: nosniff\r
            \(allow)\r

            """
        return Array(head.utf8) + (withBody ? body : [])
    }
}
