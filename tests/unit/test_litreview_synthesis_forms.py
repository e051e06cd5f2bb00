"""The four forms of the report: complete, safe, self-contained, the same each time."""

import base64
import functools
import hashlib
import html.parser
import io
import re

import pytest
from pypdf import PdfReader

from litreview.files import InputError
from litreview.review.overlap import shared_runs
from litreview.review.panel import combine
from litreview.synthesis.content import build_content, text_of
from litreview.synthesis.model import Paragraph
from litreview.synthesis.render_html import render_html
from litreview.synthesis.render_markdown import escape, render_markdown
from litreview.synthesis.render_pdf import render_pdf
from litreview.synthesis.render_text import WIDTH, render_text
from litreview.synthesis.report import with_review, write_report
from litreview.synthesis.review import review
from tests.litreview_papers import OTHER_PAPER, SOURCE, claim, document, inputs, paper

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="4"><path d="M0 0H9"/></svg>'
DRAWINGS = {"gain_heatmap": SVG, "gain_by_size": SVG}
PATHS = {name: f"../figures/{name}.svg" for name in DRAWINGS}
HOSTILE = (
    '<script>alert("x")</script> #set page(fill: red) $x$ `a` [b](http://c) | *d* _e_ \\input{/etc}'
)


@functools.cache
def plain_report():
    """The report of the example as it is."""
    return whole()


def whole(**changes):
    """Content with its review."""
    given = inputs(**changes)
    content = build_content(given)
    return with_review(content, review(given, content))


def extracted():
    """Claims of the file and one found in the source."""
    return [*inputs().claims, claim(SOURCE[1], "X1", origin="extracted", quote=SOURCE[1])]


def forms(content):
    """Plain text of each form, white space closed up."""
    pdf = PdfReader(io.BytesIO(render_pdf(content, DRAWINGS)))
    texts = {
        "md": without_links(render_markdown(content, PATHS).replace("\\", "")),
        "html": visible(render_html(content, DRAWINGS)),
        "pdf": "".join(body(page.extract_text(), content) for page in pdf.pages),
        "txt": render_text(content, PATHS),
    }
    return {kind: squeezed(text) for kind, text in texts.items()}


def body(page, content):
    """A page's text without running head and page number."""
    text = squeezed(page).removeprefix(squeezed(content.title + content.date))
    return re.sub(r"\d+/\d+$", "", text)


def without_links(markdown):
    """Markdown with the citations' text in place of their links."""
    return re.sub(r"\[(\[[^\]]*\])\]\(#references\)", r"\1", markdown)


def squeezed(text):
    """A text without white space and hyphens, which line breaks put in."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


class Text(html.parser.HTMLParser):
    """Collects text, tags and addresses of a page."""

    def __init__(self):
        super().__init__()
        self.text, self.tags, self.addresses = [], [], []
        self.hidden = False

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.hidden = tag in ("style", "script")
        self.addresses += [value for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag):
        self.hidden = False

    def handle_data(self, data):
        if not self.hidden:
            self.text.append(data)


def parsed(page):
    reader = Text()
    reader.feed(page)
    return reader


def shown(text, form):
    """Whether a form has a text, whole or parted once where a figure stands at a page's end."""
    text = squeezed(text)
    return text in form or any(
        text[:place] in form and text[place:] in form for place in range(1, len(text))
    )


def without_quotations(page):
    """What a page says outside its quotations, whose sources stand below them."""
    return visible(re.sub(r'<blockquote class="passage">.*?</blockquote>', " ", page))


def visible(page):
    return "".join(parsed(page).text)


def test_every_claim_paragraph_and_reference_appears_in_every_form():
    content = whole(claims=extracted())
    wanted = [claim.text for claim in content.claims]
    wanted += [claim.verified for claim in content.claims]
    wanted += [reference.title for reference in content.references]
    wanted += [text_of(content.abstract), content.question]
    wanted += [
        text_of(block.runs)
        for section in content.sections
        for block in section.blocks
        if isinstance(block, Paragraph)
    ]
    for kind, text in forms(content).items():
        missing = [one for one in wanted if not shown(one, text)]
        assert missing == [], kind


def test_every_reference_is_linked_in_every_form():
    content = plain_report()
    page = render_html(content, DRAWINGS)
    texts = [page, render_markdown(content, PATHS), render_text(content, PATHS)]
    pdf = PdfReader(io.BytesIO(render_pdf(content, DRAWINGS)))
    links = [
        annotation.get_object()["/A"]["/URI"]
        for sheet in pdf.pages
        for annotation in sheet.get("/Annots", [])
        if "/URI" in annotation.get_object().get("/A", {})
    ]
    for reference in content.references:
        assert all(reference.url in text for text in texts)
        assert reference.url in links


def test_no_form_shares_thirty_words_with_a_document():
    long = " ".join(f"Word{n} tasks" for n in range(30)) + "."
    documents = [
        document([*SOURCE, long]),
        document(["Supplementary training helps."], OTHER_PAPER),
    ]
    claims = [*inputs().claims, claim(long, "X1", origin="extracted", quote=long)]
    content = whole(claims=claims, documents=documents)
    sources = [one.text for one in documents]
    for text in (
        render_markdown(content, PATHS),
        render_text(content, PATHS),
        without_quotations(render_html(content, DRAWINGS)),
    ):
        assert shared_runs([text], sources) == []


def test_a_quotation_in_context_is_bounded_and_stands_beside_its_source():
    long = " ".join(f"Word{n} tasks" for n in range(60)) + "."
    content = whole(documents=[document([long, f"Training on SQuAD {long}", long])])
    item = content.claims[0].evidence[0]
    words = [item.context.before, text_of(item.context.passage), item.context.after]
    # Ellipses are words of their own here: one for each end that is cut.
    assert [len(text.split()) for text in words] == [21, 61, 21]
    page = visible(render_html(content, DRAWINGS))
    assert f"{item.source}; {item.place}" in page


def test_the_same_content_gives_the_same_bytes():
    content = plain_report()
    assert render_pdf(content, DRAWINGS) == render_pdf(content, DRAWINGS)
    assert render_html(content, DRAWINGS) == render_html(content, DRAWINGS)


def test_text_from_outside_is_never_mark_up():
    papers = [paper(title=HOSTILE, authors=[HOSTILE]), paper(OTHER_PAPER, venue=HOSTILE)]
    content = whole(papers=papers, claims=[claim(HOSTILE)], documents=[document([HOSTILE])])
    page = parsed(render_html(content, DRAWINGS))
    assert sum(tag == "script" for tag, _ in page.tags) == 1
    assert squeezed(HOSTILE) in squeezed("".join(page.text))
    markdown = render_markdown(content, PATHS)
    assert "<script>" not in markdown
    assert not re.search(r"(?<!\\)\]\(http", markdown)
    text = "".join(
        sheet.extract_text() for sheet in PdfReader(io.BytesIO(render_pdf(content, DRAWINGS))).pages
    )
    assert "#setpage(fill:red)" in squeezed(text)


def test_the_page_stands_alone_and_asks_for_nothing():
    page = render_html(plain_report(), DRAWINGS)
    reader = parsed(page)
    tags = {tag for tag, _ in reader.tags}
    assert not tags & {"link", "iframe", "object", "form"}
    assert not any(name.startswith("on") or name == "style" for _, a in reader.tags for name in a)
    assert "@import" not in page
    assert "url(" not in page
    loaded = [attrs["src"] for _, attrs in reader.tags if "src" in attrs]
    assert len(loaded) == 2
    assert all(address.startswith("data:image/svg+xml;base64,") for address in loaded)
    (policy,) = [a["content"] for _, a in reader.tags if "http-equiv" in a]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_the_page_has_contents_dark_colours_and_claims_that_open_without_script():
    page = render_html(plain_report(), DRAWINGS)
    reader = parsed(page)
    assert "prefers-color-scheme: dark" in page
    assert "width=device-width" in page
    targets = {attrs["id"] for _, attrs in reader.tags if "id" in attrs}
    anchors = {address[1:] for address in reader.addresses if address.startswith("#")}
    assert {"abstract", "results", "claims", "references"} <= anchors
    assert anchors <= targets
    assert sum(tag == "details" and a.get("class") == "claim" for tag, a in reader.tags) == 3
    assert [a for tag, a in reader.tags if a.get("class") == "tools" and "hidden" in a]
    assert any(tag == "mark" for tag, _ in reader.tags)
    assert all(attrs.get("alt") for tag, attrs in reader.tags if tag == "img")


def test_the_pdf_is_dated_by_the_report_and_names_people():
    document_info = PdfReader(io.BytesIO(render_pdf(plain_report(), DRAWINGS))).metadata
    assert document_info.author == "A. Author, B. Author"
    assert document_info.creation_date.date().isoformat() == "2026-07-08"


def test_a_date_that_is_none_is_refused_for_the_pdf():
    content = plain_report().model_copy(update={"date": "July 8"})
    with pytest.raises(InputError, match="'July 8' is not an ISO date"):
        render_pdf(content, DRAWINGS)


def test_plain_text_keeps_to_eighty_columns_but_for_links():
    lines = render_text(whole(claims=extracted()), PATHS).splitlines()
    long = [line for line in lines if len(line) > WIDTH and "http" not in line]
    assert long == []
    assert not any(line != line.rstrip() for line in lines)


def test_clear_figures_are_bold_and_in_plain_text_have_an_asterisk():
    content = whole()
    assert "**+2.0** \\[" in render_markdown(content, PATHS)
    plain = render_text(content, PATHS)
    assert "+2.0* [" in plain
    assert "in plain text an asterisk: clear" in " ".join(plain.split())


def test_markdown_is_escaped_and_its_tables_keep_their_columns():
    assert escape("a|b *c* <d> [e] _f_ & #") == r"a\|b \*c\* \<d\> \[e\] \_f\_ &amp; \#"
    assert escape("1. item") == r"1\. item"
    rows = [
        line for line in render_markdown(plain_report(), PATHS).splitlines() if line.startswith("|")
    ]
    widths = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
    heads = [place for place, row in enumerate(rows) if set(row) <= set("|-: ")]
    for place, following in zip(heads, [*heads[1:], len(rows) + 1], strict=True):
        assert len(set(widths[place - 1 : following - 1])) == 1


def test_figures_are_pointed_to_from_where_the_report_lies(tmp_path):
    figures, folder = tmp_path / "figures", tmp_path / "report"
    figures.mkdir()
    for name, drawing in DRAWINGS.items():
        (figures / f"{name}.svg").write_bytes(drawing)
    given = inputs()
    content = build_content(given)
    panel = review(given, content)
    paths = write_report(content, panel, [tmp_path / "none", figures], folder)
    assert sorted(path.name for path in paths) == [
        *("corrections.json", "references.bib"),
        *(f"synthesis.{kind}" for kind in ("html", "md", "pdf", "txt")),
    ]
    assert sorted(folder.iterdir()) == sorted([*paths, folder / "versions"])
    assert "](../figures/gain_heatmap.svg)" in (folder / "synthesis.md").read_text()
    (figures / "gain_heatmap.svg").unlink()
    with pytest.raises(InputError, match=r"gain_heatmap\.svg: no such figure"):
        write_report(content, panel, [figures], folder)


def test_a_withdrawn_source_is_marked_in_every_form():
    content = whole(papers=[paper(status="withdrawn"), paper(OTHER_PAPER)])
    assert all("Withdrawn." in text or "WITHDRAWN." in text for text in forms(content).values())


def test_the_review_states_its_score_its_caps_and_what_agreement_means():
    texts = forms(whole(papers=[paper(status="withdrawn"), paper(OTHER_PAPER)]))
    for text in texts.values():
        assert squeezed("The score is at most 4, since one cited paper is withdrawn") in text
        assert squeezed("measures how far the rules overlap") in text


def test_agreement_with_a_reviewer_who_scores_every_claim_alike_is_not_printed():
    content = build_content(inputs())
    panel = review(inputs(), content)
    alike = [
        one.model_copy(
            update={
                "ratings": [
                    rating.model_copy(update={"score": 4.0})
                    if rating.dimension.startswith("claim ")
                    else rating
                    for rating in one.ratings
                ]
            }
        )
        if one.role == "methods"
        else one
        for one in panel.reviews
    ]
    text = squeezed(render_text(with_review(content, combine(alike, {})), PATHS))
    assert squeezed("Their agreement cannot be estimated: methods gave one score") in text
    assert squeezed("Krippendorff's alpha, ordinal") not in text
