"""Languages of messages and reports: templates in English, translated from a gettext catalogue."""

from allocator.language.catalogue import LANGUAGES, translator

__all__ = ["LANGUAGES", "translator"]
