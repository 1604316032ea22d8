"""The result folder of a plan: tables, a summary and a manifest, which appear whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import importlib.metadata
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from allocator.outcome.folder import check_target, whole_folder
from allocator.planning import tabulate
from allocator.planning.account import Account
from allocator.planning.discrepancies import discrepancies
from allocator.planning.exact_text import decimal
from allocator.planning.indicators import indicators
from allocator.planning.plan import Plan
from allocator.planning.solution import Infeasible, Solved, Stopped
from allocator.planning.tabulate import Table
from allocator.planning.values import objective_values

MANIFEST = "manifest.json"
KIND = "plan"  # of results, in the manifest: what tells this folder from one of allocations


def check_place(folder: Path, *, overwrite: bool) -> None:
    """Refuse a place for results before any work is done.

    Raises:
        UsageError: if it exists and may not be replaced.
    """
    check_target(folder, overwrite=overwrite, is_ours=_is_plan)


def status_of(plan: Plan, solved: Solved | Infeasible | Stopped) -> str:
    """Solved, stopped (by the limit of work), or infeasible."""
    if isinstance(solved, Infeasible):
        return "infeasible"
    if isinstance(solved, Solved) and solved.is_reached(plan):
        return "solved"
    return "stopped"


def summary_of(plan: Plan, solved: Solved | Infeasible | Stopped) -> dict[str, Any]:
    """The summary: status, objectives with their bounds, the target year's indicators, what does not add up."""
    summary: dict[str, Any] = {"plan": plan.settings.name, "status": status_of(plan, solved)}
    if isinstance(solved, Infeasible):
        summary["conflict"] = [rule.text() for rule in solved.conflict]
        summary["conflict_is_smallest"] = solved.is_smallest
    if isinstance(solved, Solved):
        account = Account(plan, solved.decisions)
        values, target = objective_values(account), plan.settings.targets.year
        summary["objectives"] = [
            {
                "objective": step.objective,
                "value": values[step.objective],
                "held_at": step.held,
                "bound": step.bound,
            }
            for step in solved.steps
        ]
        summary["target_year"] = target
        summary["indicators"] = {i.name: decimal(i.value) for i in indicators(account) if i.year == target}
        summary["targets_missed"] = [i.name for i in indicators(account) if i.year == target and i.met is False]
        built = [p for p in plan.projects if p.project_id in account.decisions.begun]
        summary["projects"] = {
            kind: {"number": sum(p.kind == kind for p in built), "cost": sum(p.cost for p in built if p.kind == kind)}
            for kind in ("new", "enlargement")
        }
        summary["recruited"] = {
            track: sum(account.recruited(track, year) for year in plan.years) for track in plan.settings.tracks
        }
    summary["discrepancies"] = [
        {
            "relation": found.name,
            "expression": found.expression,
            "computed": decimal(found.computed),
            "stated": decimal(found.stated),
            "remark": found.remark,
        }
        for found in discrepancies(plan.stated)
    ]
    summary["remarks"] = list(plan.stated.remarks)
    return summary


def write(plan: Plan, solved: Solved | Infeasible | Stopped, folder: Path, *, overwrite: bool) -> None:
    """Write the result; the manifest last, with the hashes of the other files. There is no clock in any of them."""
    files = {"summary.json": _json(summary_of(plan, solved))}
    if isinstance(solved, Solved):
        files |= {f"{name}.csv": _csv(table) for name, table in _tables(Account(plan, solved.decisions)).items()}
    manifest = {
        "kind": KIND,
        "versions": {name: importlib.metadata.version(name) for name in ("allocator", "ortools")},
        "inputs": dict(plan.inputs),
        "plan": plan.settings.model_dump(mode="json", exclude_none=True),
        "solver": _solver(solved),
        "outputs": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    with whole_folder(folder, overwrite=overwrite, is_ours=_is_plan) as new:
        for name, content in files.items():
            (new / name).write_bytes(content)
        (new / MANIFEST).write_bytes(_json(manifest))


def _tables(account: Account) -> dict[str, Table]:
    tables = {
        "classes": tabulate.classes(account),
        "projects": tabulate.projects(account),
        "areas": tabulate.areas(account),
        "indicators": tabulate.indicator_rows(account),
        "binding": tabulate.binding(account),
        "discrepancies": tabulate.discrepancy_rows(account),
        "seats": tabulate.seats(account),
        "programmes": tabulate.programmes(account),
    }
    return {name: table for name, table in tables.items() if table}


def _solver(solved: Solved | Infeasible | Stopped) -> dict[str, Any]:
    """What the solver did: its work in deterministic units, which any machine repeats."""
    if isinstance(solved, Solved):
        return {"steps": {step.objective: {"bound": step.bound, "work": step.work} for step in solved.steps}}
    return {"work": round(solved.work, 6)}


def _csv(table: Table) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue().encode()


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _is_plan(folder: Path) -> bool:
    """Whether a folder holds a plan's results and nothing else, so that replacing it loses nothing."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
        return False
    there = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    return there <= {MANIFEST, *manifest.get("outputs", {})}
