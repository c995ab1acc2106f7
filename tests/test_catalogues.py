"""Both languages say the same things, and nothing is said that nobody reads."""

import ast
import re
import string

import pytest
from babel.messages.pofile import read_po

from geo.text import LANGUAGES, catalogue
from tests.conftest import ROOT

CODE = sorted([*ROOT.glob("app.py"), *ROOT.glob("geo/**/*.py"), *ROOT.glob("ui/*.py")])
TREES = {path: ast.parse(path.read_text("utf-8")) for path in CODE}
TEMPLATE_CALL = re.compile(r"\bt\(\s*[\"']([^\"']+)[\"']\s*([~+]?)")


def read(lang):
    with (ROOT / "geo" / "locale" / lang / "LC_MESSAGES" / "selat.po").open("rb") as source:
        return {message.id: message.string for message in read_po(source, locale=lang) if message.id}


@pytest.fixture(scope="module")
def messages():
    return {lang: read(lang) for lang in LANGUAGES}


@pytest.fixture(scope="module")
def ids(messages):
    return set(messages["en"])


def places(text):
    """Return the {named} places of a message."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


# --- the two catalogues -------------------------------------------------------------------------------------------------


def test_both_languages_have_the_same_messages(messages):
    assert sorted(messages["en"]) == sorted(messages["id"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_message_is_empty_or_given_twice(messages, lang):
    written = (ROOT / "geo" / "locale" / lang / "LC_MESSAGES" / "selat.po").read_text("utf-8")
    given = re.findall(r'^msgid "(.+)"$', written, re.MULTILINE)

    assert [message_id for message_id, text in messages[lang].items() if not text.strip()] == []
    assert sorted(given) == sorted(set(given))
    assert "#, fuzzy" not in written


def test_both_languages_name_the_same_places(messages):
    differing = [i for i, text in messages["en"].items() if places(text) != places(messages["id"][i])]

    assert differing == []


def test_ids_are_words_with_hyphens_and_dots(ids):
    assert [i for i in ids if not re.fullmatch(r"[a-z0-9-]+(\.[A-Za-z0-9-]+)+", i)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_catalogue_holds_every_message(messages, lang):
    assert catalogue(lang).messages == messages[lang]


# --- code and catalogues ------------------------------------------------------------------------------------------------


def asked_for():
    """Yield a pattern per message that code asks for: literal ids, and f-strings with anything in their gaps."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and is_catalogue(node.func):
                yield from ((path.name, pattern) for pattern in patterns(node.args[0]))
    for path in sorted(ROOT.glob("geo/**/*.j2")):
        for literal, joined in TEMPLATE_CALL.findall(path.read_text("utf-8")):
            yield path.name, re.escape(literal) + (".+" if joined else "")


def is_catalogue(called):
    """Say whether a call goes to a catalogue: ``t(…)``, ``catalogue(lang)(…)`` or ``self(…)`` inside it."""
    if isinstance(called, ast.Call):
        return isinstance(called.func, ast.Name) and called.func.id == "catalogue"
    return isinstance(called, ast.Name) and called.id in {"t", "self"}


def patterns(argument):
    if isinstance(argument, ast.IfExp):
        yield from (*patterns(argument.body), *patterns(argument.orelse))
    elif isinstance(argument, ast.JoinedStr):
        parts = (re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in argument.values)
        yield "".join(parts)
    elif isinstance(argument, ast.Constant):
        yield re.escape(str(argument.value))


def strings_of_code():
    return {
        node.value
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_way_of_asking_is_seen():
    """The tests below would pass on an empty list: literals, f-strings and templates must be in it."""
    found = dict.fromkeys(asked_for())

    assert ("panels.py", r"panel\.clear") in found
    assert ("html.py", r"mark\..+") in found
    assert ("export.html.j2", r"export\.stamp") in found


def test_code_asks_only_for_messages_that_exist(ids):
    missing = [(file, pattern) for file, pattern in asked_for() if not any(re.fullmatch(pattern, i) for i in ids)]

    assert missing == []


def test_no_message_is_unused(ids):
    """An id that stands in a table of the code, to be asked for later, is used too."""
    wanted = [pattern for _, pattern in asked_for()]
    unused = sorted(i for i in ids - strings_of_code() if not any(re.fullmatch(pattern, i) for pattern in wanted))

    assert unused == []


def test_every_value_of_a_word_list_has_its_message(ids):
    """Values that come from data or from an enumeration are put into f-strings, where no literal shows them."""
    from geo.scheme.agreements import AgreementKind, DateKind, Mark, Status, Theme

    wanted = [
        f"{prefix}.{value.value}"
        for prefix, values in {"theme": Theme, "kind": AgreementKind, "date": DateKind, "status": Status, "mark": Mark}.items()
        for value in values
    ]

    assert [message_id for message_id in wanted if message_id not in ids] == []


def test_an_unknown_language_is_refused_and_the_known_ones_named():
    with pytest.raises(ValueError, match="no language 'nl'; known: en, id"):
        catalogue("nl")
