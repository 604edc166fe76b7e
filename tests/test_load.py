from __future__ import annotations

import csv
import gc
import hashlib
import json
import os
import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.config import LoadSettings
from rag.datatypes import RawArticle
from rag.errors import LoadError
from rag.load import _READERS, FoundFile, article_id, discover, read_articles, to_article
from rag.loading.discover import EXTENSIONS
from rag.loading.stated import document_title, parse_date, web_address
from tests.vietnamese_forms import FORMS, tcvn3_text, vni_text

SETTINGS = LoadSettings()
BODY = (
    "Sáng 12/9, cơn bão mạnh cấp 11 đã tràn vào đất liền, làm tốc mái hơn 1.200 căn nhà ở ven biển miền Trung.\n"
    "Ông Nguyễn Văn Hữu cho biết địa phương đã sơ tán được 350 hộ dân trước nửa đêm."
)


def found(path: Path) -> FoundFile:
    return FoundFile(path, str(path))


def read(path: Path, settings: LoadSettings = SETTINGS) -> list[RawArticle | LoadError]:
    return list(read_articles(found(path), settings))


def articles(path: Path, settings: LoadSettings = SETTINGS) -> list[RawArticle]:
    items = read(path, settings)
    assert [str(item) for item in items if isinstance(item, LoadError)] == []
    return [item for item in items if isinstance(item, RawArticle)]


def only_error(path: Path, settings: LoadSettings = SETTINGS) -> LoadError:
    (item,) = read(path, settings)
    assert isinstance(item, LoadError)
    assert item.what
    assert item.where.startswith(str(path))
    assert item.remedy
    assert "\n" not in str(item)
    return item


def sources(*paths: str | Path) -> list[str]:
    return [item.source if isinstance(item, FoundFile) else f"! {item}" for item in discover(paths)]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, content: str | bytes = BODY) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# ---- discovery --------------------------------------------------------------------------------------------------


def test_folders_are_walked_in_order_without_hidden_files(here: Path) -> None:
    for name in ("n/b.txt", "n/a/z.md", "n/a.txt", "n/.hidden.txt", "n/.git/c.txt", "n/B.TXT"):
        write(name)
    assert sources("n") == ["n/B.TXT", "n/a/z.md", "n/a.txt", "n/b.txt"]
    assert sources(here / "n") == [str(here / name) for name in ("n/B.TXT", "n/a/z.md", "n/a.txt", "n/b.txt")]
    assert sources("n/.hidden.txt") == ["n/.hidden.txt"]


def test_a_file_reached_twice_comes_once(here: Path) -> None:
    write("n/a.txt")
    Path("n/z.txt").symlink_to("a.txt")
    Path("again").symlink_to("n")
    assert sources("n/a.txt", "n", "./n/a.txt", here / "n", "again", "n/*.txt") == ["n/a.txt"]
    # A link that sorts before its file does not take the file's place.
    Path("n/0.txt").symlink_to("a.txt")
    assert sources("n") == ["n/a.txt"]


def test_glob_patterns(here: Path) -> None:
    for name in ("n/a.txt", "n/b.md", "n/s/c.txt", "n/s/t/d.txt", "n/.h/e.txt", "n/.f.txt", "n/[x].txt"):
        write(name)
    assert sources("n/*.txt") == ["n/[x].txt", "n/a.txt"]
    assert sources("n/**/*.txt") == ["n/[x].txt", "n/a.txt", "n/s/c.txt", "n/s/t/d.txt"]
    assert sources("n/?.md") == ["n/b.md"]
    assert sources(f"{here}/n/[ab].*") == [f"{here}/n/a.txt", f"{here}/n/b.md"]
    assert sources("n/s*") == ["n/s/c.txt", "n/s/t/d.txt"]
    assert sources("n/**") == ["n/[x].txt", "n/a.txt", "n/b.md", "n/s/c.txt", "n/s/t/d.txt"]
    assert sources("n/[x].txt") == ["n/[x].txt"]
    assert sources("*/s/c.txt") == ["n/s/c.txt"]
    assert sources("n/*.pdf") == ["! n/*.pdf: no file matches the pattern. Check the pattern"]
    assert sources("nowhere/*") == ["! nowhere/*: no file matches the pattern. Check the pattern"]


def test_loops_of_links_are_errors_and_the_rest_goes_on(here: Path) -> None:
    write("n/a/b.txt")
    Path("n/a/up").symlink_to("..")
    Path("n/self").symlink_to("self")
    Path("n/dangling.txt").symlink_to("nothing")
    Path("n/twice").symlink_to("a")
    assert sources("n") == [
        "n/a/b.txt",
        "! n/a/up: a symbolic link that leads back to a folder around it. Remove the link",
        "! n/dangling.txt: a symbolic link to nothing. Remove or mend the link",
        "! n/self: a symbolic link that leads in a circle. Remove the link",
    ]
    assert sources("n/**/*.txt")[0] == "n/a/b.txt"


def test_what_cannot_be_read_is_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("n/a.txt")
    write("n/b.xyz")
    write("n/noext")
    os.mkfifo("n/pipe.txt")
    known = "Known are .csv, .docx, .htm, .html, .jsonl, .markdown, .md, .ndjson, .pdf, .tsv, .txt"
    assert sources("missing.txt", "n") == [
        "! missing.txt: no such file or folder. Check the path",
        "n/a.txt",
        f"! n/b.xyz: the extension '.xyz' is unknown. {known}",
        f"! n/noext: the file has no extension. {known}",
        "! n/pipe.txt: not a regular file (a pipe, socket or device). Name a file",
    ]
    assert sources("n/b.xyz") == [f"! n/b.xyz: the extension '.xyz' is unknown. {known}"]
    assert sources("a\0b") == ["! a\\0b: cannot be read (embedded null byte). Check the path and the disk"]
    assert "File name too long" in sources("x" * 5000)[0]

    def refuse(folder: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    assert sources("n") == ["! n: no permission to read it. Check its owner and mode"]


def test_a_file_name_that_is_not_utf_8_can_be_stored(here: Path) -> None:
    Path(os.fsdecode(b"b\xe1o.txt")).write_text(BODY, encoding="utf-8")
    (item,) = discover(["."])
    assert isinstance(item, FoundFile)
    assert item.source == "b\\xe1o.txt"
    (raw,) = read_articles(item, SETTINGS)
    assert isinstance(raw, RawArticle)
    assert raw.text == BODY


def test_an_id_depends_on_the_source_alone() -> None:
    assert article_id("seeds/a.txt") == hashlib.sha256(b"seeds/a.txt").hexdigest()[:16]
    assert article_id("a.jsonl#1") != article_id("a.jsonl#2")


# ---- bad input --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".pdf", ".docx", ".jsonl", ".csv"])
def test_empty_and_vanished_files(here: Path, suffix: str) -> None:
    path = write("a" + suffix, b"")
    assert only_error(path).what == "the file is empty"
    path.unlink()
    assert only_error(path).what == "no such file or folder"
    path.mkdir()
    assert only_error(path).what == "a folder, not a file"


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".jsonl", ".csv"])
def test_binary_content_in_a_text_format(here: Path, suffix: str) -> None:
    path = write("a" + suffix, bytes(range(256)) * 10)
    assert only_error(path).what == "binary data or a damaged text (a NUL byte at byte 0)"


def test_every_extension_has_a_reader() -> None:
    assert frozenset(_READERS) == EXTENSIONS


def test_blank_text_and_unknown_extension(here: Path) -> None:
    assert only_error(write("a.txt", " \n\ufeff\u200b\n")).what == "no text in the file"
    assert only_error(write("a.xyz")).what == "the extension '.xyz' is unknown"
    assert only_error(write("a.md", "---\ntitle: Chỉ có tiêu đề\n---\n")).what == "no text in the file"


def test_unreadable_file(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("a.txt")

    def refuse(self: Path, *args: object, **kwargs: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert only_error(path).what == "no permission to read it"

    def fail(self: Path, *args: object, **kwargs: object) -> object:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", fail)
    assert only_error(path).what == "cannot be read (Input/output error)"

    def exhaust(self: Path, *args: object, **kwargs: object) -> object:
        raise MemoryError

    monkeypatch.setattr(Path, "open", exhaust)
    assert only_error(path).what == "too large for this machine's memory"


def test_too_long_an_article(here: Path) -> None:
    limited = LoadSettings(max_article_chars=100)
    assert only_error(write("a.txt", "ba " * 50), limited).what == "an article of 150 characters"
    assert only_error(write("b.txt", "ba " * 300), limited).what == "900 bytes, over the limit of 800"
    line = json.dumps({"text": "ba " * 50})
    assert only_error(write("c.jsonl", line), limited).what == "an article of 150 characters"


@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".csv", ".html"])
def test_a_giant_line_is_refused_without_reading_it_into_memory(here: Path, suffix: str) -> None:
    path = Path("giant" + suffix)
    with path.open("wb") as file:
        file.write(b'{"text": "')
        for _ in range(200):
            file.write(b"a" * 1_000_000)
    tracemalloc.start()
    error = only_error(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "16,000,000" in error.what
    assert peak < 60_000_000


def test_a_line_over_the_limit_costs_only_itself(here: Path) -> None:
    limited = LoadSettings(max_article_chars=100)  # lines of at most 800 bytes
    good = json.dumps({"id": 2, "text": "ngắn"})
    for name, encoding in (("a.jsonl", "utf-8"), ("b.jsonl", "utf-16")):
        path = write(name, ('{"text": "' + "a" * 3_000 + '"}\n' + good).encode(encoding))
        error, record = read(path, limited)
        assert isinstance(error, LoadError)
        assert (error.what, error.where) == ("a line of more than 800 bytes", f"{name}:1")
        assert isinstance(record, RawArticle)
        assert record.source == f"{name}#2"


# ---- text -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_all_forms_of_a_text_file_give_one_article(here: Path, form: str) -> None:
    data = FORMS[form](BODY)
    (raw,) = articles(write("a.txt", data))
    assert raw == RawArticle(source="a.txt", raw_sha256=hashlib.sha256(data).hexdigest(), text=BODY)


def test_the_last_line_end_and_line_breaks_are_kept_as_newlines(here: Path) -> None:
    (raw,) = articles(write("a.txt", "một\r\nhai\rba\n"))
    assert raw.text == "một\nhai\nba\n"


# ---- records ----------------------------------------------------------------------------------------------------


def test_jsonl_records(here: Path) -> None:
    records = [
        {
            "id": 7,
            "title": " Bão\nsố 5 ",
            "text": BODY,
            "date": "20220131",
            "url": "https://bao.vn/7",
            "outlet": "Báo A",
        },
        {"headline": "Hai", "content": BODY, "published_on": "2022-02-01T08:00:00+07:00", "link": "https://bao.vn/8"},
        {"Text": BODY, "date": 20220230, "url": "javascript:alert(1)", "title": None},
    ]
    path = write("a.jsonl", "\n".join(json.dumps(record) for record in records) + "\n\n")
    first, second, third = articles(path)
    assert (first.source, first.title, first.outlet, first.url) == (
        "a.jsonl#7",
        "Bão số 5",
        "Báo A",
        "https://bao.vn/7",
    )
    assert first.published_on == date(2022, 1, 31)
    assert (second.source, second.title) == ("a.jsonl#https://bao.vn/8", "Hai")
    assert second.published_on == date(2022, 2, 1)
    assert (third.source, third.title, third.published_on, third.url) == ("a.jsonl#3", None, None, None)
    assert third.text == BODY


def test_the_hash_of_a_record_is_of_its_content_not_its_writing(here: Path) -> None:
    one = write("a.jsonl", '{"id": 1, "text": "Một bài báo"}\n')
    two = write("b.jsonl", '{"text":"M\\u1ed9t bài báo",   "id":1}\n')
    other = write("c.jsonl", '{"text":"Một bài báo.","id":1}\n')
    hashes = [articles(path)[0].raw_sha256 for path in (one, two, other)]
    canonical = '{"id":1,"text":"Một bài báo"}'
    assert hashes[0] == hashlib.sha256(canonical.encode()).hexdigest()
    assert hashes[0] == hashes[1] != hashes[2]


def test_bad_lines_are_errors_with_their_numbers(here: Path) -> None:
    lines = [
        json.dumps({"text": BODY}, ensure_ascii=False).encode(),
        b'{"text": "m\xe1"}',
        b"not json",
        b"[1, 2]",
        b'{"title": "no text"}',
        b'{"text": 5}',
        b'{"text": "a\x00b"}',
        b"[" * 100_000,
        b'{"id": ' + b"9" * 5_000 + b', "text": "so"}',
        json.dumps({"id": "x", "text": "tốt\u0000\ud800"}).encode(),
    ]
    first, *errors, last = read(write("a.jsonl", b"\n".join(lines)))
    assert isinstance(first, RawArticle)
    assert all(isinstance(error, LoadError) for error in errors)
    assert [error.where for error in errors if isinstance(error, LoadError)] == [f"a.jsonl:{n}" for n in range(2, 10)]
    whats = [error.what for error in errors if isinstance(error, LoadError)]
    assert whats[:6] == [
        "not valid UTF-8 at byte 11",
        "not valid JSON (Expecting value)",
        "not a JSON object",
        "no text in the fields text, content, body",
        "no text in the fields text, content, body",
        "NUL bytes in the line",
    ]
    assert isinstance(last, RawArticle)
    assert (last.source, last.text) == ("a.jsonl#x", "tốt\ufffd")


def test_a_record_at_the_edge_of_the_greatest_depth_is_an_error(here: Path) -> None:
    # Where the edge lies depends on the depth of the caller: one of these can be read and not written.
    text = json.dumps(BODY)
    lines = [f'{{"text": {text}, "x": {"[" * depth}{"]" * depth}}}' for depth in range(800, 1000)]
    results = read(write("a.jsonl", "\n".join(lines).encode()))
    assert len(results) == 200
    assert {"nested too deeply"} <= {result.what for result in results if isinstance(result, LoadError)}


def test_a_file_without_records(here: Path) -> None:
    assert only_error(write("a.jsonl", "\n\n")).what == "no records in the file"
    assert only_error(write("a.csv", "title,text\n")).what == "no records in the file"


def test_a_wide_file_that_breaks_off(here: Path) -> None:
    data = json.dumps({"text": BODY}, ensure_ascii=False).encode("utf-16") + "\n".encode("utf-16-le") + b"\x00\xd8a"
    record, error = read(write("a.jsonl", data))
    assert isinstance(record, RawArticle)
    assert record.text == BODY
    assert isinstance(error, LoadError)
    assert error.what == "not valid UTF-16-LE from here on"


@pytest.mark.parametrize("form", [name for name in FORMS if "\\r" not in name])
def test_records_in_any_encoding(here: Path, form: str) -> None:
    line = json.dumps({"title": "Bão lớn", "text": BODY}, ensure_ascii=False)
    (raw,) = articles(write("a.jsonl", FORMS[form](line)))
    assert (raw.title, raw.text) == ("Bão lớn", BODY)
    table = 'title;text\nBão lớn;"' + BODY + '"\n'
    (raw,) = articles(write("a.csv", FORMS[form](table)))
    assert (raw.title, raw.text) == ("Bão lớn", BODY)


@pytest.mark.parametrize("form", [tcvn3_text, vni_text])
def test_legacy_text_inside_json_strings(here: Path, form: Callable[[str], str]) -> None:
    record = {"title": form("Bão lớn"), "text": form(BODY), "outlet": "Báo Mới"}
    (raw,) = articles(write("a.jsonl", json.dumps(record)))
    assert (raw.title, raw.text, raw.outlet) == ("Bão lớn", BODY, "Báo Mới")


def test_field_names_can_be_mapped(here: Path) -> None:
    mapped = LoadSettings(text_field=("nội dung",), title_field=("tiêu đề",), id_field=("mã",))
    record = {"mã": "k1", "tiêu đề": "Tên", "nội dung": BODY}
    (raw,) = articles(write("a.jsonl", json.dumps(record)), mapped)
    assert (raw.source, raw.title) == ("a.jsonl#k1", "Tên")


def test_a_lead_of_its_own_opens_the_text_unless_the_text_has_it(here: Path) -> None:
    lead = "Huế sơ tán dân trong đêm."
    path = write(
        "a.jsonl", "\n".join(json.dumps(r) for r in [{"sapo": lead, "text": BODY}, {"sapo": BODY[:40], "text": BODY}])
    )
    first, second = articles(path)
    assert first.text == f"{lead}\n\n{BODY}"
    assert second.text == BODY


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_with_any_delimiter(here: Path, delimiter: str) -> None:
    with Path("a.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["id", " Title ", "text", "date", "source"])
        writer.writerow(["1", 'Bão, "số 5"', BODY + "\nx" * 10, "31/01/2022", "Báo A"])
        writer.writerow(["", "", "", "", ""])
        writer.writerow(["2", "Hai", "a" * 200_000, "32/01/2022", ""])
    first, second = articles(Path("a.csv"))
    assert first.source == "a.csv#1"
    assert first.title == 'Bão, "số 5"'
    assert first.text == BODY + "\nx" * 10
    assert (first.published_on, first.outlet) == (date(2022, 1, 31), "Báo A")
    assert (second.published_on, second.outlet, len(second.text)) == (None, None, 200_000)


def test_bad_rows_of_a_csv(here: Path) -> None:
    path = write("a.csv", "id,text\n1,một,hai\n2\n3,ba\n")
    extra, short, good = read(path)
    assert isinstance(extra, LoadError)
    assert (extra.what, extra.where) == ("3 values for 2 columns", "a.csv:2")
    assert isinstance(short, LoadError)
    assert short.where == "a.csv:3"
    assert isinstance(good, RawArticle)
    assert good.source == "a.csv#3"
    error = only_error(write("b.csv", "name,value\na,b\n"))
    assert error.what == "no column for the text among 'name, value'"
    unclosed = write("c.csv", 'id,text\n1,"' + "một hai ba bốn\n" * 20)
    assert only_error(unclosed, LoadSettings(max_article_chars=100)).what  # an article of more than 100 characters
    limit = csv.field_size_limit(50)
    try:
        broken = read(write("d.csv", 'id,text\n1,tốt\n2,"' + "x" * 300 + "\n" * 3), LoadSettings(max_article_chars=200))
    finally:
        csv.field_size_limit(limit)
    assert isinstance(broken[1], LoadError)
    assert broken[1].what.startswith("the rows from here on cannot be read")
    damaged = read(write("e.csv", b"id,text\n1,ok\n" + b"2," + b"a" * 400_000 + b"\n3,m\xe1\n4,x\n"))
    assert [type(item) for item in damaged] == [RawArticle, RawArticle, LoadError]


# ---- values -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("20220131", date(2022, 1, 31)),
        (20220131, date(2022, 1, 31)),
        ("2022-01-31", date(2022, 1, 31)),
        ("2022-1-5", date(2022, 1, 5)),
        ("2022-01-31T23:59:00Z", date(2022, 1, 31)),
        ("31/01/2022", date(2022, 1, 31)),
        ("5/1/2022", date(2022, 1, 5)),
        ("05-01-2022", date(2022, 1, 5)),
        ("31.01.2022", date(2022, 1, 31)),
        ("Thứ hai, 31/1/2022, 10:30 (GMT+7)", date(2022, 1, 31)),
        ("2022/01/31 08:00", date(2022, 1, 31)),
        ("31/02/2022", None),
        ("01/31/2022", None),  # never month first
        ("20221331", None),
        ("1/2022", None),
        ("2022", None),
        ("31/1", None),
        ("1643587200", None),
        ("31/1/2022 - 1/2/2022", None),
        ("", None),
        (None, None),
        (True, None),
        (20220131.0, None),
        ("x" * 200 + "20220131", None),
    ],
)
def test_dates(value: object, day: date | None) -> None:
    assert parse_date(value) == day


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_in_every_form(day: date) -> None:
    forms = (day.isoformat(), f"{day:%Y%m%d}", f"{day.day}/{day.month}/{day.year}", f"{day:%d.%m.%Y}")
    assert [parse_date(form) for form in forms] == [day] * 4


@given(st.text(max_size=60))
def test_no_text_breaks_the_values(text: str) -> None:
    parse_date(text)
    document_title(text)
    address = web_address(text)
    assert address is None or address.lower().startswith("http")


# ---- articles ---------------------------------------------------------------------------------------------------


def raw(text: str, **stated: object) -> RawArticle:
    return RawArticle(source="a.txt", raw_sha256="0", text=text, **stated)  # type: ignore[arg-type]


def test_the_metadata_title_goes_before_a_headline_in_the_text() -> None:
    article = to_article(raw(BODY, title="Bão vào miền Trung", outlet="Báo A", published_on=date(2022, 1, 1)), SETTINGS)
    assert (article.title, article.title_stated) == ("Bão vào miền Trung", True)
    assert (article.outlet, article.published_on) == ("Báo A", date(2022, 1, 1))
    assert (article.id, article.source, article.raw_sha256) == (article_id("a.txt"), "a.txt", "0")
    headline = "Bão số 5 làm tốc mái hàng nghìn căn nhà"
    assert to_article(raw(f"{headline}\n\n{BODY}"), SETTINGS).title == headline


def test_without_a_headline_the_first_sentence_stands_in() -> None:
    article = to_article(raw(BODY), SETTINGS)
    assert article.title == BODY.partition("\n")[0]
    assert not article.title_stated
    endless = to_article(raw("từ " * 1_000 + "hết."), SETTINGS)
    assert endless.title == "từ " * 165 + "từ…"


def test_too_short_a_body_is_an_error() -> None:
    with pytest.raises(LoadError) as caught:
        to_article(raw("Bão"), SETTINGS)
    assert str(caught.value) == (
        "a.txt: only 3 characters of article text. Remove it, or lower load.min_article_chars (40)"
    )
    with pytest.raises(LoadError):
        to_article(raw(" "), LoadSettings(min_article_chars=0))
    assert to_article(raw("Bão."), LoadSettings(min_article_chars=3)).text == "Bão."


_NAMES = st.sampled_from(["a.txt", "a.md", "a.html", "a.jsonl", "a.csv", "a.pdf", "a.docx"])


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@given(name=_NAMES, data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode())))
@settings(max_examples=150, deadline=None)
def test_no_content_stops_a_run(scratch: Path, name: str, data: bytes) -> None:
    path = scratch / name
    path.write_bytes(data)
    items = read(path)
    assert items
    for item in items:
        if isinstance(item, RawArticle):
            assert item.text.strip()
            item.text.encode("utf-8")
        else:
            assert item.what
            assert item.where


def test_a_reader_that_is_dropped_halfway_leaves_nothing_behind(here: Path) -> None:
    line = json.dumps({"text": BODY}, ensure_ascii=False) + "\n"
    path = write("a.jsonl", b"\xff\xfe" + (line * 3).encode("utf-16-le"))
    (found,) = discover([path])
    assert isinstance(found, FoundFile)
    reader = read_articles(found, LoadSettings())
    assert isinstance(next(reader), RawArticle)
    reader.close()
    del reader
    gc.collect()  # a complaint from a generator's end would be an error here
