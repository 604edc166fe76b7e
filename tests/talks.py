"""A small library and a conversation that show everything an answer can hold, for tests that look at the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, expect

from app.keeping.records import KeptTurn
from app.keeping.store import Conversations
from rag.config import Settings
from rag.datatypes import Answer, Article, Chunk, Citation, Claim, Conflict, ConflictValue, Filters, Hit, Removed
from rag.pipeline import Engine, open_engine
from tests.browsing import SLOW, Visit, served, visit
from tests.fakes import HashingEmbedder
from tests.helpers import an_article, small_library

# Answers whatever is asked, with no network behind it.
QUICK = Settings.model_validate({"answer": {"reader": "sentences", "threshold": 0.0}})
SIX = "Bà Lan Anh cho biết chợ Bến Thành mở cửa lúc sáu giờ sáng."
SEVEN = "Ông Trần Văn Minh nói chợ Bến Thành mở cửa lúc bảy giờ sáng."
PRICE = "Giá gửi xe ở chợ Bến Thành là 5.000 đồng một lượt, theo ban quản lý chợ."
LONG = "Chợ có hơn một nghìn sạp hàng, bán từ vải vóc, đồ khô đến hoa quả. "

ARTICLES: tuple[Article, ...] = (
    replace(
        an_article("báo/chợ-sáng.txt", f"{SIX} {LONG * 20}\n{PRICE} {LONG * 8}", title="Chợ Bến Thành mở cửa sớm"),
        outlet="Báo Sài Gòn",
        published_on=date(2022, 4, 7),
        url="https://bao.example/cho-ben-thanh",
        removed=(
            Removed(0, 4, "Ảnh: Một góc chợ buổi sáng", "caption"), Removed(4, 9, "Xem thêm tin khác", "tail"),
        ),
    ),
    replace(
        an_article("báo/giờ-mới.txt", f"{SEVEN} {LONG * 12}", title="Giờ mở cửa mới của chợ"),
        outlet="Tuổi Trẻ Thủ Đức",
        published_on=date(2022, 4, 9),
    ),
    an_article("không-tít.txt", f"Chị Hoa bán hoa ở chợ Bến Thành đã hai mươi năm. {LONG * 3}"),
)  # fmt: skip


@dataclass(frozen=True)
class Talk:
    """The site over them. `shown` is a conversation with every kind of answer."""

    address: str
    engine: Engine
    conversations: Conversations
    shown: str


def a_citation(number: int, article: Article, quote: str, copies: tuple[str, ...] = ()) -> Citation:
    start = article.text.index(quote)
    return Citation(
        number, article.id, article.source, article.title, article.outlet, article.published_on, start,
        start + len(quote), quote, copies,
    )  # fmt: skip


def a_rich_answer() -> Answer:
    """Sources that differ, a reprint, a claim nobody confirms, an altered quotation, an article that is gone, notes."""
    early, late, _ = ARTICLES
    gone = replace(a_citation(4, late, SEVEN), article_id="gone", title="Bài đã bị bỏ", source="đã-bỏ.txt")
    altered = replace(a_citation(5, early, PRICE), quote="Câu này không có trong bài.")
    citations = (
        a_citation(1, late, SEVEN), a_citation(2, early, SIX, ("báo khác/chợ.html", "báo khác/chợ-2.html")),
        a_citation(3, early, PRICE), gone, altered,
    )  # fmt: skip
    values = (ConflictValue("bảy giờ sáng", (1,), late.published_on), ConflictValue("sáu giờ sáng", (2,), None))
    return Answer(
        id="1", question="cho ben thanh mo cua luc nao", status="answered", text=f"{SEVEN} {SIX} {PRICE}",
        understood_as="Chợ Bến Thành mở cửa lúc nào?", read_as="Chợ Bến Thành mở cửa lúc nào?",
        short_answer="bảy giờ sáng",
        claims=(
            Claim(SEVEN, (1,), "supported"), Claim(SIX, (2,), "supported"), Claim(PRICE, (3, 5), "supported"),
            Claim("Chợ sẽ đóng cửa để sửa chữa.", (4,), "unsupported"),
        ),
        citations=citations, conflicts=(Conflict("giờ mở cửa", "update", values),),
        notes=("“hôm nay” được hiểu là ngày 22/11/2026.",),
    )  # fmt: skip


def a_silent_answer() -> Answer:
    """Nothing found, with the nearest passages."""
    hits = tuple(
        Hit(Chunk(f"{article.id}:0000", article.id, 0, 0, 200), article.source, article.text[:200], 1.0)
        for article in ARTICLES
    )
    return Answer(
        id="2", question="Giá vàng hôm nay bao nhiêu?", status="not_found",
        text="Không tìm thấy trong nguồn. Có đoạn gần với câu hỏi nhưng không nêu điều được hỏi.", hits=hits,
    )  # fmt: skip


def an_agreeing_answer() -> Answer:
    """One answer of two articles."""
    early, late, _ = ARTICLES
    citations = (a_citation(1, early, SIX), a_citation(2, late, SEVEN))
    claims = (Claim("Chợ Bến Thành mở cửa buổi sáng.", (1, 2), "supported"),)
    return Answer(
        id="3", question="Chợ mở cửa buổi nào?", status="answered", text="Chợ Bến Thành mở cửa buổi sáng.",
        short_answer="buổi sáng", claims=claims, citations=citations,
    )  # fmt: skip


@contextmanager
def talk(folder: Path) -> Iterator[Talk]:
    """The site over a library in the folder, with conversations kept from before."""
    small_library(folder, ARTICLES).close()
    kept = Conversations.open(folder / "library")
    older = kept.begin("", "Ai bán hoa ở chợ?")
    kept.put("", older, None, KeptTurn("Ai bán hoa ở chợ?", a_silent_answer()))
    named = kept.begin("", "x")
    kept.put("", named, None, KeptTurn("x", an_agreeing_answer()))
    kept.rename("", named, "MộtTênRấtDàiKhôngCóKhoảngTrắngNàoCảĐểXemNóXuốngDòngRaSaoTrongNgănKéo " * 2)
    shown = kept.begin("", "cho ben thanh mo cua luc nao")
    rich = KeptTurn(
        "cho ben thanh mo cua luc nao", a_rich_answer(), thumb="up",
        filters=Filters(date(2022, 1, 1), date(2022, 12, 31), ("Báo Sài Gòn",)),
    )  # fmt: skip
    for turn in (
        rich,
        KeptTurn("Chợ mở cửa buổi nào?", an_agreeing_answer(), as_typed=True),
        KeptTurn("Giá vàng hôm nay bao nhiêu?", a_silent_answer()),
        KeptTurn("Ai nói?", None, failure="Đĩa đã đầy. Hãy giải phóng chỗ trống rồi thử lại."),
    ):
        kept.put("", shown, None, turn)
    with open_engine(folder / "library", QUICK, embedder=HashingEmbedder()) as engine, served(engine) as address:
        yield Talk(address, engine, kept, shown)
    kept.close()


@contextmanager
def opened(browser: Browser, site: Talk, language: str, *, width: int = 1280, dark: bool = False) -> Iterator[Visit]:
    """A visit to the conversation that shows everything, and no more than that."""
    site.conversations.cut("", site.shown, 4)
    with visit(browser, site.address, width=width, height=844, dark=dark) as on:
        on.page.goto(f"{site.address}/{language}/?c={site.shown}")
        expect(on.page.locator("#hb-chat .hb-answer")).to_have_count(4, timeout=SLOW)
        yield on
