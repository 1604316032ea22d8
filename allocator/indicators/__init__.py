"""What policy staff measure: indicators of an outcome, each with its definition, unit, source and Chinese name."""

from allocator.indicators.indicator import INDICATORS_SCHEMA, Family, Indicator
from allocator.indicators.lines import MOVEMENTS_SCHEMA, line_movements
from allocator.indicators.table import FAMILIES, INDICATORS, indicators

__all__ = [
    "FAMILIES",
    "INDICATORS",
    "INDICATORS_SCHEMA",
    "MOVEMENTS_SCHEMA",
    "Family",
    "Indicator",
    "indicators",
    "line_movements",
]
