"""Uploaded files on the disk: names that are safe whatever they were, and what stands under a name already."""

from __future__ import annotations

import json
import os
import re
import time
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adding.limits import Limits
from app.adding.names import MAX_NAME_BYTES, numbered, safe_name, safe_stem
from app.adding.uploads import Pasted, Placed, Uploads
from app.adding.versions import is_version
from rag.config import LoadSettings
from rag.datatypes import RawArticle
from rag.load import read_articles

SETTINGS = LoadSettings()
STORY = " ".join(f"Câu thứ {at} của bài này kể chuyện lũ lụt ở miền Trung năm {1990 + at}." for at in range(9))
OTHER = " ".join(f"Đội bóng {at} thắng trận thứ {at * 3} trên sân nhà trước {at * 100} khán giả." for at in range(9))


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("bài.txt", "bài.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\system.ini.TXT", "system.ini.txt"),
        ("/etc/shadow.txt", "shadow.txt"),
        ("báo 2024/tháng 5/tin.html", "tin.html"),
        (".htaccess.txt", "htaccess.txt"),
        ("...txt", "bài.txt"),
        (".txt", "bài.txt"),
        ("a\x00b\nc.txt", "a b c.txt"),
        ("hoa\u202egnp.txt", "hoa gnp.txt"),
        ("an\u200bninh.txt", "an ninh.txt"),
        ('tin #1: "nóng" <b>?*|.md', "tin _1_ _nóng_ _b.md"),
        ("con.txt", "_con.txt"),
        ("LPT1.csv", "_LPT1.csv"),
        ("tie\u0302\u0301ng.txt", "tiếng.txt"),
        ("  bài  viết .docx", "bài viết.docx"),
        ("bài.PDF", "bài.pdf"),
        ("lone\ud800.txt", "lone.txt"),
    ],
)
def test_names(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


@pytest.mark.parametrize("name", ["bài.exe", "bài", "", ".", "..", "txt", "bài.txt/", "bài.txt.zip"])
def test_a_name_without_a_readable_format_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(name)}$"):
        safe_name(name)


@given(st.text(max_size=300), st.sampled_from([".txt", ".jsonl", ".HTML"]))
def test_every_name_is_safe_and_stays_what_it_is(stem: str, suffix: str) -> None:
    name = safe_name(stem + suffix)
    assert len(name.encode()) <= MAX_NAME_BYTES + len(suffix)
    assert not set(name) & set('<>:"/\\|?*#\x00\n')
    assert not name.startswith((".", " "))
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in name)
    assert safe_name(name) == name


def test_a_long_name_is_not_cut_inside_a_letter() -> None:
    stem = safe_stem("ế" * 200)
    assert stem == "ế" * (MAX_NAME_BYTES // 3)
    assert numbered("bài.txt", 1) == "bài.txt"
    assert numbered("bài.txt", 12) == "bài (12).txt"


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "library", Limits())


def arrive(uploads: Uploads, text: str, go: str = "1", index: int = 0) -> Path:
    path = uploads.incoming(go, index, "x.txt")
    path.write_text(text, encoding="utf-8")
    return path


def place(uploads: Uploads, name: str, text: str, go: str = "1", taken: set[str] | None = None) -> Placed:
    return uploads.place(arrive(uploads, text, go), name, go, SETTINGS, set() if taken is None else taken)


def kept(uploads: Uploads) -> dict[str, str]:
    return {found.path.name: found.path.read_text(encoding="utf-8") for found in uploads.files()}


def test_a_file_is_kept_under_its_name_and_known_by_it(uploads: Uploads) -> None:
    placed = place(uploads, "../tin.txt", STORY)
    assert (placed.how, placed.found.source) == ("new", "uploads/tin.txt")
    assert kept(uploads) == {"tin.txt": STORY}
    assert place(uploads, "tin.txt", STORY).how == "same"
    assert uploads.kept_bytes() == len(STORY.encode())


def test_a_new_version_replaces_the_old_and_another_article_does_not(uploads: Uploads) -> None:
    place(uploads, "tin.txt", STORY)
    newer = f"{STORY} Số người chết đã tăng lên."
    replaced = place(uploads, "tin.txt", newer, go="2")
    assert (replaced.how, kept(uploads)) == ("replaced", {"tin.txt": newer})
    assert place(uploads, "tin.txt", OTHER).found.source == "uploads/tin (2).txt"
    # The third time it is known where it stands.
    assert place(uploads, "tin.txt", OTHER).how == "same"
    assert place(uploads, "tin.txt", f"{OTHER} Hết.").found.source == "uploads/tin (2).txt"
    assert list(kept(uploads)) == ["tin (2).txt", "tin.txt"]


def test_files_of_one_go_never_replace_each_other(uploads: Uploads) -> None:
    taken: set[str] = set()
    first = place(uploads, "a/tin.txt", STORY, taken=taken)
    second = place(uploads, "b/tin.txt", f"{STORY} Thêm một câu.", taken=taken)
    assert [first.found.path.name, second.found.path.name] == ["tin.txt", "tin (2).txt"]


def test_undoing_puts_back_what_was_there(uploads: Uploads) -> None:
    first = place(uploads, "tin.txt", STORY)
    second = place(uploads, "tin.txt", f"{STORY} Thêm.", go="2")
    # What was changed since is left alone.
    assert uploads.take_back(first) == "left"
    assert uploads.take_back(second) == "restored"
    assert kept(uploads) == {"tin.txt": STORY}
    assert uploads.take_back(second) == "left"
    assert uploads.take_back(first) == "gone"
    assert kept(uploads) == {}
    assert uploads.take_back(first) == "left"


def test_what_can_no_longer_be_undone_is_left(uploads: Uploads) -> None:
    place(uploads, "tin.txt", STORY)
    second = place(uploads, "tin.txt", f"{STORY} Thêm.", go="2")
    uploads.forget("2")
    assert uploads.take_back(second) == "left"


def test_only_uploads_are_ever_deleted(uploads: Uploads, tmp_path: Path) -> None:
    place(uploads, "tin.txt", STORY)
    outside = tmp_path / "library" / "library.db"
    outside.write_text("x")
    (uploads.folder / "link.txt").symlink_to(outside)
    sources = [
        "uploads/../library.db",
        "../library/library.db",
        str(outside),
        "uploads/link.txt",
        "uploads/",
        "uploads",
    ]
    assert uploads.delete([*sources, "uploads/.incoming"]) == []
    assert uploads.delete(["uploads/tin.txt#1", "uploads/tin.txt"]) == [uploads.folder / "tin.txt"]
    assert outside.exists()


def test_what_yesterday_left_is_swept_and_what_is_arriving_is_not(uploads: Uploads) -> None:
    old, young = arrive(uploads, "x", "old"), arrive(uploads, "x", "young")
    day_ago = time.time() - 90_000
    os.utime(old.parent, (day_ago, day_ago))
    uploads.clean()
    assert (old.exists(), young.exists()) == (False, True)


def test_nothing_is_made_before_something_arrives(uploads: Uploads) -> None:
    uploads.clean()
    assert uploads.files() == []
    assert uploads.kept_bytes() == 0
    assert not uploads.folder.exists()


def test_a_pasted_article_is_read_as_it_was_pasted(uploads: Uploads) -> None:
    text = "Dòng một có # và *dấu*.\n\n- gạch đầu dòng\n---\n" + STORY
    name, path = uploads.paste(Pasted(text, "Tít/bài: “mới”", "Báo A", "https://a.vn/1", date(2024, 5, 1)), "1")
    assert name == "Tít_bài_ “mới”.jsonl"
    found = uploads.place(path, name, "1", SETTINGS, set()).found
    (raw,) = read_articles(found, SETTINGS)
    assert isinstance(raw, RawArticle)
    assert (raw.text, raw.title, raw.outlet, raw.url) == (text, "Tít/bài: “mới”", "Báo A", "https://a.vn/1")
    assert raw.published_on == date(2024, 5, 1)
    assert uploads.paste(Pasted(STORY), "2")[0].startswith("Câu thứ 0 của bài")


def test_versions(tmp_path: Path) -> None:
    def written(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    def records(name: str, **texts: str) -> Path:
        lines = [json.dumps({"id": id, "text": text}) for id, text in texts.items()]
        return written(name, "\n".join(lines))

    story, other = written("a.txt", STORY), written("b.txt", OTHER)
    assert is_version(written("c.txt", STORY[: len(STORY) * 2 // 3]), story, SETTINGS)
    assert not is_version(other, story, SETTINGS)
    assert not is_version(written("d.txt", ""), story, SETTINGS)
    assert is_version(written("e.txt", "Tin vắn."), written("f.txt", "Tin vắn."), SETTINGS)
    first = records("a.jsonl", x=STORY, y=OTHER)
    assert is_version(records("b.jsonl", y=OTHER, z=STORY), first, SETTINGS)
    # The same records' names with other articles in them: tomorrow's file of the same name.
    assert not is_version(records("c.jsonl", x=OTHER, y=STORY), first, SETTINGS)
