"""Agreement of the four annotators of the TDMSci pilot, against the published value."""

import numpy as np
import pytest

from litreview.review.agreement import krippendorff_alpha


def test_alpha_of_the_pilot_is_the_published_one(data_root):
    """Token level over entity types with O, 2,973 tokens, four annotators: .802."""
    folder = data_root / "claimdata" / "tdmsci" / "pilot"
    labels = []
    for number in range(1, 5):
        lines = (folder / f"annotator{number}.conll").read_text(encoding="utf-8").splitlines()
        labels.append([line.split("\t")[-1].split("-")[-1] for line in lines if line.strip()])
    assert {len(annotator) for annotator in labels} == {2973}
    values = {
        label: code for code, label in enumerate(sorted({one for row in labels for one in row}))
    }
    ratings = np.array([[values[label] for label in row] for row in labels], dtype=float)
    assert krippendorff_alpha(ratings, "nominal") == pytest.approx(0.802, abs=0.0005)
