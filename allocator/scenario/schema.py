"""The JSON Schema of scenario files, generated from the models."""

from __future__ import annotations

from typing import Any

from allocator.scenario.settings import Settings


def json_schema() -> dict[str, Any]:
    """The schema of a scenario file, with `extends`, which is resolved before the models see the file."""
    schema = Settings.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Scenario"
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "Start from another scenario file; this one then holds only what differs.",
    }
    schema.pop("required", None)  # what a scenario extends may have given it
    return schema
