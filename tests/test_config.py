"""Settings: defaults, a file over them, flags over both."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.config import Settings, load_settings
from rag.errors import SettingsError


def test_flags_go_over_the_file_and_the_file_over_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "hoibao.toml"
    file.write_text("[answer]\nthreshold = 0.6\nmax_claims = 2\n", encoding="utf-8")
    settings = load_settings(file, {"answer.max_claims": 1, "answer.passages": None})
    assert (settings.answer.threshold, settings.answer.max_claims) == (0.6, 1)
    assert settings.answer.passages == Settings().answer.passages


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "[answer]\nthreshhold = 0.6\n",
            r"no such setting: 'answer.threshhold' \(did you mean 'answer.threshold'\?\)\. `hoibao",
        ),
        ('[generate]\napi_key = "abc"\n', r"'generate.api_key': a key is never written .* HOIBAO_API_KEY"),
        ("[answers]\nthreshold = 0.6\n", "no such setting: 'answers'"),
        ("[answer]\nthreshold = 2\n", r"setting 'answer.threshold': .*less than or equal to 1"),
        ("[answer\n", "not valid TOML"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "hoibao.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=complaint) as caught:
        load_settings(file)
    assert "hoibao.toml" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot read"):
        load_settings(tmp_path / "không.toml")


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().answer.threshold = 0.1  # type: ignore[misc]
