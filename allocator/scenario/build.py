"""From tables of text to a validated cohort: keys, references and numbers, every mistake located."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from allocator.errors import Problem, Problems, Where, message
from allocator.scenario import derived as derived_columns
from allocator.scenario.cohort import (
    Applicants,
    BoolArray,
    ChoiceRows,
    Cohort,
    FeederSeatRows,
    IntArray,
    Numbers,
    PriorityRows,
    Programmes,
    SeatRows,
)
from allocator.scenario.headers import TRACKS
from allocator.scenario.numbers import constant, decimals, whole_numbers, wrong_cells
from allocator.scenario.settings import OPEN, PRIORITIES, Interval, Settings
from allocator.scenario.tables import ROW

Frames = Mapping[str, pl.DataFrame]  # by table name; cells are text, ROW is the row of the file
Files = Mapping[str, str]  # by table name: the file, for messages

_NO_SEATS = message('found "{found}", expected a whole number ≥ {least}. To close a pool, write 0 or remove the row.')
_DUPLICATE = message('"{found}" stands in more than one row; a key must be unique')
_UNKNOWN = {
    "applicant_id": message('"{found}" is not in the applicants table'),
    "programme_id": message('"{found}" is not in the programmes table'),
    "feeder_school_id": message('"{found}" is neither in the feeder_schools table nor the school of any applicant'),
    "batch": message('"{found}" is not a batch of the scenario'),
}


def build(settings: Settings, frames: Frames, files: Files) -> Cohort:
    """The cohort of a scenario.

    Raises:
        InputError: with every mistake in the tables, by file, row and column.
    """
    problems: list[Problem] = []
    feeder_school_ids = _feeder_school_ids(frames, files, problems)
    applicants, area_names = _applicants(settings, frames, files, feeder_school_ids, problems)
    programmes = _programmes(settings, frames, files, problems)
    references = {
        "applicant_id": applicants.ids,
        "programme_id": pl.Series(programmes.ids, dtype=pl.String),
        "feeder_school_id": pl.Series(feeder_school_ids, dtype=pl.String),
        "batch": pl.Series([b.name for b in settings.batches], dtype=pl.String),
    }
    seats = _seats(settings, frames, files, references, problems)
    feeder_seats = _feeder_seats(settings, frames, files, references, seats, problems)
    offered = _offered(settings, seats, feeder_seats, len(programmes))
    choices = _choices(frames, files, references, offered, problems)
    priorities = _priorities(settings, frames, files, references, problems)
    feeder_weights = _feeder_weights(settings, frames, files, feeder_school_ids, problems)
    for table in ("schools",):
        if table in frames:
            _unique(frames[table], ["school_id"], files[table], problems)
    collected = Problems()
    collected.extend(problems)
    collected.raise_if_any()
    return Cohort(
        applicants, programmes, seats, choices, feeder_seats, priorities, feeder_school_ids, area_names,
        frames.get("feeder_schools"), frames.get("schools"), feeder_weights,
    )


def _feeder_school_ids(frames: Frames, files: Files, problems: list[Problem]) -> tuple[str, ...]:
    listed = frames.get("feeder_schools")
    applicants = frames["applicants"]
    of_applicants = applicants["feeder_school_id"] if "feeder_school_id" in applicants.columns else _no_texts(0)
    if listed is None:
        return tuple(sorted(of_applicants.drop_nulls().unique()))
    _unique(listed, ["feeder_school_id"], files["feeder_schools"], problems)
    known = listed["feeder_school_id"].drop_nulls()
    problems.extend(wrong_cells(
        applicants, "feeder_school_id", (of_applicants.is_not_null() & ~of_applicants.is_in(known.implode())).to_numpy(),
        files["applicants"], message('"{found}" is not in the feeder_schools table'),
    ) if len(of_applicants) else ())
    return tuple(sorted(set(known)))


def _applicants(
    settings: Settings, frames: Frames, files: Files, feeder_school_ids: tuple[str, ...], problems: list[Problem]
) -> tuple[Applicants, tuple[str, ...]]:
    table, file = frames["applicants"], files["applicants"]
    _unique(table, ["applicant_id"], file, problems)
    areas = table["area"] if "area" in table.columns else _no_texts(table.height)
    area_names = tuple(sorted(areas.drop_nulls().unique()))
    if settings.guideline is not None and settings.guideline.scope == "area":
        if "area" not in table.columns:
            problems.append(Problem(Where(file=file), message('the guideline is by area: the column "area" is missing')))
        else:
            problems.extend(wrong_cells(table, "area", pl.col("area").is_null(), file,
                                        message("this cell is empty, and the guideline is by area")))
    schools = table["feeder_school_id"] if "feeder_school_id" in table.columns else _no_texts(table.height)
    applicants = Applicants(
        ids=table["applicant_id"].fill_null(""),
        table=table.drop(ROW),
        numbers=_numbers(settings, table, file, problems),
        feeder_school=_positions(schools, pl.Series(feeder_school_ids, dtype=pl.String)),
        area=_positions(areas, pl.Series(area_names, dtype=pl.String)),
    )
    return applicants, area_names


def _numbers(settings: Settings, table: pl.DataFrame, file: str, problems: list[Problem]) -> dict[str, Numbers]:
    """The numeric columns that rankings, groups and derived columns name."""
    wanted: dict[str, str] = {}  # column to the first place that names it
    texts: dict[str, str] = {}
    for name, rule in settings.derived.items():
        wanted.update({c: f"derived.{name}" for c in derived_columns.columns_of(rule) if c not in wanted})
        texts.update({c: f"derived.{name}" for c in derived_columns.texts_of(rule) if c not in texts})
    for name, ranking in settings.rankings.items():
        for column in (ranking.score, *ranking.tie_break):
            if column != PRIORITIES:
                wanted.setdefault(column, f"rankings.{name}")
    for name, group in settings.groups.items():
        for column, test in group.items():
            (wanted if isinstance(test, Interval) else texts).setdefault(column, f"groups.{name}")
    missing = [(c, p) for c, p in {**texts, **wanted}.items()
               if c not in table.columns and not (c in settings.derived and c in wanted)]
    for column, place in missing:
        problems.append(Problem(Where(file=file), message('the column "{column}", which `{place}` names, is missing'),
                                {"column": column, "place": place}))
    for name in settings.derived:
        if name in table.columns:
            problems.append(Problem(Where(key=f"derived.{name}"),
                                    message("the applicants table has a column of this name already")))
    numbers: dict[str, Numbers] = {}
    for column in wanted:
        if column not in settings.derived:
            numbers[column] = (decimals(table, column, file, problems) if column in table.columns
                               else constant(0, table.height))
    for name, rule in settings.derived.items():
        unknown = [c for c in derived_columns.columns_of(rule) if c not in numbers]
        if unknown:
            problems.append(Problem(Where(key=f"derived.{name}"),
                                    message('"{found}" is derived further down; write it above'), {"found": unknown[0]}))
        absent = [c for c in derived_columns.texts_of(rule) if c not in table.columns]
        numbers[name] = (constant(0, table.height) if unknown or absent else
                         derived_columns.derive(name, rule, table, numbers, file, problems))
    return numbers


def _programmes(settings: Settings, frames: Frames, files: Files, problems: list[Problem]) -> Programmes:
    table, file = frames["programmes"], files["programmes"]
    _unique(table, ["programme_id"], file, problems)
    problems.extend(wrong_cells(table, "track", ~pl.col("track").fill_null("").is_in(list(TRACKS)), file,
                                message('found "{found}", expected `general` (普高) or `vocational` (中职)')))
    is_general = table["track"].is_in([name for name, general in TRACKS.items() if general]).fill_null(False).to_numpy()
    rankings = table["ranking"] if "ranking" in table.columns else _no_texts(table.height)
    problems.extend(wrong_cells(table, "ranking", (rankings.is_not_null() & ~rankings.is_in(list(settings.rankings))).to_numpy(),
                                file, message('no ranking is called "{found}"; the scenario has {known}'),
                                known=", ".join(settings.rankings)))
    if "min_open" in table.columns:
        problems.extend(wrong_cells(table, "min_open", pl.col("min_open").is_not_null(), file,
                                    message("this version does not close programmes below a least size; empty the column")))
    min_score = (decimals(table, "min_score", file, problems) if "min_score" in table.columns else
                 Numbers(np.zeros(table.height, dtype=np.int64), np.ones(table.height, dtype=np.bool_), 0))
    return Programmes(tuple(table["programme_id"].fill_null("")), table.drop(ROW), np.asarray(is_general, dtype=np.bool_),
                      tuple(rankings.to_list()), min_score)


def _seats(settings: Settings, frames: Frames, files: Files, references: Mapping[str, pl.Series],
           problems: list[Problem]) -> SeatRows:
    table, file = frames["seats"], files["seats"]
    _unique(table, ["batch", "programme_id", "pool"], file, problems)
    batch = _resolved(table, "batch", references, file, problems)
    programme = _resolved(table, "programme_id", references, file, problems)
    seats = whole_numbers(table, "seats", file, problems, least=0, remedy=_NO_SEATS)
    known = [*settings.pools, OPEN]
    problems.extend(wrong_cells(table, "pool", ~pl.col("pool").fill_null("").is_in(known), file,
                                message('no pool is called "{found}"; the scenario has {known}'), known=", ".join(known)))
    for position, rule in enumerate(settings.batches):
        here = batch == position
        if rule.seats == "leftover":
            problems.extend(wrong_cells(table, "batch", here, file, message(
                'batch "{found}" is given what earlier batches leave; the seats table has no rows for it')))
        unlisted = here & ~table["pool"].is_in(list(rule.pools)).fill_null(True).to_numpy() & (seats > 0)
        problems.extend(wrong_cells(table, "pool", unlisted & table["pool"].is_in(known).fill_null(False).to_numpy(), file,
                                    message('batch "{batch}" does not list the pool "{found}", so these seats would be lost'),
                                    batch=rule.name))
    order = np.lexsort((table["pool"].rank("dense").fill_null(0).to_numpy(), programme, batch))
    return SeatRows(batch[order], programme[order], tuple(table["pool"].fill_null("")[order]), seats[order])


def _feeder_seats(settings: Settings, frames: Frames, files: Files, references: Mapping[str, pl.Series], seats: SeatRows,
                  problems: list[Problem]) -> FeederSeatRows | None:
    table = frames.get("feeder_seats")
    if table is None:
        return None
    file = files["feeder_seats"]
    _unique(table, ["batch", "programme_id", "feeder_school_id"], file, problems)
    batch = _resolved(table, "batch", references, file, problems)
    programme = _resolved(table, "programme_id", references, file, problems)
    feeder_school = _resolved(table, "feeder_school_id", references, file, problems)
    cells = whole_numbers(table, "seats", file, problems, least=0, remedy=_NO_SEATS)
    for position, rule in enumerate(settings.batches):
        pool = settings.feeder_pool(rule)
        if pool is None:
            problems.extend(wrong_cells(table, "batch", batch == position, file,
                                        message('batch "{found}" has no pool per feeder school')))
            continue
        if not (batch == position).any():
            continue  # no matrix is given for this batch: R9 apportions
        given: dict[int, int] = {}
        for p, s in zip(programme[batch == position].tolist(), cells[batch == position].tolist(), strict=True):
            given[p] = given.get(p, 0) + s
        here = (seats.batch == position) & np.array([name == pool for name in seats.pool], dtype=np.bool_)
        for p, total in zip(seats.programme[here].tolist(), seats.seats[here].tolist(), strict=True):
            if given.get(p, 0) != total:
                problems.append(Problem(
                    Where(file=file), message("the cells of programme {programme} in batch {batch} add up to {found}, but "
                                              "its line in the seats table says {expected}; correct one of them"),
                    {"programme": references["programme_id"][p] if p >= 0 else "", "batch": rule.name,
                     "found": given.get(p, 0), "expected": total}))
    order = np.lexsort((feeder_school, programme, batch))
    return FeederSeatRows(batch[order], programme[order], feeder_school[order], cells[order])


def _offered(settings: Settings, seats: SeatRows, feeder_seats: FeederSeatRows | None, num_programmes: int) -> BoolArray:
    """(batch, programme) whether it can be chosen: it has a row in the batch, or a leftover batch follows one."""
    offered = np.zeros((len(settings.batches), num_programmes), dtype=np.bool_)
    for rows in (seats, feeder_seats):
        if rows is not None:
            valid = (rows.batch >= 0) & (rows.programme >= 0)
            offered[rows.batch[valid], rows.programme[valid]] = True
    for position, rule in enumerate(settings.batches):
        if rule.seats == "leftover":
            offered[position] = offered[:position].any(axis=0)
    return offered


def _choices(frames: Frames, files: Files, references: Mapping[str, pl.Series], offered: BoolArray,
             problems: list[Problem]) -> ChoiceRows:
    table, file = frames["choices"], files["choices"]
    before = len(problems)
    applicant = _resolved(table, "applicant_id", references, file, problems)
    programme = _resolved(table, "programme_id", references, file, problems)
    batch = _resolved(table, "batch", references, file, problems)
    number = whole_numbers(table, "choice", file, problems, least=1)
    valid = (applicant >= 0) & (programme >= 0) & (batch >= 0)
    absent = valid.copy()
    absent[valid] = ~offered[batch[valid], programme[valid]]
    if absent.any():
        problems.extend(wrong_cells(table, "programme_id", absent, file,
                                    message('programme "{found}" has no row in the seats table for this batch')))
    order = _sorted_order(batch, applicant, number)
    batch, applicant, number, programme = batch[order], applicant[order], number[order], programme[order]
    if len(problems) == before:
        same_list = (batch[1:] == batch[:-1]) & (applicant[1:] == applicant[:-1])
        _twice(table, order, same_list & (number[1:] == number[:-1]), "choice", file,
               message('choice number "{found}" stands twice in one list'), problems)
        by_programme = _sorted_order(batch, applicant, programme)
        b, a, p = batch[by_programme], applicant[by_programme], programme[by_programme]
        _twice(table, order[by_programme], (b[1:] == b[:-1]) & (a[1:] == a[:-1]) & (p[1:] == p[:-1]), "programme_id", file,
               message('programme "{found}" stands twice in one list'), problems)
    return ChoiceRows(batch, applicant, number, programme)


def _sorted_order(major: IntArray, middle: IntArray, minor: IntArray) -> IntArray:
    """The order of rows by three keys, in one sort where they fit one integer."""
    spans = [int(keys.max(initial=0)) + 2 for keys in (major, middle, minor)]
    if spans[0] * spans[1] * spans[2] >= 2**63:
        return np.lexsort((minor, middle, major))
    key = ((major + 1) * spans[1] + (middle + 1)) * spans[2] + (minor + 1)
    if bool((key[1:] >= key[:-1]).all()):
        return np.arange(len(key), dtype=np.int64)
    return np.argsort(key, kind="stable")


def _twice(table: pl.DataFrame, order: IntArray, repeated: BoolArray, column: str, file: str, template: str,
           problems: list[Problem]) -> None:
    if repeated.any():
        wrong = np.zeros(table.height, dtype=np.bool_)
        wrong[order[1:][repeated]] = True
        problems.extend(wrong_cells(table, column, wrong, file, template))


def _priorities(settings: Settings, frames: Frames, files: Files, references: Mapping[str, pl.Series],
                problems: list[Problem]) -> PriorityRows | None:
    table = frames.get("priorities")
    if table is None:
        for name, ranking in settings.rankings.items():
            if ranking.score == PRIORITIES:
                problems.append(Problem(Where(key=f"rankings.{name}"),
                                        message("this ranking needs the `priorities` table, which is not given")))
        return None
    file = files["priorities"]
    _unique(table, ["programme_id", "applicant_id"], file, problems)
    programme = _resolved(table, "programme_id", references, file, problems)
    applicant = _resolved(table, "applicant_id", references, file, problems)
    priority = decimals(table, "priority", file, problems)
    problems.extend(wrong_cells(table, "priority", pl.col("priority").is_null(), file,
                                message("this cell is empty; to make an applicant not acceptable, remove the row")))
    order = np.lexsort((applicant, programme))
    return PriorityRows(programme[order], applicant[order],
                        Numbers(priority.unscaled[order], priority.missing[order], priority.scale))


def _feeder_weights(settings: Settings, frames: Frames, files: Files, feeder_school_ids: tuple[str, ...],
                    problems: list[Problem]) -> dict[str, IntArray]:
    """The columns of feeder_schools that feeder seats are apportioned by; (feeder school,)."""
    weights: dict[str, IntArray] = {}
    for name, pool in settings.pools.items():
        column = pool.apportion.weight if pool.apportion else "eligible"
        if column == "eligible":
            continue
        table = frames.get("feeder_schools")
        if table is None or column not in table.columns:
            problems.append(Problem(Where(key=f"pools.{name}.apportion.weight"),
                                    message('found "{found}"; expected `eligible` or a column of the feeder_schools table'),
                                    {"found": column}))
            continue
        values = whole_numbers(table, column, files["feeder_schools"], problems, least=0)
        by_school = np.zeros(len(feeder_school_ids), dtype=np.int64)
        by_school[_positions(table["feeder_school_id"], pl.Series(feeder_school_ids, dtype=pl.String))] = values
        weights[column] = by_school
    return weights


def _unique(table: pl.DataFrame, key: list[str], file: str, problems: list[Problem]) -> None:
    """Every key is there and stands once; the later rows of a repeated key are the problem."""
    for column in key:
        if table[column].null_count():
            problems.extend(wrong_cells(table, column, pl.col(column).is_null(), file,
                                        message("this cell is empty, and the column is a key")))
    if table.select(key).is_duplicated().any():
        complete = pl.all_horizontal(pl.col(key).is_not_null())
        repeated = complete & ~pl.struct(key).is_first_distinct()
        marked = table.with_columns(pl.concat_str(key, separator=" / ").alias("_key"))
        for problem in wrong_cells(marked, "_key", repeated, file, _DUPLICATE):
            problems.append(Problem(Where(file=file, row=problem.where.row, column=", ".join(key)), _DUPLICATE,
                                    problem.values))


def _resolved(table: pl.DataFrame, column: str, references: Mapping[str, pl.Series], file: str,
              problems: list[Problem]) -> IntArray:
    """The positions that identifiers stand for; an identifier of nothing is a problem."""
    positions = _positions(table[column], references[column])
    if (positions < 0).any():
        problems.extend(wrong_cells(table, column, positions < 0, file, _UNKNOWN[column]))
    return positions


def _positions(texts: pl.Series, known: pl.Series) -> IntArray:
    """The position of each text among the known ones, -1 for none; where known has repeats, the first."""
    table = pl.DataFrame({"text": known, "position": np.arange(len(known), dtype=np.int64)}).unique("text", keep="first")
    joined = texts.to_frame("text").join(table, on="text", how="left", maintain_order="left")
    return np.asarray(joined["position"].fill_null(-1).to_numpy(), dtype=np.int64)


def _no_texts(length: int) -> pl.Series:
    return pl.Series([None] * length, dtype=pl.String)
