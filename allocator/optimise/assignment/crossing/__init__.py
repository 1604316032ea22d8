"""Optimal batches that are not a network: caps that cross, a guideline by area or of growing basis, least sizes."""

from __future__ import annotations

from allocator.optimise.assignment.crossing.optimum import Limits, Optimum, Stopped
from allocator.optimise.assignment.crossing.solve import solve_crossing

__all__ = ["Limits", "Optimum", "Stopped", "solve_crossing"]
