"""What a reader does with a report: looks, points, walks with keys, chooses, follows links."""

from browser import Faults, audit, page

MIDDLE = """([id, i, j]) => {
    const data = JSON.parse(document.getElementById("data").textContent);
    const panel = data.panels.find(p => p.id === id), svg = document.getElementById(id);
    svg.scrollIntoView({block: "center"});
    const at = new DOMPoint((panel.x[i][0] + panel.x[i][1]) / 2, (panel.y[j][0] + panel.y[j][1]) / 2)
        .matrixTransform(svg.getScreenCTM());
    return [at.x, at.y]; }"""


def check(chromium, address):
    """Every fault of a report and of the pages it leads to, and what was seen."""
    faults = Faults(address.rsplit("/", 1)[-1])
    with page(chromium, address, faults) as tab:
        data = tab.evaluate('() => JSON.parse(document.getElementById("data").textContent)')
        hover(tab, data, faults)
        keys(tab, data, faults)
        filters(tab, data, faults)
        sorting(tab, faults)
        seeds(tab, data, faults)
        slices(tab, data, faults)
        print_style(tab, faults)
        audit(tab, faults)
    for look in ({"dark": True}, {"width": 400}):
        faults.where = "report, dark" if "dark" in look else "report, narrow"
        with page(chromium, address, faults, **look) as tab:
            audit(tab, faults)
    linked = links(chromium, address, data, faults)
    return faults, f"{len(data['panels'])} maps, {len(data['sites'])} sites, {linked} pages behind them"


def hover(tab, data, faults):
    """The mouse over a corner's cell says what is there."""
    for panel in data["panels"]:
        for i, j in ((0, 0), (len(panel["x"]) - 1, len(panel["y"]) - 1)):
            tab.mouse.move(*tab.evaluate(MIDDLE, [panel["id"], i, j]))
            said = tab.inner_text("#details")
            axis = data["axes"][0]
            faults.expect(f"{axis['name']} = {axis['values'][i]}" in said, f"hover at {i}, {j} says {said[:80]!r}")


def keys(tab, data, faults):
    """A map is one tab stop; arrows walk within it; what has the focus says where it is."""
    label = 'document.activeElement.getAttribute("aria-label")'
    for panel in data["panels"]:
        stops = tab.evaluate(
            'id => [...document.getElementById(id).querySelectorAll("a,[tabindex]")]'
            ".filter(e => e.tabIndex >= 0).length", panel["id"])
        faults.expect(stops == 1, f"{panel['id']} has {stops} tab stops")
    first = data["panels"][0]
    tab.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    for _ in range(40):
        tab.keyboard.press("Tab")
        if tab.evaluate(f'() => document.activeElement.closest("svg")?.id === "{first["id"]}"'):
            break
    else:
        faults.append(f"{faults.where}: Tab does not reach the first map")
        return
    tab.keyboard.press("Home")
    seen = [tab.evaluate(f"() => {label}")]
    for _ in range(len(first["x"])):
        tab.keyboard.press("ArrowRight")
        seen.append(tab.evaluate(f"() => {label}"))
    faults.expect(len(set(seen)) == len(first["x"]) and seen[-1] == seen[-2],
                  f"arrows reach {len(set(seen))} of {len(first['x'])} columns")
    faults.expect(tab.inner_text("#details").startswith(seen[-1]), "the status line does not follow the keys")
    faults.expect(tab.evaluate("""() => getComputedStyle(document.activeElement.querySelector("path")).visibility
        === "visible" """), "the cursor is not seen")
    if len(data["panels"]) > 1:
        tab.keyboard.press("Tab")
        inside = tab.evaluate('() => document.activeElement.closest("svg")?.id')
        faults.expect(inside == data["panels"][1]["id"], "Tab does not lead on to the next map")


def rows(tab):
    """Rows of the table that are shown."""
    return tab.evaluate('() => [...document.querySelectorAll("#sites tbody tr")].filter(r => !r.hidden).length')


def filters(tab, data, faults):
    """A phase that is not asked for is dimmed in the maps and gone from the table."""
    before = rows(tab)
    for letter in "CGMX":
        box = tab.locator(f"[data-filter={letter}]")
        box.uncheck()
        listed = tab.evaluate('() => [...document.querySelectorAll("#sites tbody tr")].map(r => +r.dataset.n)')
        gone = sum(data["sites"][number] == letter for number in listed)
        faults.expect(rows(tab) == before - gone, f"without {letter} {rows(tab)} of {before} rows are left")
        veils = tab.locator("path[fill-opacity='0.85']").count()
        faults.expect((veils > 0) == (letter in data["sites"]), f"without {letter} {veils} maps are dimmed")
        box.check()
    faults.expect(rows(tab) == before, "filters do not come back")


def sorting(tab, faults):
    """The table by any of its columns, either way."""
    if tab.locator("#more-sites").count():
        return
    head = tab.locator("#sites thead th").first
    read = """() => [...document.querySelectorAll("#sites tbody tr")].map(r => parseFloat(r.cells[0].textContent))"""
    before = tab.evaluate(read)
    for way in ("ascending", "descending"):
        head.locator("button").click()
        values = tab.evaluate(read)
        faults.expect(head.get_attribute("aria-sort") == way, f"a click on a head does not say {way}")
        faults.expect(values == sorted(before, reverse=way == "descending"), f"the table is not sorted {way}")


def seeds(tab, data, faults):
    """One seed at a time."""
    if len(data["members"]) < 2:
        return
    chosen = tab.locator("#control-seed")
    chosen.select_option("1")
    drawn = tab.locator("g[pointer-events=none] path").count()
    faults.expect(drawn > 0, "one seed draws nothing")
    chosen.select_option("-1")
    faults.expect(tab.locator("g[pointer-events=none] path").count() == 0, "the majority does not come back")


def slices(tab, data, faults):
    """One panel at a time, by keys on the slider."""
    if len(data["panels"]) < 2:
        return
    slider = tab.locator("#control-slice")
    slider.focus()
    tab.keyboard.press("ArrowRight")
    shown = tab.locator(".maps figure:visible").count()
    faults.expect(shown == 1, f"the slider shows {shown} panels")
    said = slider.get_attribute("aria-valuetext")
    faults.expect("=" in said and tab.inner_text("#slice-value") == said, f"the slider says {said!r}")
    tab.keyboard.press("Home")
    faults.expect(tab.locator(".maps figure:visible").count() == len(data["panels"]), "panels do not come back")


def print_style(tab, faults):
    """On paper there are no controls, and the text is dark on white."""
    tab.emulate_media(media="print")
    faults.expect(not tab.locator("#controls").is_visible(), "controls are printed")
    faults.expect(tab.locator("#sites").is_visible(), "the table is not printed")
    tab.emulate_media(media="screen")


def links(chromium, address, data, faults):
    """Pages that a map leads to, by Enter, and back."""
    hrefs = [href for href in data.get("hrefs", []) if href]
    if not hrefs:
        return 0
    with page(chromium, address, faults) as tab:
        panel = data["panels"][0]
        place = next(n for n, href in enumerate(data["hrefs"]) if href)
        tab.mouse.move(*tab.evaluate(MIDDLE, [panel["id"], 0, 0]))
        tab.locator(f"#{panel['id']} a.cursor").focus()
        if place == 0:
            tab.keyboard.press("Enter")
            tab.wait_for_url(f"**/{hrefs[0]}")
        else:
            tab.goto(address.rsplit("/", 1)[0] + "/" + data["hrefs"][place])
        faults.where = hrefs[0]
        audit(tab, faults)
        if hrefs[0].startswith("sites/"):
            faults.expect(tab.locator("main svg").count() > 0, "the site's page has no curves")
            tab.locator("main table a").first.click()
            faults.where = tab.url.rsplit("/", 1)[-1]
            audit(tab, faults)
        for words in ("This cell alone", "Facts"):
            faults.expect(tab.get_by_role("heading", name=words).count() == 1, f"no heading {words!r}")
        tab.get_by_role("link", name="phase diagram").click()
        faults.expect(tab.url.split("#")[0] == address, f"the way back leads to {tab.url}")
    return len(set(hrefs))
