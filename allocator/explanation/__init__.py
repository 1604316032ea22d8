"""Why, for one applicant: choice by choice, the rule and the line that decided it (R1 to R8, P10)."""

from allocator.explanation.explain import explain
from allocator.explanation.explanation import (
    Admission,
    BatchExplanation,
    ChoiceVerdict,
    Compared,
    Explanation,
    PoolVerdict,
    Reason,
)
from allocator.explanation.json_form import as_json
from allocator.explanation.plain_text import as_text
from allocator.explanation.published import ContradictionError

__all__ = [
    "Admission",
    "BatchExplanation",
    "ChoiceVerdict",
    "Compared",
    "ContradictionError",
    "Explanation",
    "PoolVerdict",
    "Reason",
    "as_json",
    "as_text",
    "explain",
]
