"""The applicants of one class, programme by programme."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from allocator.errors import InputError, Problem
from allocator.scenario.cohort import IntArray
from allocator.scenario.mistakes import ROW, Table
from allocator.scenario.numbers import whole_numbers
from allocator.scenario.scenario import Scenario

DEFAULT_CLASS_SIZE = 50  # where the programmes table says nothing


@dataclass(frozen=True)
class ClassSizes:
    size: IntArray  # (programme,) applicants
    num_assumed: int  # programmes whose size is the default


def class_sizes(scenario: Scenario) -> ClassSizes:
    """The `class_size` of every programme.

    Raises:
        InputError: if one is not a whole number of at least 1.
    """
    frame = scenario.cohort.programmes.table
    num_programmes = len(scenario.cohort.programmes)
    if "class_size" not in frame.columns:
        return ClassSizes(np.full(num_programmes, DEFAULT_CLASS_SIZE, dtype=np.int64), num_programmes)
    found: list[Problem] = []
    # Rows are numbered as in a spreadsheet without blank lines: the header is row 1.
    rows = pl.Series(ROW, np.arange(2, num_programmes + 2, dtype=np.int64))
    table = Table("programmes", frame.with_columns(rows), "programmes", found)
    size = whole_numbers(table, "class_size", least=1, may_be_empty=True)
    if found:
        raise InputError(found)
    return ClassSizes(np.where(size == 0, DEFAULT_CLASS_SIZE, size), int((size == 0).sum()))
