"""Domain x format: its effects as the templates tell them, and as tables."""

from typing import Any

from litreview.synthesis.cells import by_size, table
from litreview.synthesis.facts import mean_words
from litreview.synthesis.gains import margin_counts, tones, verdict
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.measured_tables import clear_note, figures
from litreview.synthesis.model import Cell, Table
from litreview.synthesis.sizes import MEAN

EFFECTS = {
    "domain": "domain",
    "format": "format",
    "interaction": "domain \N{MULTIPLICATION SIGN} format",
}
"""Names in print of the effects in `factorial.parquet`, in the order of the table."""


def factorial_facts(inputs: Inputs) -> list[dict[str, Any]]:
    """For each effect the rows on single targets: how many are clear, which, and the margin."""
    rows = inputs.factorial.to_dict("records")
    found = []
    for effect, printed in EFFECTS.items():
        single = [row for row in rows if row["effect"] == effect and row["target"] != MEAN]
        if single:
            clear = [row for row in single if verdict(row) != "flat"]
            found.append(
                {
                    "name": printed,
                    "single": single,
                    "tones": tones(single),
                    "found": sorted(clear, key=lambda row: (-abs(row["estimate"]), row["target"])),
                    "level": margin_counts(single),
                }
            )
    return found


def factorial_tables(inputs: Inputs) -> list[Table]:
    """For each encoder, the effects of every domain on every target."""
    targets = [*inputs.study["targets"], MEAN]
    tables = []
    for encoder in by_size(inputs) if len(inputs.factorial) else ():
        own = inputs.factorial[inputs.factorial["encoder"] == encoder]
        rows = []
        for domain in sorted(set(own["domain"])):
            for effect, printed in EFFECTS.items():
                chosen = own[(own["domain"] == domain) & (own["effect"] == effect)]
                pairs = chosen.groupby(["format", "other_format"], sort=True)
                for (first, other), pair in pairs:
                    formats = f"{first} less {other}" if other else "over all formats"
                    name = Cell(text=f"{domain}: {printed}", note=formats)
                    rows.append([name, *figures(pair, targets, "estimate")])
        tables.append(
            table(
                "factorial",
                "Effects of each domain against the general one, of one format against another "
                "(as a mean over the domain and the general one), and of both together, with "
                f"{encoder}, in points. The last column is the mean over "
                f"{mean_words(inputs.study)}.",
                ["Effect", *targets],
                "t" + "n" * len(targets),
                rows,
                f"{clear_note(inputs, 'all rows of one kind of effect')} Means over targets are "
                "not tested.",
            )
        )
    return tables
