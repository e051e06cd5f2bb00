"""Claims: from a claims file with all its faults, and from documents with their places."""

import numpy as np
import pytest

from litreview.checks.predicates import parse_predicate
from litreview.claims.atoms import split_atoms
from litreview.claims.extraction import claim_kind, extract_claims, read_claims_file
from litreview.claims.features import CUES, sentence_features, word_sequences
from litreview.claims.scorer import model, score_sentences, threshold
from litreview.files import InputError
from litreview.language.quantities import parse_quantities
from litreview.parsing import parse_latex
from litreview.schema import Document
from tests.litreview_papers import paper

NINE = "litreview/claims.yaml"
GOOD = """claims:
  - id: C1
    text: SQuAD raises the average by 8.2 points.
    kind: delta
    paper: "2005.13013"
    predicates:
      - {p: GT, arm: squad}
"""


def document(text: str) -> Document:
    return parse_latex(paper(), b"", {"main.tex": text.encode()})


ABSTRACT = (
    "\\begin{abstract}Intermediate training often helps. We use nine tasks. We show that training "
    "on SQuAD, MNLI and HellaSwag improves the average by 8.2, 7.5 and 7.0 points, respectively. "
    "These results suggest that reasoning is important.\\end{abstract}"
)


def test_the_nine_claims_of_the_origin_report_are_read_with_their_figures():
    claims = read_claims_file(NINE)
    assert [claim.claim_id for claim in claims] == [f"C{n}" for n in range(1, 10)]
    assert {claim.paper_id for claim in claims} == {"arxiv:2005.13013"}
    assert {claim.origin for claim in claims} == {"claims_file"}
    by_id = {claim.claim_id: [q.value for q in claim.quantities] for claim in claims}
    assert by_id["C1"] == [8.2, 7.5, 7.0]
    assert 8.7 in by_id["C2"]
    assert by_id["C5"] == [5.4]
    assert by_id["C9"] == [9.0]
    assert all(claim.quote is None and claim.predicates for claim in claims)


def test_the_bands_of_the_nine_claims_hold_the_printed_numbers():
    for claim in read_claims_file(NINE):
        bands = [one for one in claim.predicates if one["p"] == "DELTA"]
        points = [q.value for q in claim.quantities if q.unit == "points"]
        assert len(bands) == len(points)
        for band, value in zip(bands, points, strict=True):
            assert band["low"] == pytest.approx(value - 0.5)
            assert band["high"] == pytest.approx(value + 0.5)


def test_every_predicate_of_the_nine_claims_is_valid():
    for claim in read_claims_file(NINE):
        for predicate in claim.predicates:
            assert parse_predicate(predicate).p == predicate["p"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: delta", "kind: guess", "claim C1: kind: .*'guess'"),
        ("    text: SQuAD raises the average by 8.2 points.\n", "", "claim C1: text: .*required"),
        ('"2005.13013"', '"no-id"', "claim C1: paper: .*not an arXiv id"),
        ("p: GT, arm: squad", "p: MORE, arm: squad", "predicate 1: the predicate 'MORE'"),
        ("p: GT, arm: squad", "p: GT, arms: squad", "predicate 1: .*arms"),
        ("kind: delta", "kind: delta\n    typo: 1", "claim C1: typo: .*not permitted"),
        ("claims:", "claim:", "key 'claims' must hold a list"),
        ("claims:", "version: 2\nclaims:", "unknown keys version"),
        ("  - id: C1", "  - id: [", "not readable as YAML"),
    ],
)
def test_a_fault_in_a_claims_file_is_named(tmp_path, old, new, message):
    path = tmp_path / "claims.yaml"
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(InputError, match=message) as caught:
        read_claims_file(path)
    assert str(path) in str(caught.value)


def test_all_faults_of_a_claims_file_come_in_one_message(tmp_path):
    path = tmp_path / "claims.yaml"
    second = GOOD.removeprefix("claims:\n").replace("delta", "guess")
    path.write_text(GOOD + second + second.replace("id: C1", "id: C2") + GOOD[8:])
    with pytest.raises(InputError, match="3 faulty claims") as caught:
        read_claims_file(path)
    message = str(caught.value)
    assert message.count("kind") == 2
    assert "claim C1: the id occurs twice" in message


def test_an_id_that_a_faulty_claim_repeats_is_told_with_its_other_faults(tmp_path):
    path = tmp_path / "claims.yaml"
    path.write_text(GOOD + GOOD[8:].replace("kind: delta", "kind: gain"))
    with pytest.raises(InputError) as caught:
        read_claims_file(path)
    assert "claim C1: kind" in str(caught.value)
    assert "claim C1: the id occurs twice" in str(caught.value)


def test_a_claims_file_that_is_missing_or_not_utf_8_is_named(tmp_path):
    with pytest.raises(InputError, match="no such claims file"):
        read_claims_file(tmp_path / "absent.yaml")
    path = tmp_path / "latin.yaml"
    path.write_bytes(GOOD.replace("average", "moyenne é").encode("latin-1"))
    with pytest.raises(InputError, match="not readable as YAML"):
        read_claims_file(path)


def test_findings_of_an_abstract_become_claims_and_the_background_does_not():
    claims = extract_claims(document(ABSTRACT))
    texts = [claim.text for claim in claims]
    assert texts == [
        "We show that training on SQuAD improves the average by 8.2 points.",
        "We show that training on MNLI improves the average by 7.5 points.",
        "We show that training on HellaSwag improves the average by 7.0 points.",
        "These results suggest that reasoning is important.",
    ]
    assert [claim.claim_id.rsplit(":", 1)[1] for claim in claims] == ["s3.1", "s3.2", "s3.3", "s4"]
    assert all(claim.score >= threshold() for claim in claims)
    assert [claim.kind for claim in claims] == ["delta", "delta", "delta", "existence"]


def test_quotes_equal_the_text_at_their_span_and_atoms_share_it():
    read = document(ABSTRACT)
    claims = extract_claims(read)
    for claim in claims:
        assert read.text[claim.start : claim.end] == claim.quote
        for quantity in claim.quantities:
            assert str(quantity.value) in claim.text[quantity.start : quantity.end]
    assert claims[0].quote == claims[1].quote


def test_reference_lists_hold_no_claims():
    text = "\\section{References}We show that these results suggest important gains of 5.4 points."
    assert extract_claims(document(text)) == []


@pytest.mark.parametrize(
    ("text", "atoms"),
    [
        (
            "XLM-R XL and XLM-R XXL add 1.8 and 2.4 points.",
            ["XLM-R XL add 1.8 points.", "XLM-R XXL add 2.4 points."],
        ),
        (
            "In French and German, it improves by 38% and 58%.",
            ["In French, it improves by 38%.", "In German, it improves by 58%."],
        ),
        (
            "We gain 8.2 points on SQuAD, 7.5 on MNLI and 7.0 on HellaSwag.",
            [
                "We gain 8.2 points on SQuAD.",
                "We gain 7.5 points on MNLI.",
                "We gain 7.0 points on HellaSwag.",
            ],
        ),
        (
            "It improves SQuAD (by 8.2%) and MNLI (by 7.5%).",
            ["It improves SQuAD (by 8.2%).", "It improves MNLI (by 7.5%)."],
        ),
        (
            "MNLI improves XNLI by 3 points, while CCG hurts it by 2 points.",
            ["MNLI improves XNLI by 3 points.", "CCG hurts it by 2 points."],
        ),
        # The nearer list of names belongs to the numbers.
        (
            "For QA and NER, with BERT and GPT we see gains of 1.5 and 2.5 points.",
            [
                "For QA and NER, with BERT we see gains of 1.5 points.",
                "For QA and NER, with GPT we see gains of 2.5 points.",
            ],
        ),
    ],
)
def test_coordinated_numbers_are_split_by_their_names(text, atoms):
    assert split_atoms(text) == atoms


@pytest.mark.parametrize(
    "text",
    [
        "BUCC and Tatoeba gain 8.2, 7.5 and 7.0 points.",
        "They exceed XLM-R by 1.8 and 2.4 points.",
        "MNLI and SQuAD help, by up to 5.4 points.",
        "It has 9 tasks and 40 languages.",
        "From BERT and GPT to T5: 5 to 8 points.",
        "No numbers at all, in French and German.",
        "The model improves by 3 points but is slower.",
        "Accuracy rises from 67.5 to 85.0, but only for French.",
    ],
)
def test_lists_that_do_not_match_are_left_whole(text):
    assert split_atoms(text) == [text]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SQuAD raises the average by 8.2 points.", "delta"),
        ("Accuracy rises from 67.5 to 85.0 with size.", "delta"),
        ("MNLI, SQuAD and HellaSwag are the best intermediate tasks.", "ranking"),
        ("The model scores 76.0 F1 on TyDiQA.", "value"),
        ("XNLI does not benefit from intermediate training.", "null_result"),
        ("Neither alternative is consistently better.", "null_result"),
        ("English training outperforms the alternatives.", "comparison"),
        ("Nine intermediate tasks are studied.", "count"),
        ("All experiments start from XLM-R Large.", "config"),
        ("The encoder is fine-tuned in two ways.", "procedure"),
        ("There are signs of forgetting.", "existence"),
    ],
)
def test_claims_are_typed_by_wording_and_numbers(text, kind):
    assert claim_kind(text, parse_quantities(text)) == kind


def test_the_same_words_score_higher_at_the_end_than_at_the_start():
    sentences = ["The model improves the score on all of the nine target tasks here."] * 5
    scores = score_sentences(sentences)
    assert scores[0] == min(scores)
    assert scores[-1] == max(scores)


def test_each_cue_moves_the_score_the_way_its_weight_says():
    assert len({cue.name for cue in CUES}) == len(CUES)
    neutral = ["This sentence has exactly so many plain words as ten ones ."] * 3
    base = score_sentences(neutral)[1]
    finding = [neutral[0], "Our results suggest that " + neutral[1], neutral[2]]
    method = [
        neutral[0],
        "Patients were randomized and p < 0.05 was used; " + neutral[1],
        neutral[2],
    ]
    assert score_sentences(finding)[1] > base > score_sentences(method)[1]


def test_no_sentences_have_no_scores():
    assert score_sentences([]) == []


def test_features_of_a_sentence_tell_its_place_its_cues_and_its_neighbours():
    first, last = sentence_features(["We study size here.", "Our results suggest that it helps."])
    assert first["share"] == 0.0
    assert last["share"] == 1.0
    assert first["number 1"] == last["0 to the end"] == 1.0
    assert last["our_results"] == last["late our_results"] == first["our_results behind"] == 1.0
    assert first["our_results later"] == 1.0
    assert "our_results later" not in last
    assert sentence_features([]) == []


def test_word_sequences_mark_the_beginning_and_take_digits_apart():
    assert word_sequences("We gain 12%") >= {"^ we", "we gain 1", "1 2 %", "%"}


def test_the_card_of_the_scorer_says_what_it_was_fitted_on_and_how_well_it_does():
    card = model()["card"]
    assert {"fitted_on", "licence", "date", "f1", "refit"} <= set(card)
    assert 0 < threshold() < 1
    assert card["f1"]["encoder"]["cross_validated"] > card["f1"]["plain"]["cross_validated"] > 0.8


def test_the_second_level_reads_the_vectors_of_an_encoder():
    def encode(texts):
        return np.eye(len(texts), 384, dtype=np.float32)

    sentences = ["We study size.", "Our results suggest that size helps."]
    plain, vector = score_sentences(sentences), score_sentences(sentences, encode)
    assert len(vector) == 2
    assert vector != plain
    assert all(0 < score < 1 for score in vector)


def test_claims_carry_entities_and_whose_they_are():
    text = (
        "\\begin{abstract}We study size. Prior work suggests that MNLI improves accuracy on XNLI. "
        "We show that our results suggest that SQuAD hurts XNLI.\\end{abstract}"
    )
    claims = extract_claims(document(text))
    last = claims[-1]
    named = {(e.kind, e.name) for e in last.entities}
    assert {("dataset", "squad"), ("dataset", "xnli")} <= named
    assert (last.attribution, last.direction) == ("own", "worse")
    assert [c.attribution for c in claims if c.text.startswith("Prior")] in (["reported"], [])
