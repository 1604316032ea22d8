"""Charts drawn: a Vega-Lite specification to an SVG image, without a browser and without the network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import vl_convert

VEGA_LITE = "5.20"  # the newest of version 5 that comes with the converter


def svg(spec: Mapping[str, Any]) -> str:
    """The image; hidden from screen readers, which are told in words what it shows."""
    drawn = str(vl_convert.vegalite_to_svg(json.dumps(spec), vl_version=VEGA_LITE, allowed_base_urls=[]))
    return drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
