"""The way into the library: files, pasted text and removals as jobs over a real library, each with its undo."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from app.adding import work
from app.adding.considerate import PORTION, ConsiderateEmbedder
from app.adding.intake import Intake, Refused
from app.adding.jobs import Job
from app.adding.limits import Limits
from app.adding.uploads import Pasted, Uploads
from rag.config import Settings
from rag.engine import Engine
from rag.errors import DiskFull
from rag.library import Library
from rag.load import FoundFile
from rag.pipeline import open_engine, search
from rag.store.dismissal import dismissed
from rag.store.lock import writer_lock
from rag.store.verify import verify
from tests.fakes import HashingEmbedder

SETTINGS = Settings.model_validate(
    {"answer": {"reader": "sentences"}, "chunk": {"target_chars": 200, "max_chars": 300}}
)
FLOOD = "Nước sông Hương lên nhanh vì mưa lớn. Hơn 200 trường học ở Huế đóng cửa trong hai ngày. Dân đi sơ tán."
MATCH = "Đội tuyển Việt Nam thắng Thái Lan 2-1 trên sân Mỹ Đình. Nguyễn Quang Hải ghi bàn quyết định ở phút 89."
GOLD = "Giá vàng miếng tăng thêm một triệu đồng mỗi lượng trong phiên sáng. Người mua xếp hàng dài trước cửa tiệm."
ME = "an"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    Library.open(tmp_path / "library", create=True).close()
    with open_engine(tmp_path / "library", SETTINGS, embedder=HashingEmbedder()) as opened:
        yield opened


@pytest.fixture
def intake(engine: Engine) -> Iterator[Intake]:
    opened = Intake(engine)
    yield opened
    opened.end()


def until(done: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.01)


def settled(intake: Intake, job: Job) -> Job:
    """The job as it is when nothing more happens to it."""
    until(lambda: not job.under_way)
    until(lambda: not intake.busy())
    return job


async def parts(data: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(data), 40):
        yield data[at : at + 40]


def send(intake: Intake, job: Job, index: int, data: bytes, owner: str = ME) -> None:
    asyncio.run(intake.receive(owner, job.id, index, parts(data)))


def upload(intake: Intake, *files: tuple[str, str | bytes], owner: str = ME) -> Job:
    data = [(name, text.encode() if isinstance(text, str) else text) for name, text in files]
    job = intake.announce(owner, [(name, len(raw)) for name, raw in data])
    for index, (_, raw) in enumerate(data):
        if job.items[index].refusal is None:
            send(intake, job, index, raw, owner)
    intake.start(owner, job.id)
    return settled(intake, job)


def held(engine: Engine) -> dict[str, str]:
    """Texts by source, as a question at this moment would see them."""
    with engine.turn():
        return {row.source: engine.article(row.id).text for row in engine.library.articles()}


def results(job: Job) -> list[tuple[int, int, int, int]]:
    """New, updated, unchanged, failed for each file."""
    return [
        (item.outcome.new, item.outcome.updated, item.outcome.unchanged, len(item.outcome.failed))
        for item in job.items
        if item.outcome
    ]


def test_files_are_added_and_answer_at_once(engine: Engine, intake: Intake) -> None:
    job = upload(intake, ("lũ.txt", FLOOD), ("bóng đá.html", MATCH), ("rỗng.txt", ""), ("ảnh.png", "x"))
    assert job.state == "done"
    assert held(engine) == {"uploads/lũ.txt": FLOOD}
    flood, match, empty, picture = job.items
    assert flood.outcome is not None
    assert (flood.outcome.new, flood.title) == (1, "Nước sông Hương lên nhanh vì mưa lớn.")
    assert match.outcome is not None
    assert match.outcome.failed[0].what == "not a web page"
    assert [item.refusal.reason for item in (empty, picture) if item.refusal] == ["empty", "format"]
    assert search(engine, "trường học ở Huế").hits[0].source == "uploads/lũ.txt"
    # What could not be read does not stay behind.
    assert [path.name for path in (engine.library.folder / "uploads").iterdir() if path.is_file()] == ["lũ.txt"]
    assert verify(engine.library).sound


def test_an_undone_upload_leaves_nothing(engine: Engine, intake: Intake) -> None:
    job = upload(intake, ("lũ.txt", FLOOD), ("vàng.txt", GOLD))
    intake.undo(ME, job.id)
    assert settled(intake, job).state == "undone"
    assert held(engine) == {}
    assert [item.undone for item in job.items] == ["gone", "gone"]
    assert search(engine, "trường học ở Huế").hits == ()
    with engine.library.snapshot():
        assert dismissed(engine.library) == []
    with pytest.raises(KeyError):
        intake.undo(ME, job.id)
    assert results(upload(intake, ("lũ.txt", FLOOD))) == [(1, 0, 0, 0)]


def test_a_changed_file_is_an_update_and_its_undo_brings_the_old_text_back(engine: Engine, intake: Intake) -> None:
    upload(intake, ("lũ.txt", FLOOD))
    assert results(upload(intake, ("lũ.txt", FLOOD))) == [(0, 0, 1, 0)]
    newer = f"{FLOOD} Nước đang rút dần."
    job = upload(intake, ("lũ.txt", newer))
    assert results(job) == [(0, 1, 0, 0)]
    assert held(engine) == {"uploads/lũ.txt": newer}
    intake.undo(ME, job.id)
    assert settled(intake, job).items[0].undone == "restored"
    assert held(engine) == {"uploads/lũ.txt": FLOOD}


def test_an_undo_does_not_touch_what_came_later(engine: Engine, intake: Intake) -> None:
    first = upload(intake, ("lũ.txt", FLOOD))
    newer = f"{FLOOD} Nước đang rút dần."
    upload(intake, ("lũ.txt", newer))
    intake.undo(ME, first.id)
    assert settled(intake, first).items[0].undone == "left"
    assert held(engine) == {"uploads/lũ.txt": newer}


def test_another_article_of_the_same_name_stands_beside_it(engine: Engine, intake: Intake) -> None:
    upload(intake, ("tin.txt", FLOOD))
    upload(intake, ("tin.txt", MATCH))
    assert held(engine) == {"uploads/tin.txt": FLOOD, "uploads/tin (2).txt": MATCH}


def test_the_same_file_twice_in_one_go_counts_once(engine: Engine, intake: Intake) -> None:
    job = upload(intake, ("a/tin.txt", FLOOD), ("b/tin.txt", FLOOD))
    assert [item.refusal and item.refusal.reason for item in job.items] == [None, "twice"]
    assert len(held(engine)) == 1


def test_a_reprint_is_named(engine: Engine, intake: Intake) -> None:
    story = " ".join(f"Câu {at} của bản tin kể rằng nước lũ đã tràn qua làng số {at} lúc nửa đêm." for at in range(9))
    upload(intake, ("gốc.txt", story))
    job = upload(intake, ("chép.txt", f"{story} Theo báo bạn."))
    assert job.items[0].original == "Câu 0 của bản tin kể rằng nước lũ đã tràn qua làng số 0 lúc nửa đêm."


def test_a_pasted_article_with_what_is_known_of_it(engine: Engine, intake: Intake) -> None:
    job = settled(intake, intake.paste(ME, Pasted(GOLD, "Giá vàng", "Báo A", "", date(2024, 5, 1))))
    assert results(job) == [(1, 0, 0, 0)]
    (row,) = engine.library.articles()
    assert (row.source, row.title, row.outlet) == ("uploads/Giá vàng.jsonl#1", "Giá vàng", "Báo A")
    intake.undo(ME, job.id)
    settled(intake, job)
    assert held(engine) == {}


def test_articles_are_taken_out_brought_back_and_deleted_for_good(engine: Engine, intake: Intake) -> None:
    upload(intake, ("lũ.txt", FLOOD), ("vàng.txt", GOLD))
    ids = {row.source: row.id for row in engine.library.articles()}
    flood, gold = ids["uploads/lũ.txt"], ids["uploads/vàng.txt"]
    job = settled(intake, intake.dismiss(ME, [flood, gold]))
    assert (job.state, job.ids) == ("done", (flood, gold))
    assert held(engine) == {}
    intake.undo(ME, job.id)
    assert settled(intake, job).state == "undone"
    assert set(held(engine)) == set(ids)
    settled(intake, intake.dismiss(ME, [flood]))
    settled(intake, intake.bring_back(ME, [flood]))
    assert set(held(engine)) == set(ids)
    settled(intake, intake.dismiss(ME, [flood]))
    intake.forget([flood])
    assert not (engine.library.folder / "uploads" / "lũ.txt").exists()
    assert (engine.library.folder / "uploads" / "vàng.txt").exists()
    assert [item.can_return for item in dismissed(engine.library)] == [False]
    assert intake.bring_back(ME, [flood])


def test_what_was_taken_out_comes_back_with_its_file_and_goes_with_the_undo(engine: Engine, intake: Intake) -> None:
    upload(intake, ("lũ.txt", FLOOD))
    (row,) = engine.library.articles()
    settled(intake, intake.dismiss(ME, [row.id]))
    job = upload(intake, ("lũ.txt", FLOOD))
    assert results(job) == [(1, 0, 0, 0)]
    assert set(held(engine)) == {"uploads/lũ.txt"}
    intake.undo(ME, job.id)
    settled(intake, job)
    assert held(engine) == {}
    assert [item.id for item in dismissed(engine.library)] == [row.id]


# ---- bounds ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def tight(engine: Engine) -> Iterator[Intake]:
    opened = Intake(engine, Limits(file_bytes=300, files=3, go_bytes=500, kept_bytes=500, paste_chars=50, waiting=2))
    yield opened
    opened.end()


@pytest.mark.parametrize(
    ("files", "bound"),
    [
        ([("a.txt", 1)] * 4, "files"),
        ([("a.txt", 200), ("b.txt", 200), ("c.txt", 200)], "go_bytes"),
    ],
)
def test_too_much_is_refused_as_a_whole(tight: Intake, files: list[tuple[str, int]], bound: str) -> None:
    with pytest.raises(Refused) as refused:
        tight.announce(ME, files)
    assert (refused.value.bound, refused.value.most) == (bound, getattr(tight.limits, bound))


def test_a_file_that_is_too_large_or_larger_than_it_said(engine: Engine, tight: Intake) -> None:
    job = tight.announce(ME, [("a.txt", 301), ("b.txt", 100), ("c.txt", 0)])
    assert [item.refusal and item.refusal.reason for item in job.items] == ["file_bytes", None, "empty"]
    with pytest.raises(Refused, match="file_bytes"):
        send(tight, job, 1, b"x" * 101)
    tight.start(ME, job.id)
    settled(tight, job)
    assert held(engine) == {}
    assert not list((engine.library.folder / "uploads" / ".incoming").rglob("*"))


def test_the_whole_folder_has_a_bound(tight: Intake) -> None:
    upload(tight, ("a.txt", FLOOD), ("b.txt", GOLD))
    with pytest.raises(Refused, match="kept_bytes"):
        tight.announce(ME, [("c.txt", 290)])


def test_what_is_still_to_arrive_takes_its_room_already(engine: Engine) -> None:
    intake = Intake(engine, Limits(kept_bytes=500))
    first = intake.announce(ME, [("a.txt", 300)])
    for another in (
        lambda: intake.announce("bình", [("b.txt", 300)]),
        lambda: intake.paste(ME, Pasted("x" * 300)),
    ):
        with pytest.raises(Refused, match="kept_bytes"):
            another()
    intake.stop(ME, first.id)
    intake.announce("bình", [("b.txt", 300)])
    intake.end()


def test_a_file_arrives_once_and_not_into_what_was_stopped(intake: Intake, engine: Engine) -> None:
    job = intake.announce(ME, [("a.txt", 9), ("b.txt", 9)])

    async def twice() -> None:
        let = asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield b"Nuoc "
            await let.wait()
            yield b"len."

        first = asyncio.create_task(intake.receive(ME, job.id, 0, slowly()))
        await asyncio.sleep(0.05)
        with pytest.raises(KeyError):
            await intake.receive(ME, job.id, 0, parts(b"x" * 9))
        second = asyncio.create_task(intake.receive(ME, job.id, 1, slowly()))
        await asyncio.sleep(0.05)
        intake.stop(ME, job.id)
        let.set()
        for late in (first, second):
            with pytest.raises(KeyError):
                await late

    asyncio.run(twice())
    assert [item.arrived for item in job.items] == [False, False]
    assert not list((engine.library.folder / "uploads" / ".incoming").rglob("*"))


def test_a_long_text_is_not_pasted(tight: Intake) -> None:
    with pytest.raises(Refused, match="paste_chars"):
        tight.paste(ME, Pasted("x" * 51))


def test_only_so_many_goes_of_one_person_wait(tight: Intake) -> None:
    jobs = [tight.announce(ME, [("a.txt", 9)]) for _ in range(2)]
    with pytest.raises(Refused, match="waiting"):
        tight.announce(ME, [("a.txt", 9)])
    for take in (tight.dismiss, tight.bring_back):
        with pytest.raises(Refused, match="waiting"):
            take(ME, ["x"])
    tight.announce("bình", [("a.txt", 9)])
    tight.stop(ME, jobs[0].id)
    assert jobs[0].state == "stopped"
    # The browser was closed before the other was sent.
    jobs[1].began_at = datetime.now(UTC) - timedelta(hours=1)
    tight.announce(ME, [("a.txt", 9)])
    assert jobs[1].state == "stopped"


# ---- whose and when --------------------------------------------------------------------------------------------------


def test_jobs_are_their_owners(intake: Intake) -> None:
    job = upload(intake, ("lũ.txt", FLOOD))
    assert [seen.id for seen in intake.jobs(ME)] == [job.id]
    assert intake.jobs("bình") == []
    for act in (intake.undo, intake.retry, intake.stop, intake.drop, intake.start):
        with pytest.raises(KeyError):
            act("bình", job.id)
        with pytest.raises(KeyError):
            act(ME, "nothing")
    waiting = intake.announce(ME, [("a.txt", 9)])
    with pytest.raises(KeyError):
        send(intake, waiting, 0, b"x", "bình")
    with pytest.raises(KeyError):
        send(intake, waiting, 7, b"x")
    send(intake, waiting, 0, b"x")
    with pytest.raises(KeyError):
        send(intake, waiting, 0, b"x")
    intake.drop(ME, job.id)
    assert [seen.id for seen in intake.jobs(ME)] == [waiting.id]


class Slow(HashingEmbedder):
    """Embeds when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.let = threading.Event(), threading.Event()

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        self.begun.set()
        assert self.let.wait(20)
        return super().embed_passages(texts)


@pytest.fixture
def slow(engine: Engine) -> Slow:
    engine.embedder = Slow()
    return engine.embedder


def begin(intake: Intake, name: str, text: str) -> Job:
    job = intake.announce(ME, [(name, len(text.encode()))])
    send(intake, job, 0, text.encode())
    return intake.start(ME, job.id)


def test_jobs_wait_for_each_other_and_questions_for_none(engine: Engine, intake: Intake, slow: Slow) -> None:
    first, second = begin(intake, "lũ.txt", FLOOD), begin(intake, "vàng.txt", GOLD)
    assert slow.begun.wait(20)
    assert (first.state, second.state) == ("running", "queued")
    assert search(engine, "trường học ở Huế").hits == ()
    slow.let.set()
    assert (settled(intake, first).state, settled(intake, second).state) == ("done", "done")
    assert len(held(engine)) == 2


def test_a_stopped_job_leaves_nothing(
    engine: Engine, intake: Intake, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget = Uploads.drop

    def late(uploads: Uploads, go: str) -> None:
        time.sleep(0.3)
        forget(uploads, go)

    monkeypatch.setattr(Uploads, "drop", late)
    long = " ".join(f"Câu thứ {at} của một bài rất dài nói về chuyện đồng áng ở tỉnh số {at}." for at in range(400))
    first, second = begin(intake, "dài.txt", long), begin(intake, "vàng.txt", GOLD)
    assert slow.begun.wait(20)
    intake.stop(ME, first.id)
    intake.stop(ME, second.id)
    slow.let.set()
    assert (settled(intake, first).state, settled(intake, second).state) == ("stopped", "stopped")
    assert held(engine) == {}
    assert [path for path in (engine.library.folder / "uploads").rglob("*") if path.is_file()] == []


def test_another_program_that_writes_is_waited_for(
    engine: Engine, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.library.LOCK_WAIT_S", 0.0)
    monkeypatch.setattr(work, "_TRY_AGAIN_SECONDS", 0.01)
    with writer_lock(engine.library.folder):
        job = begin(intake, "lũ.txt", FLOOD)
        until(lambda: job.state == "waiting")
    assert settled(intake, job).state == "done"
    assert set(held(engine)) == {"uploads/lũ.txt"}


def test_one_that_writes_for_too_long_is_told_of_and_the_job_can_be_tried_again(
    engine: Engine, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.library.LOCK_WAIT_S", 0.0)
    monkeypatch.setattr(work, "_TRY_AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(work, "LOCK_SECONDS", 0.05)
    with writer_lock(engine.library.folder):
        job = settled(intake, begin(intake, "lũ.txt", FLOOD))
        assert job.state == "failed"
        assert "is being written by process" in str(job.error)
        with pytest.raises(KeyError):
            intake.drop(ME, job.id)
        intake.undo(ME, job.id)
        settled(intake, job)
        assert (job.state, job.backwards) == ("failed", True)
    intake.retry(ME, job.id)
    assert settled(intake, job).state == "undone"
    assert held(engine) == {}
    with writer_lock(engine.library.folder):
        again = settled(intake, begin(intake, "lũ.txt", FLOOD))
    intake.retry(ME, again.id)
    assert settled(intake, again).state == "done"
    assert results(again) == [(1, 0, 0, 0)]


def test_a_stopped_job_that_could_not_be_taken_back_is_not_done_by_trying_again(
    engine: Engine, intake: Intake, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begin(intake, "vàng.txt", GOLD)
    assert slow.begun.wait(20)
    with monkeypatch.context() as patched:

        def locked(*_: object) -> None:
            raise DiskFull("no room")

        patched.setattr(intake._work, "_reverse", locked)
        intake.stop(ME, job.id)
        slow.let.set()
        assert settled(intake, job).state == "failed"
    intake.retry(ME, job.id)
    assert settled(intake, job).state == "undone"
    assert held(engine) == {}


def test_a_full_disk_is_told(engine: Engine, intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull("no room", remedy="Free some space")

    monkeypatch.setattr(work, "index_files", full)
    job = upload(intake, ("lũ.txt", FLOOD))
    assert (job.state, type(job.error)) == ("failed", DiskFull)
    monkeypatch.undo()
    intake.retry(ME, job.id)
    assert settled(intake, job).state == "done"


def test_a_fault_is_told_and_the_next_job_is_done(
    engine: Engine, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "index_files", lambda *_, **__: 1 / 0)
    job = upload(intake, ("lũ.txt", FLOOD))
    assert (job.state, job.unexpected) == ("failed", True)
    monkeypatch.undo()
    assert upload(intake, ("vàng.txt", GOLD)).state == "done"


# ---- from one start to the next --------------------------------------------------------------------------------------


def test_what_was_left_unfinished_is_added_at_the_next_start(engine: Engine, slow: Slow) -> None:
    intake = Intake(engine)
    begin(intake, "lũ.txt", FLOOD)
    assert slow.begun.wait(20)
    ending = threading.Thread(target=intake.end)
    ending.start()
    time.sleep(0.05)
    slow.let.set()
    ending.join(20)
    assert held(engine) == {}
    assert (engine.library.folder / "uploads" / "lũ.txt").exists()
    again = Intake(engine)
    until(lambda: not again.busy())
    assert set(held(engine)) == {"uploads/lũ.txt"}
    (job,) = again.jobs("whoever")
    assert (job.kind, results(job)) == ("resume", [(1, 0, 0, 0)])
    again.end()
    third = Intake(engine)
    until(lambda: not third.busy())
    assert third.jobs(ME) == []
    third.end()


def test_a_watched_folder_is_nobody_s_and_silent_where_nothing_changed(
    engine: Engine, intake: Intake, tmp_path: Path
) -> None:
    for name, text in (("a.txt", FLOOD), ("b.txt", GOLD)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    files = [FoundFile(tmp_path / name, f"tin/{name}") for name in ("a.txt", "b.txt")]
    job = settled(intake, intake.watched("tin", files, []))
    assert (job.state, results(job)) == ("done", [(1, 0, 0, 0), (1, 0, 0, 0)])
    assert [seen.id for seen in intake.jobs("bình")] == [job.id]
    with pytest.raises(KeyError):
        intake.undo(ME, job.id)
    settled(intake, intake.watched("tin", files, []))
    assert len(intake.jobs(ME)) == 1
    files[0].path.unlink()
    job = settled(intake, intake.watched("tin", [], [files[0].path]))
    assert job.removed == 1
    assert set(held(engine)) == {"tin/b.txt"}


def test_the_embedder_lets_others_in_and_gives_the_same() -> None:
    told: list[tuple[int, int]] = []
    plain, considerate = HashingEmbedder(), ConsiderateEmbedder(HashingEmbedder(), lambda *done: told.append(done))
    texts = [f"câu {at}" for at in range(2 * PORTION + 1)]
    assert np.array_equal(considerate.embed_passages(texts), plain.embed_passages(texts))
    assert told == [(0, 17), (8, 17), (16, 17), (17, 17)]
    assert considerate.embed_passages([]).shape == (0, 256)
    assert np.array_equal(considerate.embed_queries(["câu"]), plain.embed_queries(["câu"]))
    assert considerate.identity == plain.identity
