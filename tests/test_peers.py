"""`eval.peers`: the pool, children in environments of their own, and the figures. No peer is installed."""

from __future__ import annotations

import ast
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from eval.peers import child, environment, run
from eval.peers import pool as pool_module
from eval.peers.child import Failed, Measured, Task, run_peer
from eval.peers.pool import FORMS, PeerPool, PeerQuestion, read_pool, write_pool
from eval.peers.registry import PEERS, PROTOCOL, Peer
from eval.peers.table import Row, as_markdown, not_first, score, tables
from rag.errors import RagError, SettingsError
from rag.weights import ModelFolder

LONG = " ".join(f"Câu thứ {number} của bài kể về chuyến đi dài ngày qua miền núi phía Bắc." for number in range(30))

CHILD = """
from peer_protocol import System, serve, words

def build(given):
    print("opened", len(given.texts))
    yield System("words", lambda text: sorted(given.ids, key=lambda one: -shared(given, one, text)), ("pytest",))
    yield System("first", lambda text: [given.ids[0], given.ids[0]], after="words", notes=("not a search",))
    {then}

def shared(given, one, text):
    return len(set(words(given.texts[given.ids.index(one)])) & set(words(text)))

serve(build)
"""


def squad(path: Path, *passages: tuple[str, str, str, str]) -> None:
    """A set of (title, context, question, answer); each passage has an unanswerable question besides."""
    records = []
    for title, context, question, answer in passages:
        start = context.index(answer)
        asked = [
            {"question": question, "is_impossible": False, "answers": [{"text": answer, "answer_start": start}]},
            {"question": "Ai nói?", "is_impossible": True, "answers": []},
        ]
        records.append({"title": title, "paragraphs": [{"context": context, "qas": asked}]})
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        json.dump({"data": records}, file)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    long = f"{LONG} Đỉnh Fansipan cao 3.143 mét."
    squad(root / "reader_train/viquad1_vi.json.gz", ("bare-id", long, "Fansipan cao bao nhiêu?", "3.143 mét"))
    squad(root / "reader_dev/viquad1_vi.json.gz", ("d1", "Sông Hồng chảy qua Hà Nội.", "Sông Hồng qua đâu?", "Hà Nội"))
    squad(root / "reader_dev/news_vi.json.gz", ("Giá vàng tăng", "Vàng lên 90 triệu.", "Vàng lên bao?", "90 triệu"))
    (root / "news").mkdir()
    with gzip.open(root / "news/large.jsonl.gz", "wt", encoding="utf-8") as file:
        for number in range(3):
            record = {"title": f"Tin {number}", "sapo": f"Mở đầu {number}.", "text": LONG}
            print(json.dumps(record), file=file)
    return root


def read(data: Path, *names: str, **options: int | bool) -> PeerPool:
    return read_pool(data, names or ("viquad1", "viquad1 dev", "news dev"), **{"distractors": 2, **options})  # type: ignore[arg-type]


# ---- the pool


def test_the_pool_knows_which_passages_hold_the_answers(data: Path) -> None:
    pool = read(data)
    texts = {passage.id: passage.text for passage in pool.passages}
    assert len(pool.questions) == 3 * len(FORMS)
    for question, answer in zip(pool.asked("viquad1", "as written"), ("3.143 mét", "Hà Nội"), strict=True):
        assert [texts[one] for one in question.right] == [text for text in texts.values() if answer in text]
        assert len(question.right) == 1
    assert [question.text for question in pool.asked("viquad1 dev", "no diacritics")] == ["Song Hong qua dau?"]
    assert [len(pool.asked(name, "as written")) for name in pool.sets] == [2, 1, 1]
    # The product's passages: the long one is cut, of each news article only the first is taken.
    assert max(map(len, texts.values())) <= 900
    openings = [passage for passage in pool.passages if passage.text.startswith("Mở đầu")]
    assert [passage.title for passage in openings] == ["Tin 0", "Tin 1"]
    assert {passage.title for passage in pool.passages} == {None, "Giá vàng tăng", "Tin 0", "Tin 1"}
    assert {passage.title for passage in read(data, titles=False).passages} == {None}


def test_a_text_met_twice_is_one_passage(data: Path, tmp_path: Path) -> None:
    context = "Sông Hồng chảy qua Hà Nội."
    file = tmp_path / "again.json.gz"
    squad(file, ("x", context, "Sông nào qua Hà Nội?", "Sông Hồng"), ("y", context, "Hà gì?", "Hà Nội"))
    pool = read(data, "viquad1 dev", str(file), distractors=0)
    assert [passage.text for passage in pool.passages] == [context]
    assert [question.right for question in pool.questions] == [frozenset({"p00000"})] * 6
    assert len(pool.asked(str(file), "as written")) == 2


def test_offsets_hold_for_texts_that_are_not_composed(data: Path, tmp_path: Path) -> None:
    # Decomposed, "Hồng" has two characters more, so offsets that count them would lie beyond the passage.
    file = tmp_path / "nfd.json.gz"
    squad(file, ("x", "So\u0302ng Ho\u0302\u0300ng dài 1.149 km", "Dài bao nhiêu?", "1.149 km"))
    pool = read(data, str(file), distractors=0)
    assert [(passage.text, passage.id in pool.questions[0].right) for passage in pool.passages] == [
        ("Sông Hồng dài 1.149 km", True)
    ]


def test_a_limit_takes_questions_at_even_distances(tmp_path: Path, data: Path) -> None:
    file = tmp_path / "many.json.gz"
    squad(file, *(("x", f"Số {n} ở đây.", f"Số {n}?", f"{n}") for n in range(10)))
    pool = read(data, str(file), distractors=0, limit=4)
    assert [question.text for question in pool.asked(str(file), "as written")] == ["Số 0?", "Số 2?", "Số 5?", "Số 7?"]
    assert len(pool.passages) == 10


def test_what_cannot_be_read_is_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"viquad1_vi\.json\.gz.*--data"):
        read(tmp_path / "nowhere")
    (tmp_path / "list.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"list\.json: cannot be read as a SQuAD-format set"):
        read(data, str(tmp_path / "list.json"))
    (data / "news/large.jsonl.gz").unlink()
    with pytest.raises(SettingsError, match="cannot read the news file"):
        read(data)
    assert read(data, distractors=0).passages


def test_the_dated_set_is_asked_over_the_articles_of_its_evidence(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {
        "n1": "HÀ NỘI - Giá vàng sáng nay lên 56 triệu đồng. Người mua vẫn đông ở nhiều cửa hàng của thủ đô.",
        "n2": "Đội tuyển thắng 2-0 ở Bình Dương. Huấn luyện viên khen các cầu thủ trẻ sau trận đấu tối qua.",
        "n3": "Không ai hỏi gì về bài này cả, nên nó không có mặt trong tập được tìm kiếm ở đây.",
    }
    with gzip.open(data / "news/dated.jsonl.gz", "wt", encoding="utf-8") as file:
        for name, text in texts.items():
            print(json.dumps({"id": name, "date": "20201003", "title": f"Bài {name}", "text": text}), file=file)

    def asked(number: int, file: str, quote: str, **more: object) -> str:
        start = texts[file].index(quote)
        span = {"start": start, "end": start + len(quote), "sha256": hashlib.sha256(quote.encode()).hexdigest()}
        fields = {"id": f"d{number}", "kind": "fact", "question": f"Câu {number}?", "history": [], "answerable": True}
        return json.dumps({**fields, "answers": ["x"], "evidence": [{"file": file, **span}], **more})

    lines = [
        asked(1, "n1", "Giá vàng sáng nay lên 56 triệu đồng."),
        asked(2, "n2", "Đội tuyển thắng 2-0 ở Bình Dương."),
        asked(3, "n2", "Đội tuyển thắng 2-0 ở Bình Dương.", history=["Trận nào?"]),
        asked(4, "n1", "Giá vàng sáng nay lên 56 triệu đồng.", today="2020-10-04"),
    ]
    (tmp_path / "set.jsonl").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(pool_module, "DATED_SET", tmp_path / "set.jsonl")
    pool = read(data, "dated", distractors=0)
    # What needs a conversation or a stated day cannot be asked of the others.
    assert [question.text for question in pool.asked("dated", "as written")] == ["Câu 1?", "Câu 2?"]
    by_id = {passage.id: passage for passage in pool.passages}
    assert {passage.title for passage in pool.passages} == {"Bài n1", "Bài n2"}
    for question, name in zip(pool.asked("dated", "as written"), ("n1", "n2"), strict=True):
        (right,) = question.right
        assert by_id[right].title == f"Bài {name}"
        assert by_id[right].published_on == date(2020, 10, 3)
    record = json.loads(write_pool(pool, tmp_path)[0].read_text(encoding="utf-8").splitlines()[0])
    assert record["published_on"] == "2020-10-03"


def test_a_peer_is_given_title_and_day_with_the_text(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text(
        '{"id": "a", "title": "Tin", "published_on": "2020-10-03", "text": "Vàng lên."}\n{"id": "b", "text": "Mưa."}\n',
        encoding="utf-8",
    )
    (tmp_path / "q.jsonl").write_text('{"id": "q", "text": "?"}\n', encoding="utf-8")
    then = "yield System('third', lambda text: [], notes=tuple(given.texts))"
    task = Task(tmp_path / "p.jsonl", tmp_path / "q.jsonl", "m", "float32", 50, 60)
    third = run_peer(fake_peer(tmp_path, then), task, tmp_path / "env", tmp_path / "runs", force=False)[2]
    assert isinstance(third, Measured)
    assert third.notes == ("Tin\n03/10/2020\nVàng lên.", "Mưa.")


def test_equal_pools_share_a_folder_and_others_do_not(data: Path, tmp_path: Path) -> None:
    passages, questions = write_pool(read(data), tmp_path)
    assert (passages, questions) == write_pool(read(data), tmp_path)
    assert write_pool(read(data, distractors=1), tmp_path)[0].parent != passages.parent
    records = [json.loads(line) for line in passages.read_text(encoding="utf-8").splitlines()]
    assert [set(record) for record in records[:1]] == [{"id", "text"}]
    assert {"id": records[-1]["id"], "title": "Tin 1", "text": records[-1]["text"]} == records[-1]
    assert len(questions.read_text(encoding="utf-8").splitlines()) == 6


# ---- running a child


@pytest.fixture
def task(data: Path, tmp_path: Path) -> Task:
    passages, questions = write_pool(read(data), tmp_path / "pools")
    return Task(passages, questions, "a-model", "float32", 50, 60)


def fake_peer(tmp_path: Path, then: str = "", environment: str | None = None) -> Peer:
    shutil.copy(PROTOCOL, tmp_path)
    script = tmp_path / "run_fake.py"
    script.write_text(CHILD.replace("{then}", then), encoding="utf-8")
    return Peer("fake", environment, ("words", "first", "third"), script)


def test_a_child_is_asked_everything_and_measured(task: Task, tmp_path: Path) -> None:
    words, first, third = run_peer(fake_peer(tmp_path), task, tmp_path / "env", tmp_path / "runs", force=False)
    assert isinstance(words, Measured)
    assert isinstance(first, Measured)
    asked = [json.loads(line) for line in task.questions.read_text(encoding="utf-8").splitlines()]
    assert list(words.rankings) == [record["id"] for record in asked]
    assert len(next(iter(words.rankings.values()))) == len(task.passages.read_text(encoding="utf-8").splitlines())
    # An id given twice counts once.
    assert set(first.rankings.values()) == {("p00000",)}
    assert len(words.ms) == len(asked)
    assert min(words.ms) > 0
    # From the start of the process, so no less than an interpreter takes; what stands on it takes no less.
    assert 0.005 < words.index_s <= first.index_s < 60
    assert 0 < words.index_cpu_s <= first.index_cpu_s
    assert 5 < words.peak_memory_bytes / 2**20 < 500
    assert words.versions == {"pytest": pytest.__version__}
    assert first.notes == ("not a search",)
    assert third == Failed("third", "delivered nothing")


@pytest.mark.parametrize(
    ("then", "reason"),
    [
        ("raise RuntimeError('no room')", "ended with status 1: RuntimeError: no room"),
        ("yield System('third', lambda text: ['p99999'])", "found passages that are not in the pool, such as 'p99999'"),
        ("import time; time.sleep(60)", "not done after 5 s"),
        ("import os; os.truncate(given.folder / '0.ranking.jsonl', 0)", "answered 0 questions that are not the 6"),
    ],
)
def test_what_goes_wrong_is_told_and_the_rest_is_kept(task: Task, tmp_path: Path, then: str, reason: str) -> None:
    peer = fake_peer(tmp_path, then)
    found = run_peer(peer, replace(task, timeout_s=5), tmp_path / "env", tmp_path / "runs", force=False)
    by_name = {one.name: one for one in found}
    failed = by_name["words" if "truncate" in then else "third"]
    assert isinstance(failed, Failed)
    assert failed.reason.startswith(reason)
    assert isinstance(by_name["first"], Measured)


def test_a_run_is_kept_until_what_it_came_from_changes(
    task: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "python_of", lambda name, folder: Path(sys.executable))
    count = tmp_path / "count"
    peer = fake_peer(tmp_path, f"open({str(count)!r}, 'a').write('x')", environment="rank_bm25")

    def run_it(task: Task = task, *, force: bool = False, peer: Peer = peer) -> int:
        run_peer(peer, task, tmp_path / "env", tmp_path / "runs", force=force)
        return len(count.read_text())

    assert [run_it(), run_it(), run_it(force=True), run_it()] == [1, 1, 2, 2]
    assert [run_it(replace(task, precision="bfloat16")), run_it()] == [3, 3]
    peer.script.write_text(peer.script.read_text(encoding="utf-8") + "\n# changed", encoding="utf-8")
    assert run_it() == 4
    # Our own code is not part of the key, so we are always run.
    assert [run_it(peer=replace(peer, environment=None)), run_it(peer=replace(peer, environment=None))] == [5, 6]


def test_a_failed_run_is_tried_again(task: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str, folder: Path) -> Path:
        raise RagError("no such version", where="pins", remedy="Look")

    monkeypatch.setattr(child, "python_of", none)
    peer = fake_peer(tmp_path, environment="rank_bm25")
    found = run_peer(peer, task, tmp_path / "env", tmp_path / "runs", force=False)
    assert found == [Failed(name, "pins: no such version. Look") for name in peer.systems]
    monkeypatch.setattr(child, "python_of", lambda name, folder: Path(sys.executable))
    assert isinstance(run_peer(peer, task, tmp_path / "env", tmp_path / "runs", force=False)[0], Measured)


# ---- environments


def test_an_environment_is_made_once_for_its_pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "REQUIREMENTS", tmp_path)
    wheel = tmp_path / "peerlib-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("peerlib.py", "ANSWER = 42\n")
        archive.writestr("peerlib-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: peerlib\nVersion: 1.0\n")
        archive.writestr(
            "peerlib-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("peerlib-1.0.dist-info/RECORD", "")
    (tmp_path / "one.txt").write_text(f"{wheel}\n", encoding="utf-8")
    python = environment.python_of("one", tmp_path / "environments")
    shown = subprocess.run(
        [python, "-c", "import peerlib, sys; print(peerlib.ANSWER, sys.prefix)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.split() == ["42", str(python.parent.parent)]
    made = python.stat().st_ctime_ns
    assert environment.python_of("one", tmp_path / "environments") == python
    assert python.stat().st_ctime_ns == made
    # Other pins, another environment; one that cannot be made says so and is not taken for whole the next time.
    (tmp_path / "one.txt").write_text(f"{tmp_path / 'gone-1.0-py3-none-any.whl'}\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(RagError, match=r"one\.txt: the environment cannot be made: .*gone-1\.0"):
            environment.python_of("one", tmp_path / "environments")


@pytest.mark.parametrize("peer", PEERS.values(), ids=str)
def test_every_peer_is_pinned_and_stands_alone(peer: Peer) -> None:
    tree = ast.parse(peer.script.read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    ours = {name.split(".")[0] for name in imported} & {"rag", "eval", "app"}
    assert ours == ({"rag"} if peer.environment is None else set())
    # Each system that the parent expects is named in the child.
    named = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert set(peer.systems) <= named
    if peer.environment is not None:
        pins = environment.requirements(peer.environment).read_text(encoding="utf-8").splitlines()
        assert all(re.fullmatch(r"#.*|[\w.-]+==[\w.]+", line) for line in pins)
        assert not any(line.startswith("torch==") and line != "torch==2.13.0" for line in pins)


# ---- figures


def asked(*rights: str) -> list[PeerQuestion]:
    return [PeerQuestion(f"q{number}", "f", "as written", "?", frozenset(right)) for number, right in enumerate(rights)]


def test_figures_worked_by_hand() -> None:
    # Ranks 1 (twice the same answer), 3, none, and a question that got no ranking at all.
    rankings = {"q0": ["a", "b"], "q1": ["x", "y", "a"], "q2": ["x"]}
    found = score(rankings, asked("ab", "a", "a", "a"))
    assert found["R@1"] == 0.25
    assert found["R@5"] == found["R@10"] == found["R@50"] == 0.5
    assert found["MRR@10"] == pytest.approx((1 + 1 / 3) / 4)
    assert found["nDCG@10"] == pytest.approx((1 + 1 / 2) / 4)
    # Beyond the tenth rank only R@50 counts it.
    late = score({"q0": [*"xxxxxxxxxxx", "a"]}, asked("a"))
    assert late == {"R@1": 0, "R@5": 0, "R@10": 0, "R@50": 1, "MRR@10": 0, "nDCG@10": 0}


def measured(name: str, *rankings: str, ms: float = 1.0) -> Measured:
    ranked = {f"q{number}": tuple(one) for number, one in enumerate(rankings)}
    return Measured(name, ranked, (ms,) * len(ranked), 1.5, 1.25, 3 * 2**20, {"lib": "2.0"}, ("a note",))


def test_tables_show_the_best_and_the_failed() -> None:
    questions = asked("a", "a")
    folded = [replace(question, form="no diacritics") for question in questions]
    pool = PeerPool((), (*questions, *folded), {"wiki": ("f",)})
    found = [measured("ours", "ab", "ba"), measured("peer", "ab", "ab", ms=2.0), Failed("broken", "no | room\nleft")]
    shown = tables(pool, found)
    assert list(shown) == ["wiki, as written", "wiki, no diacritics"]
    assert [one.figures["R@1"] for one in shown["wiki, as written"] if isinstance(one, Row)] == [0.5, 1.0]
    assert not_first(shown, "ours")[0] == "wiki, as written: R@1 of peer 1.000, ours 0.500"
    assert not any("R@5" in sentence for sentence in not_first(shown, "ours"))
    assert not_first(shown, "peer") == not_first(shown, "nobody") == []
    lines = as_markdown(pool, found).splitlines()
    assert "### wiki, as written (2 questions)" in lines
    assert "| ours | 0.500 | **1.000** | **1.000** | **1.000** | 0.750 | 0.815 | 1.0 |" in lines
    assert "| peer | **1.000** | **1.000** | **1.000** | **1.000** | **1.000** | **1.000** | 2.0 |" in lines
    assert "| broken | failed: no \\| room left | | | | | | |" in lines
    assert "| peer | 1.5 | 1.2 | 3 | lib 2.0 |" in lines
    assert {line.count("|") for line in lines if line.startswith("| ours |")} == {9, 6}
    assert "ours: a note." in lines


# ---- the command


def test_the_command_runs_what_is_chosen(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "PEERS", {"fake": fake_peer(tmp_path)})
    monkeypatch.setattr(run, "resolve", lambda name: ModelFolder(name, tmp_path, ""))
    page = tmp_path / "page.md"
    page.write_text("Before\n<!-- figures: peers -->\nold\n<!-- end of figures -->\nAfter\n", encoding="utf-8")
    folders = ["--data", str(data), "--cache", str(tmp_path / "cache"), "--out", str(tmp_path / "out")]
    folders += ["--page", str(page)]
    run.peers_command([*folders, "--peers", "fake", "--distractors", "1", "--set", "news dev"], standalone_mode=False)
    printed = capsys.readouterr()
    assert printed.out.strip() == (tmp_path / "out/peers.md").read_text(encoding="utf-8").strip()
    assert "### news dev, no diacritics (1 questions)" in printed.out
    filled = page.read_text(encoding="utf-8")
    assert filled.startswith("Before\n<!-- figures: peers -->\n2 passages.")
    assert filled.endswith("<!-- end of figures -->\nAfter\n")
    assert "old" not in filled
    assert "peers: third failed: delivered nothing" in printed.err
    told = json.loads((tmp_path / "out/peers.json").read_text(encoding="utf-8"))
    assert told["questions"] == {"news dev, as written": 1, "news dev, no diacritics": 1}
    assert [row["figures"]["R@1"] for row in told["tables"]["news dev, as written"][:2]] == [1.0, 1.0]
    assert told["systems"][2] == {"name": "third", "reason": "delivered nothing"}


def test_the_command_says_what_is_wrong_with_its_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["peers", "--peers", "hoibao,elastic"])
    with pytest.raises(SystemExit) as ended:
        run.main()
    assert ended.value.code == 2
    assert "no such peer: elastic. The peers are hoibao, rank_bm25" in capsys.readouterr().err


@pytest.mark.model
def test_our_own_child_finds_the_passages(data: Path, tmp_path: Path) -> None:
    passages, questions = write_pool(read(data), tmp_path / "pools")
    task = Task(passages, questions, "unused", "float32", 50, 200)
    (found,) = run_peer(PEERS["hoibao"], task, tmp_path / "env", tmp_path / "runs", force=False)
    assert isinstance(found, Measured), found
    pool = read(data)
    for name in pool.sets:
        assert score(found.rankings, pool.asked(name, "as written"))["R@1"] == 1.0
