"""Measuring retrieval: lenient reading, forms, where answers are, figures by hand, and whole runs over small pools."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from eval import retrieval
from eval.asked import Asked, Wanted, read_asked
from eval.forms import (
    ALL_FORMS,
    LANGUAGES,
    in_form,
    lower_without_diacritics,
    partly_without_diacritics,
    read_parallel,
    with_a_typo,
    without_diacritics,
)
from eval.fusions import min_max, rank_blend, standardised_over_all
from eval.methods import GROUPS, PRODUCT, Bench, Copied, Ranked, embed_ms
from eval.pool_library import Gold, Pool, PoolSpec, make_pool
from eval.retrieval import retrieval_command
from eval.retrieval_figures import figures, outcome
from eval.retrieval_report import filled_in
from eval.retrieval_runs import default_plans
from eval.vector_cache import CachedEmbedder
from rag.config import Settings
from rag.datatypes import Scored
from rag.errors import LoadError, SettingsError
from rag.vietnamese import fold
from tests.fakes import HashingEmbedder

RIVER = "Sông Hồng chảy qua Hà Nội rồi ra biển Đông."
PEAK = "Đỉnh Fansipan cao 3.143 mét, là nóc nhà Đông Dương."
GOLD = "Giá vàng chạm 90 triệu đồng một lượng trong sáng nay."


def squad(*passages: tuple[str, str, str], title: str = "Địa lý Việt Nam") -> dict[str, object]:
    """A SQuAD document of passages with a question and its answer each."""
    paragraphs = [
        {
            "context": context,
            "qas": [
                {
                    "id": f"q{at}",
                    "question": question,
                    "answers": [{"text": answer, "answer_start": context.index(answer)}],
                }
            ],
        }
        for at, (context, question, answer) in enumerate(passages)
    ]
    return {"data": [{"title": title, "paragraphs": paragraphs}]}


def written(path: Path, document: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, ensure_ascii=False)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def lines(path: Path, records: Sequence[Mapping[str, object] | str]) -> Path:
    texts = [record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def geography(tmp_path: Path) -> Path:
    return written(
        tmp_path / "geography.json",
        squad((RIVER, "Sông Hồng chảy qua đâu?", "Hà Nội"), (PEAK, "Fansipan cao bao nhiêu?", "3.143 mét")),
    )


# ---- reading ----------------------------------------------------------------------------------------------------


def test_squad_files_are_read_with_whatever_they_leave_out(tmp_path: Path) -> None:
    document = {
        "data": [
            {
                "paragraphs": [
                    {
                        "context": RIVER,
                        "qas": [
                            {"question": "Chảy qua đâu?", "answers": [{"text": "Hà Nội"}, {"text": "biển Đông"}]},
                            {"question": "Ai nói?", "is_impossible": True, "answers": []},
                            {"question": "Không có gì?", "answers": []},
                            {"question": " ", "answers": [{"text": "Hà Nội"}]},
                            {"id": 7, "question": "Ra đâu?", "answers": {"text": ["biển Đông"], "answer_start": [32]}},
                            {
                                "id": "7",
                                "question": "Ra đâu nữa?",
                                "answers": [{"text": "biển Đông", "answer_start": 1}],
                            },
                        ],
                    },
                    {"context": 3},
                ]
            },
            "not a topic",
        ]
    }
    asked = read_asked(written(tmp_path / "rough.json", document))
    assert [question.id for question in asked.questions] == ["#1", "7", "7~"]
    assert [wanted.quote for wanted in asked.questions[0].wanted] == ["Hà Nội", "biển Đông"]
    assert asked.skipped == {"not answerable": 2, "without a question": 1}
    assert asked.passages is not None
    assert [passage.title for passage in asked.passages] == [None]


def test_flat_records_of_hubs_are_squad_too(tmp_path: Path) -> None:
    record = {"context": PEAK, "question": "Cao bao nhiêu?", "answers": {"text": ["3.143 mét"], "answer_start": [18]}}
    asked = read_asked(written(tmp_path / "flat.json.gz", [record, record | {"question": "Cao mấy mét?"}]))
    assert [question.text for question in asked.questions] == ["Cao bao nhiêu?", "Cao mấy mét?"]
    assert asked.passages is not None
    assert len(asked.passages) == 1


@pytest.mark.parametrize(
    ("title", "kept"),
    [("Địa_lý", "Địa lý"), ("Wikipedia", "Wikipedia"), ("dev-0", None), ("0012", None), ("", None), (3, None)],
)
def test_bare_ids_are_no_titles(title: str, kept: str | None, tmp_path: Path) -> None:
    asked = read_asked(written(tmp_path / "t.json", squad((RIVER, "Qua đâu?", "Hà Nội"), title=title)))
    assert asked.passages is not None
    assert asked.passages[0].title == kept


def test_lines_of_a_set_are_read_leniently(tmp_path: Path) -> None:
    evidence = [{"file": "a.txt", "quote": "Hà Nội"}]
    asked = read_asked(
        lines(
            tmp_path / "own.jsonl",
            [
                {"id": "1", "question": "Đâu?", "evidence": evidence, "mood": "new field", "today": "2021-04-30"},
                {"question": "Đâu nữa?", "answerable": True, "evidence": evidence[0] | {"part": 1}, "today": "soon"},
                {"id": "3", "question": "Ngoài lề?", "answerable": False, "evidence": evidence},
                {"id": "4", "question": "Ở đâu thế?", "answerable": True, "evidence": []},
                {"id": "5"},
                "{torn",
                {"id": "6", "question": "Chỗ nào?", "evidence": [{"file": "a", "start": 1, "end": 3, "sha256": "0"}]},
            ],
        )
    )
    assert [question.id for question in asked.questions] == ["1", "#2", "6"]
    assert [str(question.today) for question in asked.questions] == ["2021-04-30", "None", "None"]
    assert asked.questions[1].wanted[0].part == 1
    assert asked.questions[2].wanted[0].span is not None
    assert asked.passages is None
    assert asked.skipped == {"not answerable": 1, "without evidence": 1, "without a question": 1, "not JSON": 1}


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("none.jsonl", "\n", LoadError),
        ("none.json", '{"data": []}', LoadError),
        ("torn.json", '{"data": [', LoadError),
        ("other.json", "3", LoadError),
    ],
)
def test_files_without_questions_are_errors(name: str, text: str, error: type[Exception], tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(error):
        read_asked(tmp_path / name)


def test_missing_and_damaged_files_are_errors_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "torn.json.gz").write_bytes(gzip.compress(b"{}")[:9])
    for name in ("missing.json", "torn.json.gz"):
        with pytest.raises(SettingsError, match="Name a readable file"):
            read_asked(tmp_path / name)


# ---- forms ------------------------------------------------------------------------------------------------------


def a_question(text: str, id_: str = "q", **more: object) -> Asked:
    return Asked(id_, "", text, (), (Wanted("f", "q"),), **more)  # type: ignore[arg-type]


def test_diacritics_are_taken_away_and_capitals_kept() -> None:
    assert without_diacritics("Tổng thống Đức đến Huế ngày nào?") == "Tong thong Duc den Hue ngay nao?"
    assert lower_without_diacritics("Đức") == "duc"


def test_partly_typed_questions_keep_some_diacritics() -> None:
    text = "Bộ trưởng Quốc phòng đến thăm Hà Nội và Huế ngày nào trong tuần trước?"
    partly = partly_without_diacritics(text, "q1")
    assert fold(partly) == fold(text)
    assert partly not in (text, without_diacritics(text))
    assert partly == partly_without_diacritics(text, "q1")
    assert len({partly_without_diacritics(text, f"q{at}") for at in range(9)}) > 1


def test_one_word_has_a_slip() -> None:
    text = "Bộ trưởng Quốc phòng đến thăm Huế ngày nào?"
    for at in range(200):
        typed = with_a_typo(text, f"q{at}")
        changed = [pair for pair in zip(text.split(), typed.split(), strict=True) if pair[0] != pair[1]]
        assert len(changed) == 1, typed
    assert with_a_typo("ở ý", "q") == "ở ý"


def test_the_conversation_is_typed_alike_and_languages_need_translations(tmp_path: Path) -> None:
    questions = [replace(a_question("Còn Huế?", "1"), history=("Hà Nội ở đâu?",)), a_question("Ở đâu?", "2")]
    (bare, _) = in_form(questions, "unaccented", {})
    assert (bare.text, bare.history) == ("Con Hue?", ("Ha Noi o dau?",))
    parallel = read_parallel(lines(tmp_path / "p.jsonl", [{"id": "2", "en": "Where?", "fr": "Où ?", "ru": 3}]))
    assert [asked.text for asked in in_form(questions, "english", parallel)] == ["Where?"]
    assert in_form(questions, "russian", parallel) == []
    with pytest.raises(LoadError, match=r"p\.jsonl:1"):
        read_parallel(lines(tmp_path / "p.jsonl", ["{"]))


# ---- fusions ----------------------------------------------------------------------------------------------------


def leg(*pairs: tuple[int, float]) -> list[Scored]:
    return [Scored(key, score) for key, score in pairs]


def test_min_max_by_hand() -> None:
    fused = min_max(leg((1, 4.0), (2, 3.0), (3, 2.0)), leg((2, 9.0), (4, 1.0)), 0.5)
    assert [(item.key, item.score) for item in fused] == [(2, 0.75), (1, 0.5), (3, 0.0), (4, 0.0)]


def test_rank_blend_by_hand() -> None:
    fused = rank_blend(leg((1, 9.0), (2, 8.0)), leg((2, 1.0)), 0.5)
    assert [(item.key, item.score) for item in fused] == [(2, 0.75), (1, 0.5)]


def test_both_legs_score_all_candidates() -> None:
    asked: list[list[int]] = []

    def dense_of(keys: list[int]) -> list[Scored]:
        asked.append(keys)
        return leg((3, 0.0))

    fused = standardised_over_all(leg((1, 2.0), (2, 1.0)), leg((3, 5.0)), 1.0, dense_of, lambda keys: [])
    deviation = (2 / 3) ** 0.5
    assert asked == [[3]]
    assert [item.key for item in fused] == [1, 2, 3]
    assert [item.score for item in fused] == pytest.approx([1 / deviation, 0.0, -1 / deviation])


@pytest.mark.parametrize("fuse", [lambda d, b: min_max(d, b, 0.5), lambda d, b: rank_blend(d, b, 0.5)])
def test_ties_do_not_depend_on_the_order_of_arrival(fuse: Callable[[list[Scored], list[Scored]], list[Scored]]) -> None:
    dense, lexical = leg((5, 2.0), (1, 1.0)), leg((1, 2.0), (5, 1.0))
    assert fuse(dense, lexical) == fuse(lexical, dense)
    assert [item.key for item in fuse(dense, lexical)] == [1, 5]


# ---- pools ------------------------------------------------------------------------------------------------------


def pool_of(tmp_path: Path, sets: Sequence[Path], *articles: Path, most: int | None = None) -> Pool:
    asked = [read_asked(path, path.stem) for path in sets]
    return make_pool(PoolSpec("p", articles, most), asked, tmp_path / "work", Settings(), HashingEmbedder())


def texts_of(pool: Pool, gold: Gold) -> set[str]:
    return {pool.source_of[chunk.article_id] for chunk in pool.chunk_of.values() if chunk.id in gold.parts}


def test_passages_join_the_pool_and_hold_their_answers(geography: Path, tmp_path: Path) -> None:
    news = lines(
        tmp_path / "news.jsonl", [{"id": str(at), "title": f"Tin {at}", "text": GOLD + f" {at}"} for at in range(9)]
    )
    pool = pool_of(tmp_path, [geography], news, most=2)
    assert (pool.articles, len(pool.chunk_of)) == (4, 4)
    (one,) = pool.sets
    assert one.lost == ()
    assert [texts_of(pool, gold) for gold in one.gold] == [
        {"passages.jsonl#geography/00001"},
        {"passages.jsonl#geography/00002"},
    ]
    assert [gold.needed for gold in one.gold] == [1, 1]


def test_one_passage_of_two_sets_is_one_article(geography: Path, tmp_path: Path) -> None:
    again = written(tmp_path / "again.json", squad((PEAK, "Đỉnh nào cao 3.143 mét?", "Fansipan")))
    pool = pool_of(tmp_path, [geography, again])
    assert pool.articles == 2
    assert texts_of(pool, pool.sets[1].gold[0]) == {"passages.jsonl#geography/00002"}


def test_the_answer_is_where_the_file_says(tmp_path: Path) -> None:
    filler = "Câu này dài thêm để đoạn văn phải được cắt ra làm nhiều phần khác nhau. " * 20
    context = f"Năm 1990 mở đầu. {filler}Năm 1990 kết thúc."
    document = squad((context, "Kết thúc năm nào?", "1990"))
    topic = document["data"][0]  # type: ignore[index]
    topic["paragraphs"][0]["qas"][0]["answers"][0]["answer_start"] = context.rindex("1990")
    pool = pool_of(tmp_path, [written(tmp_path / "two.json", document)])
    (gold,) = pool.sets[0].gold
    right = [chunk for chunk in pool.chunk_of.values() if chunk.id in gold.parts]
    assert len(pool.chunk_of) > 1
    assert [chunk.end for chunk in right] == [max(chunk.end for chunk in pool.chunk_of.values())]


def test_evidence_is_found_by_quote_and_by_place(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text(f"{RIVER}\n{PEAK}\n", encoding="utf-8")
    (folder / "b.txt").write_text(f"{GOLD}\n", encoding="utf-8")
    start = len(RIVER) + 1
    digest = hashlib.sha256(PEAK.encode()).hexdigest()
    asked = lines(
        tmp_path / "own.jsonl",
        [
            {"id": "quote", "question": "?!", "evidence": [{"file": "a.txt", "quote": RIVER}]},
            {"id": "two parts", "question": "Gì?", "evidence": [
                {"file": "a.txt", "quote": RIVER, "part": 0}, {"file": "elsewhere/b.txt", "quote": GOLD, "part": 1}]},
            {"id": "place", "question": "Gì?", "evidence": [
                {"file": "a.txt", "start": start, "end": start + len(PEAK), "sha256": digest}]},
            {"id": "wrong place", "question": "Gì?", "evidence": [
                {"file": "a.txt", "start": 0, "end": len(PEAK), "sha256": digest}]},
            {"id": "not there", "question": "Gì?", "evidence": [{"file": "c.txt", "quote": RIVER}]},
        ],
    )  # fmt: skip
    pool = pool_of(tmp_path, [asked], folder)
    (one,) = pool.sets
    assert one.lost == ("wrong place", "not there")
    assert [sorted(set().union(*gold.parts.values())) for gold in one.gold] == [[0], [0, 1], [0], [], []]
    assert [gold.needed for gold in one.gold] == [1, 2, 1, 1, 1]
    assert one.gold[3].sources == {"0-articles/a.txt"}
    assert one.gold[2].quotes[0].quote == PEAK


def test_a_pool_without_articles_is_an_error(tmp_path: Path) -> None:
    asked = lines(tmp_path / "own.jsonl", [{"question": "Gì?", "evidence": [{"file": "a", "quote": "b"}]}])
    with pytest.raises(SettingsError, match="no articles"):
        pool_of(tmp_path, [asked])
    with pytest.raises(SettingsError, match="no such file"):
        pool_of(tmp_path, [asked], tmp_path / "missing")


# ---- figures ----------------------------------------------------------------------------------------------------


def test_figures_by_hand() -> None:
    gold = Gold({"a:0000": frozenset({0}), "b:0000": frozenset({1})}, frozenset({"a", "b"}), 2)
    one_part = Gold({"a:0000": frozenset({0})}, frozenset({"a"}), 1)
    source_of = {"a:0000": "a", "b:0000": "b", "c:0000": "c"}
    # One of two parts at rank 1, the other at rank 3.
    first = outcome("1", Ranked(("a:0000", "c:0000", "b:0000"), {}, 4.0), gold, source_of)
    assert (first.recall[0], first.recall[1], first.recall[2], first.recall[49]) == (0.5, 0.5, 1.0, 1.0)
    assert (first.mrr10, first.article_first, first.evidence_in_5, first.first_rank) == (1.0, True, True, 1)
    # The second question's passage is third.
    second = outcome("2", Ranked(("c:0000", "b:0000", "a:0000"), {}, 2.0), one_part, source_of)
    assert (second.recall[0], second.recall[2], second.first_rank) == (0.0, 1.0, 3)
    assert (second.mrr10, second.ndcg10) == (pytest.approx(1 / 3), pytest.approx(0.5))
    nothing = outcome("3", Ranked((), {}, 0.0), one_part, source_of)
    assert (nothing.recall[49], nothing.article_first, nothing.first_rank) == (0.0, False, None)
    mean = figures([first, second, nothing])
    assert (mean.questions, mean.ms) == (3, 2.0)
    assert (mean.r1, mean.r5, mean.mrr10) == (pytest.approx(0.5 / 3), pytest.approx(2 / 3), pytest.approx(4 / 9))
    assert (mean.article1, mean.evidence5) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert figures([]).r1 == 0.0


def test_a_reprint_that_was_folded_into_another_counts_if_it_says_the_same() -> None:
    gold = Gold({"a:0000": frozenset({0})}, frozenset({"a"}), 1, (Wanted("a", "ở Hà Nội"),))
    source_of = {"a:0000": "a", "c:0000": "c"}

    def first(copies: tuple[str, ...], text: str) -> tuple[float, bool]:
        found = outcome("1", Ranked(("c:0000",), {0: Copied(copies, text)}, 0.0), gold, source_of)
        return found.recall[0], found.article_first

    assert first(("a",), "Họ gặp nhau ở Hà Nội.") == (1.0, True)
    assert first(("a",), "Họ gặp nhau ở Huế.") == (0.0, True)
    assert first(("b",), "Họ gặp nhau ở Hà Nội.") == (0.0, False)


# ---- vectors ----------------------------------------------------------------------------------------------------


def test_vectors_are_kept_from_run_to_run(tmp_path: Path) -> None:
    first = HashingEmbedder()
    with CachedEmbedder(first, tmp_path) as cached:
        passages = cached.embed_passages([RIVER, PEAK, RIVER])
        cached.embed_queries([RIVER])
    assert (first.passages_embedded, first.queries_embedded) == (2, 1)
    second = HashingEmbedder()
    with CachedEmbedder(second, tmp_path) as cached:
        assert cached.embed_passages([PEAK, RIVER]).tolist() == passages[[1, 0]].tolist()
        assert cached.embed_passages([]).shape == (0, 256)
        cached.embed_passages([GOLD])
    assert (second.passages_embedded, second.queries_embedded) == (1, 0)
    other = HashingEmbedder(name="another model")
    with CachedEmbedder(other, tmp_path) as cached:
        cached.embed_passages([RIVER])
    assert other.passages_embedded == 1


def test_a_damaged_file_of_vectors_is_left_unused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with CachedEmbedder(HashingEmbedder(), tmp_path) as cached:
        cached.embed_passages([RIVER])
    (file,) = tmp_path.rglob("*.npz")
    file.write_bytes(file.read_bytes()[:-40])
    embedder = HashingEmbedder()
    with CachedEmbedder(embedder, tmp_path) as cached:
        assert np.allclose(cached.embed_passages([RIVER]), HashingEmbedder().embed_passages([RIVER]))
    assert embedder.passages_embedded == 1
    assert "left unused" in caplog.text


# ---- methods ----------------------------------------------------------------------------------------------------


def test_every_method_ranks_alike_however_often_and_whenever_it_is_asked(geography: Path, tmp_path: Path) -> None:
    same = [{"id": str(at), "title": "Giá vàng", "text": GOLD} for at in range(5)]
    pool = pool_of(tmp_path, [geography], lines(tmp_path / "news.jsonl", same))
    questions = [*pool.sets[0].questions, a_question("Giá vàng sáng nay bao nhiêu?", "ties"), a_question("xyz", "none")]
    embedder = HashingEmbedder()
    with ExitStack() as stack:
        bench = Bench(pool, Settings(), embedder, stack, embed_ms=embed_ms(embedder, ["một", "hai"]))
        methods = list(bench.methods([group for group in GROUPS if group != "words"]))
        assert len({method.name for method in methods}) == len(methods)
        orders = [questions, questions[::-1]]
        found = [
            {(method.name, asked.id): method.rank(asked).chunk_ids for asked in order for method in methods}
            for order in orders
        ]
    assert found[0] == found[1]
    # Five passages alike: every leg and fusion puts them in the order in which they were indexed.
    keys = {chunk.id: key for key, chunk in pool.chunk_of.items()}
    for method in methods:
        if method.group in ("legs", "fusions"):
            ranked = [keys[id_] for id_ in found[0][method.name, "ties"]]
            tied = [key for key in ranked if pool.source_of[pool.chunk_of[key].article_id].startswith("0-news")]
            assert tied == sorted(tied), method.name
            assert len(tied) == 5
    # The product shows the five once.
    assert len(found[0][PRODUCT, "ties"]) == len(pool.chunk_of) - 4


# ---- the command ------------------------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr(retrieval, "open_embedder", lambda _: HashingEmbedder())
    monkeypatch.setattr(retrieval, "default_folder", lambda: tmp_path / "vectors")

    def command(*arguments: str | Path) -> Result:
        return CliRunner().invoke(retrieval_command, [str(argument) for argument in arguments])

    return command


def test_a_run_over_a_squad_file(geography: Path, tmp_path: Path, run: Callable[..., Result]) -> None:
    out = tmp_path / "out"
    result = run("--set", geography, "--json", "--out", out, "--methods", "legs,product", "--forms", "accented,lower")
    assert result.exit_code == 0, result.stderr
    tables = json.loads(result.stdout)
    assert [(table["set"], table["form"]) for table in tables] == [("geography", "accented"), ("geography", "lower")]
    by_name = {row["method"]: row["figures"] for row in tables[0]["rows"]}
    assert by_name["BM25 all kinds"]["r1"] == 1.0
    assert by_name[PRODUCT]["questions"] == 2
    assert by_name[PRODUCT]["ms"] > 0
    assert json.loads((out / "retrieval.json").read_text(encoding="utf-8")) == tables
    ranks = [json.loads(line) for line in (out / "ranks.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {
        "pool": "pool",
        "set": "geography",
        "form": "accented",
        "method": "BM25 all kinds",
        "id": "q0",
        "rank": 1,
    } in ranks
    assert "### geography, lower" in (out / "retrieval.md").read_text(encoding="utf-8")


def test_a_run_over_a_set_and_a_folder(tmp_path: Path, run: Callable[..., Result]) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(RIVER, encoding="utf-8")
    asked = lines(
        tmp_path / "own.jsonl",
        [
            {"question": "Sông Hồng chảy qua đâu?", "evidence": [{"file": "a.txt", "quote": RIVER}]},
            {"question": "Ngoài lề?", "answerable": False, "evidence": []},
        ],
    )
    result = run("--set", asked, "--pool", tmp_path / "articles", "--methods", PRODUCT, "--forms", "accented")
    assert result.exit_code == 0, result.stderr
    assert "1 questions over 1 passages of 1 articles (pool pool); left out: 1 not answerable." in result.stdout
    assert "article@1 | evidence@5" in result.stdout
    assert f"| **{PRODUCT}** | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 |" in result.stdout


def test_a_library_is_copied_and_left_as_it_was(geography: Path, tmp_path: Path, run: Callable[..., Result]) -> None:
    pool = pool_of(tmp_path, [geography])
    before = {path: path.stat().st_mtime_ns for path in pool.folder.rglob("*")}
    more = written(tmp_path / "more.json", squad((GOLD, "Giá vàng bao nhiêu?", "90 triệu đồng")))
    result = run("--set", more, "--library", pool.folder / "library", "--methods", "legs", "--forms", "accented")
    assert result.exit_code == 0, result.stderr
    assert "over 3 passages of 3 articles" in result.stdout
    assert {path: path.stat().st_mtime_ns for path in pool.folder.rglob("*")} == before


def test_the_default_run_fills_the_page(tmp_path: Path, run: Callable[..., Result]) -> None:
    data = tmp_path / "data"
    for name, one in {
        "reader_train/viquad1_vi": (RIVER, "Sông Hồng chảy qua đâu?", "Hà Nội"),
        "reader_dev/viquad1_vi": (PEAK, "Fansipan cao bao nhiêu?", "3.143 mét"),
    }.items():
        written(data / f"{name}.json.gz", squad(one))
    (data / "news").mkdir()
    records = [json.dumps({"id": f"{at}", "title": f"Tin {at}", "text": GOLD}) for at in range(3)]
    (data / "news" / "large.jsonl.gz").write_bytes(gzip.compress("\n".join(records).encode()))
    page = tmp_path / "page.md"
    marks = "<!-- figures: viquad1, accented -->\nold\n<!-- end of figures -->\n"
    drawn = "![](page/first-viquad1.svg) ![](page/recall-viquad1-unaccented.svg)"
    page.write_text(
        f"# Page {drawn}\n{marks}text\n<!-- figures: other -->\nkept\n<!-- end of figures -->\n", encoding="utf-8"
    )
    result = run("--data", data, "--page", page, "--methods", "legs,fusions,product", "--limit", 1)
    assert result.exit_code == 0, result.stderr
    text = page.read_text(encoding="utf-8")
    assert "2 questions over" in text
    assert "\nold\n" not in text
    assert "text\n<!-- figures: other -->\nkept" in text
    drawing = (tmp_path / "page" / "first-viquad1.svg").read_text(encoding="utf-8")
    assert drawing.startswith("<svg xmlns")
    assert drawing.count("<svg") == drawing.count("</svg>") == 1
    assert {file.name for file in (tmp_path / "page").iterdir()} == {
        "first-viquad1.svg",
        "recall-viquad1-unaccented.svg",
    }
    assert "no question of it is known in english" in result.stderr


def test_the_default_sets_need_their_data(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--data"):
        default_plans(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--set", "{set}", "--forms", "shouted"], "no such form: shouted"),
        (["--set", "{set}", "--methods", "magic"], "no such method: magic"),
        (["--set", "missing.json"], "cannot be read"),
        (["--pool", "{set}"], "Name a question set"),
        (["--set", "{set}", "--option", "retrieve.deepness=3"], "no such setting"),
        (["--set", "{set}", "--page", "missing/page.md", "--methods", "legs"], "cannot be filled in"),
    ],
)
def test_wrong_usage_is_told_in_one_line(
    arguments: list[str], told: str, geography: Path, run: Callable[..., Result]
) -> None:
    result = run(*(argument.replace("{set}", str(geography)) for argument in arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("hoibao: ")
    assert told in last


def test_a_page_needs_marks() -> None:
    with pytest.raises(SettingsError, match="Mark places"):
        filled_in("# Page", {"a": "b"}, "page.md")


def test_forms_and_languages_are_told_apart() -> None:
    assert set(LANGUAGES) < set(ALL_FORMS)
