"""Lexical search: hostile questions, ties, and the life of its folder: lagging, damaged, foreign, locked, read-only."""

from __future__ import annotations

import os
import random
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag import lexical as lexical_module
from rag import lexical_query
from rag.datatypes import Alternatives, Wording
from rag.lexical import LexicalIndex
from rag.library import Library
from rag.store import cache_fork
from rag.store.cache_stamp import STAMP_NAME
from rag.store.lock import writer_lock
from tests.corruption import corrupt
from tests.helpers import add_articles, an_article, remove_articles, small_library

TEXTS = [
    "Thủ tướng chủ trì phiên họp về giá xăng dầu.",
    "Giá vàng trong nước tăng mạnh phiên cuối tuần.",
    "Bão số 3 đổ bộ Quảng Ninh, gió giật cấp 12.",
    "Đội tuyển Việt Nam thắng Thái Lan 2-1 trên sân Mỹ Đình.",
    "Bệnh viện Bạch Mai tiếp nhận thêm bệnh nhân.",
]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return small_library(tmp_path, TEXTS)


def key_of(library: Library, number: int) -> int:
    return library.chunk_keys(an_article(f"bài-{number}.txt", "x").id)[0]


def only_folder(library: Library) -> Path:
    (folder,) = [path for path in (library.folder / "lexical").iterdir() if not path.name.startswith(".")]
    return folder


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("giá vàng", 1),
        ("gia vang trong nuoc", 1),
        ("GIÁ VÀNG", 1),
        ("Bão đổ bộ ở đâu?", 2),
        ("bao do bo quang ninh", 2),
        ("doi tuyen viet nam", 3),
        ("my dinh", 3),
    ],
)
def test_words_are_found_with_and_without_diacritics(library: Library, question: str, number: int) -> None:
    assert LexicalIndex.open(library).search(question, 5)[0].key == key_of(library, number)


def test_the_score_is_bm25(tmp_path: Path) -> None:
    library = small_library(
        tmp_path, [an_article("a", "vàng bạc", title="tin"), an_article("b", "gạo bạc", title="tin")]
    )
    index = LexicalIndex.open(library, analyse=_split)
    # idf = ln(1 + (2 - 1 + .5) / (1 + .5)) = ln 2; tf = 1 and both passages have the average length: factor 1, as
    # (k1 + 1) * 1 / (1 + k1) = 1.
    (found,) = index.search("vàng", 5)
    assert found.score == pytest.approx(0.6931, abs=1e-3)
    # A term that both have: ln(1 + .5 / 2.5), and equal scores are sorted by key.
    both = index.search("bạc", 5)
    assert [item.score for item in both] == pytest.approx([0.1823, 0.1823], abs=1e-3)
    assert [item.key for item in both] == sorted(item.key for item in both)
    (only,) = index.search("vàng " * 50, 5)
    assert only == found


def _split(text: str) -> list[str]:
    return text.lower().split()


def test_titles_count_by_their_boost(tmp_path: Path) -> None:
    library = small_library(
        tmp_path,
        [
            an_article("a", "Nội dung khác hẳn.", title="Lũ lụt"),
            an_article("b", "Lũ lụt tràn về.", title="Tin trong ngày"),
        ],
    )
    keys = [library.chunk_keys(an_article(source, "x").id)[0] for source in "ab"]
    assert [item.key for item in LexicalIndex.open(library, title_boost=5.0).search("lũ lụt", 5)] == keys
    assert [item.key for item in LexicalIndex.open(library, title_boost=0.0).search("lũ lụt", 5)] == keys[1:]


def test_nothing_in_a_question_is_syntax(library: Library) -> None:
    index = LexicalIndex.open(library)
    plain = index.search("giá vàng", 5)
    for hostile in (
        "giá AND vàng",
        "+giá -vàng",
        'giá "vàng',
        "title:giá body:vàng^100",
        "giá* vàng~2 (",
        "key:1 giá [vàng TO *]",
        "giá\\ vàng\x00",
    ):
        found = index.search(hostile, 5)
        assert {item.key for item in plain} <= {item.key for item in found}, hostile
    assert index.search("* OR -NOT ((", 5) == index.search("or not", 5)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80) | st.text(alphabet='+-&|!(){}[]^"~*?:\\/ \t\n\x00\ud800ớẦ1', max_size=80))
def test_any_text_is_a_question(library: Library, text: str) -> None:
    index = _shared(library)
    found = index.search(text, 3)
    assert len(found) <= 3
    assert found == sorted(found, key=lambda item: (-item.score, item.key))


_open: dict[Path, LexicalIndex] = {}


def _shared(library: Library) -> LexicalIndex:
    if library.folder not in _open:
        _open.clear()
        _open[library.folder] = LexicalIndex.open(library)
    return _open[library.folder]


def test_empty_questions_and_depths(library: Library) -> None:
    index = LexicalIndex.open(library)
    assert index.search("", 5) == index.search(" ?! ", 5) == index.search("giá", 0) == []
    assert index.search("zzz không-hề-có", 5) == index.search("không hề có", 5)
    assert len(index.search("giá", 500)) == 2


def test_a_huge_question_is_cut_to_its_rarest_terms(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    index = LexicalIndex.open(library)
    words = " ".join(f"từ{at}" for at in range(12_000))
    assert len(words) > 80_000
    assert index.search(f"bão quảng ninh {words}", 5)[0].key == key_of(library, 2)
    # "giá" is in two passages and goes first when room is short.
    monkeypatch.setattr(lexical_query, "MAX_QUERY_TERMS", 4)
    with_room = {item.key for item in index.search("xăng dầu", 5)}
    assert {item.key for item in index.search("giá xăng dầu", 5)} == with_room
    assert len(index.search("giá", 5)) == 2


def test_another_wording_finds_what_the_question_does_not_name(tmp_path: Path) -> None:
    library = small_library(
        tmp_path,
        ["Quân đội Hoa Kỳ rút khỏi căn cứ.", "Quân đội Hà Lan rút khỏi căn cứ.", "Quân đội nước Mỹ rút khỏi căn cứ."],
    )
    index = LexicalIndex.open(library)
    question = "quân đội Mỹ rút khỏi đâu"
    either = (Alternatives(2, 3, (Wording("Hoa Kỳ"), Wording("nước Cờ Hoa"))),)
    plain = {item.key: item.score for item in index.search(question, 5)}
    wider = {item.key: item.score for item in index.search(question, 5, alternatives=either)}
    american, french, typed = (key_of(library, number) for number in range(3))
    assert plain[american] == plain[french] < plain[typed]
    assert wider[american] > wider[french]
    # The longer wording is scaled to what the question's own weighs, so it does not win by its length.
    assert wider[american] <= wider[typed] * 1.05
    weak = (Alternatives(2, 3, (Wording("Hoa Kỳ", 0.5),)),)
    less = {item.key: item.score for item in index.search(question, 5, alternatives=weak)}
    assert wider[french] < less[american] < wider[american]


def test_a_wording_of_a_word_that_the_library_lacks_counts_in_full(library: Library) -> None:
    index = LexicalIndex.open(library)
    assert index.search("hurricane", 5) == []
    (found,) = index.search("hurricane", 5, alternatives=(Alternatives(0, 1, (Wording("bão"), Wording("giông tố"))),))
    assert found.key == key_of(library, 2)
    assert index.search("hurricane", 5, alternatives=(Alternatives(0, 1, (Wording("zzz"),)),)) == []


def test_only_the_passages_of_given_keys_are_seen(tmp_path: Path) -> None:
    library = small_library(tmp_path, [f"Giá vàng hôm nay là {number} triệu đồng." for number in range(40)])
    index = LexicalIndex.open(library)
    everything = index.search("giá vàng 7 triệu", 40)
    for count in (0, 1, 3, 30, 40):  # few are asked for in the query, many are picked from what is found
        keys = np.array(sorted(key_of(library, number) for number in range(count)), dtype=np.int64)
        allowed = set(keys.tolist())
        assert index.search("giá vàng 7 triệu", 40, keys=keys) == [item for item in everything if item.key in allowed]
        assert index.search("giá vàng 7 triệu", 2, keys=keys) == index.search("giá vàng 7 triệu", 40, keys=keys)[:2]


def test_frequencies_are_those_of_the_passages(library: Library) -> None:
    index = LexicalIndex.open(library)
    assert [index.frequency(term) for term in ("giá", "~gia", "giá_vàng", "~gia_vang", "gia")] == [2, 2, 1, 1, 0]


def test_equal_passages_are_cut_by_key(tmp_path: Path) -> None:
    library = small_library(tmp_path, ["Mưa lớn ở Huế."] * 40)
    found = LexicalIndex.open(library).search("mưa huế", 3)
    assert [item.key for item in found] == sorted(library.keys_since(0).tolist())[:3]


def test_empty_library_and_its_first_article(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library", create=True)
    index = LexicalIndex.open(library)
    assert (len(index), index.notes, index.search("gì", 5), index.verify()) == (0, (), [], [])
    add_articles(library, TEXTS[:1])
    index.catch_up()
    assert [item.key for item in index.search("xăng dầu", 5)] == [1]


def test_changes_are_searchable_and_on_the_disk(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.lexical._REMOVED_SHARE", 0.5)
    index = LexicalIndex.open(library)
    linked = {path.name: path.stat().st_ino for path in only_folder(library).iterdir() if path.suffix == ".idx"}
    remove_articles(library, [an_article("bài-1.txt", "x").id])
    add_articles(library, [an_article("bài-0.txt", "Giá cà phê lập đỉnh."), an_article("mới", "Vàng son một thuở.")])
    index.catch_up()
    # The old segment was taken over as it is, not written again.
    assert linked.items() <= {path.name: path.stat().st_ino for path in only_folder(library).iterdir()}.items()
    for at_hand in (index, LexicalIndex.open(library)):
        assert at_hand.notes == ("Chưa có chỉ mục từ khoá trên đĩa: đã dựng lại từ cơ sở dữ liệu.",)[: at_hand is index]
        assert len(at_hand) == 5
        assert at_hand.search("xăng dầu", 5) == []
        assert [item.key for item in at_hand.search("giá cà phê", 5)] == [key_of(library, 0)]
        assert [item.key for item in at_hand.search("vàng", 5)] == [library.chunk_keys(an_article("mới", "x").id)[0]]
        assert at_hand.verify() == []


def test_an_older_folder_is_caught_up_and_told(library: Library) -> None:
    LexicalIndex.open(library)
    add_articles(library, [an_article("mới", "Cầu vượt sông Hồng.")])
    index = LexicalIndex.open(library)
    assert "cũ hơn" in index.notes[0]
    assert len(index.search("sông hồng", 5)) == 1
    assert LexicalIndex.open(library).notes == ()


def test_every_corruption_is_found_and_mended(library: Library) -> None:
    expected = LexicalIndex.open(library).search("giá vàng bão", 5)
    generator = random.Random(3)  # noqa: S311
    for at in range(120):
        names = sorted(
            path.name
            for path in only_folder(library).iterdir()
            if path.suffix != ".lock" and path.name != STAMP_NAME and path.stat().st_size
        )
        index, done = _opened_after(library, generator.choice(names), generator, mend=at % 8 == 0)
        assert index.notes, done
        assert "bị hỏng" in index.notes[0], done
        assert index.search("giá vàng bão", 5) == expected, done
    assert LexicalIndex.open(library).notes == ()


def test_a_corrupted_stamp_never_gives_wrong_results(library: Library) -> None:
    expected = LexicalIndex.open(library).search("giá vàng bão", 5)
    generator = random.Random(4)  # noqa: S311
    for at in range(100):
        index, done = _opened_after(library, STAMP_NAME, generator, mend=at % 8 == 0)
        assert index.search("giá vàng bão", 5) == expected, done


def _opened_after(library: Library, name: str, generator: random.Random, *, mend: bool) -> tuple[LexicalIndex, str]:
    """The index opened after damage to a file, which the opening mends, or is kept from by a lock and put back."""
    folder = only_folder(library)
    sound = (folder / name).read_bytes()
    done = corrupt(folder / name, generator)
    if mend:
        return LexicalIndex.open(library), done
    with writer_lock(library.folder):
        index = LexicalIndex.open(library)
    (folder / name).write_bytes(sound)
    return index, done


def test_what_rots_after_the_check_is_not_blessed_by_the_next_stamp(library: Library) -> None:
    index = LexicalIndex.open(library)
    segment = next(path for path in only_folder(library).iterdir() if path.suffix == ".store")
    data = bytearray(segment.read_bytes())
    data[-1] ^= 1
    segment.write_bytes(data)
    add_articles(library, [an_article("mới", "Cầu vượt sông Hồng.")])
    index.catch_up()
    reopened = LexicalIndex.open(library)
    assert "bị hỏng" in reopened.notes[0]
    assert len(reopened) == 6


def test_another_librarys_folder_is_not_used(library: Library, tmp_path: Path) -> None:
    other = small_library(tmp_path / "other", ["Giá vàng của người khác."] * 5)
    LexicalIndex.open(other)
    shutil.copytree(other.folder / "lexical", library.folder / "lexical")
    index = LexicalIndex.open(library)
    assert "không khớp" in index.notes[0]
    assert [item.key for item in index.search("vàng", 5)] == [key_of(library, 1)]


def test_another_analyser_builds_anew(library: Library) -> None:
    LexicalIndex.open(library)
    index = LexicalIndex.open(library, analyse=_split)
    assert "không khớp" in index.notes[0]
    assert index.search("vang", 5) == []


def test_without_the_lock_a_private_copy_is_kept_up_to_date(library: Library) -> None:
    LexicalIndex.open(library)
    before = only_folder(library)
    add_articles(library, [an_article("mới", "Cầu vượt sông Hồng.")])
    with writer_lock(library.folder):
        index = LexicalIndex.open(library)
        private = index._private
        assert private is not None
        assert len(index.search("sông hồng", 5)) == 1
        assert only_folder(library) == before
    remove_articles(library, [an_article("mới", "x").id])
    with writer_lock(library.folder):
        index.catch_up()
        assert index._private == private
        assert index.search("sông hồng", 5) == []
        assert only_folder(library) == before
    add_articles(library, [an_article("nữa", "Cầu Long Biên.")])
    index.catch_up()
    assert index._private is None
    assert not private.exists()
    assert len(index.search("long biên", 5)) == 1
    assert only_folder(library).name.startswith(f"{library.generation:012d}-")


def test_without_the_lock_and_without_files_the_index_is_in_memory(library: Library) -> None:
    with writer_lock(library.folder):
        index = LexicalIndex.open(library)
        assert "Chưa có" in index.notes[0]
        assert [item.key for item in index.search("vàng", 5)] == [key_of(library, 1)]
    assert not (library.folder / "lexical").exists()
    remove_articles(library, [an_article("bài-1.txt", "x").id])
    with writer_lock(library.folder):
        index.catch_up()
        assert index.search("vàng", 5) == []
        assert len(index) == 4


def test_where_no_lock_file_can_be_made_links_are_opened(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    LexicalIndex.open(library)
    real_open, folder = lexical_module._open, only_folder(library)

    def read_only(path: Path) -> object:
        if path == folder:
            raise ValueError("Failed to acquire Lockfile: Read-only file system")
        return real_open(path)

    monkeypatch.setattr(lexical_module, "_open", read_only)
    monkeypatch.setattr(Path, "hardlink_to", _no_links)
    index = LexicalIndex.open(library)
    assert [item.key for item in index.search("vàng", 5)] == [key_of(library, 1)]
    assert index.notes == ()
    private = index._private
    assert private is not None
    assert any(path.is_symlink() for path in private.iterdir())
    # Nor can anything be written: a change is applied to the copy.
    add_articles(library, [an_article("mới", "Cầu vượt sông Hồng.")])
    with writer_lock(library.folder):
        index.catch_up()
    assert len(index.search("sông hồng", 5)) == 1
    assert len(index) == 6
    del index
    assert not private.exists()


def _no_links(*_: object) -> None:
    raise OSError(95, "Operation not supported")


def test_without_links_files_are_copied(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    index = LexicalIndex.open(library)
    monkeypatch.setattr(Path, "hardlink_to", _no_links)
    add_articles(library, [an_article("mới", "Cầu vượt sông Hồng.")])
    index.catch_up()
    assert len(LexicalIndex.open(library)) == 6
    assert not any(path.is_symlink() for path in only_folder(library).iterdir())


def test_without_a_temporary_folder_memory_serves(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    LexicalIndex.open(library)
    add_articles(library, [an_article("mới", "Cầu vượt sông Hồng.")])

    def nowhere(**_: object) -> str:
        raise FileNotFoundError("no usable temporary directory")

    monkeypatch.setattr("tempfile.mkdtemp", nowhere)
    with writer_lock(library.folder):
        index = LexicalIndex.open(library)
    assert len(index.search("sông hồng", 5)) == 1
    assert index._private is None


def test_a_disk_that_takes_no_file_costs_only_the_file(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(lexical_module.CacheFolder, "publish", full)
    assert len(LexicalIndex.open(library).search("vàng", 5)) == 1
    assert "No space left" in caplog.text
    assert list((library.folder / "lexical").iterdir()) == []


def test_a_panic_is_an_error_like_any_other(library: Library) -> None:
    import tantivy

    with pytest.raises(RuntimeError, match="gave up"), lexical_module._panics_as_errors():
        # A limit of 0 is a programming error for Tantivy.
        LexicalIndex.open(library)._searcher.search(tantivy.Query.all_query(), limit=0)
    with pytest.raises(KeyError), lexical_module._panics_as_errors():
        raise KeyError


def test_a_stamp_cannot_reach_outside_its_folder(library: Library, tmp_path: Path) -> None:
    from rag.store.cache_folder import FoundCache

    (tmp_path / "target").mkdir()
    found = FoundCache("current", only_folder(library) if LexicalIndex.open(library) else None, 1, {"../secret": "0"})
    with pytest.raises(ValueError, match="outside"):
        cache_fork.fork(found, tmp_path / "target")


def test_leftovers_of_a_crash_are_swept(library: Library) -> None:
    draft = library.folder / "lexical" / ".new-0badcafe"
    draft.mkdir(parents=True)
    (draft / "meta.json").write_text("torn")
    (library.folder / "lexical" / "stray").write_text("?")
    LexicalIndex.open(library)
    assert [path.name for path in (library.folder / "lexical").iterdir()] == [only_folder(library).name]


def test_a_folder_published_meanwhile_is_picked_up(library: Library) -> None:
    index = LexicalIndex.open(library)
    with Library.open(library.folder) as other:
        add_articles(other, [an_article("mới", "Cầu vượt sông Hồng.")])
        LexicalIndex.open(other)
    # This library object has not looked since; opening finds the newer folder and looks.
    stale = LexicalIndex.open(library)
    assert len(stale.search("sông hồng", 5)) == 1
    assert stale.notes == ()
    index.catch_up()
    assert len(index.search("sông hồng", 5)) == 1


def test_a_crash_between_commit_and_publication_leaves_the_old_generation(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    LexicalIndex.open(library)
    before = only_folder(library)
    add_articles(library, [an_article("mới", "Cầu vượt sông Hồng.")])
    pid = os.fork()
    if pid == 0:
        monkeypatch.setattr(lexical_module.CacheFolder, "publish", lambda *_, **__: os._exit(9))
        with Library.open(library.folder) as crashing:
            LexicalIndex.open(crashing)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9
    assert before.exists()
    index = LexicalIndex.open(library)
    assert "cũ hơn" in index.notes[0]
    assert len(index.search("sông hồng", 5)) == 1
    assert [path.name for path in (library.folder / "lexical").iterdir()] == [only_folder(library).name]


def test_removed_passages_do_not_weigh_on_the_scores_for_long(tmp_path: Path) -> None:
    words = ["lúa", "cà phê", "hồ tiêu", "cao su"]
    texts = [f"Giá {words[number % 4]} ở huyện thứ {number} tăng." for number in range(40)]
    others = [an_article(f"khác-{number}", f"Giá lúa và giá cao su, bài khác {number}.") for number in range(20)]
    with small_library(tmp_path / "a", texts) as fresh, small_library(tmp_path / "b", [*texts, *others]) as worn:
        expected = LexicalIndex.open(fresh).search("giá lúa tăng", 50)
        index = LexicalIndex.open(worn)
        assert index.search("giá lúa tăng", 50) != expected
        remove_articles(worn, [article.id for article in others])
        index.catch_up()
        assert index.search("giá lúa tăng", 50) == expected
        assert index.verify() == []
        segments = [path.name for path in only_folder(worn).glob("*.idx")]
        remove_articles(worn, [row.id for row in list(worn.articles())[:2]])
        index.catch_up()
        assert [path.name for path in only_folder(worn).glob("*.idx")] == segments


def test_verify_counts_what_differs(library: Library) -> None:
    index = LexicalIndex.open(library)
    assert index.verify() == []
    generation = index.generation
    remove_articles(library, [an_article("bài-1.txt", "x").id])
    add_articles(library, [an_article("mới", "Cầu vượt sông Hồng.")])
    assert [finding.what for finding in index.verify()] == [
        "it lacks 1 passages",
        "it still holds the removed 1 passages",
    ]
    assert index.generation == generation
    index.catch_up()
    assert index.verify() == []
    assert len(index) == 5
    (only_folder(library) / "meta.json").write_text("{}")
    assert ["torn" in finding.what for finding in index.verify()] == [True]
    shutil.rmtree(library.folder / "lexical")
    assert ["not there" in finding.what for finding in index.verify()] == [True]


def test_searches_go_on_while_the_index_catches_up(library: Library) -> None:
    index = LexicalIndex.open(library)
    stop = threading.Event()
    failures: list[BaseException] = []

    def search() -> None:
        try:
            while not stop.is_set():
                assert index.search("bão quảng ninh", 2)[0].key == key_of_bao
        except BaseException as error:
            failures.append(error)

    key_of_bao = key_of(library, 2)
    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for at in range(12):
        add_articles(library, [an_article(f"t-{at}", f"Giá vàng lần {at}.")])
        index.catch_up()
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(index) == 17
