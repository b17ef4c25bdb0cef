"""How Teams is reached and by whom: the school's settings and its secrets. Must not know what is said there."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.files import private
from bot.reading import Mistakes
from bot.settings import Teams

SECRET, CERTIFICATE = "teams-secret", "teams-certificate.pem"  # files of the school's folder
# Never `CLIENT_SECRET`, which libraries read by themselves, also from a file that lies about.
VARIABLE = "BEACON_TEAMS_SECRET"
LOCAL = "BEACON_TEAMS_LOCAL"  # "1": nobody is asked for a token, and only this machine is answered; for trying it out
KEYS = "https://login.botframework.com/v1/.well-known/openidconfiguration"
ISSUER = "https://api.botframework.com"
SERVICE = "https://smba.trafficmanager.net/teams/"  # until Teams itself has said where it is
GRAPH = "https://graph.microsoft.com/v1.0"
AUTHORITY = "https://login.microsoftonline.com"
_KEY = re.compile(rb"-----BEGIN (?:RSA |EC )?PRIVATE KEY-----.+-----END (?:RSA |EC )?PRIVATE KEY-----\s*", re.DOTALL)
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+-----END CERTIFICATE-----\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TeamsConfig:
    """One school's Teams. Its secrets are not in its repr, so that no log or traceback shows them.

    `credential` is what msal takes: a secret, or a certificate with its key. `keys` is where the keys are described
    with which Teams signs what it sends.
    """

    app: str
    tenant: str
    credential: str | Mapping[str, str] | None = field(default=None, repr=False)
    local: bool = False
    keys: str = KEYS
    service: str = SERVICE
    graph: str = GRAPH


def read_config(teams: Teams, folder: Path, environ: Mapping[str, str] = os.environ) -> TeamsConfig:
    """Give a school's Teams with its secret, from its folder or the environment. Raises Mistakes: what is wrong."""
    if environ.get(LOCAL) == "1":
        return TeamsConfig(teams.app, teams.tenant, local=True)
    return TeamsConfig(teams.app, teams.tenant, _credential(folder, environ))


def _credential(folder: Path, environ: Mapping[str, str]) -> str | Mapping[str, str]:
    secret, certificate = folder / SECRET, folder / CERTIFICATE
    if value := environ.get(VARIABLE, "").strip():
        return _checked(VARIABLE, value)
    if certificate.exists():
        return _pair(private(certificate))
    if secret.exists():
        return _checked(SECRET, private(secret).decode("utf-8", "replace").strip())
    raise Mistakes(
        f"{CERTIFICATE}: neither it nor {SECRET} is in {folder}, and {VARIABLE} is not set: put there the app's"
        " certificate with its private key, or its client secret"
    )


def _checked(name: str, value: str) -> str:
    if not re.fullmatch(r"[!-~]{16,200}", value):
        raise Mistakes(f"{name}: is not a client secret: copy its value, which Entra shows only once, and not its id")
    return value


def _pair(pem: bytes) -> Mapping[str, str]:
    key, certificate = _KEY.search(pem), _CERTIFICATE.search(pem)
    if key is None or certificate is None:
        missing = "private key (without a password)" if key is None else "certificate"
        raise Mistakes(f"{CERTIFICATE}: holds no {missing}: both belong in it, one after the other")
    return {"private_key": key[0].decode(), "public_certificate": certificate[0].decode()}
