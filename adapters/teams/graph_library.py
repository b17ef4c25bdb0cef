"""Microsoft's library for Graph: loading it, and what it says when something is wrong. Must not know what is asked."""

import logging
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import httpx

from adapters.teams.tokens import GRAPH as SCOPE
from adapters.teams.tokens import Tokens
from bot.reading import Mistakes
from bot.service.surface import Later, Never
from bot.trace import trace

log = logging.getLogger("beacon.teams")

MISSING = "Microsoft Graph's library is not installed: install Beacon with its extra 'graph' (beacon-school[graph])"
_PATIENCE = timedelta(minutes=5)
_LONGEST = 3600  # seconds


class Gone(Never):
    """Graph knows nothing under that id."""


def open_client(tokens: Tokens, address: str) -> tuple[Any, httpx.AsyncClient]:
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
        raise Mistakes(MISSING) from wrong

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


async def answer_of(asking: Awaitable[Any]) -> Any:
    """Wait for an answer. What goes wrong becomes Later or Never; nothing of what Graph says about it is kept."""
    from kiota_abstractions.api_error import APIError  # noqa: PLC0415

    try:
        return await asking
    except (Later, Never, TimeoutError):
        raise
    except APIError as wrong:
        raise _refusal(wrong) from wrong
    except (httpx.HTTPError, OSError) as wrong:
        raise Later("Graph cannot be reached", _PATIENCE) from wrong
    except Exception as wrong:  # the library raises plain Exceptions for an answer that is none: a page of some proxy
        log.warning("no answer of Graph: %s", trace(wrong))
        raise Later("no answer of Graph", _PATIENCE) from wrong


def _refusal(wrong: Any) -> Later | Never:
    status = wrong.response_status_code or 0
    match status:
        case 401:
            return Never("Graph does not take the app's token (401): its secret or certificate was revoked, or the app")
        case 403:
            return Never("Graph refuses (403): grant the permission the README names, with an administrator's consent")
        case 404:
            return Gone("Graph knows no such group, account or mailbox (404)")
        case _ if 400 <= status < 500 and status not in (408, 429):
            return Never(f"Graph refuses ({status})")
    told = str((wrong.response_headers or {}).get("retry-after", ""))
    after = timedelta(seconds=min(int(told), _LONGEST)) if told.isdecimal() else _PATIENCE
    return Later(f"Graph failed ({status})", after)
