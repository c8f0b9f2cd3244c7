/// The frame every page of a report shares: head, style sheet, footer.
struct PageStyle {
    /// An HTML document around a body; figures keep their white ground in dark mode, as in print.
    static func page(title: String, version: String, body: (inout Markup) -> Void) -> String {
        var out = Markup()
        out.lines("<!DOCTYPE html>")
        out.element("html", ["lang": "en", "xmlns": "http://www.w3.org/1999/xhtml"]) { out in
            out.element("head") { out in
                out.element("meta", ["charset": "utf-8"])
                out.element(
                    "meta",
                    ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                out.element("meta", ["name": "generator", "content": "grokmap \(version)"])
                // Else browsers ask for one.
                out.element("link", ["rel": "icon", "href": "data:,"])
                out.element("title", [:], title)
                out.element("style", raw: css)
            }
            out.element("body") { out in
                out.element("main", body: body)
                out.element("footer") { out in out.element("p", [:], "grokmap \(version)") }
            }
        }
        return out.text
    }

    private static let css = """
        :root{color-scheme:light dark;--ground:#fff;--text:#1a1a1a;--quiet:#555;--line:#d0d0d0;--link:#00568a}
        @media(prefers-color-scheme:dark){:root{--ground:#16181b;--text:#e8e8e8;--quiet:#a8a8a8;--line:#3a3d42;--link:#7cc4f5}}
        body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
        main,footer{max-width:75rem;margin:0 auto;padding:1rem 1.25rem}
        footer,.quiet{color:var(--quiet);font-size:.87rem}
        h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.15rem;margin-top:2rem}
        a{color:var(--link)}
        figure{margin:1rem 0;padding:.5rem;background:#fff;border-radius:6px;overflow-x:auto}
        figure svg{display:block;max-width:100%;height:auto;margin:0 auto}
        .maps{display:flex;flex-wrap:wrap;gap:.5rem}.maps figure{margin:0;flex:0 1 auto}
        .legend{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;list-style:none;padding:0}.legend li{display:flex;align-items:center;gap:.4rem}.legend svg{background:#fff}
        figure[hidden],form[hidden],div[hidden],tr[hidden]{display:none}
        @media(max-width:40rem){figure svg{max-width:none}}
        form#controls{display:flex;flex-wrap:wrap;gap:1rem;align-items:center;margin:.75rem 0}
        fieldset{border:1px solid var(--line);border-radius:4px;display:flex;flex-wrap:wrap;gap:.2rem .9rem}
        #details{min-height:4.5rem;margin:.75rem 0;padding:.5rem .75rem;border:1px solid var(--line);border-radius:6px;font-variant-numeric:tabular-nums}
        :focus-visible{outline:2px solid var(--link);outline-offset:2px}.cursor:focus{outline:none}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:.5rem .75rem;border:1px solid var(--line);border-radius:6px;font-size:.85rem}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums}
        caption{text-align:left;color:var(--quiet);padding-bottom:.4rem}
        th,td{padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
        td.number{text-align:right}
        th button{font:inherit;font-weight:600;color:inherit;background:none;border:0;padding:0;min-height:24px;cursor:pointer}th[aria-sort=ascending] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
        #sites td a{display:inline-block;min-width:24px;min-height:24px;text-align:center}
        th[scope=col]{white-space:nowrap}
        tr:target{outline:2px solid var(--link)}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dd{margin:0;overflow-wrap:anywhere}
        @media print{:root{--ground:#fff;--text:#000;--quiet:#333;--line:#999;--link:#000}nav,form#controls,#details,#more-sites{display:none}figure{padding:0;break-inside:avoid}tr{break-inside:avoid}thead{display:table-header-group}a{text-decoration:none}@page{margin:15mm}}
        """
}
