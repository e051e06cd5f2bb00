"""The page in a headless Chromium: filters, order, keys, colours, width, policy."""

import pytest

from litreview.synthesis.content import build_content
from litreview.synthesis.render_html import render_html
from litreview.synthesis.report import with_review
from litreview.synthesis.review import review
from tests.browser import Page, find_browser
from tests.litreview_papers import SOURCE, claim, inputs

PROGRAM = find_browser()
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium on this machine")
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 300"><style>path{stroke:red}</style>'
    b'<path d="M0 0H900"/></svg>'
)
SHOWN = "[...document.querySelectorAll('.browser')[{}].querySelectorAll('.claim:not([hidden])')]"
CLAIMS, FINDINGS = SHOWN.format(0), SHOWN.format(1)
FOCUSED = "document.activeElement.closest('.claim')?.id"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A page of three claims and two findings."""
    found = [
        claim(text, f"X{n}", origin="extracted", quote=text, kind="delta")
        for n, text in enumerate(SOURCE[:2])
    ]
    given = inputs(claims=[*inputs().claims, *found])
    content = build_content(given)
    whole = with_review(content, review(given, content))
    path = tmp_path_factory.mktemp("report") / "synthesis.html"
    path.write_text(render_html(whole, {"gain_heatmap": SVG, "gain_by_size": SVG}))
    return path


@pytest.fixture(scope="module")
def browser():
    with Page(PROGRAM) as page:
        yield page


@pytest.fixture
def page(browser, report):
    browser.size(1280, 900)
    browser.prefer("light")
    browser.open(report)
    return browser


def choose(page, control, value):
    """Set a control of the first list, as a choice of a reader would."""
    page.value(
        f"{{const one = document.querySelector('.browser {control}'); one.value = {value!r};"
        "one.dispatchEvent(new Event('input', {bubbles: true}));"
        "one.dispatchEvent(new Event('change', {bubbles: true}))}"
    )


def test_the_page_runs_under_its_policy_and_asks_for_nothing(page):
    faults = [
        e for e in page.events if e["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")
    ]
    assert faults == []
    asked = [
        e["params"]["request"]["url"].partition(":")[0]
        for e in page.events
        if e["method"] == "Network.requestWillBeSent"
    ]
    assert set(asked) <= {"file", "data"}
    assert page.value("document.querySelector('.tools').hidden") is False
    # Both figures are drawn, the styles inside them too.
    assert page.value("[...document.images].every((one) => one.naturalWidth > 0)")


def test_a_script_from_outside_would_not_run(page):
    page.value(
        "{const one = document.createElement('script'); one.textContent = 'window.ran = true';"
        "document.body.append(one)}"
    )
    assert page.value("window.ran === undefined")


def test_claims_are_filtered_by_verdict_and_by_words(page):
    ids = f"{CLAIMS}.map((one) => one.id)"
    status = "document.querySelector('[role=status]').textContent"
    assert page.value(ids) == ["claim-1", "claim-2", "claim-3"]
    choose(page, "select[data-filter=label]", "overstated")
    assert page.value(ids) == ["claim-2"]
    assert page.value(status) == "1 of 3 shown"
    choose(page, "select[data-filter=label]", "")
    choose(page, "input[type=search]", "poetry TRANSLATION")
    assert page.value(ids) == ["claim-3"]
    choose(page, "input[type=search]", "no such word")
    assert page.value(ids) == []
    assert page.value("document.querySelector('.nothing').hidden") is False
    page.value("document.querySelector('button.clear').click()")
    assert page.value(status) == "3 of 3 shown"
    # The list of findings has controls of its own.
    assert page.value(f"{FINDINGS}.length") == 2


def test_claims_are_sorted_and_come_back_to_their_order(page):
    figures = f"{CLAIMS}.map((one) => Number(one.dataset.confidence))"
    before = page.value(figures)
    choose(page, "select[data-order]", "confidence")
    assert page.value(figures) == sorted(before, reverse=True)
    choose(page, "select[data-order]", "label")
    labels = page.value(f"{CLAIMS}.map((one) => one.dataset.label)")
    assert labels == sorted(labels)
    choose(page, "select[data-order]", "place")
    assert page.value(figures) == before


def test_claims_open_close_and_are_walked_through_by_keys(page):
    page.value("document.querySelector('#claim-1 summary').focus()")
    page.press("Enter")
    assert page.value("document.querySelector('#claim-1').open")
    page.press("ArrowDown")
    assert page.value(FOCUSED) == "claim-2"
    page.press(" ")
    assert page.value("document.querySelector('#claim-2').open")
    page.press("End")
    assert page.value(FOCUSED) == "claim-3"
    page.press("Home")
    page.press("Escape")
    assert page.value("document.querySelector('#claim-1').open") is False
    assert page.value(FOCUSED) == "claim-1"
    assert page.value("document.querySelector('#claim-2').open")


def test_escape_within_an_open_claim_closes_it_and_goes_back_to_its_head(page):
    page.value("document.querySelector('#claim-1').open = true")
    page.value("document.querySelector('#claim-1 .body a').focus()")
    page.press("Escape")
    assert page.value("document.querySelector('#claim-1').open") is False
    assert page.value("document.activeElement.tagName") == "SUMMARY"


def test_everything_is_reached_by_tab_and_the_focus_is_seen(page):
    seen = []
    for _ in range(60):
        page.press("Tab")
        seen.append(
            page.value(
                "{const one = document.activeElement; [one.tagName,"
                "one.closest('.browser') !== null, getComputedStyle(one).outlineStyle]}"
            )
        )
        if seen[-1][:2] == ["SUMMARY", True]:
            break
    inside = {tag for tag, in_list, _ in seen if in_list}
    assert {"INPUT", "SELECT", "BUTTON", "SUMMARY"} <= inside
    assert {style for tag, _, style in seen if tag != "BODY"} == {"solid"}


def test_controls_and_claims_have_names_for_a_screen_reader(page):
    page.call("Accessibility.enable")
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    names = {}
    for node in nodes:
        role, name = node.get("role", {}).get("value"), node.get("name", {}).get("value", "")
        names.setdefault(role, []).append(name)
    assert all(names["searchbox"] + names["combobox"] + names["button"])
    assert {"Verdict", "Order"} <= {name.strip() for name in names["combobox"]}
    assert all(name for name in names.get("image", []))
    assert "status" in names
    heads = page.value(f"{CLAIMS}.map((one) => one.querySelector('summary').innerText)")
    assert all(
        "Verified" in page.value("document.querySelector('.label').textContent") for _ in heads
    )


def test_an_opened_claim_shows_evidence_in_context_reason_and_figures(page):
    page.value("document.querySelector('#claim-1').open = true")
    body = page.value("document.querySelector('#claim-1 .body').innerText")
    assert "Why V2 supported" in body
    assert "Claimed" in body
    assert "+7.7 to +8.7 points" in body
    assert "Measured here" in body
    first = "document.querySelector('#claim-1 blockquote')"
    marked = page.value(f"[...{first}.querySelectorAll('mark')].map((one) => one.textContent)")
    assert {"SQuAD", "8.2"} <= set(marked)
    assert page.value(f"{first}.querySelector('mark.number').textContent") == "8.2"
    # The next sentence of the section stands beside the passage.
    assert "Continued language modelling" in page.value(f"{first}.innerText")


def test_a_link_to_a_claim_opens_it_though_it_is_filtered_out(page, report):
    choose(page, "input[type=search]", "no such word")
    page.value("location.hash = '#claim-2'")
    page.value("1")
    assert page.value("document.querySelector('#claim-2').open")
    assert page.value("document.querySelector('#claim-2').hidden") is False
    page.open(report, "#finding-1")
    assert page.value("document.querySelector('#finding-1').open")


CONTRASTS = """
(() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parse(colour).slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const found = getComputedStyle(at).backgroundColor;
      if (parse(found)[3] !== 0) return found;
    }
    return 'rgb(255, 255, 255)';
  };
  document.querySelectorAll('.claim').forEach((one) => { one.open = true; });
  return [...document.querySelectorAll('main *, header *')].filter((one) =>
    one.checkVisibility() && [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .map((one) => {
      const pair = [light(getComputedStyle(one).color), light(behind(one))].sort((a, b) => b - a);
      return [(pair[0] + 0.05) / (pair[1] + 0.05), one.className, one.textContent.slice(0, 40)];
    }).filter(([ratio]) => ratio < 4.5).slice(0, 5);
})()
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground_in_both_schemes(page, scheme):
    """At least 4.5 to 1, as WCAG 2.2 asks (success criterion 1.4.3)."""
    page.prefer(scheme)
    ground = page.value("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(20, 24, 29)") == (scheme == "dark")
    assert page.value(CONTRASTS) == []


OVERFLOWING = """
[...document.querySelectorAll('body *')].filter((one) => !one.closest('.scroll, .skip, .spoken')
  && one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.tagName + '.' + one.className).slice(0, 5)
"""


@pytest.mark.parametrize("width", [320, 360, 380])
def test_a_phone_needs_no_sideways_scrolling(page, width):
    page.size(width, 740, mobile=True)
    page.value("document.querySelectorAll('.claim').forEach((one) => { one.open = true; })")
    assert page.value("document.documentElement.scrollWidth") <= width
    assert page.value(OVERFLOWING) == []


def test_without_script_every_claim_is_there_and_opens(page, report):
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open(report)
        assert page.value("document.querySelector('.tools').hidden")
        assert page.value(f"{CLAIMS}.length") == 3
        page.value("document.querySelector('#claim-1 summary').focus()")
        page.press("Enter")
        assert page.value("document.querySelector('#claim-1').open")
    finally:
        page.call("Emulation.setScriptExecutionDisabled", value=False)
