import Core
import Foundation
import Sweeps
import TestSupport
import Testing

@testable import Coordinator

@Suite("Live page")
struct LiveTests {
    private static let plan = Result { try Sample.plan(seeds: 2) }

    /// A page of a sweep of which one cell is done, one failed and one in hand.
    private func page() throws -> (LivePage, StatusBoard) {
        let plan = try Self.plan.get()
        var cells = plan.cells.map { _ in CellStatus.missing }
        cells[0] = .verified(
            PhaseRule().classify(train: Crossing(step: 20), validation: Crossing(step: 2100)),
            stopReason: .decided, stepsRun: 2100)
        cells[1] = .failed(reason: "<b>killed</b>")
        cells[2] = .running(step: 70, budget: 5000)
        let board = StatusBoard(SweepStatus(cells: cells))
        board.update { $0.slotsByHost = ["node1": 2] }
        return (LivePage(plan, in: "/nowhere", board: board), board)
    }

    private func text(_ response: HTTPResponse) -> String {
        String(decoding: response.body, as: UTF8.self)
    }

    private func get(_ path: String) -> HTTPRequest {
        HTTPRequest(method: "GET", path: path, host: "localhost")
    }

    @Test("heads of requests are read, and what is none is refused")
    func heads() {
        func request(_ text: String) -> HTTPRequest? { HTTPRequest(head: Array(text.utf8)) }
        #expect(
            request("GET /a?b HTTP/1.1\r\nhOsT:  127.0.0.1:80\r\nAccept: */*")
                == HTTPRequest(method: "GET", path: "/a", host: "127.0.0.1:80"))
        for head in [
            "", "GET", "GET / HTTP/2", "GET  / HTTP/1.1\r\nHost: a", "get / HTTP/1.1\r\nHost: a",
            "GET http://a/ HTTP/1.1\r\nHost: a", "GET / HTTP/1.1", "GET / HTTP/1.1\r\nHost",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b", "GET / HTTP/1.1\nHost: a",
        ] { #expect(request(head) == nil, "\(head)") }
    }

    @Test("the report is as far as the sweep is, under the line about it")
    func report() throws {
        let (page, board) = try page()
        let html = text(page.respond(to: get("/")))
        #expect(html.contains("data-done=\"2\""))
        // A site of several seeds has a page in a report that is written, not here.
        #expect(html.contains("cells/") && !html.contains("sites/"))
        board.update {
            $0.cells[3] = .verified(
                PhaseRule().classify(train: nil, validation: nil), stopReason: .budget,
                stepsRun: 5000)
        }
        let later = text(page.respond(to: get("/index.html")))
        #expect(later.contains("data-done=\"3\""))
        // The report has changed too, not only the line above it.
        #expect(later.replacing("data-done=\"3\"", with: "data-done=\"2\"") != html)
        #expect(page.respond(to: get("/phase-diagram.svg")).type.hasPrefix("image/svg+xml"))
    }

    @Test("programs are told workers, failures and what is in hand")
    func state() throws {
        let (page, _) = try page()
        let state = try JSONSerialization.jsonObject(
            with: Data(page.respond(to: get("/live.json")).body))
        let members = try #require(state as? [String: Any])
        #expect(members["workers"] as? [String: Int] == ["node1": 2])
        #expect(members["verified"] as? Int == 1)
        let failures = try #require(members["failures"] as? [String])
        #expect(failures.count == 1 && failures[0].hasSuffix(": <b>killed</b>"))
        let running = try #require(members["running"] as? [[String: Any]])
        #expect(running.count == 1 && running[0]["step"] as? Int == 70)
        #expect((members["line"] as? String)?.hasPrefix("1/12 cells") == true)
    }

    @Test(
        "there is nothing but the report", arguments: ["/etc/passwd", "/cells/x.html", "/cells/"])
    func others(_ path: String) throws {
        #expect(try page().0.respond(to: get(path)).status == .notFound)
    }

    @Test("a server answers this machine only, reads only, and not without end")
    func server() throws {
        let (page, _) = try page()
        let server = try LiveServer(port: 0) { page.respond(to: $0) }
        defer { server.stop() }
        #expect(throws: CoordinatorError.self) {
            _ = try LiveServer(port: server.port) { _ in HTTPResponse(.notFound) }
        }
        let script = """
            import http.client, socket, sys
            port = int(sys.argv[1])
            def ask(method, path, headers={}):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                connection.request(method, path, headers=headers)
                answer = connection.getresponse()
                return answer.status, answer.headers, answer.read()
            status, headers, body = ask("GET", "/")
            assert status == 200 and b"phase diagram" in body and b'id="live"' in body
            assert "default-src 'none'" in headers["Content-Security-Policy"]
            assert int(headers["Content-Length"]) == len(body)
            assert ask("HEAD", "/")[2] == b""
            assert ask("GET", "/", {"Host": f"localhost:{port}"})[0] == 200
            assert ask("GET", "/", {"Host": "evil.example"})[0] == 421
            assert ask("GET", "/", {"Host": f"evil.example:{port}"})[0] == 421
            for method in ("POST", "PUT", "DELETE", "OPTIONS"):
                assert ask(method, "/")[0] == 405, method
            assert ask("GET", "/", {"X": "x" * 20000})[0] == 431
            with socket.create_connection(("127.0.0.1", port)) as silent:
                assert ask("GET", "/live.json")[0] == 200
                silent.sendall(b"nonsense\\r\\n\\r\\n")
                assert silent.recv(100).startswith(b"HTTP/1.1 400 ")
            many = [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
            for each in many:
                each.close()
            for _ in range(100):
                try:
                    assert ask("GET", "/live.json")[0] == 200
                    break
                except (ConnectionError, http.client.HTTPException):
                    pass
            print("agrees")
            """
        let (status, output) = try Python.run(
            try Python.interpreter(), ["-c", script, "\(server.port)"])
        #expect(status == 0, "\(output)")
        #expect(output == "agrees\n")
    }
}
