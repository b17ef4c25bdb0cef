"""Mail, as the core delivers to it: from one mailbox of the school, through Microsoft Graph. Must not know any case."""

from adapters.teams.graph import Graph
from bot.prompt import Card, Notice
from bot.reading import Mistakes
from bot.service.surface import Never
from bot.storage import members
from bot.storage.reader import Reader


class Mailing:
    """Writes to the people of the school's list."""

    name = "mail"

    def __init__(self, graph: Graph, sender: str, reader: Reader) -> None:
        """Write from the mailbox `sender`."""
        self._graph = graph
        self._sender = sender
        self._reader = reader

    async def deliver(self, place: str, key: str, rev: int, item: Card | Notice, previous: str) -> str:  # noqa: ARG002
        """Write to "person:<member id>"; what was written before stays as it is. Raises Later, Never."""
        person = place.partition(":")[2]
        member = await self._reader.run(lambda tx: members.get(tx, person))
        if member is None or not member.email or isinstance(item, Card):  # a card is for screens; mail carries none
            raise Never("nobody can be written to there")
        try:
            await self._graph.mail(self._sender, member.email, item.title, "\n\n".join(item.lines))
        except Mistakes as wrong:
            raise Never(str(wrong)) from wrong
        return f"mail {rev}"

    async def readers(self, channel: str) -> frozenset[str] | None:  # noqa: ARG002
        """Give nobody: mail has no channels."""
        return None
