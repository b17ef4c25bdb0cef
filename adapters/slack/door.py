"""The address Slack calls: lets in only what Slack itself signed just now, and no more than fits. Knows no listener.

Everything is refused before anything of it is read; and of what is refused, nothing is logged.
"""

import json
import logging
from urllib.parse import parse_qs

from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response

from adapters.body import read_body
from bot.clock import Clock
from bot.trace import trace

log = logging.getLogger("beacon.slack")

LIMIT = 512 * 1024  # bytes
# What must be there for Bolt to know what it is; Slack never leaves it out.
_VIEWS = ("view_submission", "view_closed")
_INTERACTIONS = (*_VIEWS, "block_actions", "block_suggestion", "shortcut", "message_action")


class _Now(SlackClock):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


class Door:
    """Answers POSTs from Slack."""

    def __init__(self, app: AsyncApp, signing_secret: str, clock: Clock) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret, _Now(clock))

    async def knock(self, request: Request) -> Response:
        """Answer one request: 413, 401 or 400 for what is not let in, else what the listeners say."""
        body = await read_body(request, LIMIT)
        if body is None:
            return Response(status_code=413)
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 16):
            return Response(status_code=401)
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            return Response(status_code=400)
        signature = request.headers.get("x-slack-signature", "")
        if not signature.isascii() or not self._verifier.is_valid(body, timestamp, signature):
            return Response(status_code=401)
        payload = _payload(body, request.headers.get("content-type", ""))
        if not isinstance(payload, dict) or not is_whole(payload):
            log.warning("Slack sent something that is not as it should be")
            return Response(status_code=400)
        try:
            # Only as from a socket does Bolt take what is read already: reading a form twice is dear.
            asked = AsyncBoltRequest(body=payload, headers=dict(request.headers), mode="socket_mode")
            return to_starlette_response(await self._app.async_dispatch(asked))
        except Exception as wrong:  # noqa: BLE001 - a defect; what it says may be a person's words
            log.error("a request from Slack failed: %s", trace(wrong))
            return Response(status_code=500)


def _payload(body: bytes, content_type: str) -> object:
    try:
        if content_type.startswith("application/json"):
            return json.loads(body)
        form = {key: values[-1] for key, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        return json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError):
        return None


def is_whole(payload: object) -> bool:
    """Say whether a payload has what tells Bolt and us what it is and whose."""
    match payload:
        case {"type": "url_verification", "challenge": str()} | {"ssl_check": "1"}:
            return True
        case {"type": "event_callback", "event": {"type": str()}, "team_id": str(), "event_id": str()}:
            return True
        case {"command": str(), "team_id": str(), "user_id": str(), "trigger_id": str()}:
            return True
        case {"type": str(kind), "user": {"id": str()}, "team": {"id": str()} | None} if kind in _INTERACTIONS:
            return _is_whole_interaction(kind, payload)
        case _:
            return False


def _is_whole_interaction(kind: str, payload: object) -> bool:
    match payload:
        case {"view": {"id": str(), "type": str(), "callback_id": str(), "hash": str()}} if kind in _VIEWS:
            return True
        case {"actions": [{"action_id": str(), "action_ts": str(), "block_id": str()}, *_]} if kind == "block_actions":
            return True
        case {"action_id": str(), "block_id": str()} if kind == "block_suggestion":
            return True
        case {"callback_id": str(), "trigger_id": str()} if kind in ("shortcut", "message_action"):
            return True
        case _:
            return False
