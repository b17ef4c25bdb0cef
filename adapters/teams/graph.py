"""What only Microsoft Graph knows or does: who is in a group of the directory, and a mail. Knows no store and no rule.

The library is large (200 MB, seconds to load), so it is loaded late, in a thread, and only where a school uses it: the
extra "graph". Nobody's answer ever waits for it.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from adapters.teams.config import GRAPH as ADDRESS
from adapters.teams.tokens import GRAPH as SCOPE
from adapters.teams.tokens import Tokens
from bot.reading import Mistakes
from bot.service.surface import Later, Never

_FACTS = ["id", "displayName", "mail", "userPrincipalName", "userType", "accountEnabled"]
_PAGE = 200
_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the directory: their object id, their addresses, and whether they are a guest, or switched off."""

    id: str
    name: str
    mails: tuple[str, ...]
    guest: bool = False
    enabled: bool = True


class Graph:
    """Asks Microsoft Graph as the app itself."""

    def __init__(self, tokens: Tokens, address: str = ADDRESS) -> None:
        """Prepare it; nothing is loaded or asked yet."""
        self._tokens = tokens
        self._address = address
        self._client: Any = None
        self._http: httpx.AsyncClient | None = None

    async def members(self, group: str) -> tuple[Known, ...]:
        """Give everybody in a group, and in the groups within it. Raises Later, Never, Mistakes."""
        client = await self._ready()
        from kiota_abstractions.base_request_configuration import RequestConfiguration  # noqa: PLC0415
        from msgraph.generated.groups.item.transitive_members.graph_user.graph_user_request_builder import (  # noqa: PLC0415
            GraphUserRequestBuilder,
        )

        asked = GraphUserRequestBuilder.GraphUserRequestBuilderGetQueryParameters(select=_FACTS, top=_PAGE)
        builder = client.groups.by_group_id(group).transitive_members.graph_user
        page = await _asked(builder.get(RequestConfiguration(query_parameters=asked)))
        found: list[Known] = []
        while page is not None:
            found += [_known(user) for user in page.value or () if user.id]
            if not page.odata_next_link:
                break
            page = await _asked(builder.with_url(page.odata_next_link).get())
        return tuple(found)

    async def mail(self, sender: str, to: str, subject: str, text: str) -> None:
        """Send a mail from a mailbox of the school. Raises Later, Never, Mistakes."""
        client = await self._ready()
        from msgraph.generated.models.body_type import BodyType  # noqa: PLC0415
        from msgraph.generated.models.email_address import EmailAddress  # noqa: PLC0415
        from msgraph.generated.models.item_body import ItemBody  # noqa: PLC0415
        from msgraph.generated.models.message import Message  # noqa: PLC0415
        from msgraph.generated.models.recipient import Recipient  # noqa: PLC0415
        from msgraph.generated.users.item.send_mail.send_mail_post_request_body import (  # noqa: PLC0415
            SendMailPostRequestBody,
        )

        message = Message(
            subject=subject,
            body=ItemBody(content_type=BodyType.Text, content=text),
            to_recipients=[Recipient(email_address=EmailAddress(address=to))],
        )
        asked = SendMailPostRequestBody(message=message, save_to_sent_items=False)
        await _asked(client.users.by_user_id(sender).send_mail.post(asked))

    async def close(self) -> None:
        """Let go of the connections."""
        if self._http is not None:
            await self._http.aclose()
            self._client = self._http = None

    async def _ready(self) -> Any:
        if self._client is None:
            self._client, self._http = await asyncio.to_thread(_client, self._tokens, self._address)
        return self._client


def _client(tokens: Tokens, address: str) -> tuple[Any, httpx.AsyncClient]:
    """Load the library and give its client, and what that speaks through. Raises Mistakes where it is not installed."""
    try:
        from kiota_abstractions.authentication import (  # noqa: PLC0415
            AccessTokenProvider,
            AllowedHostsValidator,
            BaseBearerTokenAuthenticationProvider,
        )
        from msgraph.graph_request_adapter import GraphRequestAdapter  # noqa: PLC0415
        from msgraph.graph_request_adapter import options as defaults  # noqa: PLC0415
        from msgraph.graph_service_client import GraphServiceClient  # noqa: PLC0415
        from msgraph_core import GraphClientFactory  # type: ignore[import-untyped]  # noqa: PLC0415
    except ModuleNotFoundError as wrong:
        raise Mistakes(
            "'groups' and 'mail' of [teams] need Microsoft Graph: install Beacon with its extra 'graph'"
        ) from wrong

    class Given(AccessTokenProvider):
        """Gives the tokens of the one msal."""

        async def get_authorization_token(self, uri: str, additional_authentication_context: Any = None) -> str:  # noqa: ARG002
            return await tokens.get(SCOPE)

        def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
            return AllowedHostsValidator([httpx.URL(address).host])

    http = GraphClientFactory.create_with_default_middleware(options=defaults)
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Given()), http)
    adapter.base_url = address
    return GraphServiceClient(request_adapter=adapter), http


def _known(user: Any) -> Known:
    mails = dict.fromkeys(mail.casefold() for mail in (user.mail, user.user_principal_name) if mail)
    guest = (user.user_type or "").casefold() == "guest"
    return Known(user.id.lower(), user.display_name or "", tuple(mails), guest, user.account_enabled is not False)


async def _asked(asking: Any) -> Any:
    """Wait for an answer. What goes wrong becomes Later or Never; the library has tried again by then."""
    from kiota_abstractions.api_error import APIError  # noqa: PLC0415

    try:
        return await asking
    except APIError as wrong:
        status = wrong.response_status_code or 0
        if status in (401, 403):
            raise Never(f"Graph refuses ({status}): grant the permission the README names") from wrong
        if status in (400, 404):
            raise Never(f"Graph knows no such group or mailbox ({status})") from wrong
        raise Later(f"Graph failed ({status})", _PATIENCE) from wrong
    except (httpx.HTTPError, OSError) as wrong:
        raise Later("Graph cannot be reached", _PATIENCE) from wrong
