"""`beacon doctor slack`, against the fake: what it finds, and what it says to do about it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.slack.config import APP_TOKEN, SIGNING, TOKEN, read_config
from adapters.slack.manifest import MATCHING, SCOPES
from bot.__main__ import beacon
from bot.clock import ManualClock
from bot.reading import Mistakes
from bot.running.school import begin
from bot.school.folder import PEOPLE, SETTINGS
from bot.settings import Slack
from tests.folder import hillside
from tests.school import FRIDAY
from tests.slack import fake as fakes
from tests.slack.fake import TEAM, FakeSlack
from tests.slack.town import SECRET

CHANNEL = "C0SAFE"


@pytest.fixture
def folder(tmp_path: Path, fake: FakeSlack, api: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = hillside(tmp_path / "hillside")
    settings = (folder / SETTINGS).read_text("utf-8")
    settings = settings.replace("[slack]\non = false", f'[slack]\non = true\nteam = "{TEAM}"')
    settings = settings.replace('id = "safeguarding"', f'on = "slack"\nid = "{CHANNEL}"')
    (folder / SETTINGS).write_text(settings, "utf-8")
    keep(folder, TOKEN.file, fakes.TOKEN)
    keep(folder, SIGNING.file, SECRET)
    monkeypatch.setenv("BEACON_SLACK_API", f"{api}/api/")
    fake.scopes = ",".join(SCOPES)
    fake.private(CHANNEL, "U2")
    fake.users["U9"] = {"id": "U9", "profile": {"email": "ann@hillside.example"}}
    return folder


def keep(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text + "\n", "utf-8")
    (folder / name).chmod(0o600)


def doctor(folder: Path) -> tuple[int, str]:
    done = CliRunner().invoke(beacon, ["doctor", "slack", str(folder)])
    said = str(done.exception) if isinstance(done.exception, Mistakes) else done.output
    return done.exit_code, said


def test_all_is_well(folder: Path) -> None:
    code, said = doctor(folder)
    assert "WRONG" not in said, said
    assert code == 0
    assert f"the workspace is Larkfield ({TEAM})" in said
    assert "it may do what it needs, and no more" in said
    assert f"[channels.dsl] {CHANNEL}: private, and only those are in it who may read it (1)" in said
    assert "have no id in the column 'slack'" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.channels[CHANNEL].update(is_private=False), "it is not a private channel"),
        (lambda f: f.channels[CHANNEL].update(is_ext_shared=True), "shared with another workspace"),
        (lambda f: f.members[CHANNEL].remove(fakes.BOT_USER), "write /invite @Beacon there"),
        (lambda f: f.members[CHANNEL].append("U77"), "U77 is not on the list"),
        (lambda f: f.members[CHANNEL].append("U1"), "head has none of its roles"),
        (lambda f: f.members[CHANNEL].append("U3"), "U3 is not on the list"),
        (lambda f: f.channels.pop(CHANNEL), "cannot be looked at"),
        (lambda f: setattr(f, "token", "other"), "does not take the token"),
        (lambda f: setattr(f, "scopes", "chat:write"), "the scope im:history is missing"),
        (lambda f: setattr(f, "scopes", ",".join([*SCOPES, "files:read"])), "files:read is not needed"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    folder: Path, fake: FakeSlack, change: Callable[[FakeSlack], object], said: str
) -> None:
    change(fake)
    code, output = doctor(folder)
    assert code == 1
    assert any(said in line and line.startswith("WRONG") for line in output.splitlines()), output


def test_a_token_of_another_workspace(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fakes, "TEAM", "T0OTHER")
    code, output = doctor(folder)
    assert code == 1
    assert 'write team = "T0OTHER"' in output


def test_who_somebody_is_is_proposed_by_their_address_and_groups_and_written_by_a_person(
    folder: Path, fake: FakeSlack
) -> None:
    people = (folder / PEOPLE).read_text("utf-8")
    (folder / PEOPLE).write_text(people.replace("U1,ann@", ",ann@"), "utf-8")
    assert "head: by the e-mail address" not in doctor(folder)[1]
    fake.scopes = ",".join([*SCOPES, *MATCHING])
    fake.groups = [{"handle": "slt", "users": ["U9"]}, {"handle": "it", "users": []}]
    fake.users["U9"]["is_restricted"] = True
    code, output = doctor(folder)
    assert "head: by the e-mail address this is U9 as a guest, in the groups slt" in output
    assert code == 0
    assert (folder / PEOPLE).read_text("utf-8").count("U9") == 0


def test_a_clock_that_is_wrong(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.clock.SystemClock", lambda: ManualClock(FRIDAY.replace(year=2024)))
    code, output = doctor(folder)
    assert code == 1
    assert "behind Slack's: set it by the network" in output


# Secrets --------------------------------------------------------------------------------------------------------------


def test_secrets_come_from_files_or_the_environment(tmp_path: Path) -> None:
    environ = {TOKEN.variable: fakes.TOKEN, SIGNING.variable: SECRET}
    assert read_config(Slack(on=True, team=TEAM), tmp_path, environ).token == fakes.TOKEN
    keep(tmp_path, TOKEN.file, fakes.TOKEN)
    keep(tmp_path, SIGNING.file, SECRET)
    assert read_config(Slack(on=True, team=TEAM), tmp_path, {}).signing_secret == SECRET


def test_what_is_missing_or_wrong_is_said_in_one_go_and_never_shown(tmp_path: Path) -> None:
    with pytest.raises(Mistakes) as none:
        read_config(Slack(on=True, team=TEAM), tmp_path, {})
    assert len(none.value.mistakes) == 2
    assert "BEACON_SLACK_TOKEN is not set" in none.value.mistakes[0]
    keep(tmp_path, TOKEN.file, "xoxp-not-a-bots-secret")
    keep(tmp_path, SIGNING.file, SECRET)
    with pytest.raises(Mistakes) as wrong:
        read_config(Slack(on=True, team=TEAM), tmp_path, {})
    assert "is not what Slack shows" in wrong.value.mistakes[0]
    assert "secret" not in wrong.value.mistakes[0].replace("signing-secret", "")
    if os.name == "posix":
        (tmp_path / SIGNING.file).chmod(0o644)
        with pytest.raises(Mistakes, match="chmod 600"):
            read_config(Slack(on=True, team=TEAM), tmp_path, {TOKEN.variable: fakes.TOKEN})


def test_where_beacon_rings_up_it_needs_another_secret(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match=APP_TOKEN.file):
        read_config(Slack(on=True, team=TEAM, socket=True), tmp_path, {TOKEN.variable: fakes.TOKEN})


def test_a_school_with_slack_begins_and_one_without_its_secrets_does_not(folder: Path) -> None:
    service = begin(folder, ManualClock(FRIDAY))
    try:
        (face,) = service.faces
        assert (face.name, face.tenant) == ("slack", TEAM)
        assert service.beacon.desk.school.channels["dsl"].surface == "slack"
    finally:
        service.beacon.stored.close()
    (folder / TOKEN.file).unlink()
    with pytest.raises(Mistakes, match="slack-token"):
        begin(folder, ManualClock(FRIDAY))
