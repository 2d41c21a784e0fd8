"""Settings: what an operator can set, what a mistake is told as, and that no secret is ever repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import Settings, SettingsError, load_settings

SECRETS = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "REDIS_URL")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment without settings, in a folder without ``.env``."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("PORT", "sesame-70000", "integer"),
        ("PORT", "70000", "65535"),
        ("PORT", "-1", "greater than or equal to 0"),
        ("SLACK_HTTP", "perhaps-sesame", "boolean"),
        ("SLACK_POST_SECONDS", "-0.5", "greater than or equal to 0"),
        ("WORKER_CONCURRENCY", "0", "greater than or equal to 1"),
        ("EXTRACTION_PROCESSES", "half-sesame", "integer"),
        ("REDELIVERY_SECONDS", "0", "greater than 0"),
        ("FETCH_TOTAL_SECONDS", "sesame", "number"),
        ("FETCH_MAX_BYTES", "10MB-sesame", "integer"),
        ("FETCH_MAX_REDIRECTS", "-7", "greater than or equal to 0"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_setting_and_not_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as told:
        load_settings()
    line = str(told.value)
    assert line.startswith(f"{name}: ")
    assert why in line
    assert "\n" not in line
    assert "sesame" not in line
    assert line.count(value) == (value in why)
    assert told.value.__suppress_context__  # the value stands in pydantic's error, which must not be printed with it


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_shows_in_no_representation(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "redis://:open-sesame@host")
    settings = load_settings()
    for shown in (repr(settings), str(settings), settings.model_dump_json(), repr(settings.model_dump())):
        assert "sesame" not in shown
    assert getattr(settings, name.lower()).get_secret_value() == "redis://:open-sesame@host"


@pytest.mark.parametrize("name", SECRETS)
def test_an_empty_secret_is_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    assert getattr(load_settings(), name.lower()) is None


def test_settings_come_from_the_environment_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=4000\nHOST=0.0.0.0\nSOMEBODY_ELSES=1\n", "utf-8")
    monkeypatch.setenv("PORT", "5000")
    settings = load_settings()
    assert (settings.port, settings.host) == (5000, "0.0.0.0")


def test_without_any_setting_there_are_defaults() -> None:
    settings = load_settings()
    assert settings.port == 3000
    assert settings.slack_bot_token is None
    assert settings.data_dir == Path.home() / ".local/share/claimdesk"


def test_values_are_brought_into_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.setenv("DATA_DIR", "~/desk")
    monkeypatch.setenv("FETCH_ALLOW_HOSTS", " Archive.Example , 10.0.0.7:8080,, ")
    settings = load_settings()
    assert settings.slack_api_url == "http://127.0.0.1:9/api/"
    assert settings.data_dir == Path.home() / "desk"
    assert settings.fetch_allow_hosts == {"archive.example", "10.0.0.7:8080"}


@pytest.mark.parametrize(
    ("name", "value"), [("LOG_LEVEL", "LOUD"), ("SLACK_API_URL", "slack.com/api"), ("REDIS_URL", "localhost:6379")]
)
def test_a_value_that_nothing_can_work_with_is_refused_at_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}: "):
        load_settings()


def test_a_setting_cannot_be_changed_while_the_desk_runs() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1
