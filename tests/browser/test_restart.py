"""A page that was left open goes on by itself after the program was killed and started again."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.walking import CHECK, WORRY, press, question, walk


@contextmanager
def demo(folder: Path, port: int) -> Iterator[int]:
    """Run the command of the README, and give its process's id once it answers."""
    command = [sys.executable, "-m", "bot", "demo", "--folder", str(folder), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as running:  # noqa: S603 - our own command
        assert running.stdout
        assert str(port).encode() in running.stdout.readline()
        try:
            yield running.pid
        finally:
            running.kill()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def sit_down(browser: Browser, address: str, name: str) -> Page:
    page = browser.new_context(base_url=address).new_page()
    page.goto("/")
    page.get_by_role("button", name=name).click()
    page.wait_for_url("/")
    return page


def test_an_open_channel_refreshes_after_a_kill_and_a_restart(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    address = f"http://localhost:{port}"
    with demo(tmp_path, port) as process:
        lead, child = (sit_down(browser, address, name) for name in ("Mrs Amara Okafor", "Aisha Rahimi"))
        lead.goto("/channel/dsl")
        press(child, "Tell us a worry")
        walk(child, WORRY, to=CHECK)
        os.kill(process, signal.SIGKILL)
    with demo(tmp_path, port):
        press(child, "Send")
        assert question(child) == "Thank you"
        expect(lead.locator(".card")).to_have_count(1, timeout=20_000)  # a browser waits some seconds before it asks
    for page in (lead, child):
        page.context.close()
