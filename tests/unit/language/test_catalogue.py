"""The catalogue of messages is complete, exact and compiled; how it is made stands in docs/translating.md."""

from __future__ import annotations

import ast
import shlex
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from allocator.errors import UsageError
from allocator.language import LANGUAGES, translator
from allocator.language.catalogue import DOMAIN, LOCALE

PACKAGE = Path(__file__).resolve().parents[3] / "allocator"
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "translating.md"
MESSAGES = LOCALE / "zh" / "LC_MESSAGES"


@cache
def chinese() -> Catalog:
    with (MESSAGES / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale="zh")


@cache
def extracted() -> frozenset[str]:
    """Every message of the package, by the keywords of the documented command."""
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(documented_keywords())}
    found = extract_from_dir(PACKAGE, [("**.py", "python")], keywords=keywords)
    return frozenset(str(message) for _, _, message, _, _ in found)


def documented_keywords() -> list[str]:
    command = next(line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("pybabel -q extract"))
    words = shlex.split(command)
    return [words[i + 1] for i, word in enumerate(words) if word == "-k"]


def literal_messages() -> Iterator[tuple[str, str]]:
    """Where and what, by the syntax tree: also the literals that the extraction cannot see, as inside an f-string."""
    places = {name: (spec or (1,))[0] - 1 for name, spec in parse_keywords(documented_keywords()).items()}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            if name in places and len(node.args) > places[name]:
                argument = node.args[places[name]]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield f"{path.relative_to(PACKAGE)}:{node.lineno}", argument.value


def values_of(template: str) -> set[tuple[str, str]]:
    """The named values of a template, each with its format."""
    return {(name, form or "") for _, name, form, _ in string.Formatter().parse(template) if name is not None}


def translations() -> list[tuple[str, str]]:
    return [(str(message.id), str(message.string)) for message in chinese() if message.id]


def test_every_message_of_the_program_has_a_chinese_translation() -> None:
    translated = {message for message, text in translations() if text}
    assert len(extracted()) > 100
    assert sorted(extracted() - translated) == []


def test_no_translation_is_of_a_message_that_is_gone() -> None:
    assert sorted({message for message, _ in translations()} - extracted()) == []
    assert not chinese().obsolete


def test_no_translation_is_marked_as_uncertain() -> None:
    assert [message.id for message in chinese() if message.id and message.fuzzy] == []


def test_a_translation_has_exactly_the_values_of_its_message() -> None:
    assert [message for message, text in translations() if values_of(message) != values_of(text)] == []


def words_of(template: str) -> str:
    """A template without its values."""
    return "".join(literal for literal, _, _, _ in string.Formatter().parse(template))


def test_a_translation_of_words_is_chinese() -> None:
    latin = [message for message, text in translations() if not any("一" <= c <= "鿿" for c in text)]
    assert [message for message in latin if any(c.isalpha() for c in words_of(message))] == []


def test_a_translation_has_no_half_width_punctuation_between_chinese_characters() -> None:
    def is_chinese(c: str) -> bool:
        return "一" <= c <= "鿿"

    wrong = [
        text
        for _, text in translations()
        for before, sign, after in zip(text, text[1:], text[2:], strict=False)
        if sign in ",;:?!()" and is_chinese(before) and is_chinese(after)
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_that_of_the_written_one() -> None:
    with (MESSAGES / f"{DOMAIN}.mo").open("rb") as file:
        compiled = {message.id: message.string for message in read_mo(file) if message.id}
    assert compiled == dict(translations())


def test_the_extraction_sees_every_literal_message() -> None:
    assert [(where, text) for where, text in literal_messages() if text and text not in extracted()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_empty_text_stays_empty(language: str) -> None:
    assert translator(language)("") == ""


def test_english_is_the_language_of_the_templates() -> None:
    assert [message for message in extracted() if translator("en")(message) != message] == []


def test_chinese_translates_and_leaves_what_it_does_not_know() -> None:
    assert translator("zh")("row {row}") == "第 {row} 行"
    assert translator("zh")("not a message of the program") == "not a message of the program"


def test_an_unknown_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match='no messages in "fr"; expected one of en, zh'):
        translator("fr")
