"""What the groups are called by which figures are told: those of applicants, feeder schools and programmes."""

from __future__ import annotations

from allocator.errors import Translate, message

_CITY = message("whole city")
_GROUPINGS = {
    "": _CITY,
    "area": message("area"),
    "setting": message("setting of the feeder school"),
    "ownership": message("ownership of the feeder school"),
    "attribute": message("attribute of the applicants"),
    "track": message("track"),
    "batch": message("batch"),
    "pool": message("pool"),
    "programme": message("programme"),
    "programme_area": message("area of the programme"),
    "programme_ownership": message("ownership of the programme"),
    "programme_setting": message("setting of the programme"),
    "feeder_school": message("feeder school"),
}
_GROUPS = {
    "urban": message("urban"),
    "township": message("township"),
    "rural": message("rural"),
    "public": message("public"),
    "private": message("private"),
    "migrant_child": message("children of migrant workers"),
    "poverty_registered": message("registered-poor"),
    "special_needs": message("special needs"),
}
_TRACKS = {"general": message("general"), "vocational": message("vocational")}
_OWN_NAMES = frozenset({"area", "programme_area", "batch", "pool", "programme", "feeder_school"})
_BOTH = "+"  # of two groupings at once, as in `track+area`


def grouping_title(group_by: str, translate: Translate) -> str:
    """By what is grouped."""
    return " × ".join(translate(_GROUPINGS[name]) for name in group_by.split(_BOTH))


def group_title(group_by: str, group: str, translate: Translate) -> str:
    """What a group is called; areas and batches by their own names, the others in the reader's language."""
    if group_by == "":
        return translate(_CITY)
    first, has_both, rest = group_by.partition(_BOTH)
    if has_both:
        of_first, _, of_rest = group.partition(_BOTH)
        return f"{group_title(first, of_first, translate)} · {group_title(rest, of_rest, translate)}"
    titles = {} if group_by in _OWN_NAMES else _TRACKS if group_by == "track" else _GROUPS
    return translate(titles[group]) if group in titles else group
