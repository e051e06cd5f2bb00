"""Claims: read from a claims file, or found in a document with the place that states them."""

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from ruamel.yaml import YAML, YAMLError

from litreview.checks.predicates import parse_predicate
from litreview.claims.atoms import split_atoms
from litreview.claims.attribution import attribution, cited_papers
from litreview.claims.direction import way
from litreview.claims.entities import find_entities, polarity_of
from litreview.claims.qualification import aggregate, comparator, conditions, modality, quantifier
from litreview.claims.scorer import Encode, score_sentences, threshold
from litreview.files import InputError, describe_faults
from litreview.language.quantities import parse_quantities
from litreview.schema import Claim, Document, Quantity, Record, Sentence
from litreview.search.records import parse_arxiv_id

Kind = Literal[
    "delta",
    "value",
    "ranking",
    "existence",
    "config",
    "procedure",
    "count",
    "comparison",
    "null_result",
]

_SKIPPED_SECTIONS = re.compile(
    r"references|bibliography|acknowledge?ments?|funding|author contributions|appendix",
    re.IGNORECASE,
)
_NULL = re.compile(
    r"\b(?:no (?:significant|consistent|clear|further|finer)?\s*(?:differences?|evidence|effects?|"
    r"gains?|benefits?|improvements?|associations?|relationship|change)|neither|nor|not (?:\w+ )?"
    r"(?:significant|differ|better|consistently|affect|improve|help|found|benefit|outperform)\w*|"
    r"(?:does|do|did) not (?:\w+ )?(?:improve|help|benefit|differ|affect|outperform|see)|fails? to|"
    r"failed to|without (?:any )?(?:effect|gain|benefit))\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:improv\w*|gain\w*|increas\w*|rais\w*|rise[sn]?|rose|lift\w*|boost\w*|add(?:s|ed)?|"
    r"exceed\w*|outperform\w*|decreas\w*|reduc\w*|drop\w*|lower\w*|fall\w*|fell|los[est]\w*|below|"
    r"above|ahead|more than|less than|better|worse|higher|narrow\w*|difference)\b",
    re.IGNORECASE,
)
_FROM_TO = re.compile(r"\bfrom\b[^.;]*?\d[\d.,]*[^.;]*?\bto\b[^.;]*?\d")
_RANKING = re.compile(
    r"\b(?:best|worst|most|least|highest|lowest|largest|smallest|strongest|greatest|first place|"
    r"rank(?:s|ed)?|top|leads?|state[ -]of[ -]the[ -]art)\b",
    re.IGNORECASE,
)
_COMPARISON = re.compile(
    r"\b(?:than|outperform\w*|better|worse|superior|inferior|compared (?:to|with)|versus|vs|"
    r"as (?:well|good) as|comparable|similarly?|equals?)\b",
    re.IGNORECASE,
)
_PROCEDURE = re.compile(
    r"\b(?:phases?|stages?|steps?|pipeline|procedure|first .* then|followed by|train(?:s|ed|ing)? "
    r"(?:on|with|it|the|each)|fine-?tun\w+|tun(?:es|ed|ing)|evaluat(?:e|es|ed)|trains?|approach|"
    r"method|algorithm)\b",
    re.IGNORECASE,
)
_CONFIG = re.compile(
    r"\b(?:starts? (?:from|with)|starting point|initiali[sz]\w+|based on|built on|backbone|"
    r"learning rate|batch size|hyper-?parameters?|we use the|uses? the)\b",
    re.IGNORECASE,
)


class ClaimEntry(Record):
    """One entry of a claims file."""

    id: str = Field(pattern=r"^[A-Za-z][\w.-]*$")
    text: str = Field(min_length=10)
    kind: Kind
    paper: str
    predicates: list[dict[str, Any]] = Field(default_factory=list)

    @field_validator("paper")
    @classmethod
    def _is_paper(cls, value: str) -> str:
        return f"arxiv:{parse_arxiv_id(value).number}"


def read_claims_file(path: str | Path) -> list[Claim]:
    """Read claims with their predicates.

    Parameters
    ----------
    path : path
        YAML with a list under `claims`; each entry has `id`, `text` (one statement in our own
        words), `kind`, `paper` (arXiv id) and `predicates` (see `litreview.checks.predicates`). The
        key `stated_in` may say in words where the claims were made.

    Returns
    -------
    list of Claim
        With `origin` "claims_file" and the quantities of the text.

    Raises
    ------
    InputError
        With all faults of the file in one message: file, claim, key, value and remedy.
    """
    entries, faults = [], []
    content = _content(path)
    for number, item in enumerate(content["claims"], start=1):
        name = item.get("id") if isinstance(item, dict) and item.get("id") else f"number {number}"
        try:
            entry = ClaimEntry.model_validate(item)
            for position, predicate in enumerate(entry.predicates, start=1):
                parse_predicate(predicate, f"predicate {position}")
            entries.append(entry)
        except ValidationError as error:
            faults.append(f"claim {name}: {describe_faults(error)}")
        except InputError as error:
            faults.append(f"claim {name}: {error}")
    ids = [item.get("id") for item in content["claims"] if isinstance(item, dict)]
    twice = sorted({one for one in ids if isinstance(one, str) and ids.count(one) > 1})
    faults += [f"claim {one}: the id occurs twice; give each claim its own" for one in twice]
    if faults:
        raise InputError(f"{path}: {len(faults)} faulty claims:\n" + "\n".join(faults))
    return [_claim_of(entry, content.get("stated_in")) for entry in entries]


def _content(path: str | Path) -> dict[str, Any]:
    try:
        content = YAML(typ="safe").load(Path(path))
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such claims file; give the path of a YAML file") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not readable as YAML: {' '.join(str(error).split())}") from error
    claims = content.get("claims") if isinstance(content, dict) else None
    if not isinstance(claims, list) or not claims:
        raise InputError(f"{path}: key 'claims' must hold a list of claims")
    unknown = sorted(set(content) - {"claims", "stated_in"})
    if unknown:
        named = ", ".join(unknown)
        raise InputError(f"{path}: unknown keys {named}; only 'claims' and 'stated_in' are read")
    stated_in = content.get("stated_in")
    if stated_in is not None and not (isinstance(stated_in, str) and stated_in.strip()):
        raise InputError(f"{path}: key 'stated_in' is {stated_in!r}; write where they were made")
    return content


def _claim_of(entry: ClaimEntry, stated_in: str | None) -> Claim:
    return Claim(
        claim_id=entry.id,
        text=entry.text,
        kind=entry.kind,
        paper_id=entry.paper,
        document_id=None,
        start=None,
        end=None,
        quote=None,
        origin="claims_file",
        predicates=entry.predicates,
        stated_in=stated_in,
        **typed_fields(entry.text),
    )


def typed_fields(text: str) -> dict[str, Any]:
    """The fields of `Claim` that only its text decides, but for its kind."""
    entities = find_entities(text)
    stated = way(text, polarity_of(entities))
    return {
        "quantities": parse_quantities(text),
        "entities": entities,
        "change": stated.change,
        "direction": stated.direction,
        "comparator": comparator(text),
        "aggregate": aggregate(text),
        "quantifier": quantifier(text),
        "modality": modality(text),
        "conditions": conditions(text),
    }


def extract_claims(document: Document, encode: Encode | None = None) -> list[Claim]:
    """Find the claims that a document states.

    Every sentence is scored within its section (`litreview.claims.scorer`); those that reach the
    threshold are claims. A digest holds findings only, so there all sentences are, without a score.
    A sentence with coordinated numbers or contrasted changes becomes one claim each.

    Parameters
    ----------
    document : Document
        A read paper.
    encode : callable, optional
        The project's encoder (`litreview.encoder.load_encoder`), for the better level of scores.

    Returns
    -------
    list of Claim
        In the order of the text, with `origin` "extracted". `quote` equals the document's text at
        [start, end); `text` is the quote, or the atomic statement made from it; the offsets of
        `quantities` are into `text`.
    """
    claims: list[Claim] = []
    least = threshold(encode)
    for sentences in _by_section(document):
        texts = [document.text[sentence.start : sentence.end] for sentence in sentences]
        if document.kind == "digest":
            scores = [None] * len(texts)
        else:
            scores = [round(score, 4) for score in score_sentences(texts, encode)]
        for sentence, text, score in zip(sentences, texts, scores, strict=True):
            if score is None or score >= least:
                claims += _atomic_claims(document, sentence, text, score)
    return claims


def _by_section(document: Document) -> list[list[Sentence]]:
    if document.kind == "digest":
        return [document.sentences]
    return [
        inside
        for section in document.sections
        if not _SKIPPED_SECTIONS.match(section.title)
        and (inside := [s for s in document.sentences if section.start <= s.start < section.end])
    ]


def _atomic_claims(
    document: Document, sentence: Sentence, quote: str, score: float | None
) -> list[Claim]:
    atoms = split_atoms(quote)
    reported_from = cited_papers(document.citations, sentence.start, sentence.end)
    whose = "own" if document.kind == "digest" else attribution(quote, sentence.section)
    claims = []
    for number, text in enumerate(atoms, start=1):
        suffix = f".{number}" if len(atoms) > 1 else ""
        fields = typed_fields(text)
        claims.append(
            Claim(
                claim_id=f"{document.document_id}:{sentence.sentence_id}{suffix}",
                text=text,
                kind=claim_kind(text, fields["quantities"]),
                paper_id=document.paper_id,
                document_id=document.document_id,
                start=sentence.start,
                end=sentence.end,
                quote=quote,
                origin="extracted",
                score=score,
                attribution=whose,
                reported_from=reported_from if whose == "reported" else [],
                **fields,
            )
        )
    return claims


def claim_kind(text: str, quantities: list[Quantity]) -> Kind:
    """Type a claim by its wording and its numbers; the first rule that fits decides.

    A denied effect is a `null_result`; a size of change is a `delta`; then come superlatives
    (`ranking`), scores (`value`), comparatives (`comparison`), numbers of things (`count`),
    settings (`config`) and ways of working (`procedure`); what is left says that something
    `existence`.
    """
    units = {quantity.unit for quantity in quantities}
    changes = _CHANGE.search(text) is not None
    if _NULL.search(text):
        return "null_result"
    sized = units & {"points", "percent", "f1", "accuracy", "ratio"} or _FROM_TO.search(text)
    if changes and sized:
        return "delta"
    if _RANKING.search(text):
        return "ranking"
    if units & {"points", "percent", "f1", "accuracy"} or _is_score(quantities):
        return "value"
    if _COMPARISON.search(text):
        return "comparison"
    if "count" in units or "parameters" in units:
        return "count"
    if _CONFIG.search(text):
        return "config"
    return "procedure" if _PROCEDURE.search(text) else "existence"


def _is_score(quantities: list[Quantity]) -> bool:
    """Bare decimals between 0 and 100 are how papers print scores."""
    return any(q.unit == "none" and q.decimals > 0 and 0 < q.value <= 100 for q in quantities)
