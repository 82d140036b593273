"""The web server lets idle threads go; the figures they had worked on must not take it along."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import Request, urlopen

from playwright.sync_api import Page

from tests.journeys.served import Installation
from tests.journeys.walking import sign_in_as

IDLE_SECONDS = 33  # granian retires a thread after thirty


def web_processes(pid: int) -> set[int]:
    """The web server's processes below the installation's, from the process table."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        if stat.exists():
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    below, found = {pid}, set()
    while below:
        below = {child for child, parent in parents.items() if parent in below}
        found |= below
    return {each for each in found if "granian" in Path(f"/proc/{each}/cmdline").read_text()}


def ask(url: str, cookies: str) -> int:
    with urlopen(Request(url, headers={"Cookie": cookies}), timeout=60) as answer:
        return int(answer.status)


def test_figures_asked_for_at_once_leave_a_server_that_lives_on(
    demo: Installation, page: Page
) -> None:
    sign_in_as(page, "役員")
    before = web_processes(demo.pid)
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in page.context.cookies())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: ask(f"{demo.url}/revenue/bridge/", cookies), range(16)))
    time.sleep(IDLE_SECONDS)
    assert (set(answers), len(before) >= 2, web_processes(demo.pid)) == ({200}, True, before)
