"""Addresses of websites: what is taken for one, and how it is shown so that nothing makes a link of it."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.flow.addresses import read, unlinked
from bot.flow.answers import check
from bot.flow.model import ADDRESS_LIMIT, Kind, Question
from bot.flow.talk import Remark
from tests.school import FRIDAY


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("example.com", "https://example.com"),
        ("  www.example.com/page/  ", "https://www.example.com/page"),
        ("http://example.com", "http://example.com"),
        ("HTTPS://EXAMPLE.com/Page", "https://example.com/Page"),  # a path may tell capitals apart, a host does not
        ("<https://example.com/a>", "https://example.com/a"),  # as a mail program or Slack copies it
        ('"example.com/a"', "https://example.com/a"),
        ("example.com/a?b=c&d=e", "https://example.com/a?b=c&d=e"),
        ("example.com/a#part", "https://example.com/a"),
        ("example.com.", "https://example.com"),
        ("example.com:8080/a", "https://example.com:8080/a"),
        ("example.com:0/a", "https://example.com/a"),
        ("https://example.com:", "https://example.com"),
        # what stands before the host can make it look like another
        ("https://bbc.example:secret@evil.example/a", "https://evil.example/a"),
        ("https://example.com%2f@evil.example/a", "https://evil.example/a"),
        ("192.0.2.7/admin", "https://192.0.2.7/admin"),
        ("http://192.0.2.7:81", "http://192.0.2.7:81"),
        ("bücher.example/ö", "https://bücher.example/ö"),
        ("пример.рф", "https://пример.рф"),
        ("xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("example.xn--p1ai", "https://example.xn--p1ai"),
        ("a-b.c_d.example", "https://a-b.c_d.example"),
        ("example.com/find?at=b@c.example", "https://example.com/find?at=b@c.example"),
    ],
)
def test_what_is_an_address(typed: str, kept: str) -> None:
    assert read(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "volcanoes",
        "localhost",
        "https://intranet/a",
        "the site example.com",
        "example.com or example.org",
        "example.com\nexample.org",
        "example.com\u00a0or",
        "javascript:alert(1)",
        "javascript://example.com/%0aalert(1)",
        "data:text/html,hello",
        "file:///etc/hosts",
        "ftp://example.com",
        "mailto:somebody@example.com",
        "somebody@example.com",
        "\\\\server.example\\share",
        "https://example.com\\@evil.example",
        "https://[2001:db8::1]/a",
        "https://[2001:db8::1",
        "https://2001:db8::1/a",
        "example..com",
        ".example.com",
        "-example.com",
        "example-.com",
        "example.c",
        "example.com:port",
        "example.com:99999",
        "example\u3002com",  # a full stop that only some browsers read as one
        "exam\u200bple.com",
        "\u2100.example.com",
        f"{'a' * 64}.example",
        "https://",
        "://example.com",
        "https:example.com",
    ],
)
def test_what_is_no_address(typed: str) -> None:
    assert read(typed) is None


@given(
    st.sampled_from(["", "https://", "http://", "ftp://", "javascript:", "//"]),
    st.sampled_from(["example.com", "пример.рф", "192.0.2.7", "a@example.com", "[::1]", "x"]),
    st.text("/?#.:@'\"<>[]%&=\\ ab\u202e", max_size=12),
)
@example("", "example.com", "/a'/")
@example("", "example.com", "/?'")
@example("", "example.com", "/a'#b")
def test_what_is_kept_is_kept_again(scheme: str, host: str, rest: str) -> None:
    """An answer is checked again when a talk goes on under another version of its flow."""
    kept = read(f"{scheme}{host}{rest}")
    if kept is not None:
        assert read(kept) == kept
        assert kept.startswith(("https://", "http://"))


@given(st.text(st.characters(codec=None), max_size=60))
def test_nothing_makes_it_fail(typed: str) -> None:
    kept = read(typed)
    if kept is not None:
        unlinked(kept)


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("https://example.com", "example[.]com"),
        ("http://www.example.com/a.html?b=c.d", "www[.]example[.]com/a[.]html?b=c[.]d"),
        ("https://example.com:8080/a", "example[.]com:8080/a"),
        ("https://192.0.2.7", "192[.]0[.]2[.]7"),
        ("https://example.com/out?to=https://evil.example/x", "example[.]com/out?to=https[:]//evil[.]example/x"),
        ("https://example.com/mailto:b@c.example", "example[.]com/mailto[:]b@c[.]example"),
        ("https://example.com/example.com", "example[.]com/example[.]com"),
        ("https://пример.рф/ж.ж", "пример[.]рф/ж[.]ж"),
    ],
)
def test_how_it_is_shown(kept: str, shown: str) -> None:
    assert unlinked(kept) == shown


# What platforms make links of: a scheme, "www." or a name with a dot and letters after it, an e-mail address, an IPv4
# address, a phone number or a share. Each more eager than Slack's, Teams' and Outlook's own.
LINKED = re.compile(
    r"\b[a-z][a-z0-9+.-]*://|\b(?:https?|mailto|tel|sms|ftp|file|javascript|data):|www\.|[\w-]\.[^\W\d]{2,}"
    r"|\d\.\d|@[\w-]+\.|\\\\",
    re.IGNORECASE,
)


def test_the_search_for_links_finds_links() -> None:
    for link in ("https://a.example", "a.example", "www.a", "192.0.2.7", "b@a.example", "mailto:b", "x tel:123"):
        assert LINKED.search(link), link


@given(
    st.sampled_from(["example.com", "www.example.co.uk", "пример.рф", "192.0.2.7", "xn--bcher-kva.example"]),
    st.text("/?.:@=&-abwtps ", max_size=30),
    st.sampled_from(["", "http://evil.example", "mailto:b@evil.example", "www.evil.example", "tel:0115", "//evil.com"]),
)
def test_nothing_that_is_shown_turns_into_a_link(host: str, path: str, inner: str) -> None:
    kept = read(f"https://{host}/{path}{inner}")
    if kept is not None:
        assert not LINKED.search(unlinked(kept)), unlinked(kept)


def test_a_very_long_address_is_refused_and_the_longest_is_not() -> None:
    asked = Question("address", Kind.ADDRESS, "?", limit=ADDRESS_LIMIT)
    longest = "example.com/" + "x" * (ADDRESS_LIMIT - 12)
    assert check(asked, (longest,), FRIDAY.date()) == f"https://{longest}"
    for long in (longest + "x", "a." * 40_000 + "example", "x" * 1_000_000):
        assert check(asked, (long,), FRIDAY.date()) == Remark("not-an-address", error=True)
