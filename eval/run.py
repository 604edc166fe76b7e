"""Running an evaluation: questions go through `ask`, records and figures come out as files.

The functions here do the reading and writing; scores, figures and the page are made by pure modules.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eval.metrics import locate_evidence
from eval.prepare import Prepared, ProgressFunction, QuestionSet, prepare, settings_for_eval
from eval.records import RECORDS_NAME, QuestionRecord, record_to_json
from eval.report import render_report
from eval.run_files import (
    ANSWERS_NAME,
    GENERATED_NAME,
    REPORT_NAME,
    SUMMARY_NAME,
    unwritable,
    write_json,
    write_text,
)
from eval.score import score, score_error
from eval.sets_io import EvalQuestion
from eval.spans import has_spans, resolve_spans
from eval.summary import summarise
from rag import __version__
from rag.clean import rebuild
from rag.config import Settings
from rag.contract import answer_to_json, error_to_json, to_line
from rag.datatypes import Answer, Manifest
from rag.errors import RagError
from rag.pipeline import Engine, ask, open_engine

if TYPE_CHECKING:
    from eval.faithfulness import Faithfulness
    from eval.generated import Wording
    from rag.embed import Embedder

AskFunction = Callable[[EvalQuestion], Answer]
"""A question of a set to an answer."""
SUMMARY_FORMAT: Final = 1

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Setup:
    """What a run depends on, as `summary.json` tells it."""

    library: str
    manifest: Manifest | None
    settings: Settings
    notes: tuple[str, ...] = ()


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
    questions: Iterable[EvalQuestion], ask: AskFunction, texts: Mapping[str, str], insist: AskFunction | None = None
) -> Iterator[tuple[Answer | None, QuestionRecord]]:
    """Ask each question in order; one whose asking raises a RagError yields None and a record of the error.

    A refused question is put to `insist` again: how good the answer held back is goes into the record's `held_back`.
    """
    by_file = _texts_by_file(questions := tuple(questions), texts)
    for question in questions:
        try:
            answer = ask(question)
        except RagError as error:
            log.warning("question %s: %s", question.id, error)
            yield None, score_error(question, str(error))
            continue
        near = {source: text for item in question.evidence for source, text in by_file.get(item.file, {}).items()}
        record = score(question, answer, near)
        if insist is not None and record.abstained:
            record = replace(record, held_back=_held_back(question, insist, near))
        yield answer, record


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
    prepared = prepare(set_path, library_dir, out, settings, progress=progress, embedder=embedder)
    deep = settings_for_eval(settings, squad=prepared.is_squad)
    with open_engine(prepared.library_dir, deep, embedder=embedder) as engine:
        engine.open_reader()
        return ask_prepared(engine, prepared, out, settings, progress=progress)


def ask_prepared(
    engine: Engine, prepared: Prepared, out: Path, settings: Settings, *, progress: ProgressFunction | None = None
) -> dict[str, Any]:
    """Put a prepared set to an engine that was opened with `settings_for_eval(settings)`; see `evaluate_set`."""
    question_set, notes = prepared.question_set, list(prepared.notes)
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

    def put(asked: EvalQuestion) -> Answer:
        return ask(
            engine,
            asked.question,
            history=asked.history,
            answers=asked.history_answers,
            id=asked.id,
            today=asked.today,
        )

    def insist(asked: EvalQuestion) -> Answer:
        kept = engine.settings
        engine.settings = kept.model_copy(update={"answer": kept.answer.model_copy(update={"threshold": 0.0})})
        try:
            return put(asked)
        finally:
            engine.settings = kept

    with _wording(engine, settings) as wording:
        return write_run(
            question_set,
            put,
            texts,
            Setup(str(prepared.library_dir), engine.library.manifest(), settings, tuple(notes)),
            out,
            hits_kept=settings.retrieve.hits,
            insist=insist,
            wording=wording,
            progress=progress,
        )


def write_run(
    question_set: QuestionSet,
    ask: AskFunction,
    texts: Mapping[str, str],
    setup: Setup,
    out: Path,
    *,
    hits_kept: int,
    insist: AskFunction | None = None,
    wording: Wording | None = None,
    progress: ProgressFunction | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """Ask all questions and write the run's files; returns what `summary.json` holds.

    Answers and records are flushed line by line. `hits_kept` hits of each answer are written: as many as `ask` gives
    without an evaluation. `insist` asks without refusing, see `ask_all`. `wording` words each answer anew, see
    `eval.generated`; the records stay those of the quotations. Raises RagError when a file cannot be written.
    """
    records: list[QuestionRecord] = []
    faithful: list[Faithfulness] = []
    total = len(question_set.questions)
    try:
        with (
            (out / ANSWERS_NAME).open("w", encoding="utf-8") as answers_file,
            (out / RECORDS_NAME).open("w", encoding="utf-8") as records_file,
            ExitStack() as closing,
        ):
            if wording is not None:
                from eval.generated import generated_to_json

                generated_file = closing.enter_context((out / GENERATED_NAME).open("w", encoding="utf-8"))
            asked = ask_all(question_set.questions, ask, texts, insist)
            for question, (answer, record) in zip(question_set.questions, asked, strict=True):
                line = (
                    error_to_json(record.id, record.answer)
                    if answer is None
                    else answer_to_json(replace(answer, hits=answer.hits[:hits_kept]))
                )
                print(to_line(line), file=answers_file, flush=True)
                print(to_line(record_to_json(record)), file=records_file, flush=True)
                records.append(record)
                if wording is not None and answer is not None:
                    found, worded = wording.word(question, answer)
                    faithful.append(found)
                    kept = replace(worded, hits=worded.hits[:hits_kept])
                    print(to_line(generated_to_json(found, kept)), file=generated_file, flush=True)
                if progress is not None:
                    progress("asking", len(records), total)
    except OSError as error:
        raise unwritable(out, error) from error
    summary = _summary(question_set, records, setup, texts, now or datetime.now(UTC))
    if wording is not None:
        from eval.faithfulness import summary_of

        summary["generated"] = summary_of(faithful, wording.name())
    write_json(out, SUMMARY_NAME, summary)
    write_text(out, REPORT_NAME, render_report(summary, records))
    return summary


@contextmanager
def _wording(engine: Engine, settings: Settings) -> Iterator[Wording | None]:
    """The model that the settings name. Without one nothing of it is imported."""
    if not settings.generate.generator:
        yield None
        return
    from eval.generated import opened_wording

    with opened_wording(engine) as wording:
        yield wording


def _held_back(question: EvalQuestion, insist: AskFunction, texts: Mapping[str, str]) -> dict[str, float] | None:
    """Scores of the answer to a refused question; None where there is none to give."""
    try:
        answer = insist(question)
    except RagError as error:
        log.warning("question %s, asked again: %s", question.id, error)
        return None
    if answer.status != "answered":
        return None
    scores = score(question, answer, texts).scores
    return {name: scores[name] or 0.0 for name in ("right", "right_and_cited")}


def _with_quotes(questions: tuple[EvalQuestion, ...], loaded: Mapping[str, str]) -> tuple[EvalQuestion, ...]:
    by_file = _texts_by_file(questions, loaded)
    return tuple(resolve_spans(questions, {file: tuple(found.values()) for file, found in by_file.items()}))


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
