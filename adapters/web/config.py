"""What the web page is told when it is built. Must not know where the settings come from."""

from dataclasses import dataclass

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class WebConfig:
    """How the page is served.

    `secret` signs the session cookie. With `demo` anybody may be anybody of a made-up school, so the page answers
    only to this machine. `hosts` are the names it answers to, without the port.
    """

    secret: bytes
    demo: bool
    port: int
    hosts: tuple[str, ...] = LOOPBACK

    @property
    def cookie(self) -> str:
        """The cookie's name. By this prefix a browser refuses one that another host or plain HTTP tries to set."""
        return "beacon" if self.demo else "__Host-beacon"
