"""D, H, exposure and isolation equal those of the package `segregation` 2.5.4 (PySAL) on the same tables.

Its figures, from an environment of its own (`pip install segregation==2.5.4`), with the tables below:

    from segregation.singlegroup import Dissim, Entropy, Gini, Interaction, Isolation
    table = pandas.DataFrame(TABLE, columns=["group", "others"]); table["total"] = table.sum(axis=1)
    Dissim(table, group_pop_var="group", total_pop_var="total").statistic   # and so on
    from segregation.multigroup import MultiInfoTheory
    three = pandas.DataFrame(THREE, columns=["urban", "township", "rural"])
    MultiInfoTheory(three, groups=["urban", "township", "rural"]).statistic

The package calls exposure `Interaction`. It is no dependency: it brings a hundred megabytes of geography along.
"""

from __future__ import annotations

import numpy as np
import pytest

from allocator.indicators.evenness import information, segregation

# (school,) the group and the others; a school without the group, and one without others, are the awkward cases.
TABLE = ((12, 88), (30, 70), (0, 40), (25, 0), (7, 143), (1, 19))
THREE = ((12, 60, 28), (30, 40, 30), (0, 25, 15), (25, 0, 0), (7, 100, 43), (1, 9, 10))
OF_THREE = 0.16884973734616954
PUBLISHED = {
    "dissimilarity": 0.5388888888888889,
    "information": 0.34970908248115234,
    "exposure": 0.5224444444444445,
    "isolation": 0.4775555555555555,
}


def test_the_measures_equal_those_of_the_package() -> None:
    ours, others = np.array(TABLE, dtype=np.int64).T
    found = segregation(ours, others)
    numerator, denominator = found.dissimilarity
    assert numerator / denominator == pytest.approx(PUBLISHED["dissimilarity"], rel=1e-14)
    assert found.information == pytest.approx(PUBLISHED["information"], rel=1e-12)
    assert found.exposure == pytest.approx(PUBLISHED["exposure"], rel=1e-14)
    assert found.isolation == pytest.approx(PUBLISHED["isolation"], rel=1e-14)


def test_h_of_several_groups_equals_that_of_the_package() -> None:
    assert information(np.array(THREE, dtype=np.int64).T) == pytest.approx(OF_THREE, rel=1e-12)


def test_h_of_two_groups_is_the_same_either_way() -> None:
    counts = np.array(TABLE, dtype=np.int64).T
    assert information(counts) == pytest.approx(segregation(*counts).information, rel=1e-12)


def test_h_of_several_groups_leaves_out_empty_groups_and_schools() -> None:
    counts = np.array([(3, 0, 5), (0, 0, 0), (4, 0, 1)], dtype=np.int64)
    assert information(counts) == information(counts[[0, 2]][:, [0, 2]])
    assert information(counts[:2]) is None


def test_schools_without_anybody_change_nothing() -> None:
    ours, others = np.array([*TABLE, (0, 0)], dtype=np.int64).T
    assert segregation(ours, others) == segregation(ours[:-1], others[:-1])


def test_complete_segregation_is_1_and_an_even_spread_is_0() -> None:
    apart = segregation(np.array([5, 0]), np.array([0, 9]))
    assert (apart.dissimilarity[0] / apart.dissimilarity[1], apart.information) == (1, 1)
    assert (apart.exposure, apart.isolation) == (0, 1)
    even = segregation(np.array([5, 10]), np.array([10, 20]))
    assert even.dissimilarity[0] == 0
    assert even.information == pytest.approx(0, abs=1e-15)
    assert even.exposure == pytest.approx(2 / 3)


def test_a_group_that_is_nobody_or_everybody_has_no_measure() -> None:
    for ours, others in (((0, 0), (3, 4)), ((3, 4), (0, 0))):
        found = segregation(np.array(ours), np.array(others))
        assert found.dissimilarity == (0, 0)
        assert (found.information, found.exposure, found.isolation) == (None, None, None)
