"""How groups of applicants are spread over the schools that admit them: evenness and exposure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allocator.errors import message
from allocator.indicators.dimensions import TRACKS, Dimension
from allocator.indicators.evenness import Segregation, information, segregation
from allocator.indicators.facts import Facts
from allocator.indicators.indicator import Family, Indicator, Row, measured, missing, quotient, unknown
from allocator.scenario.cohort import BoolArray, IntArray

FAMILY = Family(
    "segregation",
    "校际分隔",
    message(
        "How unevenly a group is spread over the schools that admit, among all admitted applicants. A school is the "
        "school_id of its programmes, or the programme where that is empty. p_i are the admissions of the group at "
        "school i, q_i those of all others, t_i = p_i + q_i; P, Q, T their sums over schools. `track+` groupings count "
        "the schools and admissions of one track alone, and are named `track+group`."
    ),
    "practice.md, Indicators: segregation; Massey and Denton 1988",
)
DISSIMILARITY = Indicator(
    "dissimilarity",
    FAMILY.name,
    message("index, 0 to 1"),
    message(
        "D = ½ Σ |p_i/P − q_i/Q|: the share of the group that would have to change schools to be spread as the others. "
        "The exact value is Σ |p_i Q − q_i P| / (2 P Q)."
    ),
    "practice.md, Indicators: segregation D; Duncan and Duncan 1955",
    "相异指数 D",
    "worse",
)
INFORMATION = Indicator(
    "information",
    FAMILY.name,
    message("index, 0 to 1"),
    message(
        "H = Σ t_i (E − E_i) / (T E), with E the entropy −π ln π − (1−π) ln (1−π) of the group's share π = P/T, and "
        "E_i that of its share p_i/t_i at school i."
    ),
    "practice.md, Indicators: segregation H; Theil and Finizza 1971",
    "信息熵指数 H（泰尔）",
    "worse",
)
EXPOSURE = Indicator(
    "exposure",
    FAMILY.name,
    message("share"),
    message("Σ (p_i/P)(q_i/t_i): the share of others among the schoolmates of an average member of the group."),
    "practice.md, Indicators: exposure; Bell 1954",
    "接触指数",
    "neither",
)
ISOLATION = Indicator(
    "isolation",
    FAMILY.name,
    message("share"),
    message("Σ (p_i/P)(p_i/t_i) = 1 − exposure: the share of the group among the schoolmates of an average member."),
    "practice.md, Indicators: exposure; Bell 1954",
    "隔离指数",
    "neither",
)
AREAS = Indicator(
    "areas_information",
    FAMILY.name,
    message("index, 0 to 1"),
    message(
        "H of all areas at once: Σ t_i (E − E_i) / (T E), with E = −Σ_g π_g ln π_g over the areas g that applicants "
        "belong to, and E_i the same of their shares at school i; 0 where every school has the mixture of the city, 1 "
        "where each has one area alone. Applicants without an area are left out. By track: among its admissions."
    ),
    "practice.md, Indicators: segregation H; for several groups Reardon and Firebaugh 2002",
    "县区多群体信息熵指数 H",
    "worse",
)
SETTINGS = Indicator(
    "settings_information",
    FAMILY.name,
    message("index, 0 to 1"),
    message("As areas_information, of all settings of the feeder schools at once: urban, township and rural."),
    "practice.md, Indicators: segregation H; for several groups Reardon and Firebaugh 2002",
    "城乡多群体信息熵指数 H",
    "worse",
)
INDICATORS = (DISSIMILARITY, INFORMATION, EXPOSURE, ISOLATION, AREAS, SETTINGS)
_OF_GROUP, _OF_ALL_GROUPS = (DISSIMILARITY, INFORMATION, EXPOSURE, ISOLATION), {"area": AREAS, "setting": SETTINGS}


def rows(facts: Facts) -> Iterator[Row]:
    found = list(_measures(facts))
    for indicator in _OF_GROUP:
        for dimension in facts.by_applicant[1:]:
            yield from unknown(indicator, dimension)
        for group_by, group, measure in found:
            if indicator is DISSIMILARITY:
                yield quotient(indicator, group_by, group, *measure.dissimilarity)
            else:
                yield measured(indicator, group_by, group, getattr(measure, indicator.name))

    for dimension in facts.by_applicant:
        if dimension.name in _OF_ALL_GROUPS:
            yield from _of_all_groups(_OF_ALL_GROUPS[dimension.name], facts, dimension)


def _of_all_groups(indicator: Indicator, facts: Facts, dimension: Dimension) -> Iterator[Row]:
    """All groups of a dimension at once: in all schools, then in those of each track."""
    if dimension.absent is not None:
        yield missing(indicator, dimension.absent)
        return
    school = _schools(facts)
    num_schools = int(school.max(initial=-1)) + 1
    for group_by, group, inside in (("", "", facts.admitted), *(("track", t, facts.in_track(t)) for t in TRACKS)):
        counts = _by_group(school, num_schools, inside, dimension)
        yield measured(indicator, group_by, group, information(counts))


def _measures(facts: Facts) -> Iterator[tuple[str, str, Segregation]]:
    """Each group against the others in all schools, then in the schools of each track."""
    school = _schools(facts)
    num_schools = int(school.max(initial=-1)) + 1
    tracks = [("", "", facts.admitted), *((f"{t}+", "track+", facts.in_track(t)) for t in facts.track.groups)]
    for prefix, name, inside in tracks:
        everybody = np.bincount(school[inside], minlength=num_schools)
        for dimension in facts.by_applicant[1:]:
            if dimension.absent is None:
                of_groups = _by_group(school, num_schools, inside, dimension)
                for group, ours in zip(dimension.groups, of_groups, strict=True):
                    yield f"{name}{dimension.name}", f"{prefix}{group}", segregation(ours, everybody - ours)


def _by_group(school: IntArray, num_schools: int, inside: BoolArray, dimension: Dimension) -> IntArray:
    """(group, school) admissions."""
    counted = inside & (dimension.group_of >= 0)
    cell = dimension.group_of[counted] * num_schools + school[counted]
    shape = (len(dimension.groups), num_schools)
    return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)


def _schools(facts: Facts) -> IntArray:
    """(applicant,) the admitting school, -1 for the unplaced."""
    programmes = facts.scenario.cohort.programmes
    own = programmes.table["school_id"] if "school_id" in programmes.table.columns else [None] * len(programmes)
    # A school and a programme may have the same identifier.
    names = [(0, s) if s is not None else (1, p) for s, p in zip(own, programmes.ids, strict=True)]
    place = {name: i for i, name in enumerate(dict.fromkeys(names))}
    of_programme = np.array([place[name] for name in names], dtype=np.int64)
    result: IntArray = np.append(of_programme, -1)[facts.programme]
    return result
