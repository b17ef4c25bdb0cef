"""What every answer says to the browser about itself: keep nothing, frame nothing, load nothing from elsewhere."""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY = {
    # A child's answers must not come back with the Back button on a shared computer, nor lie in its cache.
    "Cache-Control": "no-store",
    # The last part is where one form leads in the end; a browser asks the policy again after the redirect.
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self' {elsewhere}"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",  # the address of a talk or case goes nowhere, not even with "leave quickly"
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
# For a year. Other hosts of the school's domain are not ours to decide about.
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}


class SecurityHeaders:
    """Adds them to every answer."""

    def __init__(self, app: ASGIApp, *, https: bool, elsewhere: str) -> None:
        """`elsewhere` is the address that "leave this page quickly" leads to."""
        self._app = app
        parts = urlsplit(elsewhere)
        origin = f"{parts.scheme}://{parts.netloc}"
        self._headers = {name: value.format(elsewhere=origin) for name, value in SECURITY.items()}
        if https:
            self._headers |= HTTPS_ONLY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add the headers on the way back."""

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, send_with if scope["type"] == "http" else send)
