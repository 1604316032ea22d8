"""The catalogue of messages. How a message gets into it is written in ``docs/translating.md``."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from allocator.errors import Translate, UsageError, english

LANGUAGES = ("en", "zh")  # English is the language of the templates themselves
DOMAIN = "allocator"
LOCALE = Path(__file__).parent / "locale"


@cache
def translator(language: str) -> Translate:
    """The translation of templates into a language; what the catalogue lacks stays English.

    Raises:
        UsageError: if there is no such language.
    """
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise UsageError('no messages in "{language}"; expected one of {known}', language=language, known=known)
    if language == "en":
        return english
    catalogue = gettext.translation(DOMAIN, LOCALE, [language])

    def translate(template: str) -> str:
        # The empty text is gettext's key of the catalogue's own header.
        return catalogue.gettext(template) if template else template

    return translate
