"""Beacon's app as Teams is told of it: the package that an administrator uploads, and what Teams would say against it.

Must not know how anything is answered. The manifest's form is checked against Microsoft's own schema, which lies beside
it; what that leaves out, and uploading does not, is checked here.
"""

import io
import json
import struct
import zipfile
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from bot.settings import School
from bot.words import Words

MANIFEST, ICONS = "manifest.json", {"color.png": 192, "outline.png": 32}
_SCHEMA = "manifest-1.25.schema.json"
_THEN = (1980, 1, 1, 0, 0, 0)  # the same package for the same school, bit by bit
_DEVELOPER = 32  # characters
_COMMANDS = ("home", "help", "stop")


def manifest(school: School, address: str, version: str, words: Words) -> dict[str, Any]:
    """Give the manifest of one school's app. `address` is the page of the school that says how it treats what it hears.

    It asks for no rights: what the bot may do, it may by being installed.
    """
    commands = [
        {"title": words.say(f"command-{key}"), "description": words.say(f"command-{key}-what")} for key in _COMMANDS
    ]
    return {
        "$schema": "https://developer.microsoft.com/json-schemas/teams/v1.25/MicrosoftTeams.schema.json",
        "manifestVersion": "1.25",
        "version": version,
        "id": school.teams.app,
        "developer": {
            "name": school.name[:_DEVELOPER],
            "websiteUrl": address,
            "privacyUrl": address,
            "termsOfUseUrl": address,
        },
        "name": {"short": words.say("brand"), "full": words.say("app-name")},
        "description": {"short": words.say("app-short"), "full": words.say("app-full")},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#123C47",
        "bots": [
            {
                "botId": school.teams.app,
                "scopes": ["personal", "team"],
                "isNotificationOnly": False,
                "supportsFiles": False,
                "commandLists": [{"scopes": ["personal"], "commands": commands}],
            }
        ],
        "supportsChannelFeatures": "tier1",
    }


def package(school: School, address: str, version: str, words: Words) -> bytes:
    """Give the package as Teams takes it: a flat zip of the manifest and two icons."""
    made = io.BytesIO()
    files = {MANIFEST: json.dumps(manifest(school, address, version, words), indent=2, ensure_ascii=False).encode()}
    files |= {name: _file(name) for name in ICONS}
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(zipfile.ZipInfo(name, _THEN), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def problems(zipped: bytes) -> Iterator[str]:
    """Give everything for which Teams would refuse a package, in words."""
    try:
        with zipfile.ZipFile(io.BytesIO(zipped)) as opened:
            files = {name: opened.read(name) for name in opened.namelist()}
    except zipfile.BadZipFile:
        yield "it is no zip file"
        return
    yield from (f"{name}: lies in a folder; all files belong at the top" for name in files if "/" in name)
    yield from (f"{name}: is missing" for name in (MANIFEST, *ICONS) if name not in files)
    yield from (f"{name}: does not belong in it" for name in files if name not in (MANIFEST, *ICONS))
    for name, size in ICONS.items():
        if name in files and _size_of(files[name]) != (size, size):
            yield f"{name}: is not a PNG of {size} by {size}"
    if MANIFEST in files:
        try:
            told = json.loads(files[MANIFEST])
        except ValueError:
            yield f"{MANIFEST}: is not JSON"
            return
        yield from (f"{MANIFEST}: {what}" for what in _against_schema(told))
        yield from (f"{MANIFEST}: {what}" for what in _beyond_schema(told))


def _against_schema(told: object) -> Iterator[str]:
    import jsonschema  # noqa: PLC0415 - only this command needs it

    checked = jsonschema.Draft4Validator(json.loads(_file(_SCHEMA)))
    for error in sorted(checked.iter_errors(told), key=lambda error: [str(each) for each in error.absolute_path]):
        where = ".".join(str(each) for each in error.absolute_path) or "the whole"
        yield f"{where}: {error.message[:200]}"


def _beyond_schema(told: Mapping[str, Any]) -> Iterator[str]:
    """Give what the schema lets through and uploading does not, or we do not want."""
    match told:
        case {"bots": [{"botId": str(bot), "scopes": list(scopes), **more}], "id": str(app)}:
            if bot != app:
                yield "bots.0.botId: is another app than 'id'"
            if "team" in scopes and told.get("supportsChannelFeatures") != "tier1":
                yield "supportsChannelFeatures: must be 'tier1' for an app in teams, from 1.25 on"
            if "copilot" in scopes:
                yield "bots.0.scopes: 'copilot' has no place in an app for children"
            if more.get("supportsFiles") or more.get("isNotificationOnly"):
                yield "bots.0: takes no files, and must hear what is said to it"
            sign_in = told.get("webApplicationInfo", {}).get("id", bot)
            if sign_in != bot:
                yield "webApplicationInfo.id: is another app than the bot"
        case _:
            yield "bots: there must be exactly one, with an id and scopes"
    for key, address in told.get("developer", {}).items():
        if key.endswith("Url") and not str(address).startswith("https://"):
            yield f"developer.{key}: must begin with https://"
    if "authorization" in told:
        yield "authorization: asks for rights in teams, and Beacon needs none"


def _size_of(image: bytes) -> tuple[int, int] | None:
    if image[:8] != b"\x89PNG\r\n\x1a\n" or len(image) < 24:
        return None
    width, height = struct.unpack(">II", image[16:24])
    return width, height


def _file(name: str) -> bytes:
    return (resources.files("adapters.teams") / "uploaded" / name).read_bytes()
