# SPDX-License-Identifier: Apache-2.0
"""Takes the pictures of the docs: founds the exercise league in a folder of its own, signs in, and looks.

.venv/bin/python tools/screenshots.py            # writes docs/images/*.png; needs Chromium
"""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
EXPECTED = 8 * 18  # eight personas for each member of civil-deployment
LINK = re.compile(r"^  (.+?)\s{2,}(http\S+)$")

# Picture, persona, screen, where to begin, and links to follow from there.
PICTURES = (
    ("duties", "Exercise Duty Officer, Seattle", PHONE, "/duties/", ()),
    ("board", "Exercise Emergency Manager, Chicago", DESK, "/activations/", (r"^/activations/[0-9a-f-]{36}/$",)),
    ("invoke", "Exercise Chief Executive, Boston", PHONE, "/activations/invoke/", ()),
    ("requests", "Exercise Logistics Chief, Chicago", DESK, "/aid/", ()),
    ("request-new", "Exercise Logistics Chief, Chicago", PHONE, "/aid/new/", ()),
    (
        "agreement",
        "Exercise Emergency Manager, Chicago",
        DESK,
        "/aid/agreements/",
        (r"/aid/agreements/[0-9a-f-]{36}/$",),
    ),
    ("shipment", "Exercise Logistics Chief, Chicago", PHONE, "/aid/shipments/", (r"/aid/shipments/[0-9a-f-]{36}/$",)),
    ("league", "Exercise Chief Executive, Boston", DESK, "/league/", ()),
    ("charter", "Exercise Counsel, Boston", DESK, "/league/charter/", ()),
    ("ledger", "Exercise Counsel, Boston", PHONE, "/ledger/", ()),
    ("act", "Exercise Counsel, Boston", DESK, "/ledger/", (r"/ledger/[0-9a-f-]{36}/$",)),
    ("people", "Exercise Administrator, Boston", DESK, "/people/", ()),
)


@contextmanager
def demo() -> Iterator[dict[str, str]]:
    """Serve the exercise league; yield each persona's sign-in link."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="hansa-pictures-") as folder:
        wanted = {**os.environ, "HANSA_DATA_DIR": folder, "PORT": str(port)}
        command = [sys.executable, "-m", "hansa.cli", "demo"]
        server = subprocess.Popen(command, env=wanted, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # noqa: S603
        try:
            yield dict(_links(server))
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def _links(server: subprocess.Popen) -> Iterator[tuple[str, str]]:
    found = 0
    for line in server.stdout or ():
        if match := LINK.match(line.rstrip()):
            found += 1
            yield match[1], match[2]
            if found == EXPECTED:
                return
    raise SystemExit("hansa demo ended before it was ready")


def follow(page: Page, origin: str, links: tuple[str, ...]) -> None:
    """Follow the first link that fits each pattern."""
    for pattern in links:
        addresses = page.eval_on_selector_all("main a", "all => all.map(a => a.getAttribute('href'))")
        page.goto(origin + next(a for a in addresses if a and re.search(pattern, a)))


def main() -> None:
    """Write every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo() as links, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, persona, screen, start, steps in PICTURES:
            page = browser.new_context(viewport=screen).new_page()
            page.goto(links[persona])
            origin = links[persona].partition("/exercise/")[0]
            page.goto(origin + start)
            follow(page, origin, steps)
            page.wait_for_timeout(300)
            page.screenshot(path=IMAGES / f"{name}.png")
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
