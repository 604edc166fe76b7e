"""Thoughts that a model writes before its answer, between `<think>` and `</think>`: they are not shown."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


class ThoughtFilter:
    """Words as they come -> words without the thoughts at their beginning. Elsewhere the marks are plain words."""

    def __init__(self) -> None:
        self._held = ""
        self._state = "before"

    @property
    def thinks(self) -> bool:
        """Whether thoughts have begun that have not ended."""
        return self._state == "within"

    def feed(self, words: str) -> str:
        """What of it is to be shown by now."""
        if self._state == "after":
            return words
        self._held += words
        if self._state == "before":
            begun = self._held.lstrip()
            if _OPEN.startswith(begun[: len(_OPEN)]):
                if len(begun) < len(_OPEN):
                    return ""
                self._state, self._held = "within", begun[len(_OPEN) :]
            else:
                return self._rest()
        thought, closed, after = self._held.partition(_CLOSE)
        if not closed:
            # Enough to recognise the closing mark by, however it is cut; thoughts can be long.
            self._held = thought[-len(_CLOSE) :]
            return ""
        self._held = after.lstrip()
        return self._rest()

    def end(self) -> str:
        """What was held back when the words end; thoughts that never ended stay unseen."""
        return "" if self._state == "within" else self._rest()

    def _rest(self) -> str:
        self._state = "after"
        words, self._held = self._held, ""
        return words
