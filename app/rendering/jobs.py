"""Adding to the library: the place for files and pasted text, and what became of each of them."""

from __future__ import annotations

from collections.abc import Sequence

from app.adding.jobs import Item, Job, Refusal
from app.adding.limits import MB, Limits
from app.adding.watching import Watched
from app.rendering.escaping import escape, one_line
from app.words import Words
from app.words.counting import counted
from app.words.load_errors import told
from rag.errors import LibraryError, LibraryLocked, LoadError, RagError
from rag.loading.discover import EXTENSIONS
from rag.showing import shortened

_ITEMS = 100
_PROBLEMS = 5
FORMATS = (".txt", ".md", ".html", ".pdf", ".docx", ".jsonl", ".csv")


def adding_html(words: Words, limits: Limits) -> str:
    """Where files are dropped or chosen, and where a text is pasted."""
    adding = words.adding
    bounds = adding.bounds.format(file=size_of(limits.file_bytes), files=limits.files, go=size_of(limits.go_bytes))
    optional = f' placeholder="{adding.optional}"'
    return (
        f'<div class="hb-drop-here"><p>{adding.drop_here} <button type="button" class="hb-choose-files">'
        f'{adding.choose_files}</button></p><input type="file" class="hb-files" multiple hidden tabindex="-1"'
        f' accept="{",".join(sorted(EXTENSIONS))}" aria-label="{adding.choose_files}">'
        f'<p class="hb-hint">{adding.formats.format(formats=formats())} {bounds}</p></div>'
        f'<details class="hb-paste"><summary>{adding.paste}</summary><form class="hb-paste-form" novalidate>'
        f'<div class="hb-paste-about"><label>{adding.paste_title}<input name="title" maxlength="500"{optional}></label>'
        f'<label>{adding.paste_newspaper}<input name="outlet" maxlength="200"{optional}></label>'
        f'<label>{adding.paste_day}<input name="day" type="date"></label>'
        f'<label>{adding.paste_url}<input name="url" type="url" maxlength="2000"{optional}></label></div>'
        f'<label>{adding.paste_text}<textarea name="text" rows="8" required></textarea></label>'
        '<p class="hb-wrong" role="alert" hidden></p>'
        f'<button type="submit">{adding.paste_add}</button></form></details>'
    )


def jobs_html(jobs: Sequence[Job], watched: Sequence[Watched], words: Words, limits: Limits) -> str:
    """What is being done and what was done, last first; and the watched folders."""
    adding = words.adding
    conditions = {"watched": adding.watching, "missing": adding.watch_missing, "emptied": adding.watch_emptied}
    folders = "".join(
        f'<p class="{"hb-hint" if folder.condition == "watched" else "hb-wrong"}">'
        f"{conditions[folder.condition].format(label=escape(folder.label))}</p>"
        for folder in watched
    )
    items = "".join(_job(job, words, limits) for job in jobs)
    finished = sum(not job.under_way and job.state != "failed" for job in jobs)
    hide = f'<button type="button" class="hb-hide-all">{adding.hide_all}</button>' if finished > 1 else ""
    head = f'<div class="hb-jobs-head"><h3>{adding.jobs}</h3>{hide}</div>'
    return folders + (f'{head}<ul class="hb-jobs">{items}</ul>' if items else "")


def _job(job: Job, words: Words, limits: Limits) -> str:
    adding, library = words.adding, words.library
    count = len(job.ids) if job.kind in {"dismiss", "return"} else len(job.items)
    heading = counted(adding.kinds[job.kind], count, library.thousands, label=escape(job.label))
    state = adding.states[job.state]
    bar = ""
    if job.state in {"running", "undoing"} and job.kind not in {"dismiss", "return"}:
        value = f' value="{job.share:.3f}"' if job.share and job.state == "running" else ""
        bar = f'<progress max="1"{value} aria-label="{heading}"></progress>'
    elif job.state == "arriving":
        bar = f'<progress max="1" class="hb-arriving" aria-label="{heading}"></progress>'
    return (
        f'<li class="hb-job hb-job-{job.state}" data-job="{job.id}" data-kind="{job.kind}" data-state="{job.state}">'
        f'<div class="hb-job-head"><strong>{heading}</strong> <span class="hb-job-state">{state}</span>'
        f"{_buttons(job, words)}</div>{bar}{_failure(job, words)}{_sums(job, words)}{_items(job, words, limits)}</li>"
    )


def _buttons(job: Job, words: Words) -> str:
    adding = words.adding
    own = job.kind not in {"watch", "resume"}
    wanted: list[tuple[str, str]] = []
    if job.under_way:
        if own and job.state != "undoing" and job.kind in {"upload", "paste"}:
            wanted.append(("stop", adding.stop))
    elif job.state == "failed":
        wanted.append(("retry", adding.retry))
        wanted.append(("undo", adding.give_up) if own and job.kind != "return" else ("drop", adding.hide))
    else:
        if job.state == "done" and own and job.kind != "return" and _did_something(job):
            wanted.append(("undo", adding.undo))
        wanted.append(("drop", adding.hide))
    return "".join(f'<button type="button" class="hb-job-do" data-do="{do}">{label}</button>' for do, label in wanted)


def _did_something(job: Job) -> bool:
    if job.kind in {"dismiss", "return"}:
        return bool(job.ids)
    return any(item.outcome and (item.outcome.stored or item.outcome.removed) for item in job.items)


def _failure(job: Job, words: Words) -> str:
    if job.unexpected:
        return f'<p class="hb-wrong">{words.adding.unexpected}</p>'
    if job.error is None or job.state != "failed":
        return ""
    what = failure_told(job.error, words)
    return (
        f'<p class="hb-wrong">{what}</p><details class="hb-detail">'
        f"<summary>{words.adding.detail}</summary><p>{escape(str(job.error))}</p></details>"
    )


def failure_told(error: RagError, words: Words) -> str:
    """What an error means to somebody who adds or takes out."""
    if isinstance(error, LibraryLocked):
        return words.adding.locked
    # What is more than an error of the folder has a kind of its own.
    return words.adding.unwritable if type(error) is LibraryError else words.failures.told(error)


def _sums(job: Job, words: Words) -> str:
    adding, thousands = words.adding, words.library.thousands
    if job.state in {"running", "waiting"} and (job.articles or job.passages):
        parts = [counted(adding.reading, job.articles, thousands), counted(adding.passages, job.passages, thousands)]
    elif job.state == "done" and job.kind == "dismiss":
        parts = [counted(adding.articles_out, len(job.ids), thousands)]
    elif job.state == "done" and job.kind == "return":
        parts = [counted(adding.articles_back, len(job.ids), thousands)]
    elif job.state == "done":
        outcomes = [item.outcome for item in job.items if item.outcome]
        sums = (
            (adding.new, sum(outcome.new for outcome in outcomes)),
            (adding.updated, sum(outcome.updated for outcome in outcomes)),
            (adding.unchanged, sum(outcome.unchanged for outcome in outcomes)),
            (adding.removed, job.removed),
            (adding.problems, sum(len(o.failed) for o in outcomes) + sum(bool(item.refusal) for item in job.items)),
        )
        parts = [counted(template, count, thousands) for template, count in sums if count]
    else:
        return ""
    return f'<p class="hb-job-sums">{", ".join(parts)}</p>' if parts else ""


def _items(job: Job, words: Words, limits: Limits) -> str:
    if not job.items or (job.state == "stopped"):
        return ""
    # What went wrong is to be seen first.
    ordered = sorted(job.items, key=lambda item: not (item.refusal or (item.outcome and item.outcome.failed)))
    rows = "".join(_item(item, job, words, limits) for item in ordered[:_ITEMS])
    left = len(ordered) - _ITEMS
    more = f"<li>{counted(words.adding.and_more, left, words.library.thousands)}</li>" if left > 0 else ""
    return f'<ul class="hb-job-items">{rows}{more}</ul>'


def _item(item: Item, job: Job, words: Words, limits: Limits) -> str:
    adding = words.adding
    name = escape(shortened(item.name.rpartition("/")[2], 80))
    title = ""
    if item.id and item.title and item.undone is None:
        title = (
            f' · <button type="button" class="hb-open-article" data-id="{escape(item.id)}" lang="vi">'
            f"{escape(shortened(one_line(item.title), 80))}</button>"
        )
    notes = []
    if item.original and item.undone is None:
        notes.append(adding.reprint_of.format(title=escape(shortened(item.original, 80))))
    if item.placed and job.kind == "upload" and _was_renamed(item):
        notes.append(adding.also_named.format(name=escape(item.placed.found.path.name)))
    if item.outcome:
        notes += [escape(_problem(error, words)) for error in item.outcome.failed[:_PROBLEMS]]
        if len(item.outcome.failed) > _PROBLEMS:
            notes.append(f"… +{len(item.outcome.failed) - _PROBLEMS}")
    told_notes = "".join(f"<p>{note}</p>" for note in notes)
    kind = "hb-bad" if item.refusal or (item.outcome and item.outcome.failed) else ""
    return (
        f'<li class="{kind}"><span class="hb-job-file">{name}</span>: '
        f'<span class="hb-job-result">{_result(item, words, limits)}</span>{title}{told_notes}</li>'
    )


def _result(item: Item, words: Words, limits: Limits) -> str:
    adding, thousands = words.adding, words.library.thousands
    if item.refusal:
        return refusal_told(item.refusal, words, limits)
    if item.undone:
        done = {"gone": adding.result_undone, "restored": adding.result_restored, "left": adding.result_left}
        return done[item.undone]
    outcome = item.outcome
    if outcome is None:
        return adding.result_waiting
    parts = [
        (adding.result_new, outcome.new),
        (adding.result_updated, outcome.updated),
        (adding.result_unchanged, outcome.unchanged + outcome.dismissed),
    ]
    several = sum(count for _, count in parts) > 1
    told_parts = [
        f"{counted(adding.result_records, count, thousands)} {label}" if several else label
        for label, count in parts
        if count
    ]
    if outcome.removed:
        told_parts.append(counted(adding.result_removed, outcome.removed, thousands))
    if outcome.failed:
        told_parts.append(
            counted(adding.problems, len(outcome.failed), thousands) if told_parts else adding.result_failed
        )
    return ", ".join(told_parts)


def refusal_told(refusal: Refusal, words: Words, limits: Limits) -> str:
    """Why a file was not taken, with the bound or the formats that there are."""
    most = size_of(limits.file_bytes)
    return words.adding.refused[refusal.reason].format(most=most, formats=formats())


def refused_told(bound: str, most: int, words: Words) -> str:
    """Which bound was passed, and how much it allows."""
    shown = size_of(most) if bound.endswith("_bytes") else f"{most:,}".replace(",", words.library.thousands)
    return words.adding.refused[bound].format(most=shown, formats=formats())


def _problem(error: LoadError, words: Words) -> str:
    """One problem with its line, without where the file is."""
    line = error.where.rpartition(":")[2]
    place = f"{words.adding.line.format(number=line)}: " if line.isdigit() else ""
    return place + told(error, words.language)


def _was_renamed(item: Item) -> bool:
    placed = item.placed
    return (
        placed is not None and placed.found.path.stem.endswith(")") and not item.name.rpartition(".")[0].endswith(")")
    )


def formats() -> str:
    """The formats that can be read, those that people know."""
    return ", ".join(FORMATS)


def size_of(count: int) -> str:
    """ "100 MB", "10 GB"."""
    return f"{count / (1000 * MB):g} GB" if count >= 1000 * MB else f"{count / MB:g} MB"
