"""A model words an answer anew: its words as they come, then what the checks leave of them. Never trusted."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

from rag.datatypes import Answer
from rag.engine import Engine
from rag.errors import GeneratorError, LibraryError, ModelError, QuotationError, SettingsError
from rag.generation.assembling import (
    assembled,
    drop_other_answers,
    quotations_said,
    tells_short_answer,
    to_the_point,
    translated_claims,
)
from rag.generation.checking import checker_of
from rag.generation.estimating import MOST_CHARS_PER_TOKEN
from rag.generation.evidence import quoted, shown_of
from rag.generation.judging import Checks, Judged, Quotation, drop_repetitions, evidence_of, is_finished, judge
from rag.generation.marking import marked_sentences
from rag.generation.problems import (
    BROKEN,
    CHANGED,
    EMPTY,
    MISSED,
    NO_EVIDENCE,
    NO_ROOM,
    NOT_ASKED,
    NOTHING_LEFT,
    REFUSED,
    STOPPED,
    UNCHECKED,
    problem_of,
)
from rag.generation.prompting import LANGUAGES, NOT_THERE, Prompt, kind_of, prompt_for
from rag.generation.records import Draft, Fluent, FluentAnswers, Generator
from rag.generation.translations import TranslationChecks
from rag.generation.waiting import Stopped, unless_stopped
from rag.generation.wording import loops
from rag.generation.written import Written, name_of
from rag.question import Question, understand

__all__ = ["STANDS", "STOPPED", "as_answer", "fluent_answers", "name_of"]

logger = logging.getLogger(__name__)

STANDS = "Câu trả lời trích nguyên văn được giữ."

CheckerFor = Callable[[Engine], Checks]


def fluent_answers(engine: Engine, generator: Generator, *, checker_for: CheckerFor | None = None) -> FluentAnswers:
    """A function that words answers of this engine anew, with `engine.settings.generate`.

    It raises nothing but what is a bug: whatever goes wrong, the extractive answer stands, with the problem told.
    """
    return _FluentAnswers(engine, generator, checker_for or checker_of)


class _Stands(Exception):
    """The extractive answer stands; the message says why, in Vietnamese."""


class _FluentAnswers:
    def __init__(self, engine: Engine, generator: Generator, checker_for: CheckerFor) -> None:
        self._engine = engine
        self._generator = generator
        self._settings = engine.settings.generate
        self._checker_for = checker_for
        self._opening: Future[Checks] | None = None
        self._lock = threading.Lock()

    def __call__(
        self,
        answer: Answer,
        *,
        history: Sequence[str] = (),
        stop: threading.Event | None = None,
    ) -> Iterator[Draft | Fluent]:
        """Drafts, then one Fluent. The question is told as it was understood, so `history` is not shown again."""
        writing = Written(self._generator)
        try:
            yield from self._written(answer, stop or threading.Event(), writing)
        except _Stands as stands:
            yield writing.standing(answer, str(stands))
        except Stopped:
            yield writing.standing(answer, STOPPED)
        except GeneratorError as error:
            logger.warning("the language model gave no answer: %s", error)
            yield writing.standing(answer, problem_of(error))
        except (LibraryError, QuotationError) as error:
            logger.info("a fluent answer is given up: %s", error)
            yield writing.standing(answer, CHANGED)
        except Exception:
            # Whatever a backend or a check does wrong, there is an answer.
            logger.exception("a fluent answer failed")
            yield writing.standing(answer, BROKEN)

    def _written(self, answer: Answer, stop: threading.Event, writing: Written) -> Iterator[Draft | Fluent]:
        if answer.status == "not_found" or not answer.claims:
            raise _Stands(NOT_ASKED)
        question = understand(answer.understood_as or answer.read_as or answer.question)
        prompt = self._prompt(answer, question, stop)
        writing.shown = tuple((each.excerpt.number, evidence_of(each)) for each in prompt.shown)
        translates = prompt.kind == "translation"
        opening = None if translates else self._checker()
        yield from self._streamed(prompt, stop, writing)
        if stop.is_set():
            raise _Stands(STOPPED)
        if not writing.text:
            raise _Stands(EMPTY)
        if NOT_THERE.rstrip(".").lower() in writing.text[: 2 * len(NOT_THERE)].lower():
            raise _Stands(REFUSED)
        shown = [each.excerpt for each in prompt.shown]
        quotations = [Quotation(each, each.text) for each in shown] if translates else quotations_said(answer)
        checks = _opened(opening, stop) if opening else TranslationChecks(self._engine.embedder, question.language)
        judged, unknown = self._judged(prompt, quotations, question, checks, stop, writing)
        if not translates:
            drop_other_answers(judged, answer, question)
            drop_repetitions(judged)
        if not judged.generated:
            raise _Stands(NOTHING_LEFT)
        written = len(judged.statements)
        if not translates:
            judged.statements = to_the_point(answer, judged.statements, question.content, question.names)
            if not judged.generated or not tells_short_answer(answer, judged.statements):
                raise _Stands(MISSED)
        beside = written - len(judged.statements)
        yield self._fluent(answer, question, prompt, judged, (unknown, beside), writing)

    def _translates(self, question: Question) -> bool:
        return self._settings.translate and question.language in LANGUAGES

    def _prompt(self, answer: Answer, question: Question, stop: threading.Event) -> Prompt:
        translates = self._translates(question)
        if translates:
            shown = quoted(answer)
        else:
            with self._engine.glance():
                shown = shown_of(answer, question, self._engine.article)
        if not shown:
            raise _Stands(NO_EVIDENCE)
        # For the model's tokenizer a model in this process is loaded, which takes a while.
        prompt = unless_stopped(
            lambda: prompt_for(
                shown,
                question.standalone,
                "translation" if translates else kind_of(answer, question),
                question.language if translates else "vi",
                self._generator,
                max_tokens=self._settings.max_tokens,
                short_answer=answer.short_answer,
            ),
            stop,
        )
        if prompt is None:
            raise _Stands(NO_ROOM)
        return prompt

    def _streamed(self, prompt: Prompt, stop: threading.Event, writing: Written) -> Iterator[Draft]:
        """The drafts; the model is stopped where nobody listens any more, and where it goes round in circles."""
        # A model that does not heed the limit is not listened to for ever.
        most_chars = prompt.max_tokens * MOST_CHARS_PER_TOKEN
        finished = False
        with ExitStack() as closing:
            stream = self._generator.stream(prompt.messages, max_tokens=prompt.max_tokens, stop=stop)
            if callable(close := getattr(stream, "close", None)):
                closing.callback(close)
            try:
                raw = ""
                for piece in stream:
                    raw += piece
                    read = writing.heard(raw)
                    if read and writing.text:
                        yield Draft(writing.text)
                    if stop.is_set() or loops(raw) or len(raw) > most_chars:
                        break
                    if read and _is_enough(writing.text, prompt):
                        break
                if writing.heard(raw, last=True) and writing.text and not stop.is_set():
                    yield Draft(writing.text)
                finished = True
            finally:
                if not finished:
                    stop.set()  # nobody listens any more
        writing.ended()

    def _judged(
        self,
        prompt: Prompt,
        quotations: Sequence[Quotation],
        question: Question,
        checks: Checks,
        stop: threading.Event,
        writing: Written,
    ) -> tuple[Judged, int]:
        """Every sentence judged, a turn of the engine each, and how many markers named nothing."""
        sentences = marked_sentences(writing.text, [each.excerpt.number for each in prompt.shown])
        cut = len(sentences) > prompt.most_sentences
        sentences = sentences[: prompt.most_sentences]
        judged = writing.judged
        writing.unknown_markers = unknown = sum(sentence.unknown for sentence in sentences)
        for at, sentence in enumerate(sentences):
            if stop.is_set():
                raise _Stands(STOPPED)
            with self._engine.turn():
                judge(
                    judged,
                    sentence,
                    prompt.shown,
                    quotations,
                    checks,
                    question=question.standalone,
                    unsupported=self._settings.unsupported,
                    finished=cut or at + 1 < len(sentences) or is_finished(writing.text),
                )
        writing.checked()
        return judged, unknown

    def _checker(self) -> Future[Checks]:
        """The checks, opened once, beside whatever else is done: their network takes a second to load."""
        with self._lock:
            if self._opening is None or (self._opening.done() and self._opening.exception()):
                executor = ThreadPoolExecutor(1, thread_name_prefix="checks")
                self._opening = executor.submit(self._checker_for, self._engine)
                executor.shutdown(wait=False)
            return self._opening

    def _fluent(
        self,
        answer: Answer,
        question: Question,
        prompt: Prompt,
        judged: Judged,
        removed: tuple[int, int],
        writing: Written,
    ) -> Fluent:
        translates = prompt.kind == "translation"
        statements = translated_claims(answer, judged.statements) if translates else judged.statements
        with self._engine.turn():
            copies = self._engine.copies.group_of if self._engine.settings.retrieve.fold_copies else None
            worded = assembled(answer, statements, self._engine.article, copies)
        unknown, beside = removed
        language = LANGUAGES[question.language] if translates else None
        notes = (*answer.notes, *_notes(writing.model, judged, unknown, beside, language))
        return writing.told(replace(worded, notes=notes, timings_ms=writing.timings(answer)), generated=True)


def _opened(opening: Future[Checks], stop: threading.Event) -> Checks:
    try:
        return opening.result() if opening.done() else unless_stopped(opening.result, stop)
    except (ModelError, SettingsError) as error:
        logger.error("a model's sentences cannot be checked: %s", error)
        raise _Stands(UNCHECKED) from error


def as_answer(fluent: Fluent) -> Answer:
    """The one answer for a program: where the extractive one stands, with the problem among its notes."""
    if fluent.problem is None or fluent.answer.status == "not_found":
        return fluent.answer
    timed = {"first_word": fluent.first_word_ms, "last_word": fluent.last_word_ms}
    return replace(
        fluent.answer,
        notes=(*fluent.answer.notes, f"{fluent.problem} {STANDS}"),
        timings_ms=fluent.answer.timings_ms | {stage: took for stage, took in timed.items() if took is not None},
    )


def _is_enough(text: str, prompt: Prompt) -> bool:
    """Whether there are more sentences than were asked for."""
    given = [each.excerpt.number for each in prompt.shown]
    return len(marked_sentences(text, given)) > prompt.most_sentences


def _notes(model: str, judged: Judged, unknown: int, beside: int, language: str | None) -> tuple[str, ...]:
    notes = [f"Lời văn do mô hình {model} viết; từng câu được đối chiếu với câu trích dẫn."]
    if language is not None:
        notes.append(
            f"Câu trả lời được dịch sang {language}: số, tên và độ gần nghĩa được kiểm tra, từng chữ thì không. "
            "Câu gốc tiếng Việt ở phần trích dẫn."
        )
    counts = (
        (judged.replaced, "được thay bằng câu trích"),
        (judged.dropped, "bỏ"),
        (judged.struck, "gạch ngang"),
    )
    told = ", ".join(f"{count} câu đã {done}" for count, done in counts if count)
    if told:
        notes.append(f"Chưa được nguồn xác nhận: {told}.")
    if judged.repaired:
        notes.append(f"Đã ghi lại số trích dẫn của {judged.repaired} câu.")
    if beside:
        notes.append(f"Đã bỏ {beside} câu không nói về điều được hỏi.")
    if unknown:
        notes.append(f"Đã bỏ {unknown} số trích dẫn không có.")
    return tuple(notes)
