"""Claims that a language model proposes, and the rules by which they are accepted.

A proposal names a sentence, quotes from it, and states one or more atomic claims. It is accepted
where the quote stands in that sentence to the letter, and every number and every name of the claim
stands in the quote. What else the model writes is counted and dropped.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from litreview.claims.attribution import attribution, cited_papers
from litreview.claims.extraction import claim_kind, typed_fields
from litreview.language.lexicon import names
from litreview.language.quantities import parse_quantities
from litreview.language.rounding import agrees
from litreview.llm import LLMClient, LLMRequest, Message
from litreview.schema import Claim, Document, Sentence

PROMPT_ID = "propose-claims-1"
BATCH = 20
"""Sentences asked about at once."""
_PROMPT = """You find the claims that a scientific paper makes about its own results.
Below are numbered sentences. For each sentence that states such a claim, copy the words that state
it, and restate them as one or more atomic claims that use no number and no name that is not in the
words you copied. Answer with JSON only, a list of objects of this form:
[{"sentence": "s3", "quote": "the copied words", "claims": ["one atomic claim", "another"]}]
Answer [] where no sentence states a claim."""
_LIST = re.compile(r"\[.*\]", re.DOTALL)


@dataclass(frozen=True)
class Proposals:
    """Accepted claims, and how many proposals were dropped for what reason."""

    claims: list[Claim]
    dropped: dict[str, int]


def propose_claims(document: Document, client: LLMClient, model: str) -> Proposals:
    """Ask a model for the claims of a document, batch by batch.

    Raises
    ------
    LLMFailure
        If a batch has no answer.
    """
    claims: list[Claim] = []
    dropped: Counter[str] = Counter()
    for start in range(0, len(document.sentences), BATCH):
        batch = document.sentences[start : start + BATCH]
        answer = client.complete(request_for(document, batch, model))
        for outcome in _accepted(document, batch, answer.text):
            if isinstance(outcome, Claim):
                claims.append(outcome)
            else:
                dropped[outcome] += 1
    return Proposals(claims, dict(sorted(dropped.items())))


def request_for(document: Document, batch: Sequence[Sentence], model: str) -> LLMRequest:
    """The question about some sentences; what they say is data, whatever it asks for."""
    lines = [f"{one.sentence_id}: {_one_line(document, one)}" for one in batch]
    messages = [
        Message(role="system", content=_PROMPT),
        Message(role="user", content="\n".join(lines)),
    ]
    return LLMRequest(task="propose_claims", prompt_id=PROMPT_ID, model=model, messages=messages)


def _one_line(document: Document, sentence: Sentence) -> str:
    return " ".join(document.text[sentence.start : sentence.end].split())


def _accepted(document: Document, batch: Sequence[Sentence], answer: str) -> Iterator[Claim | str]:
    """Each claim that the rules accept, or the reason why one is dropped."""
    by_id = {one.sentence_id: one for one in batch}
    numbers: Counter[str] = Counter()
    for item in _items(answer):
        sentence = by_id.get(str(item.get("sentence")))
        if sentence is None:
            yield "unknown sentence"
            continue
        quote = item.get("quote")
        if not isinstance(quote, str) or not quote.strip():
            yield "no quote"
            continue
        start = document.text.find(quote, sentence.start, sentence.end)
        if start < 0:
            yield "quote not in the sentence"
            continue
        texts = item.get("claims")
        for text in texts if isinstance(texts, list) else [None]:
            fault = _fault(text, quote)
            if fault:
                yield fault
                continue
            numbers[sentence.sentence_id] += 1
            suffix = f"{sentence.sentence_id}.llm{numbers[sentence.sentence_id]}"
            yield _claim(document, sentence, suffix, text, (start, start + len(quote)))


def _items(answer: str) -> list[dict[str, Any]]:
    match = _LIST.search(answer)
    try:
        found = json.loads(match[0]) if match else []
    except (ValueError, RecursionError):
        return [{}]
    return [item if isinstance(item, dict) else {} for item in found]


def _fault(text: object, quote: str) -> str | None:
    """Why a claim is not one that its quote states."""
    if not isinstance(text, str) or len(text.split()) < 3:
        return "no claim"
    there = parse_quantities(quote)
    if not all(any(agrees(one, other) for other in there) for one in parse_quantities(text)):
        return "number not in the quote"
    return None if names(text) <= names(quote) else "name not in the quote"


def _claim(
    document: Document, sentence: Sentence, suffix: str, text: str, span: tuple[int, int]
) -> Claim:
    """The claim, its fields as rules read them: the model types nothing."""
    fields = typed_fields(text)
    whole = document.text[sentence.start : sentence.end]
    whose = "own" if document.kind == "digest" else attribution(whole, sentence.section)
    cited = cited_papers(document.citations, sentence.start, sentence.end)
    return Claim(
        claim_id=f"{document.document_id}:{suffix}",
        text=text,
        kind=claim_kind(text, fields["quantities"]),
        paper_id=document.paper_id,
        document_id=document.document_id,
        start=span[0],
        end=span[1],
        quote=document.text[span[0] : span[1]],
        origin="extracted",
        attribution=whose,
        reported_from=cited if whose == "reported" else [],
        **fields,
    )
