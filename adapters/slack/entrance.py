"""Who may speak to Beacon in Slack: whom the list has, and who belongs to the workspace in full. Must not answer.

Whoever belongs to it and is on no list may tell something: a child's safety does not wait for a list to be brought up
to date. Nobody else may: a guest or a stranger is in the workspace for something else, and whom the school does want
here, such as a chair of governors, it puts on the list.
"""

from adapters.slack.config import SlackConfig
from adapters.slack.standing import Standing, Standings
from bot.inbound import Identity, Vouched
from bot.prompt import Notice
from bot.service.directory import Directory
from bot.words import Words


class Entrance:
    """Lets in, or says why not."""

    def __init__(self, config: SlackConfig, directory: Directory, standings: Standings, words: Words) -> None:
        self.team = config.team
        self._config = config
        self._directory = directory
        self._standings = standings
        self._words = words

    def ours(self, who: Identity) -> bool:
        """Say whether somebody is of our workspace; others are not even answered."""
        return who.tenant == self.team

    def listed(self, who: Identity) -> bool:
        """Say whether somebody is on the list and let in."""
        return self._directory.who(who) is not None and self._pupil(who) is None

    async def admit(self, who: Identity, patience: float | None = None) -> Notice | Vouched | None:
        """Give what somebody is told who may not speak; else what can be said for them, or nothing, as for the listed.

        With `patience` it is waited for so many seconds until Slack says who an unlisted person is.
        """
        if self._directory.who(who) is not None:
            return self._pupil(who)
        if not self._config.unlisted:
            return None  # the desk says that it does not know them
        known = await self._standings.of(who.external, patience)
        if known is None:
            return Notice((self._words.say("not-now"),))
        if known.standing is Standing.FULL:
            return Vouched(known.name)
        return Notice((self._words.say("guest" if known.standing is Standing.GUEST else "outside"),))

    def _pupil(self, who: Identity) -> Notice | None:
        member = self._directory.who(who)
        if member and member.is_pupil and not self._config.pupils:
            return Notice((self._words.say("pupils-off"),))
        return None
