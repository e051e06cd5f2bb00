"""What the templates may say: rows and counts taken from the tables, chosen by fixed rules."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from babel import Locale

from litreview.checks import MIN_SEEDS
from litreview.intervals import training_limit
from litreview.predicates import measurable_checks
from litreview.schema import NOT_FOUND, NOTE, Check, Claim, Document
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.prose import tone
from litreview.synthesis.references import clean, short_citation
from litreview.synthesis.sizes import MEAN, excludes_zero
from litreview.verification import UNCALIBRATED
from litreview.wording import SAME_DESIGN, check_words, count_of, listing, plain

HEADLINE, ENGLISH = "non-english", "en"
NEAR_CHANCE = 0.25
"""A score is near chance below this share of the way from chance to 100."""
Row = dict[str, Any]
BASES = {
    "abstract": "from the abstract or an authors' README",
    "table": "from a result table",
    "code": "from released code or its guide",
    "second_hand": "second-hand, from another paper or from notes",
}
"""What a sentence or table of a digest was read from, by `confirmed`."""


def study_facts(inputs: Inputs) -> dict[str, Any]:
    """Design: encoders by size, intermediates, targets, domains, languages, seeds."""
    study = inputs.study
    encoders = [{"name": name, **entry} for name, entry in study["encoders"].items()]
    encoders.sort(key=lambda entry: (entry["parameters"], entry["name"]))
    intermediates = [{"name": name, **entry} for name, entry in study["intermediates"].items()]
    targets = [{"name": name, **entry} for name, entry in study["targets"].items()]
    codes = dict.fromkeys(code for target in targets for code in target["languages"])
    config = study["config"]
    return {
        "title": study["title"],
        "question": study["question"],
        "encoders": encoders,
        "intermediates": intermediates,
        "targets": targets,
        "domains": _distinct(e["domain"] for e in intermediates if e["domain"] != "mixed"),
        "special_domains": [
            domain
            for domain in _distinct(entry["domain"] for entry in intermediates)
            if domain not in ("general", "mixed")
        ],
        "languages": [code for code in codes if code != ENGLISH],
        "language_names": [language_name(code) for code in codes if code != ENGLISH],
        "seeds": {phase: len(values) for phase, values in study["seeds"].items()},
        "recipes": study["recipes"],
        "own_recipes": own_recipes(config),
        "analysis": study["analysis"],
        "analogues": study.get("analogues", {}),
        "train_limit": training_limit(study),
        "embedded": _embedded(study),
        "cut_from": one_base(study),
        "intermediate_sizes": _span(entry["examples"] for entry in intermediates),
        "target_sizes": _span(t["train_examples"] for t in targets if t["train_on"]),
        "same_tasks": same_tasks(study),
        "versions": study["versions"],
    }


def own_recipes(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Tasks whose recipe differs from their phase's, and in what: `(covidqa, epochs 1)`."""
    found = []
    for phase in ("intermediates", "targets"):
        for name, settings in (config.get(phase) or {}).items():
            changes = ((settings or {}).get("recipe") or {}).items()
            words = [
                f"{key.replace('_', ' ')} {value if isinstance(value, str) else f'{value:g}'}"
                for key, value in changes
                if value is not None
            ]
            if words:
                found.append((name, listing(words)))
    return found


def one_base(study: Mapping[str, Any]) -> str:
    """Title of the one encoder that all encoders are depths of; empty where there are several."""
    entries = list(study["encoders"].values())
    bases = {entry.get("base") for entry in entries}
    cut = len(entries) > 1 and None not in bases and len(bases) == 1
    return entries[0]["title"] if cut else ""


def same_tasks(study: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Pairs of an intermediate and a target that pose their examples alike, by the reason.

    ``trained_on``: the target's own training set is the intermediate's. ``format``: both are of the
    embedded benchmark, which poses all examples of a format in one way.
    """
    found: dict[str, list[tuple[str, str]]] = {"trained_on": [], "format": []}
    for name, intermediate in study["intermediates"].items():
        for target, entry in study["targets"].items():
            if entry["train_on"] in intermediate["tasks"]:
                found["trained_on"].append((name, target))
            elif (
                _embedded(study) and entry["train_on"] and entry["format"] == intermediate["format"]
            ):
                found["format"].append((name, target))
    return found


def mean_words(study: Mapping[str, Any]) -> str:
    """Which targets the mean is over: the tuned ones where others are not tuned."""
    targets = study["targets"].values()
    tuned = sum(entry["train_on"] is not None for entry in targets)
    return f"the {count_of(tuned, 'tuned target')}" if 0 < tuned < len(targets) else "all targets"


def verdict(row: Row) -> str:
    """`up` or `down` where a row survives the correction of its family, otherwise `flat`.

    Means over targets and slopes belong to no family, so nothing is called clear by them.
    """
    corrected = row.get("p_holm")
    return tone(row) if corrected is not None and not pd.isna(corrected) else "flat"


def without_zero(rows: list[Row]) -> int:
    """How many intervals leave zero out, before any correction."""
    return sum(map(excludes_zero, rows))


def extreme_words(gain: float, largest: bool) -> str:
    """What to call the largest or the smallest of several gains, which may be losses."""
    if gain < 0:
        return "the smallest loss" if largest else "the largest loss"
    return "the largest gain" if largest else "the smallest gain"


def baselines(inputs: Inputs) -> list[Row]:
    """Scores without an intermediate task by encoder and target, in points.

    `near_chance` compares the mean over the non-English languages with a guess, where the format
    has one, and `above` is how far it lies above that, which is the most that a fall to chance
    takes; `english` is None where the target has no English test.
    """
    effects = inputs.effects[inputs.effects["target"] != MEAN]
    rows = []
    for (encoder, target), own in effects.groupby(["encoder", "target"], sort=False):
        headline = own[own["language"] == HEADLINE].iloc[0]
        english = own.loc[own["language"] == ENGLISH, "baseline_score"]
        chance, score = headline["chance"], headline["baseline_score"]
        rows.append(
            {
                "encoder": encoder,
                "target": target,
                "score": score,
                "english": english.iloc[0] if len(english) else None,
                "chance": None if pd.isna(chance) else chance,
                "above": score - chance,
                "languages": int(headline["languages"]),
                "near_chance": (score - chance) / (100 - chance) < NEAR_CHANCE,
            }
        )
    sizes, targets = inputs.study["encoders"], list(inputs.study["targets"])
    return sorted(
        rows,
        key=lambda row: (
            targets.index(row["target"]),
            sizes[row["encoder"]]["parameters"],
            row["encoder"],
        ),
    )


def zero_languages(inputs: Inputs) -> dict[str, list[str]]:
    """Languages, by target, that score 0 with every encoder, with and without intermediate task."""
    single = inputs.effects[inputs.effects["language"] != HEADLINE]
    highest = single.groupby(["target", "language"])[["score", "baseline_score"]].max().max(axis=1)
    found: dict[str, list[str]] = {}
    for target, language in highest.index[highest == 0]:
        found.setdefault(target, []).append(language_name(language))
    return found


def effect_facts(inputs: Inputs) -> dict[str, Any]:
    """Measured gains: the mean rows of each encoder, counts of clear gains, extremes, retrieval."""
    effects, study = inputs.effects, inputs.study
    headline = _rows(effects[effects["language"] == HEADLINE])
    single = [row for row in headline if row["target"] != MEAN]
    untuned = [row for row in single if row["target_seeds"] == 0]
    largest = max(study["encoders"], key=lambda name: (study["encoders"][name]["parameters"], name))
    means = {
        encoder: sorted(
            (r for r in headline if r["target"] == MEAN and r["encoder"] == encoder),
            key=lambda row: (-row["gain"], row["intermediate"]),
        )
        for encoder in sorted(study["encoders"], key=lambda n: study["encoders"][n]["parameters"])
    }
    for rows in means.values():
        for is_largest, row in ((False, rows[-1]), (True, rows[0])):
            row["place"] = extreme_words(row["gain"], is_largest)
    by_language = _rows(
        effects[
            ~effects["language"].isin([HEADLINE, ENGLISH])
            & (effects["target"] != MEAN)
            & (effects["encoder"] == largest)
        ]
    )
    by_language.sort(key=lambda row: (row["gain"], row["intermediate"], row["target"]))
    retrieval = [n for n, entry in study["targets"].items() if entry["format"] == "retrieval"]
    near = [row for row in baselines(inputs) if row["near_chance"]]
    return {
        "largest": largest,
        "means": means,
        "mean_over": mean_words(study),
        "mean_ends": _mean_ends(means),
        "means_without_zero": {encoder: without_zero(rows) for encoder, rows in means.items()},
        "untuned": [name for name, entry in study["targets"].items() if not entry["train_on"]],
        "untuned_ends": [
            {"encoder": encoder, "ends": _ends([r for r in untuned if r["encoder"] == encoder])}
            for encoder in means
            if untuned
        ],
        "untuned_tones": tones(untuned),
        "collapsed": [row for row in single if row["collapsed"]],
        "lopsided": _by_target(single, "lopsided"),
        "least_sure": max((r["p_holm"] for r in single if verdict(r) != "flat"), default=None),
        "near_chance": near,
        "near_chance_down": _at(near, [row for row in single if verdict(row) == "down"]),
        "near_chance_share": NEAR_CHANCE,
        "zero_languages": zero_languages(inputs),
        "few_seeds": any(0 < number < MIN_SEEDS for number in _seed_counts(headline).values()),
        "resamples": int(min(row["resamples"] for row in single)),
        "smallest_p": min(1.0, 2 * len(single) / (1 + min(r["resamples"] for r in single))),
        "single": single,
        "tones": tones(single),
        "level": _level(single),
        "language_rows": len(by_language),
        "lowest_languages": _tied(by_language, 0),
        "highest_languages": _tied(by_language, -1),
        "zero_width": _zero_width(inputs, [*_tied(by_language, 0), *_tied(by_language, -1)]),
        "zero_width_dots": _no_width(_rows(effects[effects["language"] != HEADLINE])),
        "retrieval": [r for r in single if r["target"] in retrieval],
        "retrieval_targets": retrieval,
        "retrieval_tones": tones([r for r in single if r["target"] in retrieval]),
        "retrieval_extremes": _extremes([r for r in single if r["target"] in retrieval], largest),
        "seeds": _seed_counts(headline),
    }


def _level(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """How many gains are shown to be within the margin; None for tables without the test."""
    if any("p_equivalent_holm" not in row for row in rows):
        return None
    alpha = 1 - rows[0]["confidence"]
    found = [row for row in rows if row["p_equivalent_holm"] < alpha]
    return {"count": len(found), "margin": rows[0]["margin"]}


def contrast_facts(inputs: Inputs) -> dict[str, Any]:
    """Domain intermediates against general ones of the same format."""
    rows = _rows(inputs.contrasts)
    sizes = inputs.study["intermediates"]
    return {
        "means": sorted(
            (row for row in rows if row["target"] == MEAN), key=lambda row: -row["difference"]
        ),
        "means_without_zero": without_zero([row for row in rows if row["target"] == MEAN]),
        "clear_single": [row for row in rows if verdict(row) != "flat"],
        "tones": tones([row for row in rows if row["target"] != MEAN]),
        "single": [row for row in rows if row["target"] != MEAN],
        "matched": all(
            sizes[row["intermediate"]]["examples"] == sizes[row["control"]]["examples"]
            for row in rows
        ),
    }


def literature_facts(inputs: Inputs) -> dict[str, Any]:
    """Search, documents, verdicts and checks, as counts."""
    failed = [search for search in inputs.searches if search.outcome not in ("ok", "partial")]
    given = [claim for claim in inputs.claims if claim.origin == "claims_file"]
    measurable = measurable_checks(inputs.checks)
    checked = {check.claim_id for check in inputs.checks}
    return {
        "searches": inputs.searches,
        "search_sources": _distinct(search.source for search in inputs.searches),
        "search_dates": sorted(set(search.date for search in inputs.searches)),
        "failed": failed,
        "prisma": inputs.prisma,
        "documents": len(inputs.documents),
        "kinds": dict(sorted(Counter(document.kind for document in inputs.documents).items())),
        "read": documents_read(inputs.documents),
        "bases": bases(inputs.documents),
        "cautions": cautions(inputs, given),
        "own_words": all(inputs.is_own_words(c) for c in inputs.claims if c not in given),
        "withdrawn": [p for p in inputs.papers if p.status in ("withdrawn", "retracted")],
        "claims": len(inputs.claims),
        "claims_file": len(given),
        "claim_papers": len({claim.paper_id for claim in given}),
        "stated_in": listing(_distinct(claim.stated_in for claim in given if claim.stated_in)),
        "labels": _labels(inputs, "claims_file"),
        "found": len(inputs.claims) - len(given),
        "found_levels": found_levels(inputs),
        "found_measured": sum(count for count in measured_findings(inputs).values()),
        "uncalibrated": any(UNCALIBRATED in verdict.reasons for verdict in inputs.verdicts),
        "frozen": inputs.study["config"].get("literature", {}).get("mode") == "frozen",
        "checked_claims": len(checked),
        "checked_only_given": checked <= {claim.claim_id for claim in given},
        "statements": len(inputs.checks),
        "checks": len(measurable),
        "check_words": check_counts(measurable),
        "tested": sum(check.verdict != "not_testable" for check in measurable),
        "reasons": dict(Counter(c.reason_code for c in measurable if c.verdict == "not_testable")),
        "design_checks": len(inputs.checks) - len(measurable),
        "design_agreed": sum(check.reason_code == SAME_DESIGN for check in inputs.checks),
    }


def documents_read(documents: list[Document]) -> str:
    """What was read, by how much of the papers it is: `our own digests of 32 papers`."""
    forms = {"digest": "our own digest", "abstract": "the abstract"}
    counts = Counter(forms.get(document.kind, "the full text") for document in documents)
    return listing(
        f"{form if counts[form] == 1 else form + 's'} of {count_of(counts[form], 'paper')}"
        for form in ("the full text", "the abstract", "our own digest")
        if counts[form]
    )


def bases(documents: list[Document]) -> dict[str, dict[str, int]]:
    """How many sentences and tables of digests were read where, by the words for it."""
    digests = [document for document in documents if document.kind == "digest"]
    parts = {
        "sentence": Counter(one.confirmed for each in digests for one in each.sentences),
        "table": Counter(one.confirmed for each in digests for one in each.tables),
    }
    return {
        part: {BASES[name]: counts[name] for name in BASES if counts[name]}
        for part, counts in parts.items()
    }


def cautions(inputs: Inputs, claims: list[Claim]) -> list[str]:
    """What must be known of the papers that claims are about: what was missing, and versions."""
    found = []
    for paper_id in _distinct(claim.paper_id for claim in claims):
        paper = inputs.paper_of.get(paper_id)
        named = short_citation(paper) if paper else paper_id
        warnings = [w for d in inputs.documents if d.paper_id == paper_id for w in d.warnings]
        missing = [w.removeprefix(NOT_FOUND) for w in warnings if w.startswith(NOT_FOUND)]
        notes = [w.removeprefix(NOTE) for w in warnings if w.startswith(NOTE)]
        if missing:
            found.append(f"Looked for in vain in {named}: {' '.join(map(clean, missing))}")
        found += [f"Note on {named}: {clean(note)}" for note in notes]
    return found


def found_levels(inputs: Inputs) -> dict[str, Counter[str]]:
    """Levels of the supported statements found in each paper's document, by paper."""
    levels: dict[str, Counter[str]] = {}
    for claim in inputs.claims:
        if claim.origin == "extracted":
            verdict = inputs.verdict_of.get(claim.claim_id)
            reached = verdict.level if verdict and verdict.label == "supported" else ""
            levels.setdefault(claim.paper_id, Counter())[reached] += 1
    return levels


def measured_findings(inputs: Inputs) -> Counter[str]:
    """How many statements found in each paper's document have a measured estimate, by paper."""
    measured = {check.claim_id for check in inputs.checks if check.estimate is not None}
    return Counter(
        claim.paper_id
        for claim in inputs.claims
        if claim.origin == "extracted" and claim.claim_id in measured
    )


def _labels(inputs: Inputs, origin: str) -> dict[str, int]:
    verdicts = [inputs.verdict_of.get(c.claim_id) for c in inputs.claims if c.origin == origin]
    counts = Counter(verdict.label if verdict else "insufficient" for verdict in verdicts)
    return {name: counts[name] for name in ("supported", "overstated", "refuted", "insufficient")}


def check_counts(checks: list[Check]) -> list[tuple[str, int]]:
    """How many checks came out in which words, the frequent ones first."""
    counts = Counter(check_words(check) for check in checks)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def language_name(code: str) -> str:
    """English name of a language, by CLDR; an unknown code stays as it is."""
    return Locale("en").languages.get(code, code)


def _extremes(rows: list[Row], encoder: str) -> list[Row]:
    """The largest and the smallest gain of an encoder, each saying which it is."""
    own = sorted(
        (row for row in rows if row["encoder"] == encoder),
        key=lambda row: (-row["gain"], row["target"], row["intermediate"]),
    )
    places = [(True, own[:1]), (False, own[1:][-1:])]
    return [
        {**row, "place": extreme_words(row["gain"], largest)}
        for largest, chosen in places
        for row in chosen
    ]


def _mean_ends(means: dict[str, list[Row]]) -> list[Row]:
    """The mean rows of the largest and the smallest gain, of the smallest and largest encoder."""
    encoders = list(means)
    return [
        {
            "encoder": name,
            "most": means[name][0],
            "least": means[name][-1] if len(means[name]) > 1 else None,
        }
        for name in dict.fromkeys([*encoders[:1], *encoders[-1:]])
    ]


def _by_target(single: list[Row], column: str) -> list[Row]:
    """Targets with gains of which a column counts runs: how many gains, and of how many."""
    counts = Counter(row["target"] for row in single)
    found = Counter(row["target"] for row in single if row[column])
    return [
        {"target": target, "gains": found[target], "of": number}
        for target, number in counts.items()
        if found[target]
    ]


def _at(places: list[Row], rows: list[Row]) -> list[Row]:
    """The rows of the encoders and targets of some places, the lowest gain first."""
    wanted = {(place["encoder"], place["target"]) for place in places}
    found = [row for row in rows if (row["encoder"], row["target"]) in wanted]
    return sorted(found, key=lambda row: (row["gain"], row["intermediate"]))


def _tied(ordered: list[Row], place: int) -> list[Row]:
    """The row at an end of rows ordered by gain, and those whose gain is the same."""
    return [row for row in ordered if math.isclose(row["gain"], ordered[place]["gain"])]


def _zero_width(inputs: Inputs, shown: list[Row]) -> bool:
    """Whether an interval that the report prints has no width."""
    effects = inputs.effects[inputs.effects["language"] == HEADLINE]
    rows = [*shown, *_rows(effects), *_rows(inputs.contrasts), *_rows(inputs.scaling)]
    return _no_width(rows)


def _no_width(rows: list[Row]) -> bool:
    """Whether both ends of any interval are printed alike."""
    return any(plain(row["low"]) == plain(row["high"]) for row in rows)


def _ends(rows: list[Row]) -> list[Row]:
    """The rows of the largest and the smallest gain; one where there is one, or none."""
    ordered = sorted(rows, key=lambda row: (-row["gain"], row["encoder"], row["intermediate"]))
    return [*ordered[:1], *ordered[1:][-1:]]


def _embedded(study: Mapping[str, Any]) -> bool:
    return "mini" in study["config"].get("sources", [])


def _span(numbers: Iterable[int]) -> str:
    """``150 to 300``, or the one number, or nothing."""
    found = sorted(set(numbers))
    return " to ".join(f"{number:,}" for number in dict.fromkeys([*found[:1], *found[-1:]]))


def _seed_counts(rows: list[Row]) -> dict[str, int]:
    tuned = [row["target_seeds"] for row in rows if row["target_seeds"] > 0]
    return {
        "intermediate": int(min(row["intermediate_seeds"] for row in rows)),
        "target": int(min(tuned, default=0)),
    }


def tones(rows: list[Row]) -> dict[str, int]:
    """How many rows are clearly up, clearly down, or neither."""
    counts = Counter(verdict(row) for row in rows)
    return {name: counts[name] for name in ("up", "down", "flat")}


def _rows(table: pd.DataFrame) -> list[Row]:
    return table.to_dict("records")


def _distinct(values: Any) -> list[str]:
    return list(dict.fromkeys(values))
