"""What was expected instead of a wrong value of a plan, in words that the catalogue has."""

from __future__ import annotations

from allocator.errors import message
from allocator.scenario import model_mistakes
from allocator.scenario.model_mistakes import Mistake

# By the model's own name of the mistake; the others are those of every file.
_OWN = {
    "years": message("expected `first` ≤ `last`, and at most 20 years"),
    "sizes": message("expected `least` < `large` < `super_large` ≤ `most`"),
    "both_tracks": message("expected both keys, `general` and `vocational`"),
    "once": message("an objective stands twice; keep one"),
}


def expected_of(mistake: Mistake) -> tuple[str, dict[str, object]]:
    """The template of a mistake that pydantic found, and its values."""
    return model_mistakes.expected_of(mistake, _OWN)
