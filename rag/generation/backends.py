"""From the settings to a language model."""

from __future__ import annotations

from collections.abc import Callable

from rag.config import GenerateSettings
from rag.errors import GeneratorError, SettingsError
from rag.generation.address import is_address
from rag.generation.records import Generator

# Of a server elsewhere, and of a generator that does not say so itself.
MANY_AT_ONCE = 8


def make_generator(settings: GenerateSettings) -> Generator:
    """The model that the settings name. Nothing is loaded and no server is asked before its first use.

    Raises SettingsError where they name none, or what cannot be one; GeneratorError where a package is missing.
    """
    if not settings.generator.strip():
        raise SettingsError(
            "no language model is named",
            where="setting 'generate.generator'",
            remedy="Name a server's address (http://…/v1), a folder, a hub id or a .gguf file",
        )
    if is_address(settings.generator):
        from rag.generation.endpoint import Endpoint

        return Endpoint(settings)
    from rag.generation.local import LocalModel

    return LocalModel(settings)


def generator_or_told(settings: GenerateSettings, report: Callable[[str], None]) -> Generator | None:
    """The same; where it cannot be had `report` is told, and there is none. Raises SettingsError."""
    try:
        return make_generator(settings)
    except GeneratorError as error:
        report(f"{error}. The answers are quotations.")
        return None


def open_now(generator: Generator) -> None:
    """Ask the server which model it has, or load the model, now rather than for the first answer.

    Raises GeneratorError where it cannot be had. A generator without an `open` of its own has nothing to be opened.
    """
    if callable(open_it := getattr(generator, "open", None)):
        open_it()


def answers_at_once(generator: Generator) -> int:
    """How many answers the model can write at the same time without one holding up, or ending, another."""
    return int(getattr(generator, "at_once", MANY_AT_ONCE))
