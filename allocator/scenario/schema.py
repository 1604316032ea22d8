"""The JSON Schema of scenario files, generated from the models, for completion and checks in an editor."""

from __future__ import annotations

from typing import Any

from allocator.scenario.fields import DECIMAL, WHOLE
from allocator.scenario.settings import Settings

# What another file may have given: a scenario that extends one holds only what differs, and mappings merge by key.
# Lists are replaced, so what a list holds is whole.
_WHOLE_MODELS = {"Batch"}
_BOUNDS = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
_TEXT = ["string", "number"]  # a text may look like a number, such as the identifier 0101


def json_schema() -> dict[str, Any]:
    """The schema of a scenario file, with `extends`, which is resolved before the models see the file."""
    schema: dict[str, Any] = _as_written(Settings.model_json_schema())
    required = schema.pop("required")
    for name, definition in schema["$defs"].items():
        if name not in _WHOLE_MODELS:
            definition.pop("required", None)
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "Start from another scenario file; this one then holds only what differs.",
    }
    # A value of a profile is named by its path, nested or dotted.
    schema["$defs"]["SyntheticCohort"]["properties"]["values"].pop("additionalProperties")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario",
        **schema,
        "if": {"required": ["extends"]},
        "then": {},
        "else": {"required": required},
    }


def _as_written(node: Any) -> Any:
    """A schema of values as they may be written in YAML: numbers and whole numbers as numbers or as texts."""
    if isinstance(node, list):
        return [_as_written(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "properties" in node:
        properties = {name: _as_written(value) for name, value in node["properties"].items()}
        rest = {key: _as_written(value) for key, value in node.items() if key not in ("properties", "title")}
        return {**rest, "properties": properties}
    given = {_BOUNDS.get(key, key): _as_written(value) for key, value in node.items() if key != "title"}
    if [option.get("type") for option in node.get("anyOf", ())][:2] == ["number", "string"]:
        options = given.pop("anyOf")
        number = {"type": ["number", "string"], "pattern": DECIMAL}
        return {**given, "anyOf": [number, *options[2:]]} if options[2:] else {**given, **number}
    if given.get("type") == "integer":
        return {**given, "type": ["integer", "string"], "pattern": WHOLE}
    if given.get("type") == "string" and not {"enum", "const"} & given.keys():
        return {**given, "type": _TEXT}
    return given
