"""What every job of the service has at hand: the rules in force, and the people as they are now."""

from dataclasses import dataclass, field, replace

from bot.flow.load import load
from bot.flow.model import Flow
from bot.service.directory import Directory
from bot.service.quoting import Policies
from bot.service.rulebook import Rulebook
from bot.storage import flows
from bot.storage.tx import Tx


@dataclass(slots=True)
class Office:
    """One school's rules and people. `flow` also knows the versions that talks under way are pinned to."""

    book: Rulebook
    directory: Directory
    policies: Policies = field(init=False)
    _versions: dict[str, Flow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.policies = Policies(self.book.finder)

    def flow(self, tx: Tx, flow_id: str, digest: str) -> Flow:
        """Give the version of a flow that a talk or case was made with. Raises KeyError when no source is kept."""
        flow = self.book.flows.get(flow_id)
        if flow and flow.digest == digest:
            return flow
        if digest not in self._versions:
            source = flows.source(tx, digest)
            if source is None:
                raise KeyError(digest)
            # The word lists may have changed since; it is this version all the same, and cases are to say so.
            self._versions[digest] = replace(load(f"{flow_id}.toml", source, self.book.lists), digest=digest)
        return self._versions[digest]
