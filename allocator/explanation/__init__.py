"""Why, for one applicant: choice by choice, the rule and the line, or the objectives, that decided it (R1 to R11)."""

from allocator.explanation.explain import explain
from allocator.explanation.explanation import (
    Admission,
    BatchExplanation,
    ChoiceVerdict,
    Compared,
    Explanation,
    ObjectiveValue,
    PoolVerdict,
    Reassignment,
    Vacancy,
)
from allocator.explanation.json_form import as_json
from allocator.explanation.plain_text import as_text
from allocator.explanation.published import ContradictionError
from allocator.explanation.reasons import Reason

__all__ = [
    "Admission",
    "BatchExplanation",
    "ChoiceVerdict",
    "Compared",
    "ContradictionError",
    "Explanation",
    "ObjectiveValue",
    "PoolVerdict",
    "Reason",
    "Reassignment",
    "Vacancy",
    "as_json",
    "as_text",
    "explain",
]
