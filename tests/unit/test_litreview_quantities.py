"""Quantities of hand-worked sentences: value, unit, decimals, qualifier, place."""

import pytest

from litreview.language.quantities import parse_quantities


def found(text: str) -> list[tuple[str, float, str]]:
    return [(text[q.start : q.end], q.value, q.unit) for q in parse_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Training on SQuAD, MNLI and HellaSwag yields 8.2, 7.5, and 7.0 points.",
            [("8.2", 8.2, "points"), ("7.5", 7.5, "points"), ("7.0 points", 7.0, "points")],
        ),
        (
            "We obtain a 5.4 point improvement over XLM-R Large (Conneau et al., 2020).",
            [("5.4 point", 5.4, "points")],
        ),
        ("a 1.4-percentage-point gain", [("1.4-percentage-point", 1.4, "points")]),
        ("It lies 0.7 pp lower.", [("0.7 pp", 0.7, "points")]),
        ("It lies at −0.7 points.", [("−0.7 points", -0.7, "points")]),
        ("With up to 47 F1 points", [("up to 47 F1 points", 47.0, "points")]),
        ("an F1 of 76.0", [("76.0", 76.0, "f1")]),
        ("and 80.4 accuracy", [("80.4 accuracy", 80.4, "accuracy")]),
        ("rises to 71.4 F1", [("71.4 F1", 71.4, "f1")]),
        ("improves by +28.08%", [("+28.08%", 28.08, "percent")]),
        ("improves by 3 per cent", [("3 per cent", 3.0, "percent")]),
        (
            "Nine English intermediate tasks in 110 language pairs",
            [
                ("Nine", 9.0, "count"),
                ("110", 110.0, "count"),
            ],
        ),
        ("3.5 billion parameters", [("3.5 billion parameters", 3.5e9, "parameters")]),
        ("mT5-XXL has 13B.", [("13B", 13e9, "parameters")]),
        ("65k EU laws and 689 GB", [("65k", 65e3, "count"), ("689 GB", 689e9, "bytes")]),
        ("a 12-layer encoder", [("12-layer", 12.0, "count")]),
        ("2x faster, three times", [("2x", 2.0, "ratio"), ("three times", 3.0, "ratio")]),
        ("a rate of 1e-5, 10 epochs", [("1e-5", 1e-5, "none"), ("10", 10.0, "count")]),
        ("p < 1.33 x 10^-240", [("< 1.33 x 10^-240", 1.33e-240, "none")]),
        ("from 0.3211 to 0.4113", [("0.3211", 0.3211, "none"), ("0.4113", 0.4113, "none")]),
        ("8.2/7.5 points", [("8.2", 8.2, "points"), ("7.5 points", 7.5, "points")]),
        ("after 90 minutes", [("90 minutes", 90.0, "minutes")]),
        (
            "ten tasks in forty-two languages, with a hundred and five questions",
            [
                ("ten", 10.0, "count"),
                ("forty-two", 42.0, "count"),
                ("a hundred and five", 105.0, "count"),
            ],
        ),
        ("two hundred languages", [("two hundred", 200.0, "count")]),
        ("three thousand examples", [("three thousand", 3000.0, "count")]),
        (
            "two thousand three hundred pairs",
            [("two thousand three hundred", 2300.0, "count")],
        ),
        ("twenty-five million words", [("twenty-five million", 25e6, "count")]),
        ("in 50 mg/L, at −4 °C", [("50 mg/L", 50.0, "mg/L"), ("−4 °C", -4.0, "°C")]),
        ("11 Mg ha−1 year−1 of it", [("11 Mg ha−1 year−1", 11.0, "Mg ha-1 year-1")]),
        ("in two days or 3 weeks", [("two days", 2.0, "days"), ("3 weeks", 3.0, "weeks")]),
        ("a loss of 3 points per year", [("3 points per year", 3.0, "points per year")]),
        ("less than ∼10 times", [("less than ∼10 times", 10.0, "ratio")]),
        ("δ13C below −60‰", [("below −60‰", -60.0, "per mille")]),
        ("46.8% ± 1.6% of cells", [("46.8% ± 1.6%", 46.8, "percent")]),
        ("five coherent clusters", [("five", 5.0, "count")]),
        ("on 392,702 examples", [("392,702", 392702.0, "count")]),
    ],
)  # fmt: skip
def test_quantities_are_read_with_their_units(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Phang et al. (2020) and (Hu et al., 2020; Ruder et al., 2021b) agree.",
        "SQuAD v1.1, SQuAD 2.0, mT5, XLM-R, BLEU-4, Regret@3, F1, GPT-2, COVID-19, H1N1 and IL-6",
        "see Table 3, Figures 2 and 4, Section 5.1, Eq. 7 and Appendix A2",
        "arXiv 2005.13013v2, https://arxiv.org/abs/2005.13013, doi 10.24963/ijcai.2020/508",
        "in June 2020, 26 May 2020, from 2018 to 2021, and the 1990s",
        "as in [12] and [3, 4–6], as [cite] says in Table [ref]",
        "the 2nd and 3rd run; one task; two or three; nobody",
        "Llama 3.1 under Python 3.11",
        "as before (22), (3, 5–7); phases 3, 5 and 7; samples 1 and 2; at 12:45",
        "poly(3-hexylthiophene), 16S RNA, well 22/10a-4, Ca3(PO4)2",
    ],
)
def test_digits_that_are_no_quantities_are_passed_over(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("up to 8.2 points", "at_most"),
        ("at most 8.2 points", "at_most"),
        ("less than 12 points", "at_most"),
        ("p < 0.05", "at_most"),
        ("at least 3 seeds", "at_least"),
        ("more than 10,000 examples", "at_least"),
        ("over 53,000 questions", "at_least"),
        ("53,000+ questions", "at_least"),
        ("5 or more points", "at_least"),
        ("about 5 points", "approximate"),
        ("approximately 5 points", "approximate"),
        ("~5 points", "approximate"),
        ("nearly an 8 point gain", "approximate"),
        ("8.2 points", "exact"),
        ("averaged over 15 languages", "exact"),
        ("5 to 8 points", "range"),
    ],
)
def test_qualifiers_are_read_from_the_words_around(text, qualifier):
    (quantity,) = parse_quantities(text)
    assert quantity.qualifier == qualifier


@pytest.mark.parametrize(
    ("text", "low", "high", "value"),
    [
        ("32.0-34.94%", 32.0, 34.94, 33.47),
        ("76.15% to 87.54%", 76.15, 87.54, 81.845),
        ("38 to 45%", 38.0, 45.0, 41.5),
        ("between 5 and 8 points", 5.0, 8.0, 6.5),
        ("5–8 points", 5.0, 8.0, 6.5),
        ("between −2 and −7‰", -7.0, -2.0, -4.5),
        ("ranging from 1 to 25 K", 1.0, 25.0, 13.0),
    ],
)
def test_ranges_keep_both_ends_and_have_their_middle_as_value(text, low, high, value):
    (quantity,) = parse_quantities(text)
    assert (quantity.low, quantity.high, quantity.qualifier) == (low, high, "range")
    assert quantity.value == pytest.approx(value)


def test_a_tolerance_gives_the_ends_and_stays_exact():
    (quantity,) = parse_quantities("71.4 ± 0.3 F1")
    assert (quantity.low, quantity.high, quantity.value) == (71.1, 71.7, 71.4)
    assert (quantity.qualifier, quantity.unit) == ("exact", "f1")


@pytest.mark.parametrize(
    ("text", "decimals"),
    [
        ("8.20 points", 2),
        ("8 points", 0),
        ("65k laws", -3),
        ("3.5B", -8),
        ("nine tasks", 0),
        ("two thousand laws", -3),
    ],
)
def test_decimals_are_those_printed(text, decimals):
    # Half a printed step is 0.5 * 10 ** -decimals: 0.005, 0.5, 500 and 50 million.
    (quantity,) = parse_quantities(text)
    assert quantity.decimals == decimals


def test_a_count_names_what_it_counts_and_a_measure_does_not():
    nine, layers, share = parse_quantities("nine target tasks, a 12-layer encoder and 4% of it")
    assert (nine.counted, layers.counted, share.counted) == ("target tasks", "layer", None)
