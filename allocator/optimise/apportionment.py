"""Apportioning feeder seats among feeder schools (R9): exact shares, and the two ways of rounding them."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from allocator.optimise.controlled_rounding import rounded_up_together

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Method = Literal["largest_remainder", "controlled"]

MAX_INT64 = 2**63 - 1


def apportion(seats: IntArray, weight: IntArray, *, method: Method, minimum: int = 0) -> IntArray:
    """The feeder seats of every cell (R9).

    ``seats`` (programme,) are the feeder seats of each programme and ``weight`` (feeder_school,) the weight
    of each feeder school, both non-negative whole numbers in the order of identifiers: what is equal is
    settled by that order. The result (programme, feeder_school) has each programme's total exact, and each
    cell is its exact share rounded down or up. ``minimum`` seats go to every school of positive weight first;
    a school of weight 0 gets none.

    ``largest_remainder`` rounds programme by programme. ``controlled`` rounds all programmes together, so
    that each school's total is its exact total rounded down or up. Of the roundings with the least sum of
    distances from the exact shares it is the one with the least sum of positions (in the order of schools) of
    the cells rounded up, and of these the one that rounds up the earliest cells, programme by programme.

    Raises ValueError, naming the programme's index, where a programme with seats has nobody to share them
    (all weights are 0) or fewer seats than the minimum needs; and for numbers too large to be exact in 64
    bits.
    """
    numerator, denominator = exact_shares(seats, weight, minimum)
    rounded_down, remainder = np.divmod(numerator, denominator)
    if method == "largest_remainder":
        rounded_up = _largest_remainders(remainder, denominator)
    elif method == "controlled":
        rounded_up = rounded_up_together(remainder, denominator)
    else:
        raise ValueError(f"apportionment method {method!r}: expected 'largest_remainder' or 'controlled'")
    result: IntArray = rounded_down + rounded_up
    return result


def exact_shares(seats: IntArray, weight: IntArray, minimum: int = 0) -> tuple[IntArray, int]:
    """The exact shares of R9 as (programme, feeder_school) numerators over one common denominator.

    With minimum m, k schools of positive weight and W the sum of the weights, the share of a school of weight
    w > 0 in Q > 0 seats is m + (Q - m k) w / W; it is 0 for a weight of 0, and all shares in 0 seats are 0.
    The denominator is W, and 1 where no programme has seats. Raises ValueError as ``apportion`` does.
    """
    seats = _whole_numbers("seats", seats)
    weight = _whole_numbers("weight", weight)
    if minimum < 0:
        raise ValueError(f"minimum {minimum}: expected a whole number >= 0")
    num_sharing = int(np.count_nonzero(weight))
    total_weight = sum(weight.tolist())
    for programme_index, num_seats in enumerate(seats.tolist()):
        if num_seats > 0 and total_weight == 0:
            raise ValueError(f"programme index {programme_index} has seats, but no feeder school has a weight > 0")
        if 0 < num_seats < minimum * num_sharing:
            raise ValueError(
                f"programme index {programme_index} has {num_seats} seats, fewer than the minimum "
                f"{minimum} for each of {num_sharing} feeder schools"
            )
    # No share exceeds its programme's seats, nor does either of its terms: nothing below is larger than this.
    if int(seats.max(initial=0)) * total_weight > MAX_INT64:
        raise ValueError(f"{seats.max()} seats times a total weight of {total_weight} is above {MAX_INT64}")
    if not seats.any():
        return np.zeros((len(seats), len(weight)), dtype=np.int64), 1
    spread = np.where(seats > 0, seats - minimum * num_sharing, 0)
    numerator: IntArray = spread[:, None] * weight[None, :]
    numerator += np.where((seats > 0)[:, None] & (weight > 0)[None, :], minimum * total_weight, 0)
    return numerator, total_weight


def _largest_remainders(remainder: IntArray, denominator: int) -> BoolArray:
    """The cells rounded up programme by programme: largest remainder first, equals to the earlier school."""
    num_up = remainder.sum(axis=1) // denominator
    school_index = np.argsort(-remainder, axis=1, kind="stable")
    is_among_first = np.arange(remainder.shape[1])[None, :] < num_up[:, None]
    rounded_up = np.zeros(remainder.shape, dtype=np.bool_)
    np.put_along_axis(rounded_up, school_index, is_among_first, axis=1)
    return rounded_up


def _whole_numbers(name: str, values: IntArray) -> IntArray:
    if values.ndim != 1 or values.dtype.kind not in "iu":
        raise ValueError(f"{name}: expected one row of whole numbers, found {values.ndim}-d {values.dtype}")
    if values.size and not 0 <= int(values.min()) <= int(values.max()) <= MAX_INT64:
        raise ValueError(f"{name}: expected whole numbers from 0 to {MAX_INT64}")
    return values.astype(np.int64)
