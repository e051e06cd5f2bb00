"""How tasks are posed: one module a format, each with the same functions.

`outputs(labels)` is the width of the linear head, `featurise` turns examples into word pieces with
their gold values, `loss` is what training lowers, `collect` reduces a batch's states to what
`decode` needs to write one prediction an example, and `gold` writes the gold the same way.
"""

from types import ModuleType

from crosslift.formats import choice, classification, multilabel, retrieval, span, tagging

FORMATS: dict[str, ModuleType] = {
    "classification": classification,
    "choice": choice,
    "multilabel": multilabel,
    "tagging": tagging,
    "span": span,
    "retrieval": retrieval,
}
