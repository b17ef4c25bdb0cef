"""The app package: what Teams takes, the same each time, and everything said that Teams would refuse."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adapters.teams.package import ICONS, MANIFEST, package, problems
from bot.__main__ import beacon
from bot.library import wording
from bot.settings import Teams
from tests.folder import hillside
from tests.school import larkfield
from tests.teams.microsoft import APP, TENANT

ADDRESS = "https://www.larkfield.example/privacy"
SCHOOL = replace(larkfield().school, teams=Teams(True, APP, TENANT))
WORDS = wording("teams")
Json = dict[str, Any]


def built() -> bytes:
    return package(SCHOOL, ADDRESS, "1.0.0", WORDS)


def files(zipped: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(zipped)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return made.getvalue()


def changed(change: Callable[[Json], object]) -> list[str]:
    """Give what is said of a package whose manifest was changed."""
    held = files(built())
    told = json.loads(held[MANIFEST])
    change(told)
    return list(problems(zipped({**held, MANIFEST: json.dumps(told).encode()})))


def test_ours_is_as_teams_wants_it() -> None:
    assert list(problems(built())) == []
    assert list(files(built())) == [MANIFEST, *ICONS]


def test_the_same_school_gets_the_same_package() -> None:
    assert built() == built()


def test_it_asks_for_no_rights_takes_no_files_and_is_no_copilot() -> None:
    told = json.loads(files(built())[MANIFEST])
    assert "authorization" not in told
    assert "webApplicationInfo" not in told
    (bot,) = told["bots"]
    assert bot["scopes"] == ["personal", "team"]
    assert (bot["supportsFiles"], bot["isNotificationOnly"]) == (False, False)


def _bot(**facts: object) -> Callable[[Json], object]:
    return lambda told: told["bots"][0].update(facts)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda told: told.pop("accentColor"), "'accentColor' is a required property"),
        (lambda told: told.update(extra=1), "extra"),
        (lambda told: told.update(id="beacon"), "id: 'beacon' does not match"),
        (lambda told: told["name"].update(short="x" * 31), "name.short"),
        (lambda told: told["description"].update(short="x" * 81), "description.short"),
        (lambda told: told.pop("supportsChannelFeatures"), "supportsChannelFeatures: must be 'tier1'"),
        (lambda told: told["developer"].update(privacyUrl="http://www.larkfield.example"), "developer.privacyUrl"),
        (lambda told: told.update(webApplicationInfo={"id": TENANT}), "webApplicationInfo.id: is another app"),
        (lambda told: told.update(authorization={"permissions": {}}), "asks for rights"),
        (lambda told: told.pop("bots"), "exactly one"),
        (_bot(botId=TENANT), "bots.0.botId: is another app"),
        (_bot(scopes=["personal", "team", "copilot"]), "copilot"),
        (_bot(supportsFiles=True), "takes no files"),
        (_bot(isNotificationOnly=True), "takes no files"),
    ],
)
def test_what_teams_would_refuse_is_said(change: Callable[[Json], object], part: str) -> None:
    said = changed(change)
    assert any(part in each for each in said), said


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"color.png": None}, "color.png: is missing"),
        ({"outline.png": b"GIF89a"}, "outline.png: is not a PNG of 32 by 32"),
        ({"folder/manifest.json": b"{}"}, "lies in a folder"),
        ({"readme.txt": b""}, "readme.txt: does not belong"),
        ({MANIFEST: b"{"}, "is not JSON"),
    ],
)
def test_what_does_not_belong_in_the_zip_is_said(change: dict[str, bytes | None], part: str) -> None:
    held = {name: content for name, content in {**files(built()), **change}.items() if content is not None}
    said = list(problems(zipped(held)))
    assert any(part in each for each in said), said


def test_what_is_no_zip_is_said() -> None:
    assert list(problems(b"PK")) == ["it is no zip file"]


def test_the_command_writes_it_or_says_what_is_missing(tmp_path: Path) -> None:
    folder, out = hillside(tmp_path / "hillside"), tmp_path / "beacon.zip"
    words = ["teams", "package", str(folder), ADDRESS, "--out", str(out)]
    missing = CliRunner().invoke(beacon, words)
    assert "'app' is missing" in str(missing.exception)
    settings = folder / "school.toml"
    off = "[teams]\non = false"
    on = f'[teams]\non = true\napp = "{APP}"\ntenant = "{TENANT}"'
    settings.write_text(settings.read_text("utf-8").replace(off, on), "utf-8")
    done = CliRunner().invoke(beacon, words)
    assert (done.exit_code, "upload it" in done.output) == (0, True)
    assert list(problems(out.read_bytes())) == []
    http = CliRunner().invoke(beacon, [*words[:3], "http://www.larkfield.example", "--out", str(out)])
    assert "https://" in str(http.exception)
