"""How Slack is reached and by whom: the school's settings and its secrets. Must not know what is said there."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.files import private
from bot.reading import Mistakes
from bot.settings import Slack

API = "https://slack.com/api/"
ADDRESS = "/slack/events"  # where Slack calls
COMMAND = "/beacon"


@dataclass(frozen=True, slots=True)
class Secret:
    """Something only the school and Slack know: the file it is kept in, or the variable, and what it looks like."""

    file: str
    variable: str
    pattern: str
    found: str  # where Slack shows it

    def read(self, folder: Path, environ: Mapping[str, str]) -> str:
        """Give it. Raises Mistakes, which say where it belongs and never what was there."""
        path = folder / self.file
        if (value := environ.get(self.variable, "").strip()) == "":
            if not path.exists():
                raise Mistakes(
                    f"{self.file}: there is no such file in {folder}, and {self.variable} is not set: put there what"
                    f" Slack shows under {self.found}"
                )
            value = private(path).decode("utf-8", "replace").strip()
        if not re.fullmatch(self.pattern, value):
            raise Mistakes(f"{self.file}: is not what Slack shows under {self.found}")
        return value


TOKEN = Secret("slack-token", "BEACON_SLACK_TOKEN", r"xoxb-[A-Za-z0-9-]{8,250}", "'OAuth & Permissions' (xoxb-...)")
SIGNING = Secret("slack-signing-secret", "BEACON_SLACK_SIGNING_SECRET", r"[0-9a-f]{32}", "'Basic Information'")
APP_TOKEN = Secret(
    "slack-app-token", "BEACON_SLACK_APP_TOKEN", r"xapp-[A-Za-z0-9-]{8,250}", "'App-Level Tokens' (xapp-...)"
)


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """One school's Slack. Its secrets are not in its repr, so that no log or traceback shows them."""

    team: str
    token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    app_token: str = field(default="", repr=False)  # only where Beacon rings Slack up
    pupils: bool = False
    unlisted: bool = True
    api: str = API


def read_config(slack: Slack, folder: Path, environ: Mapping[str, str] = os.environ) -> SlackConfig:
    """Give a school's Slack with its secrets, from its folder or the environment. Raises Mistakes: all that is wrong.

    `BEACON_SLACK_API` names another address of Slack's Web API, for trying it against something else.
    """
    wrong: list[str] = []

    def read(secret: Secret) -> str:
        try:
            return secret.read(folder, environ)
        except Mistakes as mistake:
            wrong.extend(mistake.mistakes)
            return ""

    token = read(TOKEN)
    signing = "" if slack.socket else read(SIGNING)  # what comes over its own connection is not signed
    app_token = read(APP_TOKEN) if slack.socket else ""
    if wrong:
        raise Mistakes(*wrong)
    api = environ.get("BEACON_SLACK_API", API)
    return SlackConfig(slack.team, token, signing, app_token, slack.pupils, slack.unlisted, api)
