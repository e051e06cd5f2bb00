"""Reports to corrupt: synthetic studies whose tables agree with one another, each from a seed.

A study of an even number reads papers of the frozen corpus and takes the claims of the claims file;
one of an odd number reads papers made here from stock sentences, and claims about them.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from litreview.checks.judging import check_claims
from litreview.claims.extraction import read_claims_file
from litreview.schema import Claim, Document, Paper, SearchOutcome
from litreview.search.prisma import PrismaFlow
from litreview.sources import frozen
from litreview.synthesis.inputs import Inputs
from litreview.verification.evidence import find_evidence
from litreview.verification.verdicts import verify_claims
from tests import litreview_examples as examples
from tests import litreview_papers as papers

CLAIMS_FILE = "litreview/claims.yaml"
RESULTS = (
    "Tuning on {task} first raises {metric} on {target} by {gain} points.",
    "On {target}, {task} lowers {metric} from {high} to {low}.",
    "{model} reaches {high} {metric} on {target} after {task}.",
    "No gain on {target} was found for {model} when it was tuned on {task} first.",
    "With {task}, {model} beats continued language modelling on {target} by {gain} points.",
    "Most languages profit from {task}, and {target} profits most of all targets.",
    "{task} helps {target} in {count} of nine languages with {model}.",
)
WORDS = {
    "task": ("SQuAD", "MNLI", "HellaSwag", "QQP", "CosmosQA", "SocialIQA", "CCG"),
    "metric": ("accuracy", "F1", "exact match"),
    "target": ("XNLI", "PAWS-X", "XQuAD", "TyDiQA", "Tatoeba", "BUCC", "MLQA"),
    "model": ("XLM-R Large", "XLM-R Base", "mBERT", "mT5 Large"),
    "count": ("three", "five", "six", "eight"),
}
NAMES = ("Ito", "Okafor", "Silva", "Novak", "Haddad", "Larsen", "Mwangi", "Petrov", "Chen", "Roy")


def base(seed: int) -> Inputs:
    """The tables of one report."""
    rng = np.random.default_rng([seed, 5])
    study = _study(seed, rng)
    effects, draws = _measured(study, seed, rng)
    found, documents = _corpus(rng) if seed % 2 == 0 else _made_papers(rng)
    claims = _claims(rng) if seed % 2 == 0 else _made_claims(documents, rng)
    titles = {paper.paper_id: paper.title for paper in found}
    evidence = find_evidence(claims, documents, titles)
    return papers.inputs(
        study=study,
        effects=effects,
        contrasts=contrasts_of(effects, study),
        scaling=scaling_of(effects, study),
        papers=found,
        documents=documents,
        claims=claims,
        evidence=evidence,
        verdicts=verify_claims(claims, evidence, documents),
        checks=check_claims(claims, effects, draws, study),
        prisma=PrismaFlow(
            database_results=len(found),
            database_specific_results={"frozen": len(found)},
            records_screened=len(found),
            dbr_sought_reports=len(found),
        ),
        searches=[
            SearchOutcome(
                source="frozen",
                query="intermediate training",
                outcome="ok",
                expected=len(found),
                retrieved=len(found),
                date="2026-07-08",
            )
        ],
    )


def _study(seed: int, rng: np.random.Generator) -> dict[str, object]:
    seeds = list(range(int(rng.integers(2, 4))))
    study = examples.study(study=f"made-{seed}", seeds={"intermediate": seeds, "target": seeds})
    if rng.random() < 0.4:
        names = {"medical-nli"}
        kept = {n: e for n, e in study["intermediates"].items() if n not in names}
        study |= {"intermediates": kept, "question": study["question"].replace(", medical", "")}
    return study


def _measured(
    study: Mapping[str, object], seed: int, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Effects and draws with gains of any sign."""
    gains: dict[tuple[str, str, str], float] = {}
    for encoder in study["encoders"]:
        for name in study["intermediates"]:
            tuned = []
            for target, entry in study["targets"].items():
                wide = 6.0 if entry["format"] == "retrieval" else 2.5
                gain = round(float(rng.normal(0.5, wide)), 3)
                gains[encoder, name, target] = gain
                tuned += [gain] if entry["train_on"] else []
            gains[encoder, name, "mean"] = float(np.mean(tuned))
    draws = examples.draws_of(gains, spread=float(rng.uniform(0.4, 1.5)))
    return examples.effects_of(gains, draws, seeds=len(study["seeds"]["target"])), draws


def contrasts_of(effects: pd.DataFrame, study: Mapping[str, object]) -> pd.DataFrame:
    """Differences of special intermediates from the general one of their format."""
    tasks = study["intermediates"]
    own = effects[effects["language"] == "non-english"].set_index(
        ["encoder", "intermediate", "target"]
    )
    rows = []
    for encoder, name, target in own.index:
        entry = tasks[name]
        control = f"general-{name.split('-')[1]}"
        if entry["domain"] == "general" or control not in tasks:
            continue
        difference = float(
            own.loc[(encoder, name, target), "gain"] - own.loc[(encoder, control, target), "gain"]
        )
        rows.append(
            {
                "encoder": encoder,
                "domain": entry["domain"],
                "format": entry["format"],
                "intermediate": name,
                "control": control,
                "target": target,
                "difference": difference,
                "low": difference - 1.25,
                "high": difference + 1.25,
                "p_value": 0.02 if abs(difference) > 1.25 else 0.5,
                "p_holm": float("nan") if target == "mean" else 1.0,
                "confidence": 0.95,
            }
        )
    return pd.DataFrame(rows)


def scaling_of(effects: pd.DataFrame, study: Mapping[str, object]) -> pd.DataFrame:
    """Gains of the mean over targets by size, with their slope per doubling."""
    own = effects[(effects["language"] == "non-english") & (effects["target"] == "mean")]
    sizes = {name: entry["parameters"] for name, entry in study["encoders"].items()}
    rows = []
    for name, group in own.groupby("intermediate", sort=False):
        slope = float(np.polyfit(np.log2(group["encoder"].map(sizes)), group["gain"], 1)[0])
        rows += [
            {
                "intermediate": name,
                "target": "mean",
                "encoder": row["encoder"],
                "parameters": sizes[row["encoder"]],
                **{key: row[key] for key in ("gain", "low", "high")},
                "slope": slope,
                "slope_low": slope - 1.5,
                "slope_high": slope + 1.5,
                "confidence": 0.95,
            }
            for row in group.to_dict("records")
        ]
    return pd.DataFrame(rows)


def _corpus(rng: np.random.Generator) -> tuple[list[Paper], list[Document]]:
    """Some papers of the frozen corpus, that of the claims among them."""
    records, _, _ = frozen.search()
    documents = frozen.documents()
    wanted = "arxiv:2005.13013"
    others = [one for one in records if one.paper_id != wanted and one.paper_id in documents]
    chosen = rng.choice(len(others), size=int(rng.integers(10, 20)), replace=False)
    kept = [one for one in records if one.paper_id == wanted]
    kept += [others[place] for place in sorted(chosen)]
    kept = [replace_status(one) for one in kept]
    return kept, [documents[one.paper_id] for one in kept]


def replace_status(paper: Paper) -> Paper:
    """A record that is known not to be withdrawn."""
    return paper.model_copy(update={"status": "ok"})


def _claims(rng: np.random.Generator) -> list[Claim]:
    claims = read_claims_file(CLAIMS_FILE)
    kept = sorted(rng.choice(len(claims), size=int(rng.integers(5, len(claims))), replace=False))
    return [claims[place] for place in kept]


def _made_papers(rng: np.random.Generator) -> tuple[list[Paper], list[Document]]:
    found, documents = [], []
    for number in range(int(rng.integers(4, 9))):
        paper_id = f"arxiv:2101.{int(rng.integers(0, 10_000)):05d}{number}"[:16]
        names = rng.choice(NAMES, size=int(rng.integers(1, 4)), replace=False)
        sentences = list(dict.fromkeys(_sentence(rng) for _ in range(8)))
        title = f"A study of {rng.choice(WORDS['task'])} and {rng.choice(WORDS['target'])}"
        found.append(
            papers.paper(
                paper_id,
                title=f"{title}, part {number + 1}",
                authors=[f"A. {name}" for name in names],
                year=2019 + int(rng.integers(0, 6)),
            )
        )
        kind = "latex" if rng.random() < 0.7 else "pdf"
        documents.append(papers.document(sentences, paper_id, kind=kind))
    return found, documents


def _sentence(rng: np.random.Generator) -> str:
    words = {key: str(rng.choice(options)) for key, options in WORDS.items()}
    low, gain = round(float(rng.uniform(40, 80)), 1), round(float(rng.uniform(0.4, 9.0)), 1)
    text = str(rng.choice(RESULTS))
    return text.format(**words, gain=gain, low=low, high=round(low + gain, 1))


def _made_claims(documents: list[Document], rng: np.random.Generator) -> list[Claim]:
    """Claims about the papers made here, in their own words or nearly."""
    claims = []
    arms = ["mnli", "squad"]
    for number in range(int(rng.integers(5, 10))):
        document = documents[int(rng.integers(len(documents)))]
        sentence = document.sentences[int(rng.integers(len(document.sentences)))]
        text = document.text[sentence.start : sentence.end]
        if rng.random() < 0.3:
            text = f"It was found that {text.replace('No gain', 'no gain')}"
        margin = round(float(rng.uniform(0, 2)), 1)
        predicates = [{"p": "GT", "arm": str(rng.choice(arms)), "margin": margin}]
        if rng.random() < 0.5:
            predicates.append(
                {"p": "DELTA", "arm": str(rng.choice(arms)), "low": -3.0, "high": 6.0}
            )
        claims.append(
            papers.claim(text, f"K{number + 1}", paper_id=document.paper_id, predicates=predicates)
        )
    return claims


def small_base() -> Inputs:
    """A report that is quick to review: few papers and claims."""
    whole = base(1)
    kept = {claim.claim_id for claim in whole.claims[:4]}
    return replace(
        whole,
        claims=[one for one in whole.claims if one.claim_id in kept],
        evidence=[one for one in whole.evidence if one.claim_id in kept],
        verdicts=[one for one in whole.verdicts if one.claim_id in kept],
        checks=[one for one in whole.checks if one.claim_id in kept],
    )
