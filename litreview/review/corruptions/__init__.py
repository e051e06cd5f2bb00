"""Corruptions of a report, and changes that harm nothing, to test its reviewers with.

A reviewer is worth what it separates: a report whose numbers were permuted must score lower than
the report that it came from, and one whose spaces were doubled must not (metamorphic testing: Chen
et al. 1998, HKUST-CS98-01). Each corruption changes `part` of what it can change, one thing at
least, by a random generator.
"""

from litreview.review.corruptions import claims, numbers, prose
from litreview.review.corruptions.harmless import HARMLESS, HARMLESS_TO_TABLES
from litreview.review.corruptions.places import Change
from litreview.review.corruptions.tables import TABLE_CORRUPTIONS

__all__ = ["HARMLESS", "HARMLESS_TO_TABLES", "REPORT_CORRUPTIONS", "TABLE_CORRUPTIONS"]

REPORT_CORRUPTIONS: dict[str, Change] = {
    change.__name__: change
    for change in (
        *(numbers.figures_permuted, numbers.figures_altered),
        *(numbers.counts_altered, numbers.cells_permuted),
        *(claims.claims_negated, claims.claims_dropped, claims.verdicts_flipped),
        *(claims.confidences_inflated, claims.evidence_swapped, claims.quotes_altered),
        *(claims.checks_flipped, prose.sections_cut, prose.points_dropped, prose.sentences_cut),
        *(prose.abstract_pasted, prose.directions_turned, prose.names_swapped),
        *(prose.references_dropped, prose.references_rewritten, prose.citations_broken),
    )
}
"""Corruptions of a report whose tables stay as they are, by name."""
