"""Settings and secrets: what is missing or wrong is said with what to do, and never what was there."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from adapters.teams.config import CERTIFICATE, LOCAL, SECRET, VARIABLE, read_config
from adapters.teams.tokens import BOT, Tokens
from bot.clock import ManualClock
from bot.files import shipped
from bot.people import Role
from bot.reading import Mistakes
from bot.running.school import begin
from bot.school.settings_file import load_school
from bot.settings import Teams
from tests.folder import hillside
from tests.school import FRIDAY
from tests.teams.microsoft import APP, TENANT, FakeEntra, signing_key

TEAMS = Teams(True, APP, TENANT)
GOOD = "abc~DEF.0123456789-secret-value"


def keep(folder: Path, name: str, content: str, mode: int = 0o600) -> None:
    (folder / name).write_text(content, "utf-8")
    (folder / name).chmod(mode)


def pem(private: bool = True, public: bool = True) -> str:
    """Give a certificate with its key, as Entra takes it."""
    key = signing_key("certificate")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "beacon")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(FRIDAY)
        .not_valid_after(FRIDAY + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    held = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return (held if private else "") + (made.public_bytes(serialization.Encoding.PEM).decode() if public else "")


def test_a_secret_is_read_from_the_folder_or_the_environment(tmp_path: Path) -> None:
    assert read_config(TEAMS, tmp_path, {VARIABLE: GOOD}).credential == GOOD
    keep(tmp_path, SECRET, f"{GOOD}\n")
    assert read_config(TEAMS, tmp_path, {}).credential == GOOD
    assert read_config(TEAMS, tmp_path, {"CLIENT_SECRET": "another-secret-of-something"}).credential == GOOD


def test_a_certificate_comes_before_a_secret_and_signs_for_a_token(tmp_path: Path) -> None:
    keep(tmp_path, SECRET, GOOD)
    keep(tmp_path, CERTIFICATE, pem())
    entra = FakeEntra()
    assert Tokens(read_config(TEAMS, tmp_path, {}), entra).now(BOT) == entra.token
    (asked,) = entra.asked
    assert str(asked["client_assertion"]).count(".") == 2
    assert "client_secret" not in asked


@pytest.mark.parametrize(
    ("files", "part"),
    [
        ({}, f"neither it nor {SECRET} is in"),
        ({SECRET: "short"}, "is not a client secret"),
        ({SECRET: ""}, "is not a client secret"),
        ({CERTIFICATE: pem(private=False)}, "holds no private key"),
        ({CERTIFICATE: pem(public=False)}, "holds no certificate"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, files: dict[str, str], part: str) -> None:
    for name, content in files.items():
        keep(tmp_path, name, content)
    with pytest.raises(Mistakes) as wrong:
        read_config(TEAMS, tmp_path, {})
    assert part in str(wrong.value)


@pytest.mark.parametrize("name", [SECRET, CERTIFICATE])
def test_a_secret_that_others_can_read_is_refused(tmp_path: Path, name: str) -> None:
    keep(tmp_path, name, GOOD, 0o644)
    with pytest.raises(Mistakes, match="chmod 600"):
        read_config(TEAMS, tmp_path, {})


def test_no_secret_is_shown(tmp_path: Path) -> None:
    config = read_config(TEAMS, tmp_path, {VARIABLE: GOOD})
    assert GOOD not in repr(config)
    with pytest.raises(Mistakes) as wrong:
        read_config(TEAMS, tmp_path, {VARIABLE: "bad secret with blanks in it"})
    assert "bad secret" not in str(wrong.value)


def test_trying_it_out_needs_no_secret(tmp_path: Path) -> None:
    assert read_config(TEAMS, tmp_path, {LOCAL: "1"}).local
    with pytest.raises(Mistakes):
        read_config(TEAMS, tmp_path, {LOCAL: "yes"})


# The settings file ----------------------------------------------------------------------------------------------------


def school(table: str) -> Teams:
    text = (shipped("content") / "schools" / "example.toml").read_text("utf-8")
    return load_school("school.toml", text.replace("[teams]\non = false", f"[teams]\n{table}").encode()).teams


IDS = f'app = "{APP}"\ntenant = "{TENANT}"'


def test_the_shipped_settings_have_it_off() -> None:
    assert school("on = false") == Teams()


def test_groups_and_mail_are_read() -> None:
    more = f'school_data = true\n[teams.groups]\nstaff = "{APP}"\npupil = "{TENANT}"'
    found = school(f'on = true\n{IDS}\nmail = "beacon@larkfield.example"\n{more}')
    groups = {Role.STAFF: APP, Role.PUPIL: TENANT}
    assert found == Teams(True, APP, TENANT, groups, "beacon@larkfield.example", school_data=True)


@pytest.mark.parametrize(
    ("table", "part"),
    [
        ("on = true", "teams: 'app' is missing"),
        (f'on = true\napp = "{APP}"', "teams: 'tenant' is missing"),
        (f'on = true\napp = "{APP.upper()}"\ntenant = "beacon"', "'beacon'"),
        (f"on = true\n{IDS}\nsecret = 'x'", "unknown setting 'secret'"),
        (f"on = true\n{IDS}\n[teams.groups]\nstuff = '{APP}'", "unknown setting 'stuff'"),
        *(
            (
                f"on = true\n{IDS}\n[teams.groups]\n{role} = '{APP}'",
                f"{role.value!r} is given by the list of people alone",
            )
            for role in Role
            if role not in (Role.STAFF, Role.PUPIL)
        ),
        (f"on = true\n{IDS}\n[teams.groups]\nstaff = 'all staff'", "an id such as"),
        (f"on = true\n{IDS}\nschool_data = 'yes'", "school_data"),
        (f"on = true\n{IDS}\nmail = 'nobody'", "a mailbox"),
    ],
)
def test_what_is_wrong_in_the_settings_is_said(table: str, part: str) -> None:
    with pytest.raises(Mistakes) as wrong:
        school(table)
    assert part in str(wrong.value)


# The service ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[str], Path]:
    def make(table: str) -> Path:
        made = hillside(tmp_path / "hillside")
        settings = made / "school.toml"
        settings.write_text(settings.read_text("utf-8").replace("[teams]\non = false", f"[teams]\n{table}"), "utf-8")
        return made

    return make


def test_a_school_with_teams_is_answered_at_its_address(folder: Callable[[str], Path]) -> None:
    made = folder(f"on = true\n{IDS}")
    keep(made, SECRET, GOOD)
    service = begin(made, ManualClock(FRIDAY))
    service.beacon.stored.close()
    assert "/api/messages" in [getattr(route, "path", "") for route in service.app.routes]
    assert [(face.name, face.tenant) for face in service.faces] == [("teams", TENANT)]
    assert list(service.beacon.surfaces) == ["teams"]


def test_a_school_with_teams_and_no_secret_is_not_served(folder: Callable[[str], Path]) -> None:
    with pytest.raises(Mistakes, match=CERTIFICATE):
        begin(folder(f"on = true\n{IDS}"), ManualClock(FRIDAY))
