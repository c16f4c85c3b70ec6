# SPDX-License-Identifier: Apache-2.0
"""Visitors of a site, in a process of their own. Imports nothing of Hansa: it knows what a browser is shown.

clients.py reads one JSON object from stdin and prints {"seconds", "ms", "sent"}: how long all of it took, each
answer's milliseconds, and the ids that the site said it took. `task` is "form" (fetch the form, fill it in, send it)
or "read" (fetch a page); `links` sign one client in each.
"""

import http.client
import json
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

_FIELD = re.compile(r"<(?:input|select|textarea)\b[^>]*>")
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


class Client:
    """One browser: a connection that stays open, cookies, a person who is signed in."""

    def __init__(self, port: int, link: str) -> None:
        self._site, self._port = f"http://localhost:{port}", port
        self._cookies: dict[str, str] = {}
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            status, _, _ = self.ask("GET", link)
            if status != 302 or "sessionid" not in self._cookies:
                raise SystemExit(f"signing in was answered {status}")
        except BaseException:
            self.reconnect()
            raise

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Return status, where the answer leads, and the page."""
        headers = {"Host": f"localhost:{self._port}", "Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._site,
                        "Referer": self._site + path}  # fmt: skip
        self._line.request(method, path, body, headers)
        answer = self._line.getresponse()
        page = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), page

    def reconnect(self) -> None:
        """Drop the connection; the next question opens a new one, and the cookies stay."""
        self._line.close()

    def fields(self, path: str, form_with: str) -> dict[str, str]:
        """Return the fields of the form at `path` that has a field of this name, as the site filled them in."""
        status, _, page = self.ask("GET", path)
        for form in page.split("<form")[1:]:
            found = {}
            for tag in _FIELD.findall(form.split("</form>")[0]):
                has = dict(_ATTRIBUTE.findall(tag))
                if "name" in has:
                    found[has["name"]] = has.get("value", "")
            if form_with in found:
                return found
        raise RuntimeError(f"{path} was answered {status} and has no form with {form_with}")


def fill_in(client: Client, path: str, values: dict[str, str]) -> tuple[float, str]:
    """Fetch a form and send it; return the milliseconds until it was taken, and its id. The id is empty when not."""
    fields = client.fields(path, "act") | values
    began = time.perf_counter()
    status, _, _ = client.ask("POST", path.partition("?")[0], fields)
    return (time.perf_counter() - began) * 1000, fields["act"] if status == 302 else ""


def read(client: Client, path: str, values: dict[str, str]) -> tuple[float, str]:
    """Fetch a page; return the milliseconds until all of it was there."""
    began = time.perf_counter()
    status, _, _ = client.ask("GET", path)
    if status != 200:
        raise RuntimeError(f"{path} was answered {status}")
    return (time.perf_counter() - began) * 1000, ""


def main() -> None:
    """Let the clients work at the same time until the task was done `count` times in all."""
    asked = json.load(sys.stdin)
    clients = [Client(asked["port"], link) for link in asked["links"]]
    do = {"form": fill_in, "read": read}[asked["task"]]
    each = asked["count"] // len(clients)

    def work(client: Client) -> list[tuple[float, str]]:
        return [do(client, asked["path"], asked.get("values", {})) for _ in range(each)]

    with ThreadPoolExecutor(len(clients)) as threads:
        began = time.perf_counter()
        results = [result for done in threads.map(work, clients) for result in done]
        seconds = time.perf_counter() - began
    sys.stdout.write(
        json.dumps({"seconds": seconds, "ms": [ms for ms, _ in results], "sent": [id for _, id in results if id]})
    )


if __name__ == "__main__":
    main()
