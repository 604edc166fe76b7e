"""Running an evaluation: questions go through `ask`, records and figures come out as files.

The functions here do the reading and writing; scores, figures and the page are made by pure modules.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eval.metrics import locate_evidence
from eval.records import RECORDS_NAME, QuestionRecord, record_to_json
from eval.report import render_report
from eval.score import RETRIEVAL_DEPTH, score, score_error
from eval.sets_io import EvalQuestion, Passage, load_set, load_squad
from eval.spans import has_spans, resolve_spans
from eval.summary import summarise
from rag import __version__
from rag.clean import rebuild
from rag.config import Settings
from rag.contract import answer_to_json, error_to_json, to_line
from rag.datatypes import Answer, Manifest
from rag.errors import LoadError, RagError
from rag.loading.encodings import normalise
from rag.pipeline import ask, build, open_engine

if TYPE_CHECKING:
    from rag.embed import Embedder
    from rag.indexing import IndexState

AskFunction = Callable[[EvalQuestion], Answer]
"""A question of a set to an answer."""
ProgressFunction = Callable[[str, int, int], None]
"""Called with the stage's name, how much is done and how much there is."""

SUMMARY_FORMAT: Final = 1
ANSWERS_NAME: Final = "answers.jsonl"
SUMMARY_NAME: Final = "summary.json"
REPORT_NAME: Final = "report.html"
PASSAGES_NAME: Final = "passages.jsonl"
LIBRARY_NAME: Final = "library"
COMPARE_NAME: Final = "compare.json"
# What tells a run's folder from any other: the other names are too common.
RUN_MARKS: Final = frozenset({ANSWERS_NAME, RECORDS_NAME, PASSAGES_NAME, COMPARE_NAME})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A loaded set file. `passages` is None unless it is a SQuAD file; `bad_lines` were told of and left out."""

    path: Path
    sha256: str
    questions: tuple[EvalQuestion, ...]
    passages: tuple[Passage, ...] | None
    bad_lines: tuple[LoadError, ...] = ()


@dataclass(frozen=True, slots=True)
class Setup:
    """What a run depends on, as `summary.json` tells it."""

    library: str
    manifest: Manifest | None
    settings: Settings
    notes: tuple[str, ...] = ()


def read_set(path: Path) -> QuestionSet:
    """A set file: SQuAD when its name ends in .json or .json.gz, the project's own format otherwise.

    A bad line of a set is kept in `bad_lines`, and the others are asked. Raises SettingsError or LoadError as the
    loaders do, also when no line is good.
    """
    passages: tuple[Passage, ...] | None = None
    bad_lines: list[LoadError] = []
    if path.name.lower().endswith((".json", ".json.gz")):
        found, questions = load_squad(path)
        passages = tuple(found)
        questions = [_as_loaded(question) for question in questions]
    else:
        try:
            questions = load_set(path, on_error=bad_lines.append)
        except LoadError as error:
            raise next(iter(bad_lines), error) from error
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return QuestionSet(path, sha256, tuple(questions), passages, tuple(bad_lines))


def prepare_out(out: Path) -> None:
    """Make the folder for a run's files and take a former run's figures out of it.

    Raises RagError for a folder that holds other things and no run, or that cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        present = {entry.name for entry in out.iterdir()}
        if present and not present & RUN_MARKS:
            raise RagError(
                "the folder is not empty and holds no evaluation run",
                where=str(out),
                remedy="Name a new folder, or one that an earlier run wrote (only its own files are overwritten)",
            )
        for name in (SUMMARY_NAME, REPORT_NAME):
            (out / name).unlink(missing_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise RagError("this is a file, not a folder", where=str(out), remedy="Name another folder") from error
    except OSError as error:
        raise _unwritable(out, error) from error


def write_passages(passages: Iterable[Passage], out: Path) -> Path:
    """The passages of a SQuAD file as a JSONL corpus in the run's folder; underscores of titles become spaces."""
    path = out / PASSAGES_NAME
    with path.open("w", encoding="utf-8") as file:
        for passage in passages:
            record = {"id": passage.id, "title": passage.title.replace("_", " ").strip(), "text": passage.text}
            file.write(to_line({name: value for name, value in record.items() if value}) + "\n")
    return path


def settings_for_eval(settings: Settings, *, squad: bool) -> Settings:
    """The settings with enough hits for the recall curves; passages of a SQuAD file are taken however short they are.

    The number of hits does not change the answer, which reads the first `answer.passages` of them.
    """
    changes: dict[str, Any] = {
        "retrieve": settings.retrieve.model_copy(
            update={
                "hits": max(settings.retrieve.hits, RETRIEVAL_DEPTH),
                "depth": max(settings.retrieve.depth, RETRIEVAL_DEPTH),
            }
        )
    }
    if squad:
        changes["load"] = settings.load.model_copy(update={"min_article_chars": 1})
    return settings.model_copy(update=changes)


def evidence_sources(sources: Iterable[str], questions: Iterable[EvalQuestion]) -> list[str]:
    """Those of the library's sources that an evidence item of the questions names, in order."""
    files = {item.file for question in questions for item in question.evidence}
    return [
        source
        for source in sources
        if source in files or any(mark in "/#" and source[at + 1 :] in files for at, mark in enumerate(source))
    ]


def lost_evidence(questions: Iterable[EvalQuestion], texts: Mapping[str, str]) -> list[str]:
    """Ids of the answerable questions with a part none of whose quotes stands in the articles.

    No answer to such a question can be cited rightly: an article is missing, or cleaning changed the quoted sentence.
    """
    return [
        question.id
        for question in questions
        if {place.part for place in locate_evidence(question.evidence, texts)} != set(range(len(question.answers)))
        and question.answerable
    ]


def ask_all(
    questions: Iterable[EvalQuestion], ask: AskFunction, texts: Mapping[str, str]
) -> Iterator[tuple[Answer | None, QuestionRecord]]:
    """Ask each question in order; one whose asking raises a RagError yields None and a record of the error."""
    by_file = _texts_by_file(questions := tuple(questions), texts)
    for question in questions:
        try:
            answer = ask(question)
        except RagError as error:
            log.warning("question %s: %s", question.id, error)
            yield None, score_error(question, str(error))
            continue
        near = {source: text for item in question.evidence for source, text in by_file.get(item.file, {}).items()}
        yield answer, score(question, answer, near)


def evaluate_set(
    set_path: Path,
    library_dir: Path,
    out: Path,
    settings: Settings,
    *,
    progress: ProgressFunction | None = None,
    embedder: Embedder | None = None,
) -> dict[str, Any]:
    """Run a set file against a library, or a SQuAD file against a library of its passages in `out`.

    Returns what `summary.json` holds. Raises RagError with the remedy; nothing is written before the set and the folder
    have been found good.
    """
    question_set = read_set(set_path)
    prepare_out(out)
    deep = settings_for_eval(settings, squad=question_set.passages is not None)
    notes: list[str] = []
    if question_set.passages is not None:
        library_dir, notes = _index_passages(question_set.passages, out, deep, progress, embedder)
    notes += [f"left out: {error}" for error in question_set.bad_lines]
    with open_engine(library_dir, deep, embedder=embedder) as engine:
        rows = {row.source: row.id for row in engine.library.articles()}
        articles = {source: engine.article(rows[source]) for source in evidence_sources(rows, question_set.questions)}
        texts = {source: article.text for source, article in articles.items()}
        if has_spans(question_set.questions):
            loaded = {source: rebuild(article.text, article.removed) for source, article in articles.items()}
            question_set = replace(question_set, questions=_with_quotes(question_set.questions, loaded))
        lost = lost_evidence(question_set.questions, texts)
        if lost:
            notes.append(
                f"the evidence of {len(lost)} questions does not stand in the library's articles, so that no citation"
                f" can be right: {', '.join(lost[:5])}{', …' if len(lost) > 5 else ''}"
            )
        return write_run(
            question_set,
            lambda asked: ask(engine, asked.question, history=asked.history, id=asked.id, today=asked.today),
            texts,
            Setup(str(library_dir), engine.library.manifest(), settings, tuple(notes)),
            out,
            hits_kept=settings.retrieve.hits,
            progress=progress,
        )


def write_json(out: Path, name: str, value: Mapping[str, Any]) -> None:
    """Write one JSON file into a folder, which is made if missing. Raises RagError when that cannot be done."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write_text(out / name, json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
    except OSError as error:
        raise _unwritable(out, error) from error


def write_run(
    question_set: QuestionSet,
    ask: AskFunction,
    texts: Mapping[str, str],
    setup: Setup,
    out: Path,
    *,
    hits_kept: int,
    progress: ProgressFunction | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """Ask all questions and write the run's files; returns what `summary.json` holds.

    Answers and records are flushed line by line. `hits_kept` hits of each answer are written: as many as `ask` gives
    without an evaluation. Raises RagError when a file cannot be written.
    """
    records: list[QuestionRecord] = []
    total = len(question_set.questions)
    try:
        with (
            (out / ANSWERS_NAME).open("w", encoding="utf-8") as answers_file,
            (out / RECORDS_NAME).open("w", encoding="utf-8") as records_file,
        ):
            for answer, record in ask_all(question_set.questions, ask, texts):
                line = (
                    error_to_json(record.id, record.answer)
                    if answer is None
                    else answer_to_json(replace(answer, hits=answer.hits[:hits_kept]))
                )
                print(to_line(line), file=answers_file, flush=True)
                print(to_line(record_to_json(record)), file=records_file, flush=True)
                records.append(record)
                if progress is not None:
                    progress("asking", len(records), total)
        summary = _summary(question_set, records, setup, texts, now or datetime.now(UTC))
        write_json(out, SUMMARY_NAME, summary)
        _write_text(out / REPORT_NAME, render_report(summary, records))
    except OSError as error:
        raise _unwritable(out, error) from error
    return summary


def _as_loaded(question: EvalQuestion) -> EvalQuestion:
    """The question with its quotes as loading leaves a text: without invisible characters, with plain spaces."""
    return replace(question, evidence=tuple(replace(item, quote=normalise(item.quote)) for item in question.evidence))


def _with_quotes(questions: tuple[EvalQuestion, ...], loaded: Mapping[str, str]) -> tuple[EvalQuestion, ...]:
    by_file = _texts_by_file(questions, loaded)
    return tuple(resolve_spans(questions, {file: tuple(found.values()) for file, found in by_file.items()}))


def _index_passages(
    passages: Sequence[Passage],
    out: Path,
    settings: Settings,
    progress: ProgressFunction | None,
    embedder: Embedder | None,
) -> tuple[Path, list[str]]:
    """Make a library of the passages in the run's folder: where it is, and what there is to say about it."""
    library_dir = out / LIBRARY_NAME

    def show(state: IndexState) -> None:
        if progress is not None:
            progress("indexing passages", state.articles, len(passages))

    corpus = write_passages(passages, out)
    report = build([corpus], library_dir, settings, prune=True, progress=show, embedder=embedder)
    notes = [f"the passages of the set were indexed in {library_dir} and asked there"]
    if report.failures:
        first = f", first: {report.failed[0]}" if report.failed else ""
        notes.append(f"{report.failures} of {len(passages)} passages could not be indexed{first}")
    return library_dir, notes


def _summary(
    question_set: QuestionSet,
    records: Sequence[QuestionRecord],
    setup: Setup,
    texts: Mapping[str, str],
    now: datetime,
) -> dict[str, Any]:
    return {
        "format": SUMMARY_FORMAT,
        "hoibao": __version__,
        "finished_at": now.isoformat(timespec="seconds"),
        "set": {
            "file": question_set.path.name,
            "sha256": question_set.sha256,
            "format": "set" if question_set.passages is None else "squad",
            "bad_lines": len(question_set.bad_lines),
        },
        "library": {"folder": setup.library} | (asdict(setup.manifest) if setup.manifest else {}),
        "settings": setup.settings.model_dump(mode="json"),
        "notes": list(setup.notes),
        "lost_evidence": lost_evidence(question_set.questions, texts),
    } | summarise(records, threshold=setup.settings.answer.threshold)


def _texts_by_file(questions: Sequence[EvalQuestion], texts: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """For each file that evidence names, the texts of the sources it means: no search through all texts a question."""
    files = {item.file for question in questions for item in question.evidence}
    found: dict[str, dict[str, str]] = {}
    for source, text in texts.items():
        names = [source, *(source[at + 1 :] for at, mark in enumerate(source) if mark in "/#")]
        for name in names:
            if name in files:
                found.setdefault(name, {})[source] = text
    return found


def _write_text(path: Path, text: str) -> None:
    """Write beside and rename, so that a file of this name is always whole."""
    beside = path.with_name(path.name + ".part")
    beside.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    beside.replace(path)


def _unwritable(out: Path, error: OSError) -> RagError:
    return RagError(
        f"cannot write the run's files ({error.strerror or error})",
        where=str(out),
        remedy="Choose a folder that can be written, with room on its disk",
    )
