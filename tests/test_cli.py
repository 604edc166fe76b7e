"""The command line: what it prints where, and with which status it ends. Real storage, the hashing embedder.

Answers are made by the reader that needs no network; what the other one answers is shown by the examples of the README.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rag import pipeline
from rag.cli import cli
from rag.config import EmbedSettings, Settings
from rag.datatypes import Filters
from rag.embed import Embedder
from rag.library import Library
from rag.reader import SentenceReader
from rag.store.dismissal import dismiss
from tests.fakes import HashingEmbedder

FLOOD = "Nước sông Hương lên nhanh trong đêm 5/10 vì mưa lớn. Hơn 200 trường học ở Huế đóng cửa trong hai ngày."
MATCH = "Đội tuyển Việt Nam thắng Thái Lan 2-1 trên sân Mỹ Đình. Nguyễn Quang Hải ghi bàn quyết định ở phút 89."

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    def open_hashing(settings: EmbedSettings) -> HashingEmbedder:
        return HashingEmbedder(name=settings.model)

    def make_quick(settings: Settings, embedder: Callable[[], Embedder]) -> SentenceReader:
        return SentenceReader(embedder(), passages=settings.answer.passages)

    for module in ("rag.pipeline", "rag.engine", "rag.embed"):
        monkeypatch.setattr(f"{module}.open_embedder", open_hashing)
    for module in ("rag.pipeline", "rag.engine"):
        monkeypatch.setattr(f"{module}.make_reader", make_quick)
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, arguments, input=stdin)

    return invoke


@pytest.fixture
def library(run: Run, tmp_path: Path) -> Path:
    (tmp_path / "lũ.txt").write_text(FLOOD, encoding="utf-8")
    (tmp_path / "bóng đá.txt").write_text(MATCH, encoding="utf-8")
    assert run("index", "lũ.txt", "bóng đá.txt").exit_code == 0
    return tmp_path / "library"


QUESTION = "Bao nhiêu trường học ở Huế đóng cửa?"
ALWAYS = ("-o", "answer.threshold=0")


def test_index_says_what_it_did_and_does_nothing_twice(run: Run, library: Path) -> None:
    again = run("index", "lũ.txt", "bóng đá.txt")
    assert again.exit_code == 0
    assert again.stdout.startswith("library: 0 new, 0 updated, 2 unchanged; 0 passages embedded")


def test_index_names_what_it_cannot_read_and_goes_on(run: Run, tmp_path: Path) -> None:
    (tmp_path / "tốt.txt").write_text(FLOOD, encoding="utf-8")
    (tmp_path / "rỗng.txt").write_bytes(b"")
    (tmp_path / "nhị phân.txt").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "lạ.xyz").write_text("?", encoding="utf-8")
    result = run("index", "tốt.txt", "rỗng.txt", "nhị phân.txt", "lạ.xyz", "không có.txt")
    assert result.exit_code == 0
    assert "1 new" in result.stdout
    assert "4 failed" in result.stdout
    lines = [line for line in result.stderr.splitlines() if line.startswith("hoibao: ")]
    assert len(lines) == 4
    for name in ("rỗng.txt", "nhị phân.txt", "lạ.xyz", "không có.txt"):
        assert sum(name in line for line in lines) == 1


def test_a_damaged_pdf_costs_one_line_though_its_parser_logs_more(run: Run, tmp_path: Path) -> None:
    (tmp_path / "hỏng.pdf").write_bytes(b"no PDF at all")
    done = subprocess.run(
        [Path(sys.executable).with_name("hoibao"), "inspect", "hỏng.pdf"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr.splitlines() == [
        "hoibao: hỏng.pdf: damaged PDF (PdfStreamError). Print it to a new PDF, or save its text"
    ]


@pytest.mark.parametrize(
    ("command", "where", "message"),
    [
        (["index", "."], "rag.pipeline.build", "hoibao: library: interrupted; what is stored is kept"),
        (["verify"], "rag.library.Library.open", "hoibao: interrupted"),
    ],
)
def test_control_c_is_one_line_and_status_130(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: list[str], where: str, message: str
) -> None:
    def stop(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(where, stop)
    result = run(*command)
    assert result.exit_code == 130
    assert result.stderr.splitlines()[0].startswith(message)
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["x" * 5000, "vòng.txt", "vòng.txt/bài.txt", "hết\0.txt"], ids=lambda name: name[:8])
def test_index_survives_a_path_that_cannot_be_looked_at(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "tốt.txt").write_text(FLOOD, encoding="utf-8")
    (tmp_path / "vòng.txt").symlink_to("vòng.txt")
    result = run("index", "tốt.txt", name)
    assert result.exit_code == 0
    assert "1 new, 0 updated, 0 unchanged, 1 failed" in result.stdout
    assert len(result.stderr.splitlines()) == 1


def test_index_with_nothing_to_read_fails(run: Run) -> None:
    result = run("index", "không có.txt")
    assert result.exit_code == 1
    assert "không có.txt" in result.stderr


def test_index_tells_of_copies_and_of_files_that_are_gone(run: Run, library: Path, tmp_path: Path) -> None:
    (tmp_path / "lũ lại.txt").write_text(FLOOD, encoding="utf-8")
    copies = run("index", ".")
    assert "lũ lại.txt: the same text as lũ.txt; kept, and not counted as a second source" in copies.stderr
    assert "1 reprinting another" in copies.stdout
    (tmp_path / "lũ.txt").unlink()
    gone = run("index", ".")
    assert "lũ.txt: no longer there" in gone.stderr
    assert "1 removed" in run("index", ".", "--prune").stdout


def test_what_was_taken_out_by_hand_comes_back_on_request(run: Run, library: Path) -> None:
    with Library.open(library) as opened:
        dismiss(opened, [next(opened.articles()).id])
    passed = run("index", ".")
    assert "0 new, 0 updated, 1 unchanged" in passed.stdout
    assert "1 article passed over: taken out by hand. Run with --readmit" in passed.stderr
    assert "1 new" in run("index", ".", "--readmit").stdout


def test_copies_are_listed_and_shown_with_what_they_copy(run: Run, library: Path, tmp_path: Path) -> None:
    assert "reprints      none" in run("info").stdout
    assert run("info", "--copies").stdout == ""
    reprint = f"---\ntitle: Lũ ở Huế\noutlet: Báo Lại\ndate: 2020-10-02\n---\n{FLOOD}\n\nTheo báo khác."
    (tmp_path / "lại.md").write_text(reprint, encoding="utf-8")
    assert "lại.md" in run("index", "lại.md").stderr
    assert "reprints      1 in 1 group" in run("info").stdout
    found = json.loads(run("info", "--json").stdout)
    assert (found["reprints"], found["reprint_groups"]) == (1, 1)
    original, copy = run("info", "--copies").stdout.splitlines()
    assert original == "lại.md (Báo Lại, 2020-10-02): Lũ ở Huế"
    assert copy.startswith("    lũ.txt (outlet and date not stated): ")
    ((first, second),) = json.loads(run("info", "--copies", "--json").stdout)
    assert (first["source"], first["published_on"], second["source"]) == ("lại.md", "2020-10-02", "lũ.txt")
    asked = run("ask", QUESTION, *ALWAYS).stdout
    assert asked.count("[1]") == 2  # the claim, and its one source
    assert "+1 báo đăng lại: " in asked
    assert "[2]" not in asked
    assert "+1 báo đăng lại: " in run("search", QUESTION).stdout


def test_ask_prints_the_answer_and_its_source(run: Run, library: Path) -> None:
    result = run("ask", QUESTION, *ALWAYS)
    assert result.exit_code == 0
    assert "Hơn 200 trường học ở Huế đóng cửa trong hai ngày. [1]" in result.stdout
    assert "lũ.txt, ký tự 53–102" in result.stdout


def test_a_mended_question_is_said_to_be_so_with_the_way_to_search_as_typed(run: Run, library: Path) -> None:
    typed, hint = "bao nhieu truong hoc o hue dong cua", "(Thêm --as-typed để tìm đúng như đã gõ.)"
    for command in ("ask", "search"):
        shown = run(command, typed).stdout.splitlines()
        assert shown[:2] == ["Hiểu là: Bao nhiêu trường học ở Huế đóng cửa", hint]
        assert "Hiểu là" not in run(command, typed, "--as-typed").stdout
    assert "read_as" not in json.loads(run("ask", typed, "--json").stdout)
    joined = run("ask", "Vì sao?", "--history", QUESTION).stdout
    assert "Hiểu là: Vì sao trường học ở Huế đóng cửa?" in joined
    assert "--as-typed" not in joined


def test_ask_json_is_the_contract(run: Run, library: Path) -> None:
    answer = json.loads(run("ask", QUESTION, "--json", *ALWAYS).stdout)
    assert list(answer) == [
        "id",
        "question",
        "understood_as",
        "status",
        "answer",
        "short_answer",
        "claims",
        "citations",
        "conflicts",
        "hits",
        "timings_ms",
        "notes",
    ]
    assert answer["citations"][0]["source"] == "lũ.txt"
    assert answer["citations"][0]["quote"] == FLOOD[53:102]


def test_ask_jsonl_answers_line_by_line_and_survives_bad_lines(run: Run, library: Path) -> None:
    lines: list[bytes] = [
        json.dumps({"id": "a", "question": QUESTION}).encode(),
        b"",
        b"{no json",
        b"[1]",
        b"\xff\xfe",
        json.dumps({"id": "b"}).encode(),
        json.dumps({"id": "c", "question": "Vì sao?", "history": "một câu"}).encode(),
        json.dumps({"id": 7, "question": "Vì sao?", "history": ["Nước sông Hương lên nhanh khi nào?"]}).encode(),
        json.dumps({"id": "d", "question": "\ud800"}).encode(),
        json.dumps({"id": {}, "question": "?"}).encode(),
        json.dumps({"question": ""}).encode(),
    ]
    result = run("ask", "--jsonl", *ALWAYS, stdin=b"\n".join(lines))
    assert result.exit_code == 0
    replies = [json.loads(line) for line in result.stdout.splitlines()]
    assert [reply["id"] for reply in replies[:-1]] == ["a", None, None, None, "b", "c", 7, "d", None]
    assert ["error" in reply for reply in replies] == [False, True, True, True, True, True, False, False, True, False]
    assert "line 3 is not valid JSON" in replies[1]["error"]
    assert replies[0]["status"] == "answered"
    assert replies[6]["understood_as"] == "Vì sao nước sông Hương lên nhanh?"
    assert replies[7]["status"] == replies[9]["status"] == "not_found"


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_line_may_tell_the_answers_to_the_earlier_questions(run: Run, library: Path, command: str) -> None:
    earlier = {"question": "Ông ấy ghi bàn khi nào?", "history": ["Ai ghi bàn quyết định?"]}
    lines = [
        earlier,
        earlier | {"answers": ["Nguyễn Quang Hải"]},
        earlier | {"answers": [None]},
        earlier | {"answers": None},
        earlier | {"answers": "Nguyễn Quang Hải"},
        earlier | {"answers": [7]},
        earlier | {"answers": [None, "Nguyễn Quang Hải"]},
    ]
    result = run(command, "--jsonl", stdin="\n".join(json.dumps(line) for line in lines))
    replies = [json.loads(line) for line in result.stdout.splitlines()]
    joined = "Ai ghi bàn quyết định? Ông ấy ghi bàn khi nào?"
    meant = "Nguyễn Quang Hải ghi bàn khi nào?"
    assert [reply.get("understood_as") for reply in replies] == [joined, meant, joined, joined, None, None, None]
    assert [reply["error"] for reply in replies[4:]] == [
        'line 5: "answers" is not a list of the short answers to earlier questions',
        'line 6: "answers" is not a list of the short answers to earlier questions',
        'line 7: "answers" has more entries than "history"',
    ]


@pytest.mark.parametrize(
    "line",
    ['{"id": NaN, "question": "?"}', '{"id": 1e999, "question": "?"}', '{"id": true, "question": "?"}',
     '{"id": %s, "question": "?"}' % ("9" * 5000), '{"id": ["a"], "question": "?"}', "[" * 100_000],
    ids=["nan", "infinite", "true", "thousands of digits", "list", "deep"],
)  # fmt: skip
def test_an_id_that_cannot_be_echoed_costs_one_error_and_the_run_goes_on(run: Run, library: Path, line: str) -> None:
    result = run("ask", "--jsonl", stdin=line + '\n{"id": 1.5, "question": ""}')
    assert result.exit_code == 0
    bad, good = (json.loads(reply) for reply in result.stdout.splitlines())
    assert bad["id"] is None
    assert bad["error"].startswith("line 1")
    assert good["id"] == 1.5


def test_a_line_of_input_longer_than_the_limit_costs_one_error(
    run: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.commands.ask.MAX_LINE_BYTES", 100)
    long = json.dumps({"id": "x", "question": "?" * 500}).encode()
    result = run("ask", "--jsonl", stdin=long + b"\n" + json.dumps({"id": "y", "question": ""}).encode())
    replies = [json.loads(line) for line in result.stdout.splitlines()]
    assert "longer than 100 bytes" in replies[0]["error"]
    assert replies[1]["id"] == "y"


def test_search_prints_passages_and_json(run: Run, library: Path) -> None:
    assert "lũ.txt, ký tự 0–102" in run("search", "trường học Huế", "-k", "1").stdout
    found = json.loads(run("search", "trường học Huế", "-k", "1", "--json").stdout)
    assert list(found) == ["id", "question", "understood_as", "hits", "timings_ms", "notes"]
    assert [hit["source"] for hit in found["hits"]] == ["lũ.txt"]
    line = run("search", "--jsonl", stdin=json.dumps({"id": "s", "question": "bàn quyết định"})).stdout
    assert json.loads(line)["hits"][0]["source"] == "bóng đá.txt"


@pytest.fixture
def dated(run: Run, tmp_path: Path) -> Path:
    records = [
        {"id": "lũ", "text": FLOOD, "date": "2020-10-01", "outlet": "Báo Huế"},
        {"id": "đá", "text": MATCH, "date": "2021-04-20", "url": "https://www.tuoitre.vn/bong-da.htm"},
        {"id": "mưa", "text": "Mưa lớn ở Huế làm hơn 300 trường học đóng cửa trong ba ngày, theo chính quyền."},
    ]
    (tmp_path / "báo.jsonl").write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    assert run("index", "báo.jsonl").exit_code == 0
    return tmp_path / "library"


def _found(run: Run, *arguments: str) -> list[str]:
    result = run("search", "trường học ở Huế đóng cửa", "--json", *arguments)
    assert result.exit_code == 0, result.stderr
    return sorted(hit["source"].partition("#")[2] for hit in json.loads(result.stdout)["hits"])


@pytest.mark.parametrize(
    ("arguments", "sources"),
    [
        ([], ["lũ", "mưa", "đá"]),
        (["--from", "2020-10-01"], ["lũ", "đá"]),
        (["--from", "2/10/2020"], ["đá"]),
        (["--to", "01/10/2020"], ["lũ"]),
        (["--from", "2020-01-01", "--to", "2021-01-01"], ["lũ"]),
        (["--outlet", "bao hue"], ["lũ"]),
        (["--outlet", "Tuổi Trẻ"], ["đá"]),
        (["--outlet", "huế", "--outlet", "tuoitre.vn"], ["lũ", "đá"]),
        (["--outlet", "huế", "--from", "2021-01-01"], []),
        (["--outlet", "Nhân Dân"], []),
    ],
)
def test_filters_say_which_articles_may_be_looked_at(
    run: Run, dated: Path, arguments: list[str], sources: list[str]
) -> None:
    assert _found(run, *arguments) == sources


def test_a_filter_that_leaves_nothing_is_told(run: Run, dated: Path) -> None:
    answer = json.loads(run("ask", QUESTION, "--json", "--from", "2022-01-01", *ALWAYS).stdout)
    assert answer["status"] == "not_found"
    assert answer["hits"] == []
    assert "thư viện" in " ".join([answer["answer"], *answer["notes"]]).lower()
    found = json.loads(run("search", QUESTION, "--json", "--outlet", "Nhân Dân").stdout)
    assert found["hits"] == []
    assert "thư viện" in " ".join(found["notes"]).lower()


def test_a_line_may_state_filters_of_its_own(run: Run, dated: Path) -> None:
    lines: list[dict[str, object]] = [
        {"id": 1, "question": "Huế"},
        {"id": 2, "question": "Huế", "from": "20/04/2021"},
        {"id": 3, "question": "Huế", "outlet": []},
        {"id": 4, "question": "Huế", "outlet": ["tuoitre", "huế"], "from": None, "to": "2020-12-31"},
        {"id": 5, "question": "Huế", "from": "hôm qua"},
        {"id": 6, "question": "Huế", "to": 20200101},
        {"id": 7, "question": "Huế", "outlet": {"name": "x"}},
        {"id": 8, "question": "Huế", "outlet": " "},
        {"id": 9, "question": "Huế", "from": "2021-01-02", "to": "2021-01-01"},
        {"id": 10, "question": "Huế", "as_typed": "yes"},
        {"id": 11, "question": "Huế", "today": "31/02/2021"},
        {"id": 12, "question": "Huế", "as_typed": True, "today": "2021-04-21"},
    ]
    stdin = "\n".join(json.dumps(line) for line in lines)
    for command in ("search", "ask"):
        result = run(command, "--jsonl", "--outlet", "báo huế", stdin=stdin)
        assert result.exit_code == 0
        replies = [json.loads(line) for line in result.stdout.splitlines()]
        assert [reply["id"] for reply in replies] == list(range(1, 13))
        sources = [sorted({hit["source"].partition("#")[2] for hit in reply.get("hits", ())}) for reply in replies]
        assert sources[:4] == [["lũ"], [], ["lũ", "mưa", "đá"], ["lũ"]]
        assert sources[11] == ["lũ"]
        complaints = [reply.get("error", "") for reply in replies]
        assert [bool(complaint) for complaint in complaints] == [False] * 4 + [True] * 7 + [False]
        for number, part in ((5, '"from"'), (6, '"to"'), (7, '"outlet"'), (8, "outlet"), (9, "before it begins"),
                             (10, '"as_typed"'), (11, '"today"')):  # fmt: skip
            assert complaints[number - 1].startswith(f"line {number}: ")
            assert part in complaints[number - 1]


def test_the_reference_day_and_as_typed_reach_the_pipeline(
    run: Run, dated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[object, object, object]] = []
    for name in ("ask", "search"):
        real = getattr(pipeline, name)

        def watched(*arguments: object, real: Callable[..., object] = real, **options: object) -> object:
            seen.append((options["filters"], options["today"], options["as_typed"]))
            return real(*arguments, **options)

        monkeypatch.setattr(pipeline, name, watched)
    line = json.dumps({"question": "Huế", "today": "2020-10-03", "as_typed": False})
    for command in ("ask", "search"):
        run(command, "Huế", "--today", "2/10/2020", "--as-typed")
        run(command, "--jsonl", "--as-typed", "--to", "2021-01-01", stdin=line)
        run(command, "Huế")
    filters = Filters(published_to=date(2021, 1, 1))
    expected = [(Filters(), date(2020, 10, 2), True), (filters, date(2020, 10, 3), False), (Filters(), None, False)]
    assert seen == expected * 2


def test_info_tells_what_can_be_filtered_by(run: Run, dated: Path) -> None:
    shown = run("info").stdout
    assert "dates         2020-10-01 to 2021-04-20, 1 undated" in shown
    assert "outlets       Báo Huế (1)" in shown
    assert "hosts         tuoitre.vn (1)" in shown
    assert json.loads(run("info", "--json").stdout)["hosts"] == [["tuoitre.vn", 1]]


def test_read_answers_from_the_passage_given(run: Run) -> None:
    record = {"id": "r", "question": QUESTION, "passage": FLOOD}
    lines = json.dumps(record) + '\n{"id": "s", "question": "?"}\n'
    result = run("read", "--jsonl", "-o", "answer.read_threshold=0", stdin=lines)
    reading, bad = (json.loads(line) for line in result.stdout.splitlines())
    assert list(reading) == ["id", "short_answer", "start", "end", "score", "no_answer_score", "status"]
    assert reading["short_answer"] == FLOOD[reading["start"] : reading["end"]]
    assert reading["short_answer"] in FLOOD[53:102]
    assert reading["score"] + reading["no_answer_score"] == pytest.approx(1, abs=2e-6)
    assert "passage" in bad["error"]
    silent = run("read", "--jsonl", "-o", "answer.read_threshold=1", stdin=json.dumps(record)).stdout
    assert json.loads(silent) | {"score": 0, "no_answer_score": 0} == {
        "id": "r",
        "short_answer": None,
        "start": None,
        "end": None,
        "score": 0,
        "no_answer_score": 0,
        "status": "not_found",
    }


def test_inspect_shows_kept_and_removed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bài.txt").write_text(f"{FLOOD}\nẢnh minh họa.\n\nTin cùng chuyên mục\n\nBài khác\n", encoding="utf-8")
    shown = run("inspect", "bài.txt")
    assert shown.exit_code == 0
    assert FLOOD in shown.stdout
    assert "[-Ảnh minh họa.-]⟨caption⟩" in shown.stdout
    (article,) = json.loads(run("inspect", "--json", "bài.txt").stdout)
    assert list(article) == ["source", "title", "title_stated", "published_on", "outlet", "text", "removed"]
    assert article["text"] == FLOOD
    assert run("inspect", "không có.txt").exit_code == 1


def test_a_first_sentence_for_a_headline_is_cut_at_a_word_where_it_is_shown(run: Run, tmp_path: Path) -> None:
    lead, title = f"Hơn 200 trường học {'ở Huế ' * 15}đóng cửa.", f"Hơn 200 trường học {'ở Huế ' * 11}ở Huế…"
    assert len(title) == 91
    (tmp_path / "bài.txt").write_text(lead, encoding="utf-8")
    assert run("index", "bài.txt").exit_code == 0
    assert f"[1] {title}\n" in run("ask", QUESTION, *ALWAYS).stdout
    assert json.loads(run("ask", "--json", QUESTION, *ALWAYS).stdout)["citations"][0]["title"] == lead
    assert f"title      {title} (no headline" in run("inspect", "bài.txt").stdout
    assert json.loads(run("inspect", "--json", "bài.txt").stdout)[0]["title"] == lead


def test_info_verify_and_repair(run: Run, library: Path) -> None:
    assert "articles      2 in 2 files" in run("info").stdout
    assert json.loads(run("info", "--json").stdout)["manifest"]["articles"] == 2
    assert "sound; 2 articles, 2 passages" in run("verify").stdout
    assert "nothing to repair" in run("repair").stdout
    (damaged,) = library.glob("dense/*/vectors.faiss")
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged.write_bytes(content)
    found = run("verify")
    assert found.exit_code == 1
    assert "repair" in found.stderr
    assert "rebuilt" in run("repair").stdout
    assert run("verify").exit_code == 0


def test_info_lists_settings_that_a_configuration_file_can_hold(run: Run, tmp_path: Path) -> None:
    listed = run("info", "--settings", "-o", "answer.threshold=0.25").stdout
    (tmp_path / "hoibao.toml").write_text(listed, encoding="utf-8")
    assert run("info", "--settings", "--config", "hoibao.toml").stdout == listed
    assert "threshold = 0.25" in listed
    assert "openvino" in run("info", "--runtimes").stdout


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (["ask", "?"], 1, "hoibao index"),
        (["ask"], 2, "Missing the question"),
        (["ask", "?", "--jsonl"], 2, "standard input"),
        (["ask", "?", "--config", "không.toml"], 2, "không.toml"),
        (["ask", "?", "-o", "answer.nothing=1"], 2, "answer.nothing"),
        (["ask", "?", "-o", "threshold"], 2, "section.name=value"),
        (["ask", "?", "-o", "answer.threshold=nhiều"], 2, "answer.threshold"),
        (["ask", "?", "--from", "hôm qua"], 2, "YYYY-MM-DD or DD/MM/YYYY"),
        (["ask", "?", "--today", "2021-02-29"], 2, "--today"),
        (["search", "?", "--to", "32/1/2021"], 2, "--to"),
        (["search", "?", "--from", "2021-01-02", "--to", "2021-01-01"], 2, "before it begins"),
        (["search", "?", "--outlet", " "], 2, "outlet"),
        (["index"], 2, "Missing argument"),
        (["nothing"], 2, "No such command"),
        (["search", "?", "-k", "0"], 2, "-k"),
        (["read"], 2, "--jsonl"),
        (["verify"], 1, "hoibao index"),
        (["info"], 1, "hoibao index"),
        (["repair"], 1, "hoibao index"),
    ],
)
def test_bad_usage_and_failures_say_what_to_do(run: Run, arguments: list[str], status: int, complaint: str) -> None:
    result = run(*arguments)
    assert result.exit_code == status
    assert complaint in result.stderr
    assert "Traceback" not in result.output


def test_a_library_of_another_model_names_the_remedy(run: Run, library: Path) -> None:
    result = run("index", "lũ.txt", "--model", "mô hình khác")
    assert result.exit_code == 1
    assert "--rebuild" in result.stderr
    assert run("index", "lũ.txt", "--model", "mô hình khác", "--rebuild").exit_code == 0


def test_escape_sequences_of_an_article_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(FLOOD.replace("nhanh", "\x1b[31mnhanh\x1b]0;tên\x07 [bold]"), encoding="utf-8")
    run("index", "a.txt")
    shown = run("ask", "Nước sông Hương lên thế nào?", *ALWAYS).stdout + run("inspect", "a.txt").stdout
    assert "\x1b" not in shown
    assert "[bold]" in shown


def test_escape_sequences_of_a_file_name_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m\nhoibao: b.txt").write_text(FLOOD, encoding="utf-8")
    (tmp_path / "c\x1b[2J.xyz").write_text(FLOOD, encoding="utf-8")
    indexed = run("index", "a*", "c*")
    assert len(indexed.stderr.splitlines()) == 1
    silent = run("ask", "Nước sông Hương lên thế nào?", "-o", "answer.threshold=1").stdout
    assert "Các đoạn gần nhất" in silent
    assert "\x1b" not in indexed.output + silent


def test_long_passages_are_cut_at_a_word(run: Run, tmp_path: Path) -> None:
    """Both where they were searched for and where they are shown because nothing was found."""
    passage = "Nước sông lên nhanh, " + "thượng-nguồn " * 30 + "cạn."
    (tmp_path / "a.txt").write_text(passage, encoding="utf-8")
    run("index", "a.txt")
    found = run("search", "Nước sông").stdout
    nearest = run("ask", "Nước sông lên thế nào?", "-o", "answer.threshold=1").stdout
    for shown in (found, nearest):
        assert "thượng-nguồn…" in shown


def test_the_script_ends_quietly_when_its_reader_goes(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("hoibao")
    command = f"{script} info --settings | head -c 1"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=120, check=False, env=os.environ
    )
    assert done.stderr == ""


def test_help_lists_every_command_of_the_contract(run: Run) -> None:
    listed = run("--help").stdout
    for name in ("index", "ask", "search", "read", "chat", "eval", "info", "inspect", "verify", "repair"):
        assert f"\n  {name} " in listed


@pytest.mark.parametrize(
    "name", ["index", "ask", "search", "read", "chat", "eval", "info", "inspect", "verify", "repair"]
)
def test_every_command_takes_a_library(run: Run, name: str) -> None:
    assert "--library" in run(name, "--help").stdout


def test_a_field_that_is_named_is_tried_before_the_usual_ones(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"noi_dung": FLOOD, "bao": "Báo Huế", "outlet": "?"}), encoding="utf-8"
    )
    (tmp_path / "b.md").write_text(f"---\noutlet: Báo Vinh\n---\n{MATCH}\n", encoding="utf-8")
    result = run("index", "a.jsonl", "b.md", "--text-field", "noi_dung", "--outlet-field", "bao")
    assert result.stdout.startswith("library: 2 new")
    assert dict(json.loads(run("info", "--json").stdout)["outlets"]) == {"Báo Huế": 1, "Báo Vinh": 1}
