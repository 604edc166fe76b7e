"""How records look on a terminal: plain text where the output is not one; progress on standard error only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from rag.commands.options import printable
from rag.datatypes import Answer, Article, Citation, Claim, Conflict, SearchResult, Timeline, TimelineEntry
from rag.showing import shortened

ANSWERED_STYLE = "bold"
REMOVED_STYLE = "red strike"
UNSUPPORTED_STYLE = "dim strike"
UNSUPPORTED = "chưa được nguồn xác nhận"
COPIES_SHOWN = 5
NEAREST_CHARS, FOUND_CHARS = 160, 300
"""Room for a passage that is no answer, and for one that was searched for."""


def console(stream: IO[str] | None = None) -> Console:
    """A console that never interprets markup, so that an article's "[bold]" stays what it is."""
    return Console(
        file=stream or sys.stdout,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=True,
        legacy_windows=False,
    )


def print_answer(answer: Answer, out: Console, *, quotes: bool = False) -> None:
    """The short answer, the claims, the sources; with `quotes` what stands there, where the claims do not say it."""
    if answer.understood_as:
        _print_understood(answer.understood_as, out, mended=answer.read_as is not None)
    if answer.status == "not_found":
        out.print(Text(answer.text, style="yellow"))
        if answer.hits:
            out.print(Text("\nCác đoạn gần nhất (không phải câu trả lời):", style="dim"))
            for hit in answer.hits[:3]:
                out.print(
                    Text(f"  - {printable(shortened(hit.text, NEAREST_CHARS))}  ({printable(hit.source)})", style="dim")
                )
                _print_copies(hit.copies, out)
    else:
        alone = len(answer.claims) == 1 and answer.claims[0].text == answer.short_answer
        if alone:
            out.print(_claim(answer.claims[0], style=ANSWERED_STYLE))
        else:
            if answer.short_answer is not None:
                out.print(Text(printable(answer.short_answer), style=ANSWERED_STYLE))
                out.print()
            for claim in answer.claims:
                out.print(Text("  • ") + _claim(claim))
        out.print()
        for conflict in answer.conflicts:
            _print_conflict(conflict, out)
        for citation in answer.citations:
            _print_citation(citation, out, quote=quotes)
    for note in answer.notes:
        out.print(Text(f"Ghi chú: {printable(note)}", style="dim"))


def print_problem(problem: str, out: Console) -> None:
    """Why a model's words are not shown."""
    out.print(Text(f"{printable(problem)} Câu trả lời ở trên vẫn giữ.", style="yellow"))


class DraftPrinter:
    """A model's words on a terminal as they come, marked as nothing that was checked."""

    def __init__(self, out: Console, model: Callable[[], str]) -> None:
        self._out = out
        self._model = model
        self._shown: str | None = None

    def show(self, text: str) -> None:
        """What has come since; where earlier words have changed, all of it on a new line."""
        if self._shown is None:
            self._out.print(Text(f"\nMô hình {printable(self._model())} đang viết, chưa được kiểm tra:", style="dim"))
        elif not text.startswith(self._shown):
            self._out.print()
            self._shown = ""
        self._out.print(Text(printable(text[len(self._shown or "") :]), style="dim"), end="")
        self._shown = text

    def end(self) -> None:
        if self._shown is not None:
            self._out.print("\n")


def _print_understood(understood_as: str, out: Console, *, mended: bool) -> None:
    out.print(Text(f"Hiểu là: {printable(understood_as)}", style="dim"))
    if mended:
        out.print(Text("(Thêm --as-typed để tìm đúng như đã gõ.)", style="dim"))


def _print_conflict(conflict: Conflict, out: Console) -> None:
    heading = "Tin sau khác tin trước" if conflict.kind == "update" else "Các nguồn nêu khác nhau"
    line = Text(f"{heading}: ", style="yellow")
    for place, value in enumerate(conflict.values):
        day = f" ({value.published_on.strftime('%d/%m/%Y')})" if value.published_on else ""
        marks = "".join(f"[{number}]" for number in value.citations)
        line += Text(f"{'; ' if place else ''}{printable(value.value)}{day} ") + Text(marks, style="cyan")
    out.print(line)
    out.print()


def _claim(claim: Claim, *, style: str = "") -> Text:
    if claim.status == "unsupported":
        return Text(printable(claim.text), style=UNSUPPORTED_STYLE) + Text(f" ({UNSUPPORTED})", style="dim")
    marks = "".join(f"[{number}]" for number in claim.citations)
    return Text(f"{printable(claim.text)} ", style=style) + Text(marks, style="cyan")


def _print_citation(citation: Citation, out: Console, *, quote: bool = False) -> None:
    details = [citation.outlet, citation.published_on.strftime("%d/%m/%Y") if citation.published_on else None]
    stated = ", ".join(printable(detail) for detail in details if detail)
    out.print(
        Text(f"[{citation.number}] ", style="cyan")
        + Text(printable(shortened(citation.title)))
        + Text(f" ({stated})" if stated else "")
    )
    out.print(Text(f"    {printable(citation.source)}, ký tự {citation.start}–{citation.end}", style="dim"))
    if quote:
        out.print(Text(f"    “{printable(' '.join(citation.quote.split()))}”"))
    _print_copies(citation.copies, out)


def _print_copies(sources: Sequence[str], out: Console) -> None:
    """Who reprints it: said, and not counted as further sources."""
    if sources:
        named = ", ".join(sources[:COPIES_SHOWN]) + (", …" if len(sources) > COPIES_SHOWN else "")
        out.print(Text(f"    +{len(sources)} báo đăng lại: {printable(named)}", style="dim"))


def print_search(result: SearchResult, out: Console) -> None:
    """The passages, best first."""
    if result.understood_as:
        # Without earlier questions to lean on, only what was mended can differ from what was typed.
        _print_understood(result.understood_as, out, mended=True)
    if not result.hits:
        out.print(Text("Không tìm thấy đoạn nào.", style="yellow"))
    for position, hit in enumerate(result.hits, 1):
        place = f"{printable(hit.source)}, ký tự {hit.chunk.start}–{hit.chunk.end}"
        out.print(Text(f"{position}. ", style="cyan") + Text(f"{hit.score:.3f}  {place}", style="dim"))
        out.print(Text(f"   {printable(shortened(hit.text, FOUND_CHARS))}"))
        _print_copies(hit.copies, out)
    for note in result.notes:
        out.print(Text(f"Ghi chú: {printable(note)}", style="dim"))


def print_timeline(timeline: Timeline, out: Console) -> None:
    """The days with their sentences, then the sources."""
    if timeline.understood_as:
        _print_understood(timeline.understood_as, out, mended=timeline.read_as is not None)
    if timeline.reason:
        out.print(Text(timeline.reason, style="yellow"))
    heading = ""
    for entry in timeline.entries:
        about = {"year_unknown": "Không rõ năm:", "undated": "Không rõ ngày:"}.get(entry.dating, "")
        if about != heading:
            out.print(Text(about, style="dim"))
        heading = about
        day = Text(f"{_day(entry)}  " if entry.written else "", style=ANSWERED_STYLE)
        out.print(day + Text(f"{printable(entry.text)} ") + Text(f"[{entry.citation.number}]", style="cyan"))
    if timeline.entries:
        out.print()
    for entry in timeline.entries:
        _print_citation(entry.citation, out)
    for note in timeline.notes:
        out.print(Text(f"Ghi chú: {printable(note)}", style="dim"))


def _day(entry: TimelineEntry) -> str:
    """The day in front of a sentence; a year that only the article suggests with a question mark."""
    year = f" ({entry.first_day.year}?)" if entry.dating == "year_inferred" and entry.first_day else ""
    return f"{entry.written}{year}"


def print_inspected(article: Article, segments: Sequence[tuple[str, str | None]], out: Console) -> None:
    """The kept text as it is; every removed part struck through and red, with its reason."""
    untitled = f"{shortened(article.title)} (no headline stated: the first sentence)"
    title = article.title if article.title_stated else untitled
    out.print(Text("source     ", style="dim") + Text(printable(article.source)))
    out.print(Text("title      ", style="dim") + Text(printable(title)))
    published = article.published_on.isoformat() if article.published_on else "not stated"
    out.print(Text("published  ", style="dim") + Text(published))
    out.print(Text("outlet     ", style="dim") + Text(printable(article.outlet or "not stated")))
    out.print()
    coloured = out.is_terminal
    for text, reason in segments:
        if reason is None:
            out.print(Text(printable(text)), end="")
        elif text.strip():
            lead = text[: len(text) - len(text.lstrip())]
            tail = text[len(text.rstrip()) :]
            body = printable(text.strip())
            if coloured:
                out.print(Text(lead) + Text(body, style=REMOVED_STYLE) + Text(f" ⟨{reason}⟩", style="dim"), end=tail)
            else:
                out.print(Text(f"{lead}[-{body}-]⟨{reason}⟩"), end=tail)
        else:
            out.print(Text(text), end="")
    out.print()


@contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """A progress bar on standard error, or None where standard error is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=console(sys.stderr),
    ) as progress:
        yield progress
