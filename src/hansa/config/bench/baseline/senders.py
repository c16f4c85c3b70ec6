# SPDX-License-Identifier: Apache-2.0
"""The bare peer of sending: two processes that send as fast as they can and keep no books. Imports nothing of Hansa.

senders.py SMTP_PORT HTTP_PORT COUNT sends COUNT letters and COUNT texts and prints {"seconds"}.
"""

import http.client
import json
import multiprocessing
import smtplib
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from urllib.parse import urlencode

LANES = 4
PROCESSES = 2
TEXT = "Four nurses needed, Delta City, 12 h from 04:00 ET (in 2 h). Answer by 02:20. See http://localhost/alerts/"


def letters(port: int, numbers: range) -> None:
    """Send one letter per number over one connection."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bare.example") as server:
        for number in numbers:
            letter = EmailMessage()
            letter["From"], letter["To"] = "hansa@bare.example", f"bare{number}@city.example"
            letter["Subject"], letter["Message-ID"] = "Four nurses needed", f"<bare-{number}@bare.example>"
            letter.set_content(f"{TEXT}{number}\n")
            server.send_message(letter)


def texts(port: int, numbers: range) -> None:
    """Send one text per number over one connection."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    for number in numbers:
        form = urlencode({"To": f"+1999{number:07d}", "From": "+15005550001", "Body": f"{TEXT}{number}"})
        line.request("POST", "/Messages.json", form, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = line.getresponse()
        if answer.status != 201 or not json.loads(answer.read())["sid"]:
            raise SystemExit(f"the sink answered {answer.status}")
    line.close()


def work(given: tuple[int, int, int, int]) -> None:
    """Send one process's share over some connections of each kind."""
    smtp, web, count, first = given
    with ThreadPoolExecutor(2 * LANES) as threads:
        shares = [range(first + lane, count, PROCESSES * LANES) for lane in range(0, PROCESSES * LANES, PROCESSES)]
        running = [threads.submit(letters, smtp, share) for share in shares]
        running += [threads.submit(texts, web, share) for share in shares]
        for each in running:
            each.result()


def main(smtp: int, web: int, count: int) -> None:
    """Send, and print how long it took from the moment at which the processes stood ready."""
    with multiprocessing.Pool(PROCESSES) as pool:
        pool.map(abs, range(PROCESSES))
        began = time.perf_counter()
        pool.map(work, [(smtp, web, count, process) for process in range(PROCESSES)], chunksize=1)
        seconds = time.perf_counter() - began
    sys.stdout.write(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
