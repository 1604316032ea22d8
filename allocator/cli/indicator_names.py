"""What an indicator is called in the language of the messages."""

from __future__ import annotations

from allocator.indicators import INDICATORS


def indicator_name(name: str, language: str) -> str:
    """Its Chinese name, or the name that tables and sweeps use."""
    return INDICATORS[name].chinese_name if language == "zh" else name
