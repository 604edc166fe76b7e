"""Whole sites for tests: over a small library, answered without the large model."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from app.login.access import Access
from app.login.users import add_user
from app.server import Served, running
from app.site import create_app
from app.suggestions import Suggestions
from rag.config import Settings
from rag.engine import Engine
from rag.pipeline import build, open_engine
from tests.fakes import HashingEmbedder

# Answers with whole sentences, whatever is asked.
SETTINGS = Settings.model_validate({"answer": {"reader": "sentences", "threshold": 0.0}})
NEWS = {
    "lũ.md": (
        "---\ntitle: Lũ trên sông Hương\ndate: 2021-10-05\noutlet: Tuổi Trẻ\n---\n"
        "Nước sông Hương lên nhanh trong đêm 5/10 vì mưa lớn kéo dài ở thượng nguồn. "
        "Hơn 200 trường học ở Huế đóng cửa trong hai ngày. Ông Nguyễn Văn An nói rằng thành phố đã sơ tán 1.500 hộ dân."
    ),
    "bóng đá.md": (
        "---\ntitle: Việt Nam thắng Thái Lan\ndate: 2021-12-20\noutlet: Thanh Niên\n---\n"
        "Đội tuyển Việt Nam thắng Thái Lan với tỷ số 2-1 trên sân Mỹ Đình. "
        "Nguyễn Quang Hải ghi bàn quyết định ở phút 89. Huấn luyện viên khen tinh thần của các cầu thủ trẻ."
    ),
    "gạo.txt": "Giá gạo tại An Giang tăng lên 8.000 đồng một ký trong tuần này, theo các thương lái ở Long Xuyên.",
}
QUESTION = "Bao nhiêu trường học ở Huế đóng cửa?"
PASSWORDS = {"lan": "mật khẩu của Lan", "minh": "mật khẩu của Minh"}


def news_library(folder: Path) -> Path:
    """A library of three articles in `folder`."""
    articles = folder / "articles"
    articles.mkdir(parents=True)
    for name, text in NEWS.items():
        (articles / name).write_text(text, encoding="utf-8")
    build([articles], folder / "library", SETTINGS, embedder=HashingEmbedder())
    return folder / "library"


@contextmanager
def news_engine(folder: Path) -> Iterator[Engine]:
    """The same, open."""
    with open_engine(news_library(folder), SETTINGS, embedder=HashingEmbedder()) as engine:
        yield engine


def users_file(folder: Path) -> Path:
    """A users file with Lan and Minh."""
    path = folder / "users.json"
    for name, password in PASSWORDS.items():
        add_user(path, name, password)
    return path


def made(engine: Engine, suggestions: Suggestions, **options: Any) -> FastAPI:
    """The site over an engine. Made in an event loop: Gradio begins one of its own where there is none, and leaves it
    open."""

    async def make() -> FastAPI:
        return create_app(engine, suggestions, **options)

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(make())
    # A browser is driven from one.
    return create_app(engine, suggestions, **options)


@contextmanager
def serving(engine: Engine, users: Path | None = None) -> Iterator[str]:
    """The address of the site over an engine, as it is served; with users one has to log in."""
    suggestions = Suggestions(engine)
    access = Access(users) if users is not None else None
    app = made(engine, suggestions, access=access, served=Served.on("127.0.0.1", ["bao.example.vn"]))
    try:
        with running(app, "127.0.0.1", 0) as address:
            yield address
    finally:
        suggestions.stop()
