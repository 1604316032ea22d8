"""Published instances of optimal allocation as scenario folders with one optimal batch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SHARED
from tests.oracle.generate import write_scenario

OPTIMAL = SHARED / "cases" / "optimal"

where_they_are = pytest.mark.skipif(
    not OPTIMAL.is_dir(), reason="the published optima stand beside the repository, not in it"
)

# What a published optimum is called, to the ladder whose last objective it is the value of.
LADDERS = {
    "size": ("placed",),
    "maxsizemincost": ("placed", "choice"),
    "maxsizemindegree": ("placed", "worst_choice"),
    "maxsizeminsqcost": ("placed", "choice_squared"),
    "generousmaxprofile": ("placed", "profile_generous"),
    "greedymaxprofile": ("placed", "profile_greedy"),
    "greedyprofile": ("profile_greedy",),
    "sum_lec_abs_diff": ("targets",),
    "max_lec_abs_diff": ("worst_target",),
}


def instance(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((OPTIMAL / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def write_instance(
    folder: Path, case: dict[str, Any], objectives: Sequence[str], most: dict[str, int] | None = None
) -> None:
    """Lower quotas and common quotas are caps; a tie in a list is one choice number.

    Args:
        most: programme to a cap on it alone, in place of the common quotas.
    """
    programmes, groups = case["programs"], case.get("groups", {})
    caps = [
        {"name": f"programme {p}", "where": {"programme_id": p}, "at_least": rule["lower"]}
        for p, rule in programmes.items()
        if rule.get("lower")
    ]
    if most is None:
        caps += [
            {
                "name": f"group {g}",
                "where": {"tier": g},
                **{key: rule[of] for key, of in WRITTEN.items() if rule.get(of) is not None},
            }
            for g, rule in groups.items()
        ]
    else:
        caps += [{"name": f"programme {p} alone", "where": {"programme_id": p}, "at_most": q} for p, q in most.items()]
    settings = {
        "version": 1,
        "name": case["id"],
        "rankings": {"exam": {"score": "total"}},
        "batches": [
            {
                "name": "main",
                "mechanism": "optimal",
                "ranking": "exam",
                "pools": ["open"],
                "objectives": list(objectives),
            }
        ],
        "caps": caps,
    }
    tables = {
        "applicants": [{"applicant_id": f"A{i}", "total": str(500 - i)} for i in range(len(case["students"]))],
        "programmes": [
            {"programme_id": p, "track": "general", "tier": rule.get("group", "")} for p, rule in programmes.items()
        ],
        "seats": [
            {"batch": "main", "programme_id": p, "pool": "open", "seats": str(rule["capacity"])}
            for p, rule in programmes.items()
        ],
        "choices": [
            {"applicant_id": f"A{i}", "batch": "main", "choice": str(rank), "programme_id": p}
            for i, wishes in enumerate(case["students"])
            for rank, tie in enumerate(wishes, 1)
            for p in ([tie] if isinstance(tie, str) else tie)
        ],
    }
    write_scenario(folder, settings, tables)


WRITTEN = {"at_least": "lower", "at_most": "capacity", "target": "target"}
