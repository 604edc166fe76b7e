"""What stands around the conversation: masthead, welcome, panel, the drawer of kept conversations, next questions."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from app.keeping.records import KeptConversation
from app.rendering.conversations import list_html, next_html, not_kept_html
from app.rendering.page import conversations_html, header_html, panel_html, welcome_html
from app.words import LANGUAGES, Language, words_of
from tests.rendering import HOSTILE, Elements

WORDS = words_of("vi")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_around_the_conversation_is_whole_in_every_language(language: Language) -> None:
    words = words_of(language)
    for shown in (header_html(words), panel_html(words.chat), conversations_html(words)):
        Elements(shown)
    header = Elements(header_html(words))
    assert [tab["aria-pressed"] for tab in header.with_class("hb-tab")] == ["true", "false", "false"]
    links = header.with_class("hb-language")
    assert [link["href"] for link in links] == ["/language/vi", "/language/en"]
    assert [link["lang"] for link in links if "aria-current" in link] == [language]
    assert all(button.get("aria-label") for button in header.with_class("hb-menu"))


def test_an_empty_library_is_greeted_with_the_way_to_fill_it() -> None:
    empty = welcome_html(WORDS.chat, empty=True)
    assert WORDS.chat.empty_library in empty
    assert f"<code>{WORDS.chat.index_command}</code>" in empty
    assert WORDS.chat.welcome in welcome_html(WORDS.chat, empty=False)
    assert "<code>" not in welcome_html(WORDS.chat, empty=False)


def a_kept(id: str = "k1", title: str = "Ai gửi đạn?", turns: int = 2) -> KeptConversation:
    at = datetime(2022, 4, 7, 12, tzinfo=UTC)
    return KeptConversation(id, title, at, at, turns)


def test_a_kept_conversation_can_be_opened_renamed_exported_and_deleted() -> None:
    shown = list_html([a_kept(), a_kept("k2", "Khác?")], WORDS, current="k2")
    elements = Elements(shown)
    items = [attributes for tag, attributes in elements.elements if tag == "li"]
    assert [item["data-id"] for item in items] == ["k1", "k2"]
    assert ["aria-current" in item for item in items] == [False, True]
    assert "07/04/2022 · 2 câu hỏi" in shown
    links = [attributes for tag, attributes in elements.elements if tag == "a"][:3]
    assert [link["href"] for link in links] == [
        f"/ui/vi/conversations/k1/export.{kind}" for kind in ("md", "docx", "json")
    ]
    assert all("download" in link for link in links)
    assert re.findall(r'data-keep="(\w+)"', shown) == ["rename", "delete"] * 2
    summaries = ["".join(Elements(html).text) for html in re.findall(r"<summary>.*?</summary>", shown)]
    assert summaries == ["Thêm: Ai gửi đạn?", "Thêm: Khác?"]


def test_an_empty_drawer_says_why() -> None:
    assert WORDS.chat.no_conversations in list_html([], WORDS)
    assert WORDS.chat.nothing_found in list_html([], WORDS, searched=True)


def test_older_ones_are_asked_for_where_there_are_any() -> None:
    (button,) = Elements(list_html([a_kept()], WORDS, older=400)).with_class("hb-older")
    assert button["data-most"] == "400"
    assert "hb-older" not in list_html([a_kept()], WORDS)


@pytest.mark.parametrize("trouble", ["damaged", "newer", "unwritable"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_why_conversations_are_not_kept_where_they_belong(language: Language, trouble: str) -> None:
    words = words_of(language)
    for kept in ([], [a_kept()]):
        shown = list_html(kept, words, trouble=trouble)
        assert words.keeping.troubles[trouble] in shown
        assert Elements(shown).with_class("hb-kept-trouble")[0]["role"] == "status"
    assert words.keeping.not_kept in not_kept_html(words.keeping)


@pytest.mark.parametrize("payload", HOSTILE)
def test_a_hostile_title_stays_text(payload: str) -> None:
    shown = list_html([a_kept(title=payload)], WORDS)
    elements = Elements(shown)
    harmless = Elements(list_html([a_kept(title="Lành")], WORDS))
    assert [(tag, list(names)) for tag, names in elements.elements] == [
        (tag, list(names)) for tag, names in harmless.elements
    ]
    assert payload in "".join(elements.text)
    assert not re.search(r"[${}`\\]", shown)
    offered = Elements(next_html([payload], WORDS.chat, instead=False))
    assert {tag for tag, _ in offered.elements} == {"p", "ul", "li", "button"}
    assert payload in "".join(offered.text)


def test_questions_offered_next_say_whether_they_follow_or_stand_in() -> None:
    assert next_html([], WORDS.chat, instead=False) == ""
    assert f"<p>{WORDS.chat.next}</p>" in next_html(["Ai?"], WORDS.chat, instead=False)
    shown = next_html(["Ai?", "Gì?"], WORDS.chat, instead=True)
    assert f"<p>{WORDS.chat.instead}</p>" in shown
    assert len(Elements(shown).with_class("hb-suggested")) == 2


def test_judgements_can_be_taken_along() -> None:
    for language in LANGUAGES:
        (link,) = Elements(conversations_html(words_of(language))).with_class("hb-export-judged")
        assert link["href"] == f"/ui/{language}/judged.jsonl"
        assert "download" in link
