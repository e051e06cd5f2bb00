"""Choice: find the alternative that is the effect, the cause, or a conclusion of what is told.

Three kinds of distractor:

- untold: asked for a conclusion, the alternatives are the event's fact and a claim. One follows
  from a statement, the other from a report of an effect; of the other the context says nothing.
- course: asked for a cause or an effect, the distractor is that of the frame's other course.
- sibling: asked for a cause or an effect, the distractor is that of another frame of the domain.
"""

from dataclasses import dataclass

from crosslift.data.mini.events import Event, Sampler
from crosslift.data.mini.language import Language
from crosslift.data.mini.rendering import render, report, statement

UNTOLD_SHARE = 0.4
"""Share of items with an untold distractor: the easiest kind, which few layers learn too."""

COURSE_SHARE = 0.2
"""Share of items with a distractor of the other course: the hardest kind, which must be read. The
rest have a sibling distractor, whose topic gives it away."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of a frame: a `part` of its phrases, and the course it belongs to.

    The statement and the fact belong to no course; theirs is 0.
    """

    frame: str
    part: str
    course: int = 0


@dataclass(frozen=True)
class Selection:
    """An item without words.

    Attributes
    ----------
    name : str
        Id of the example.
    event : Event
        What the context is about.
    context : Sentence
    question : str
        Which of the language's questions is asked: ask_cause, ask_effect or ask_claim.
    choices : tuple of Sentence, shape (2,)
    label : int
        Index of the right choice.
    """

    name: str
    event: Event
    context: Sentence
    question: str
    choices: tuple[Sentence, Sentence]
    label: int


def plan(size: int, sampler: Sampler) -> list[Selection]:
    """The first `size` items of a split."""
    return [_selection(index, sampler) for index in range(size)]


def _selection(index: int, sampler: Sampler) -> Selection:
    rng = sampler.rng("item", index)
    frame = sampler.frame(index)
    event = sampler.event(frame, rng)
    course, forward, label = (int(rng.integers(2)) for _ in range(3))
    kind = rng.random()
    if kind < UNTOLD_SHARE:
        fact, claim = Sentence(frame.name, "fact"), Sentence(frame.name, "claim", course)
        stated, reported = Sentence(frame.name, "statement"), Sentence(frame.name, "effect", course)
        question = "ask_claim"
        context, right, wrong = (reported, claim, fact) if forward else (stated, fact, claim)
    else:
        given, sought = ("cause", "effect") if forward else ("effect", "cause")
        question = f"ask_{sought}"
        context = Sentence(frame.name, given, course)
        right, wrong = (Sentence(frame.name, sought, which) for which in (course, 1 - course))
        if kind >= UNTOLD_SHARE + COURSE_SHARE:
            wrong = Sentence(sampler.sibling(frame, rng).name, sought, int(rng.integers(2)))
    choices = (wrong, right) if label else (right, wrong)
    return Selection(
        f"{frame.domain}-{frame.name}-{index:04d}", event, context, question, choices, label
    )


def write(selection: Selection, language: Language) -> dict:
    """The item in a language: a row of the choice format."""
    event = selection.event
    context = (
        statement(event, language)
        if selection.context.part == "statement"
        else report(_sentence(selection.context, event, language), event, language)
    )
    return {
        "example_id": selection.name,
        "language": language.code,
        "context": context.text,
        "question": getattr(language, selection.question),
        "choices": [_sentence(choice, event, language) for choice in selection.choices],
        "label": selection.label,
    }


def _sentence(sentence: Sentence, event: Event, language: Language) -> str:
    phrases = language.frames[sentence.frame]
    if sentence.part == "fact":
        return render(phrases.fact, event, language).text
    return getattr(phrases, sentence.part)[sentence.course]
