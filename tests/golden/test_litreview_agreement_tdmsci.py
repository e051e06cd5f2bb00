"""Agreement of the four annotators of the TDMSci pilot, against the published value."""

import pytest

from benchmarks.claimdata import read_pilot
from litreview.review.agreement import krippendorff_alpha


def test_alpha_of_the_pilot_is_the_published_one(data_root):
    """Token level over entity types with O, 2,973 tokens, four annotators: .802."""
    ratings = read_pilot(data_root / "claimdata" / "tdmsci" / "pilot")
    assert ratings.shape == (4, 2973)
    assert krippendorff_alpha(ratings, "nominal") == pytest.approx(0.802, abs=0.0005)
