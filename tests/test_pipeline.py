"""The straight line, on real storage: with the hashing embedder and quick readers, and once with the real models."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.compose import EMPTY_QUESTION, NO_SUBJECT, NOTHING_INDEXED, parts_of
from rag.config import Settings, load_settings
from rag.errors import LibraryError, LibraryMismatch, LibraryMissing, ModelError
from rag.pipeline import Engine, ask, build, derived_id, open_engine, search
from rag.question import understand
from rag.reader import Reading
from rag.understanding import NO_WORDINGS, NOT_RESTORED
from tests.fakes import HashingEmbedder, ScriptedReader

NEWS = {
    "lũ.txt": (
        "Nước sông Hương lên nhanh trong đêm 5/10 vì mưa lớn kéo dài ở thượng nguồn. "
        "Hơn 200 trường học ở Huế đóng cửa trong hai ngày. Ông Nguyễn Văn An nói rằng thành phố đã sơ tán 1.500 hộ dân."
    ),
    "bóng đá.txt": (
        "Đội tuyển Việt Nam thắng Thái Lan với tỷ số 2-1 trên sân Mỹ Đình. "
        "Nguyễn Quang Hải ghi bàn quyết định ở phút 89. Huấn luyện viên khen tinh thần của các cầu thủ trẻ."
    ),
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "bài"
    folder.mkdir()
    for name, text in NEWS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def settings() -> Settings:
    # The reader that needs no network. The hashing embedder's cosines are lower than the model's, for which its weights
    # were fitted.
    return load_settings(None, {"answer.reader": "sentences", "answer.threshold": 0.0})


@pytest.fixture
def engine(corpus: Path, tmp_path: Path, settings: Settings) -> Iterator[Engine]:
    embedder = HashingEmbedder()
    build([corpus], tmp_path / "library", settings, embedder=embedder)
    with open_engine(tmp_path / "library", settings, embedder=embedder) as opened:
        yield opened


def test_a_question_gets_a_cited_answer_whose_quotation_stands(engine: Engine) -> None:
    answer = ask(engine, "Bao nhiêu trường học ở Huế đóng cửa?", id="q1")
    assert (answer.id, answer.status) == ("q1", "answered")
    first = answer.citations[0]
    assert first.quote == "Hơn 200 trường học ở Huế đóng cửa trong hai ngày."
    assert engine.article(first.article_id).text[first.start : first.end] == first.quote
    assert answer.claims[0].citations == (1,)
    assert {"question", "embed", "dense", "lexical", "fuse", "read", "decide", "compose", "total"} <= set(
        answer.timings_ms
    )


def test_the_same_question_has_the_same_answer(engine: Engine) -> None:
    first, second = (ask(engine, "Ai ghi bàn quyết định?") for _ in range(2))
    assert (first.id, first.text, first.citations, first.hits) == (
        second.id,
        second.text,
        second.citations,
        second.hits,
    )
    assert first.id == derived_id("Ai ghi bàn quyết định?")
    assert first.id != derived_id("Ai ghi bàn quyết định?", ["Trận nào?"])


def test_a_follow_up_is_searched_with_the_question_it_leans_on(engine: Engine) -> None:
    answer = ask(engine, "Vì sao?", history=["Nước sông Hương lên nhanh khi nào?"])
    assert answer.understood_as == "Vì sao nước sông Hương lên nhanh?"
    assert "mưa lớn" in answer.citations[0].quote


def test_a_follow_up_leans_on_the_earlier_answers_where_they_are_known(engine: Engine) -> None:
    text, earlier, meant = "Ông ấy ghi bàn khi nào?", "Ai ghi bàn quyết định?", "Nguyễn Quang Hải ghi bàn khi nào?"
    assert ask(engine, text, history=[earlier]).understood_as == f"{earlier} {text}"
    assert ask(engine, text, history=[earlier], answers=["Nguyễn Quang Hải"]).understood_as == meant
    assert search(engine, text, history=[earlier], answers=["Nguyễn Quang Hải"]).understood_as == meant
    # Beside its own question: the earlier of two was answered, the later not.
    both = {"history": [earlier, "Đội nào thua Thái Lan?"], "answers": ["Nguyễn Quang Hải", None]}
    assert ask(engine, text, **both).understood_as == f"Đội nào thua Thái Lan? {text}"


def test_an_answer_says_how_the_question_itself_was_read(engine: Engine) -> None:
    typed, read = "nuoc song huong len nhanh khi nao", "Nước sông Hương lên nhanh khi nào"
    assert ask(engine, typed).read_as == read
    assert ask(engine, typed, as_typed=True).read_as is None
    follow_up = ask(engine, "Vì sao?", history=[typed])
    assert (follow_up.understood_as, follow_up.read_as) == ("Vì sao nước sông Hương lên nhanh?", None)
    assert ask(engine, "Vì sao?", history=[typed], restore_history=False).understood_as == f"{typed} Vì sao?"
    mended = ask(engine, "vi sao", history=[read], restore_history=False)
    assert (mended.understood_as, mended.read_as) == ("Vì sao nước sông Hương lên nhanh?", "Vì sao")
    assert ask(engine, "vi sao", history=[read], restore_history=False, as_typed=True).understood_as == f"{read} vi sao"


def test_of_a_question_that_is_too_long_the_end_is_asked(engine: Engine) -> None:
    preamble = "Tôi đọc báo từ lâu và xin hỏi các bạn một điều như sau đây. " * 100
    answer = ask(engine, f"{preamble}Bao nhiêu trường học ở Huế đóng cửa?")
    assert "Hơn 200 trường học" in answer.citations[0].quote
    (note,) = [note for note in answer.notes if "quá dài" in note]
    assert "phần cuối, không quá 2.000 ký tự" in note
    follow_up = ask(engine, "Vì sao?", history=[f"{preamble}Ai ghi bàn?"])
    assert (follow_up.understood_as or "").endswith("Ai ghi bàn? Vì sao?")
    assert ask(engine, "a" * 5_000).hits


def test_a_question_about_nothing_asks_for_the_whole_question(engine: Engine) -> None:
    answer = ask(engine, "Ở đâu?")
    assert (answer.status, answer.hits, NO_SUBJECT in answer.text) == ("not_found", (), True)
    assert NO_SUBJECT not in ask(engine, "Ở đâu?", history=["Nước sông Hương lên nhanh khi nào?"]).text


@pytest.mark.parametrize("question", ["", "  \n\t", "\x00", "\ud800", "?", "“…”!", "🙂"])
def test_a_question_without_a_word_is_an_answer(engine: Engine, question: str) -> None:
    answer = ask(engine, question)
    assert (answer.status, answer.claims, answer.citations) == ("not_found", (), ())
    assert EMPTY_QUESTION in answer.text
    assert answer.question == question
    assert search(engine, question).hits == ()


def test_a_question_of_100_000_characters_is_cut_and_says_so(engine: Engine) -> None:
    answer = ask(engine, "Bao nhiêu trường học ở Huế đóng cửa? " + "huế " * 25_000)
    assert any("2.000 ký tự" in note for note in answer.notes)
    assert answer.hits


def test_a_refresh_that_failed_is_made_up_for(engine: Engine, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (corpus / "mới.txt").write_text("Cầu Long Biên đóng cửa để sửa chữa trong ba tuần kể từ thứ Hai.", encoding="utf-8")
    build([corpus], engine.library.folder, engine.settings, embedder=HashingEmbedder())
    with monkeypatch.context() as patched:
        patched.setattr(type(engine.dense), "catch_up", _fail)
        with pytest.raises(LibraryError, match="told"):
            search(engine, "Cầu Long Biên đóng cửa bao lâu?")
    assert "Long Biên" in search(engine, "Cầu Long Biên đóng cửa bao lâu?").hits[0].text
    assert len(engine.dense) == engine.library.manifest().chunks


def _fail(index: object) -> None:
    raise LibraryError("told")


def test_a_library_that_was_removed_and_made_again_is_gone_over_to(engine: Engine, corpus: Path) -> None:
    folder, embedder = engine.library.folder, HashingEmbedder()
    shutil.rmtree(folder)
    with pytest.raises(LibraryMissing):
        search(engine, "Bao nhiêu trường học ở Huế đóng cửa?")
    (corpus / "lũ.txt").write_text("Hơn 300 trường học ở Huế đóng cửa trong bốn ngày liền vì lũ.", encoding="utf-8")
    build([corpus], folder, engine.settings, embedder=embedder)
    assert "300 trường" in search(engine, "Bao nhiêu trường học ở Huế đóng cửa?").hits[0].text
    shutil.rmtree(folder)
    build([corpus], folder, engine.settings, embedder=HashingEmbedder(64, name="other"))
    with pytest.raises(LibraryMismatch, match="another embedding model"):
        search(engine, "Bao nhiêu trường học ở Huế đóng cửa?")


def test_an_empty_library_says_so(tmp_path: Path, settings: Settings) -> None:
    embedder = HashingEmbedder()
    (tmp_path / "rỗng").mkdir()
    build([tmp_path / "rỗng"], tmp_path / "library", settings, embedder=embedder)
    with open_engine(tmp_path / "library", settings, embedder=embedder) as engine:
        assert NOTHING_INDEXED in ask(engine, "Ai đó?").text
        assert search(engine, "Ai đó?").hits == ()


def test_searching_opens_no_reader(corpus: Path, tmp_path: Path) -> None:
    embedder, settings = HashingEmbedder(), load_settings(None, {"answer.reader": str(tmp_path / "missing")})
    build([corpus], tmp_path / "library", settings, embedder=embedder)
    with open_engine(tmp_path / "library", settings, embedder=embedder) as engine:
        assert search(engine, "Bao nhiêu trường học ở Huế đóng cửa?").hits
        with pytest.raises(ModelError, match="missing"):
            engine.open_reader()
        with pytest.raises(ModelError, match="missing"):
            ask(engine, "Bao nhiêu trường học ở Huế đóng cửa?")


def test_a_reader_opened_beside_a_turn_that_reads_is_opened_once(corpus: Path, tmp_path: Path) -> None:
    embedder, settings = HashingEmbedder(), load_settings(None, {"answer.reader": "sentences"})
    build([corpus], tmp_path / "library", settings, embedder=embedder)
    opened: list[object] = []
    with open_engine(tmp_path / "library", settings, embedder=embedder) as engine:
        beside = threading.Thread(target=lambda: opened.append(engine.open_reader()), daemon=True)

        def take_turn() -> None:
            with engine.turn():
                beside.start()
                beside.join(0.2)
                opened.append(engine.reader)

        turn = threading.Thread(target=take_turn, daemon=True)
        turn.start()
        for thread in (turn, beside):
            thread.join(10)
        assert len(opened) == 2
        assert opened[0] is opened[1]


def test_below_the_threshold_the_sources_are_silent(engine: Engine) -> None:
    question = "Bao nhiêu trường học ở Huế đóng cửa?"
    evidence = engine.reader.read(understand(question), search(engine, question).hits, engine.article).evidence
    for confidence, status in ((0.69, "not_found"), (0.7, "answered")):
        engine.reader = ScriptedReader(Reading(evidence, confidence))
        engine.settings = load_settings(None, {"answer.threshold": 0.7})
        answer = ask(engine, question)
        assert (answer.status, bool(answer.citations)) == (status, status == "answered")
        assert answer.hits


def test_what_another_process_indexes_is_found_without_reopening(
    engine: Engine, corpus: Path, settings: Settings
) -> None:
    (corpus / "mới.txt").write_text(
        "Cầu Long Biên sẽ được trùng tu vào tháng 3 với kinh phí 200 tỷ đồng.", encoding="utf-8"
    )
    build([corpus], engine.library.folder, settings, embedder=HashingEmbedder())
    answer = ask(engine, "Cầu Long Biên trùng tu khi nào?")
    assert answer.citations[0].source.endswith("mới.txt")


def test_search_gives_k_passages_best_first(engine: Engine) -> None:
    result = search(engine, "trường học Huế đóng cửa", k=1)
    assert [hit.source.rsplit("/", 1)[-1] for hit in result.hits] == ["lũ.txt"]
    both = search(engine, "trường học Huế đóng cửa", k=5).hits
    assert [hit.score for hit in both] == sorted((hit.score for hit in both), reverse=True)


def test_a_library_of_another_model_is_refused_with_the_way_out(engine: Engine) -> None:
    with pytest.raises(LibraryMismatch, match="--rebuild"):
        open_engine(engine.library.folder, embedder=HashingEmbedder(name="khác"))


def test_a_missing_library_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing, match="hoibao index"):
        open_engine(tmp_path / "không có", embedder=HashingEmbedder())


def test_a_library_that_takes_the_place_of_another_is_asked_with_its_own_words(
    engine: Engine, tmp_path: Path, settings: Settings
) -> None:
    assert search(engine, "nuoc song huong len nhanh khi nao").understood_as is not None
    shutil.rmtree(tmp_path / "library")
    other = tmp_path / "khác"
    other.mkdir()
    (other / "bắc.txt").write_text("Cầu Nhật Tân thông xe. " * 5, encoding="utf-8")
    build([other], tmp_path / "library", settings, embedder=engine.embedder)
    found = search(engine, "cau nhat tan thong xe khi nao")
    assert found.understood_as == "Cầu Nhật Tân thông xe khi nào"
    assert "Nhật Tân" in found.hits[0].text
    assert search(engine, "cau nhat tan o dau").notes == ()


def test_what_failed_for_a_question_is_told_beside_the_answers_to_its_parts(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(text: str) -> None:
        raise RuntimeError("told")

    question = "Bao nhiêu trường học ở Huế đóng cửa, và cầu thủ nào ghi bàn quyết định?"
    with monkeypatch.context() as patched:
        patched.setattr(engine.understanding._restorer, "restore", fail)
        answer = ask(engine, question)
    assert (answer.status, len(parts_of(question))) == ("answered", 2)
    assert answer.notes.count(NOT_RESTORED) == 1
    assert NOT_RESTORED not in ask(engine, question).notes


@pytest.mark.parametrize(
    ("part", "note"), [("_restorer", NOT_RESTORED), ("_names", NO_WORDINGS), ("_translator", NO_WORDINGS)]
)
def test_a_part_that_fails_costs_a_note_and_not_the_answer(engine: Engine, part: str, note: str) -> None:
    class Broken:
        notes = ()

        def __getattr__(self, name: str) -> object:
            raise RuntimeError(f"{name} is broken")

    setattr(engine.understanding, part, Broken())
    question = "Who said Huế closed the schools?" if part == "_translator" else "Bao nhiêu trường học ở Huế đóng cửa?"
    answer = ask(engine, question)
    assert note in answer.notes
    assert any("200 trường học" in hit.text for hit in answer.hits)


def test_a_second_look_that_fails_leaves_the_first_order(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.retrieve.shipped_weights", lambda: {})
    assert "200 trường học" in search(engine, "Bao nhiêu trường học ở Huế đóng cửa?").hits[0].text


def test_a_damaged_table_of_ones_own_names_is_told(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "library" / "names.tsv").write_text("no table at all\n", encoding="utf-8")
    assert any("names.tsv" in note for note in search(engine, "Bao nhiêu trường học ở Huế đóng cửa?").notes)
