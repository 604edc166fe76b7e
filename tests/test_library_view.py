"""What the library view fetches, over real routes and a real library: list, charts, articles, adding, taking out."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.adding.intake import Intake
from app.adding.limits import Limits
from app.adding.watching import Watcher
from app.routes import adding, library
from app.routes.common import SCRIPT_HEADER
from app.shelf import Shelf
from rag.config import Settings
from rag.datatypes import Article, Removed
from rag.engine import Engine
from rag.errors import LibraryLocked
from rag.pipeline import open_engine
from tests.fakes import HashingEmbedder
from tests.helpers import add_articles, an_article, small_library
from tests.rendering import HOSTILE, Elements

SETTINGS = Settings.model_validate({"answer": {"reader": "sentences"}})
LONG = " ".join(f"Câu {at} của bản tin kể rằng nước lũ đã tràn qua làng số {at} lúc nửa đêm." for at in range(9))
SCRIPT = {SCRIPT_HEADER: "1"}


def _article(
    source: str, text: str, title: str, day: date | None = None, outlet: str | None = None, url: str | None = None
) -> Article:
    return replace(an_article(source, text, title=title), published_on=day, outlet=outlet, url=url)


ARTICLES = [
    _article("tin/a.txt", "Công an Hà Nội bắt giữ ba nghi phạm.", "Bắt giữ ở Hà Nội", date(2024, 5, 1), "Tuổi Trẻ"),
    _article("tin/b.txt", LONG, "Lũ trong đêm", date(2024, 5, 3), "VnExpress", "https://vnexpress.net/b.html"),
    _article("tin/c.txt", f"{LONG} Theo báo bạn.", "Lũ trong đêm, đăng lại", date(2024, 5, 4), "Dân Trí"),
    _article("tin/d.txt", "Giá vàng tăng mạnh phiên cuối tuần.", "Giá vàng", None, None, "https://www.cafef.vn/d"),
]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    small_library(tmp_path, ARTICLES).close()
    with open_engine(tmp_path / "library", SETTINGS, embedder=HashingEmbedder()) as opened:
        yield opened


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
def client(engine: Engine, limits: Limits) -> Iterator[TestClient]:
    intake = Intake(engine, limits)
    app = FastAPI()
    app.include_router(library.router(Shelf(engine), intake))
    app.include_router(adding.router(intake, Watcher([], engine.library.folder, intake.watched)))
    with TestClient(app) as opened:
        yield opened
    intake.end()


def get(client: TestClient, path: str, language: str = "vi", **query: str) -> str:
    answer = client.get(f"/ui/{language}{path}", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    Elements(answer.text)
    return answer.text


def post(client: TestClient, path: str, body: object = None, language: str = "vi") -> Any:
    return client.post(f"/ui/{language}{path}", json=body or {}, headers=SCRIPT)


def settled(client: TestClient) -> str:
    """The jobs when none is under way any more."""
    end = time.monotonic() + 20
    while True:
        answer = client.get("/ui/vi/adding/jobs")
        if answer.headers["x-hb-busy"] == "0":
            return answer.text
        assert time.monotonic() < end
        time.sleep(0.02)


def titles(markup: str) -> list[str]:
    found = Elements(markup)
    return [item["data-id"] for tag, item in found.elements if tag == "li" and "data-id" in item]


def sources(markup: str) -> str:
    by_id = {article.id: article.source[4] for article in ARTICLES}
    return "".join(by_id[id] for id in titles(markup))


# ---- the list --------------------------------------------------------------------------------------------------------


def test_the_summary_and_what_the_filters_offer(client: TestClient) -> None:
    html = get(client, "/library/summary")
    assert "4 bài báo, từ 01/05/2024 đến 04/05/2024" in html
    assert 'data-articles="4" data-aside="0" data-first="2024-05-01" data-last="2024-05-04"' in html
    assert '<option value="cafef.vn">cafef.vn (1)</option>' in html
    assert "4 articles, from 01/05/2024 to 04/05/2024" in get(client, "/library/summary", "en")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "bad"),
        ({"words": "ha noi"}, "a"),
        ({"words": "Hà Nội"}, "a"),
        ({"words": "lũ", "order": "best"}, "b"),
        ({"outlet": "cafef"}, "d"),
        ({"outlet": "..."}, "bad"),
        ({"from": "2024-05-02", "to": "2024-05-03"}, "b"),
        ({"outlet": "Dân Trí"}, "c"),
        ({"words": "không có đâu"}, ""),
    ],
)
def test_the_list(client: TestClient, query: dict[str, str], found: str) -> None:
    assert sources(get(client, "/library/articles", **query)) == found


def test_reprints_stand_with_their_original(client: TestClient) -> None:
    html = get(client, "/library/articles")
    assert "4 bài, trong đó 1 bài đăng lại được gộp vào bài gốc" in html
    assert "+1 bài đăng lại" in html
    assert "Lũ trong đêm, đăng lại" in html
    assert "+1 reprint<" in get(client, "/library/articles", "en")


def test_words_are_marked_where_they_stand(client: TestClient) -> None:
    html = get(client, "/library/articles", words="lang so 7")
    marks = re.findall(r'<mark class="hb-found">([^<]*)</mark>', html)
    assert set(marks) == {"làng", "số", "7"}
    html = get(client, "/library/articles", words="làng nội")
    assert "<mark" not in html


def test_nothing_found_and_nothing_there_are_told_apart(client: TestClient, tmp_path: Path) -> None:
    assert "Không có bài nào như vậy." in get(client, "/library/articles", words="zzz")
    empty = tmp_path / "empty"
    small_library(empty, []).close()
    with open_engine(empty / "library", SETTINGS, embedder=HashingEmbedder()) as opened:
        app = FastAPI()
        intake = Intake(opened)
        app.include_router(library.router(Shelf(opened), intake))
        with TestClient(app) as other:
            assert "Thư viện chưa có bài báo nào" in get(other, "/library/articles")
            assert get(other, "/library/charts") == ""
            assert 'data-articles="0"' in get(other, "/library/summary")
        intake.end()


def test_pages_follow_each_other_without_gaps(client: TestClient, engine: Engine) -> None:
    more = [_article(f"tin/{n}.txt", f"Bài số {n} kể chuyện riêng của làng {n * 7}.", f"Bài {n}") for n in range(120)]
    add_articles(engine.library, more)
    seen: list[str] = []
    offset = "0"
    while True:
        html = get(client, "/library/articles", offset=offset)
        seen += titles(html)
        following = [item["data-next"] for _, item in Elements(html).elements if "data-next" in item]
        if not following:
            break
        offset = following[0]
    assert len(seen) == len(set(seen)) == 123
    assert titles(get(client, "/library/articles", offset="99999")) == []


@pytest.mark.parametrize("query", ["from=nie", "order=up", "offset=-1", f"words={'x' * 201}"])
def test_what_nobody_asks_by_the_form_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/ui/vi/library/articles?{query}").status_code == 422


def test_what_is_committed_elsewhere_is_seen(client: TestClient, engine: Engine) -> None:
    assert sources(get(client, "/library/articles", words="vàng")) == "d"
    add_articles(engine.library, [_article("tin/e.txt", "Vàng miếng lại lên giá.", "Vàng")])
    assert len(titles(get(client, "/library/articles", words="vàng"))) == 2


# ---- charts and articles ---------------------------------------------------------------------------------------------


def test_the_charts_can_be_read_as_tables_and_pressed(client: TestClient) -> None:
    html = get(client, "/library/charts")
    found = Elements(html)
    (chart,) = [item for tag, item in found.elements if tag == "svg" and item.get("role") == "img"]
    assert (
        chart["aria-label"] == "Số bài theo ngày đăng: từ 01/05/2024 đến 04/05/2024, nhiều nhất là 1 bài (01/05/2024)."
    )
    assert [item["data-from"] for item in found.with_class("hb-bar")] == ["2024-05-01", "2024-05-03", "2024-05-04"]
    assert [item["data-from"] for item in found.with_class("hb-pick")] == ["2024-05-01", "2024-05-03", "2024-05-04"]
    assert [item.get("data-outlet") for item in found.with_class("hb-paper")] == [
        "Dân Trí", "Tuổi Trẻ", "VnExpress", "cafef.vn",
    ]  # fmt: skip
    assert "1 bài không ghi ngày đăng" in html
    assert "<caption>Số bài theo ngày đăng</caption>" in html
    assert "1 undated article is not" in get(client, "/library/charts", "en")
    assert "hb-bar" not in get(client, "/library/charts", words="vàng")
    assert get(client, "/library/charts", words="zzz") == ""


def test_an_article_whole_with_what_was_set_aside_and_its_reprints(client: TestClient, engine: Engine) -> None:
    removed = (Removed(0, 5, "Ảnh 1", "caption"),)
    add_articles(engine.library, [replace(ARTICLES[1], removed=removed)])
    html = get(client, f"/library/articles/{ARTICLES[1].id}", words="làng")
    assert 'href="https://vnexpress.net/b.html"' in html
    assert "chú thích ảnh" in html
    assert html.count('<mark class="hb-found">làng</mark>') == 9
    assert "Các bài đăng lại nhau" in html
    assert 'data-question="Tóm tắt bài “Lũ trong đêm”"' in html
    english = get(client, f"/library/articles/{ARTICLES[1].id}", "en")
    assert 'data-question="Summarise the article “Lũ trong đêm”"' in english
    assert "Bài này không còn trong thư viện." in get(client, "/library/articles/0000")


def test_a_very_long_article_is_bounded(client: TestClient, engine: Engine) -> None:
    long = _article("tin/z.txt", "Câu dài lắm. " * 30_000, "Dài")
    add_articles(
        engine.library,
        [long],
    )
    html = get(client, f"/library/articles/{long.id}", words="câu")
    assert len(html) < 1_500_000
    assert "[… còn 190.000 ký tự …]" in html


@pytest.mark.parametrize("payload", HOSTILE)
def test_nothing_that_an_article_holds_is_markup(client: TestClient, engine: Engine, payload: str) -> None:
    evil = _article(f"tin/{payload}.txt", f"{payload} bão lũ {payload} đêm qua.", f"{payload} tít", None, payload)
    add_articles(engine.library, [evil])
    pages = [
        get(client, path, **query)
        for path, query in (
            ("/library/articles", {"words": "bão"}),
            ("/library/articles", {"words": payload[:200]}),
            (f"/library/articles/{evil.id}", {"words": "bão"}),
            ("/library/charts", {}),
            ("/library/summary", {}),
        )
    ]
    for page in pages:
        for tag, attributes in Elements(page).elements:
            assert tag not in {"script", "img", "h1", "iframe", "object"}
            assert not [name for name in attributes if name.startswith("on")]
            assert attributes.get("href", "https://").startswith("https://")
        assert "${" not in page
        assert "{{" not in page
    assert post(client, "/library/dismiss", {"ids": [evil.id]}).status_code == 200
    settled(client)
    page = get(client, "/library/dismissed")
    assert {tag for tag, _ in Elements(page).elements} <= {"p", "ul", "li", "div", "span", "button", "time"}


def test_a_damaged_article_is_told_of_in_its_place(client: TestClient, engine: Engine) -> None:
    with engine.library.writer() as writer:
        writer._connection.execute("UPDATE articles SET text = 'x' WHERE id = ?", (ARTICLES[0].id,))
    html = get(client, f"/library/articles/{ARTICLES[0].id}")
    assert 'role="alert"' in html
    assert "Thư viện bị hỏng" in html


# ---- taking out ------------------------------------------------------------------------------------------------------


def test_taking_out_bringing_back_and_deleting_for_good(client: TestClient) -> None:
    job = post(client, "/library/dismiss", {"ids": [ARTICLES[0].id, ARTICLES[3].id]}).json()["job"]
    jobs = settled(client)
    assert "Gỡ 2 bài" in jobs
    assert "2 bài không còn được dùng để trả lời." in jobs
    assert sources(get(client, "/library/articles")) == "b"
    assert 'data-aside="2"' in get(client, "/library/summary")
    aside = get(client, "/library/dismissed")
    assert "Bắt giữ ở Hà Nội" in aside
    post(client, "/library/return", {"ids": [ARTICLES[0].id]})
    settled(client)
    assert sources(get(client, "/library/articles")) == "ba"
    assert post(client, "/library/forget", {"ids": [ARTICLES[3].id]}).status_code == 204
    assert "đã xoá hẳn nội dung" in get(client, "/library/dismissed")
    # What was deleted for good cannot be undone any more: it says so, and nothing else happens.
    assert post(client, f"/adding/{job}/undo").status_code == 204
    assert "hb-job-failed" in settled(client)
    assert sources(get(client, "/library/articles")) == "ba"


def test_changes_are_made_by_the_page_s_own_script(client: TestClient) -> None:
    for path in ("/library/dismiss", "/library/return", "/library/forget"):
        assert client.post(f"/ui/vi{path}", json={"ids": ["x"]}).status_code == 403
    for path in ("/adding/files", "/adding/x/start", "/adding/x/files/0", "/adding/paste", "/adding/x/undo"):
        assert client.post(f"/ui/vi{path}", json={}).status_code == 403


def test_too_many_or_no_ids_are_refused(client: TestClient) -> None:
    for ids in ([], ["x"] * 501, ["x" * 65]):
        assert post(client, "/library/dismiss", {"ids": ids}).status_code == 422


@pytest.mark.parametrize("limits", [Limits(waiting=0)])
def test_no_more_is_taken_out_than_can_wait(client: TestClient) -> None:
    for path in ("/library/dismiss", "/library/return"):
        refused = post(client, path, {"ids": [ARTICLES[0].id]})
        assert refused.status_code == 413
        assert refused.json()["detail"]["told"] == "Đang có 0 việc chờ. Hãy đợi vài việc xong."


# ---- adding ----------------------------------------------------------------------------------------------------------


def upload(client: TestClient, files: dict[str, bytes], language: str = "vi") -> str:
    named = [{"name": name, "size": len(data)} for name, data in files.items()]
    begun = post(client, "/adding/files", {"files": named}, language).json()
    for index, data in enumerate(files.values()):
        if str(index) not in begun["refused"]:
            path = f"/ui/{language}/adding/{begun['job']}/files/{index}"
            assert client.post(path, content=data, headers=SCRIPT).status_code == 204
    assert post(client, f"/adding/{begun['job']}/start").status_code == 204
    settled(client)
    return get(client, "/adding/jobs", language)


def test_files_arrive_and_each_has_its_result(client: TestClient) -> None:
    records = "\n".join([json.dumps({"id": 1, "text": "Chợ nổi Cái Răng đông khách trở lại sau mùa nước lớn."}), "{"])
    files = {
        "thư mục/chợ.txt": "Chợ Bến Thành mở cửa lúc sáu giờ sáng mỗi ngày trong tuần.".encode(),
        "b.txt": LONG.encode(),
        "tin.jsonl": records.encode(),
        "ảnh.png": b"x",
        "hỏng.pdf": b"%PDF-1.4 x",
    }
    html = upload(client, files)
    assert "Thêm 5 tệp" in html
    assert "3 bài mới, 3 mục không đọc được" in html
    assert 'chợ.txt</span>: <span class="hb-job-result">mới</span>' in html
    assert "đăng lại bài “Lũ trong đêm”, không tính là nguồn độc lập" in html
    assert "dòng 2: không phải JSON hợp lệ. Hãy sửa hoặc bỏ dòng đó" in html
    assert "không đọc được loại tệp này. Hãy lưu thành .txt" in html
    assert "PDF bị hỏng. Hãy in lại thành PDF mới" in html
    assert 'data-do="undo"' in html
    # Where the files are on this machine is nobody's business.
    assert "library/uploads" not in html
    english = get(client, "/adding/jobs", "en")
    assert "line 2: not valid JSON" in english
    assert "damaged PDF" in english
    assert "this kind of file cannot be read" in english


def test_an_upload_is_undone(client: TestClient) -> None:
    upload(client, {"chợ.txt": "Chợ Bến Thành mở cửa lúc sáu giờ sáng mỗi ngày trong tuần.".encode()})
    (job,) = [item["data-job"] for item in Elements(get(client, "/adding/jobs")).with_class("hb-job")]
    assert post(client, f"/adding/{job}/undo").status_code == 204
    html = settled(client)
    assert "đã hoàn tác" in html
    assert "đã bỏ" in html
    assert titles(get(client, "/library/articles", words="Bến Thành")) == []
    assert post(client, f"/adding/{job}/undo").status_code == 404
    assert post(client, f"/adding/{job}/drop").status_code == 204
    assert get(client, "/adding/jobs") == ""
    for name in ("a", "b"):
        assert "hb-hide-all" not in get(client, "/adding/jobs")
        upload(client, {f"{name}.txt": f"{name}: chợ mở cửa lúc sáu giờ sáng mỗi ngày trong tuần.".encode()})
    assert "hb-hide-all" in get(client, "/adding/jobs")
    assert post(client, f"/adding/{job}/explode").status_code == 422


@pytest.mark.parametrize("limits", [Limits(file_bytes=50, files=2, go_bytes=80, paste_chars=60)])
def test_what_is_too_much_says_how_much_is_not(client: TestClient) -> None:
    def refused(sizes: list[int], language: str = "vi") -> Any:
        files = [{"name": f"{at}.txt", "size": size} for at, size in enumerate(sizes)]
        return post(client, "/adding/files", {"files": files}, language)

    assert refused([1, 1, 1]).json()["detail"]["told"].startswith("Quá nhiều tệp: mỗi lượt không quá 2 tệp.")
    assert refused([1, 1, 1], "en").json()["detail"]["told"].startswith("Too many files: at most 2 at a time.")
    assert refused([45, 45]).status_code == 413
    answer = refused([51, 0]).json()
    assert answer["refused"] == {
        "0": "tệp quá lớn: mỗi tệp không quá 5e-05 MB. Hãy chia nhỏ tệp",
        "1": "tệp trống",
    }
    begun = refused([40]).json()
    path = f"/ui/vi/adding/{begun['job']}/files/0"
    assert client.post(path, content=b"x" * 41, headers=SCRIPT).status_code == 413
    assert client.post(path, content=b"x", headers=SCRIPT).status_code == 404
    told = post(client, "/adding/paste", {"text": "x" * 61}).json()["detail"]["told"]
    assert told == "Bài quá dài: không quá 60 ký tự. Hãy lưu thành tệp .txt rồi thêm tệp."


def test_pasting(client: TestClient) -> None:
    wrong = post(client, "/adding/paste", {"text": " … "})
    assert (wrong.status_code, wrong.json()["detail"]["field"]) == (422, "text")
    short = post(client, "/adding/paste", {"text": " Chợ mở cửa. "})
    assert (short.status_code, short.json()["detail"]) == (
        422,
        {"field": "text", "told": "Bài quá ngắn: cần ít nhất 40 ký tự."},
    )
    text = "Chợ Bến Thành mở cửa lúc sáu giờ sáng mỗi ngày trong tuần."
    assert post(client, "/adding/paste", {"text": text, "day": "31/2/2024"}).json()["detail"]["field"] == "day"
    assert (
        post(client, "/adding/paste", {"text": text, "url": "javascript:alert(1)"}).json()["detail"]["field"] == "url"
    )
    body = {"text": text, "title": " Chợ  Bến Thành ", "outlet": "Báo A", "day": "2024-05-09", "url": "https://a.vn/1"}
    assert post(client, "/adding/paste", body).status_code == 200
    html = settled(client)
    assert "Thêm bài đã dán" in html
    (id,) = titles(get(client, "/library/articles", words="Bến Thành"))
    article = get(client, f"/library/articles/{id}")
    for part in (">Chợ Bến Thành</h3>", "Báo A", "09/05/2024", 'href="https://a.vn/1"', text):
        assert part in article


@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_s_name_is_markup_or_a_path(client: TestClient, engine: Engine, name: str) -> None:
    text = "Chợ Bến Thành mở cửa lúc sáu giờ sáng mỗi ngày trong tuần."
    html = upload(client, {f"../../{name}.txt": text.encode()})
    assert "1 bài mới" in html
    assert not {tag for tag, _ in Elements(html).elements} & {"script", "img", "svg", "h1"}
    (path,) = [path for path in (engine.library.folder / "uploads").rglob("*") if path.is_file()]
    assert path.parent == engine.library.folder / "uploads"


def test_where_nothing_can_be_written_it_says_so(
    client: TestClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(self: Intake, ids: object) -> None:
        raise LibraryLocked("locked")

    monkeypatch.setattr(Intake, "forget", locked)
    answer = post(client, "/library/forget", {"ids": ["x"]})
    assert (answer.status_code, answer.json()["detail"]["told"][:40]) == (
        409,
        "Một chương trình khác đang ghi vào thư v",
    )
    # A file stands where the folder should be.
    (engine.library.folder / "uploads").write_text("x")
    answer = post(client, "/adding/paste", {"text": LONG})
    assert (answer.status_code, answer.json()["detail"]["told"][:14]) == (500, "Không ghi được")


def test_files_of_somebody_else_s_job_are_not_taken(client: TestClient) -> None:
    assert client.post("/ui/vi/adding/nothing/files/0", content=b"x", headers=SCRIPT).status_code == 404
    assert post(client, "/adding/nothing/start").status_code == 404
