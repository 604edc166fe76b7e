"""One frozen tree of settings. Defaults here, a TOML file over them, flags over both; unknown keys are errors."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import SettingsError


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class LoadSettings(_Frozen):
    """Reading files. The `*_field` names say which field of a JSONL or CSV record holds what."""

    title_field: tuple[str, ...] = ("title", "headline")
    text_field: tuple[str, ...] = ("text", "content", "body")
    lead_field: tuple[str, ...] = Field(default=("sapo", "lead"), description="put before the text where it lacks it")
    date_field: tuple[str, ...] = ("published_on", "date")
    url_field: tuple[str, ...] = ("url", "link")
    outlet_field: tuple[str, ...] = ("outlet", "source")
    id_field: tuple[str, ...] = ("id",)
    max_article_chars: int = Field(default=2_000_000, gt=0, description="A longer article is refused")
    min_article_chars: int = Field(default=40, ge=0, description="A shorter article body is refused")


class ChunkSettings(_Frozen):
    """Passages, in characters. A single sentence longer than `max_chars` is split inside."""

    target_chars: int = Field(default=800, gt=0)
    max_chars: int = Field(default=900, gt=0)
    overlap_sentences: int = Field(default=1, ge=0)


class EmbedSettings(_Frozen):
    """The embedding model: a packaged name, a folder, or a hub id (only a hub id may use the network)."""

    model: str = "multilingual-e5-small"
    runtime: str = Field(default="auto", description="auto, or one of the runtimes listed by `hoibao info`")
    query_prefix: str | None = Field(default=None, description="None: the model's own")
    passage_prefix: str | None = None
    max_tokens: int = Field(default=512, gt=0)
    threads: int = Field(default=0, ge=0, description="0: all cores")


class RetrieveSettings(_Frozen):
    """Search. Chosen by measurement, see docs/decisions.md."""

    depth: int = Field(default=50, gt=0, description="candidates taken from each leg")
    dense_weight: float = Field(default=0.5, ge=0, le=1, description="share of the dense leg's standard scores")
    dense_weight_unaccented: float = Field(
        default=0.1, ge=0, le=1, description="the same for a Vietnamese question typed without diacritics"
    )
    title_boost: float = Field(default=0.25, ge=0, description="weight of a term in a title; one in the passage has 1")
    dense_weight_foreign: float = Field(
        default=0.5, ge=0, le=1, description="the same for a question in another language"
    )
    date_weight: float = Field(default=1.5, ge=0, description="what being of the time asked for adds to a score")
    hits: int = Field(default=10, gt=0, description="passages handed on")
    rerank: bool = Field(default=True, description="look at the best candidates' words a second time")
    reranked: int = Field(default=30, gt=0, description="candidates looked at a second time")
    restore: bool = Field(default=True, description="restore the diacritics of a question typed without them")
    mend_typos: bool = Field(default=True, description="mend mistyped words of a question")
    expand_names: bool = Field(default=True, description="also search for other spellings of names")
    names_file: Path | None = Field(default=None, description="your own table of names, see docs/names.md")
    translate: bool = Field(default=True, description="look up the words of a foreign question in the lexicon")
    use_dates: bool = Field(default=True, description="heed dates in a question")
    fold_copies: bool = Field(default=True, description="show a passage and its reprints once")


class AnswerSettings(_Frozen):
    """Composing an answer. The threshold comes from `python -m eval.calibrate`, see docs/decisions.md."""

    reader: str = Field(
        default="span",
        description="span, sentences, or a question-answering model of transformers: a folder or a hub id",
    )
    rerank: bool = Field(default=True, description="let the reader reorder the passages")
    check: bool = Field(default=True, description="heed whether type, names and numbers fit the question")
    group: bool = Field(default=True, description="group evidence by its value, and tell agreement from conflict")
    max_claims: int = Field(default=3, gt=0)
    passages: int = Field(default=8, gt=0, description="passages that are read")
    threshold: float = Field(default=0.5, ge=0, le=1, description="probability below which the answer is not_found")
    read_threshold: float | None = Field(
        default=None, ge=0, le=1, description="the same for `hoibao read`; None: the reader's own"
    )
    max_question_chars: int = Field(default=2_000, gt=0)


class GenerateSettings(_Frozen):
    """A language model that words answers anew, checked sentence by sentence. Without `generator` there is none."""

    generator: str = Field(
        default="",
        description="address of an OpenAI-compatible server (http://…/v1), or a model of transformers: a folder, "
        "a hub id or a .gguf file; empty: none",
    )
    model: str = Field(default="", description="the model's name at the server; empty: the first that it lists")
    key_variable: str = Field(default="HOIBAO_API_KEY", description="environment variable that holds the server's key")
    timeout_s: float = Field(default=60.0, gt=0, description="longest wait for the server's next words")
    retries: int = Field(default=2, ge=0, description="attempts after one that failed before its first word")
    at_once: int = Field(
        default=0,
        ge=0,
        description="answers that a server writes for the page and the API at the same time; 0: one by a server on "
        "this machine, eight by another",
    )
    context_tokens: int = Field(default=0, ge=0, description="0: what the model states, 4096 where it does not")
    max_tokens: int = Field(default=512, gt=0, description="longest answer")
    temperature: float = Field(default=0.0, ge=0, le=2)
    unsupported: Literal["repair", "drop", "strike"] = Field(
        default="repair",
        description="what becomes of a sentence without support: a quotation, nothing, or it is struck out",
    )
    rewrite: bool = Field(
        default=True,
        description="let the model word a follow-up as a question of its own where the rules' wording finds nothing",
    )
    rewrite_s: float = Field(default=5.0, gt=0, description="longest wait for that wording")
    translate: bool = Field(default=True, description="answer in the question's language")


class Settings(_Frozen):
    """The whole tree."""

    load: LoadSettings = LoadSettings()
    chunk: ChunkSettings = ChunkSettings()
    embed: EmbedSettings = EmbedSettings()
    retrieve: RetrieveSettings = RetrieveSettings()
    answer: AnswerSettings = AnswerSettings()
    generate: GenerateSettings = GenerateSettings()


_KEYS = frozenset(("key", "api_key", "apikey", "token", "api_token", "secret", "password"))


def load_settings(path: Path | None = None, overrides: dict[str, Any] | None = None) -> Settings:
    """Settings from a TOML file and overrides.

    `overrides` maps dotted names to values, such as `{"embed.model": "..."}`; None values are ignored.
    Raises SettingsError for an unreadable file, an unknown key or a wrong value.
    """
    tree: dict[str, Any] = {}
    if path is not None:
        try:
            tree = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise SettingsError(
                f"cannot read the configuration file ({error.strerror})", where=str(path), remedy="Check the path"
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"not valid TOML ({error})", where=str(path), remedy="Mend the line named") from error
    for dotted, value in (overrides or {}).items():
        if value is None:
            continue
        *parents, leaf = dotted.split(".")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[leaf] = value
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            _no_such_setting(name) if first["type"] == "extra_forbidden" else f"setting {name!r}: {first['msg']}",
            where=str(path or ""),
            remedy="`hoibao info --settings` lists all settings with their values",
        ) from error


def _no_such_setting(name: str) -> str:
    if name.startswith("generate.") and name.rpartition(".")[2].lower().replace("-", "_") in _KEYS:
        return (
            f"no such setting: {name!r}: a key is never written into settings. Put it into the environment variable "
            "HOIBAO_API_KEY, or into the one that generate.key_variable names"
        )
    known = [f"{section}.{leaf}" for section, leaves in Settings().model_dump().items() for leaf in leaves]
    near = difflib.get_close_matches(name, known, n=1)
    return f"no such setting: {name!r}" + (f" (did you mean {near[0]!r}?)" if near else "")
