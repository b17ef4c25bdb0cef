"""Every token that Beacon shows to Microsoft, from one msal with one cache. Must not know what they are for."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from adapters.teams.config import AUTHORITY, TeamsConfig
from bot.service.surface import Later

if TYPE_CHECKING:
    import msal  # type: ignore[import-untyped]

BOT = "https://api.botframework.com/.default"
GRAPH = "https://graph.microsoft.com/.default"
_PATIENCE = timedelta(minutes=5)  # between two tries when a person has to put something right first


class NoToken(Later):
    """Microsoft gives no token. `code` is its own word for why; what it explains may hold ids and is not kept."""

    def __init__(self, code: str, after: timedelta | None = None) -> None:
        super().__init__(code, after)
        self.code = code


class Tokens:
    """Gets tokens. The certificate or secret never leaves msal."""

    def __init__(self, config: TeamsConfig, http_client: Any = None) -> None:
        """Prepare it; nothing is asked before the first token. `http_client` is another transport, for trying it."""
        self._config = config
        self._http = http_client
        self._app: msal.ConfidentialClientApplication | None = None

    async def bot(self) -> str | None:
        """Give a token for the connector; None where none is needed. Raises NoToken."""
        return None if self._config.local else await self.get(BOT)

    async def get(self, scope: str) -> str:
        """Give a token for something. Raises NoToken."""
        return await asyncio.to_thread(self.now, scope)

    def now(self, scope: str) -> str:
        """Do the same and wait; msal keeps a token for as long as it is good."""
        try:
            answer = self._client().acquire_token_for_client([scope])
        except OSError as wrong:  # which what goes wrong on the way is, also in the library msal speaks through
            raise NoToken("unreachable") from wrong
        except ValueError as wrong:  # a certificate that cannot be used, a tenant there is not, an answer that is none
            raise NoToken("invalid", _PATIENCE) from wrong
        token = (answer or {}).get("access_token")
        if isinstance(token, str):
            return token
        code = str((answer or {}).get("error", "no answer"))
        raise NoToken(code, None if code == "temporarily_unavailable" else _PATIENCE)

    def _client(self) -> "msal.ConfidentialClientApplication":
        import msal  # noqa: PLC0415 - a third of a second, and nobody is to wait for it at the start

        if self._app is None:
            transport: dict[str, Any] = (
                {"http_client": self._http, "instance_discovery": False} if self._http else {"timeout": 10}
            )
            self._app = msal.ConfidentialClientApplication(
                self._config.app,
                authority=f"{AUTHORITY}/{self._config.tenant}",
                client_credential=self._config.credential,
                **transport,
            )
        return self._app
