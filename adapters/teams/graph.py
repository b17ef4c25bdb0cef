"""What only Microsoft Graph knows or does: who is in the directory, and a mail. Knows no store and no rule.

The library is large (200 MB, seconds to load), so it is loaded late, in a thread, and only where a school uses it: the
extra "graph". Nobody's answer ever waits for it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx

from adapters.teams.config import GRAPH as ADDRESS
from adapters.teams.graph_library import answer_of, open_client
from adapters.teams.tokens import Tokens
from bot.people import Account, Role
from bot.service.surface import Later, Never

_FACTS = ["id", "displayName", "mail", "userPrincipalName", "userType", "accountEnabled"]
_PAGE, _PAGES = 200, 500
_PATIENCE = timedelta(minutes=5)  # with one question, and what the library tries again by itself
_ROLES = {"teacher": Role.STAFF, "student": Role.PUPIL}  # School Data Sync's word and ours


class Graph:
    """Asks Microsoft Graph as the app itself."""

    def __init__(self, tokens: Tokens, address: str = ADDRESS, patience: timedelta = _PATIENCE) -> None:
        """Prepare it; nothing is loaded or asked yet."""
        self._tokens = tokens
        self._address = address
        self._patience = patience
        self._client: Any = None
        self._http: httpx.AsyncClient | None = None

    async def members(self, group: str) -> tuple[Account, ...]:
        """Give everybody in a group, and in the groups within it: all of them, or none. Raises Later, Never, Mistakes.

        Needs GroupMember.Read.All, and User.Read.All to be told who they are.
        """
        client = await self._ready()
        from msgraph.generated.groups.item.transitive_members.graph_user.graph_user_request_builder import (  # noqa: PLC0415
            GraphUserRequestBuilder as Builder,
        )

        asked = Builder.GraphUserRequestBuilderGetQueryParameters(select=_FACTS, top=_PAGE)
        builder = client.groups.by_group_id(group).transitive_members.graph_user
        return tuple([_account(user) async for user in self._pages(builder, asked)])

    async def roll(self) -> tuple[Account, ...]:
        """Give the school's teachers and pupils as School Data Sync has them. Raises Later, Never, Mistakes.

        Needs EduRoster.Read.All. Somebody who is neither is left out.
        """
        client = await self._ready()
        from msgraph.generated.education.users.users_request_builder import UsersRequestBuilder  # noqa: PLC0415

        asked = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(select=[*_FACTS, "primaryRole"], top=_PAGE)
        found = [(user, user.primary_role) async for user in self._pages(client.education.users, asked)]
        return tuple(
            replace(_account(user), roles=frozenset((_ROLES[role.value],))) for user, role in found if _says(role)
        )

    async def person(self, account: str) -> Account:
        """Give one account. Raises Gone when there is none, Later, Never, Mistakes. Needs User.Read.All."""
        client = await self._ready()
        from msgraph.generated.users.item.user_item_request_builder import UserItemRequestBuilder  # noqa: PLC0415

        asked = UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters(select=_FACTS)
        return _account(await self._ask(client.users.by_user_id(account).get, _parameters(asked)))

    async def mail(self, sender: str, to: str, subject: str, text: str) -> None:
        """Send a mail from a mailbox of the school. Raises Later, Never, Mistakes. Needs Mail.Send for that mailbox."""
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
        await self._ask(client.users.by_user_id(sender).send_mail.post, asked, _once())

    async def close(self) -> None:
        """Let go of the connections."""
        if self._http is not None:
            await self._http.aclose()
            self._client = self._http = None

    async def _ready(self) -> Any:
        if self._client is None:
            self._client, self._http = await asyncio.to_thread(open_client, self._tokens, self._address)
        return self._client

    async def _pages(self, builder: Any, asked: Any) -> AsyncIterator[Any]:
        page = await self._ask(builder.get, _parameters(asked))
        for _ in range(_PAGES):
            if page is None or page.value is None:
                raise Later("Graph gave half an answer")
            for user in page.value:
                yield user
            if not page.odata_next_link:
                return
            page = await self._ask(builder.with_url(page.odata_next_link).get)
        raise Later("Graph gives one page after the other and does not end")

    async def _ask(self, ask: Callable[..., Awaitable[Any]], *more: Any) -> Any:
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                return await answer_of(ask(*more))
        except TimeoutError as wrong:
            raise Later("Graph does not answer") from wrong


def _account(user: Any) -> Account:
    if not user.id or not user.user_principal_name:  # what an app may not read is there, and empty
        raise Never("Graph does not say who people are: grant User.Read.All, and give an administrator's consent")
    principal = user.user_principal_name.casefold()
    mails = dict.fromkeys(mail for mail in ((user.mail or "").casefold(), principal) if mail)
    # Accounts from before there were guests have no type; a guest's name there says what it is all the same.
    guest = "#ext#" in principal if user.user_type is None else user.user_type.casefold() != "member"
    return Account(user.id.lower(), user.display_name or "", tuple(mails), guest, user.account_enabled is not False)


def _says(role: Any) -> bool:
    return role is not None and role.value in _ROLES


def _parameters(asked: Any) -> Any:
    from kiota_abstractions.base_request_configuration import RequestConfiguration  # noqa: PLC0415

    return RequestConfiguration(query_parameters=asked)


def _once() -> Any:
    """Have the library try nothing again by itself: whoever asks does, later, and knows how often."""
    from kiota_abstractions.base_request_configuration import RequestConfiguration  # noqa: PLC0415
    from kiota_http.middleware.options import RetryHandlerOption  # noqa: PLC0415

    return RequestConfiguration(options=[RetryHandlerOption(max_retries=0, should_retry=False)])
