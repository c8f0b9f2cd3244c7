import Core
import Foundation
import Report
import Sweeps
import Synchronization
import System

/// The pages of a sweep that runs: its report as far as it is, with a line above it that stays up to date.
final class LivePage: Sendable {
    private let plan: SweepPlan
    private let cells: SweepFolder
    private let board: StatusBoard
    private let progress: Mutex<ProgressLine>

    /// The pages of a sweep.
    ///
    /// - Parameters:
    ///   - plan: the sweep.
    ///   - directory: where its cells' files lie.
    ///   - board: where it shows how it stands.
    init(_ plan: SweepPlan, in directory: String, board: StatusBoard) {
        self.plan = plan
        cells = SweepFolder(directory)
        self.board = board
        progress = Mutex(ProgressLine(budget: plan.spec.cell.steps))
    }

    /// The answer to a request.
    func respond(to request: HTTPRequest) -> HTTPResponse {
        switch request.path {
        case "/", "/index.html": return HTTPResponse("text/html", report())
        case "/live.json":
            return HTTPResponse("application/json", CanonicalJSON.text(state(board.current)))
        case "/phase-diagram.svg":
            let figure = SweepReport.input(plan, board.current.cells)
            return HTTPResponse("image/svg+xml", PhaseDiagram(figure).svg())
        default:
            let parts = request.path.split(separator: "/")
            guard parts.count == 2, parts[0] == "cells", parts[1].hasSuffix(".html"),
                let page = cellPage(String(parts[1].dropLast(5)))
            else { return HTTPResponse(.notFound) }
            return HTTPResponse("text/html", page)
        }
    }

    // MARK: The report

    private func report() -> String {
        let status = board.current
        let page = ReportPage(
            SweepReport.input(plan, status.cells, links: true),
            figures: [("phase-diagram.svg", "phase diagram")]
        ).html()
        guard let body = page.range(of: "<body>") else { return page }
        return page.replacingCharacters(in: body, with: "<body>" + LivePage.bar(done(status)))
    }

    /// A cell's page, nil where no such cell is done.
    private func cellPage(_ short: String) -> String? {
        let statuses = board.current.cells
        guard let place = plan.cells.firstIndex(where: { $0.id.short == short }),
            let verdict = statuses[place].verdict
        else { return nil }
        // A file that cannot be read is told of by the run itself.
        return try? SweepReport.page(
            of: plan.cells[place], verdict, plan, cellsIn: cells, reader: CellReader.shared
        )?.html
    }

    private func done(_ status: SweepStatus) -> Int {
        let tally = CellTally(status.cells)
        return tally.verified + tally.failed
    }

    // MARK: The line above it

    /// How the sweep stands, for the script of the page and anybody else's.
    private func state(_ status: SweepStatus) -> JSONValue {
        let tally = CellTally(status.cells)
        let line = progress.withLock { $0.text(status) }
        var failures: [JSONValue] = []
        var running: [JSONValue] = []
        for (cell, status) in zip(plan.cells, status.cells) {
            switch status {
            case .failed(let reason) where failures.count < LivePage.mostListed:
                failures.append(.string("\(plan.label(cell.point)): \(reason)"))
            case .running(let step, let budget) where running.count < LivePage.mostListed:
                running.append(
                    .object([
                        "cell": .string(cell.id.short), "label": .string(plan.label(cell.point)),
                        "step": .number(Double(step)), "budget": .number(Double(budget)),
                    ]))
            default: break
            }
        }
        let workers = status.slotsByHost.mapValues { JSONValue.number(Double($0)) }
        return .object([
            "sweep": .string(plan.spec.name), "line": .string(line),
            "cells": .number(Double(tally.cells)), "done": .number(Double(done(status))),
            "verified": .number(Double(tally.verified)), "failed": .number(Double(tally.failed)),
            "failures": .array(failures), "running": .array(running),
            "workers": .object(workers), "ended": .bool(status.ended),
        ])
    }

    /// Of cells in hand and of failures at most so many are listed.
    private static let mostListed = 100

    /// The line and its script: every two seconds it asks how the sweep stands, and fetches the report again when cells have
    /// come, at most every five seconds and not while the reader has something selected.
    private static func bar(_ done: Int) -> String {
        """

        <aside id="live" data-done="\(done)" style="position:sticky;top:0;z-index:1;padding:.4rem 1.25rem;\
        background:#00568a;color:#fff;font:14px/1.5 system-ui,sans-serif">
        <div role="status" id="live-line">…</div>
        <div id="live-workers"></div>
        <ul id="live-failures" style="margin:0"></ul>
        </aside>
        <script>
        "use strict";
        {
          const bar = document.getElementById("live"), born = Date.now();
          const line = document.getElementById("live-line");
          const list = (id, texts) => document.getElementById(id).replaceChildren(
            ...texts.map(text => Object.assign(document.createElement("li"), {textContent: text})));
          const look = async () => {
            try {
              const state = await (await fetch("/live.json")).json();
              line.textContent = state.line;
              document.getElementById("live-workers").textContent = Object.entries(state.workers)
                .map(([host, slots]) => `${host}: ${slots} ${slots === 1 ? "slot" : "slots"}`).join(", ");
              list("live-failures", state.failures);
              if (state.done !== Number(bar.dataset.done) && Date.now() - born > 5000
                  && getSelection().isCollapsed) { location.reload(); return; }
            } catch { line.textContent = "the sweep does not run any more; its report is in its directory"; return; }
            setTimeout(look, 2000);
          };
          look();
        }
        </script>
        """
    }
}
