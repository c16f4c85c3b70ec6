# SPDX-License-Identifier: Apache-2.0
"""The stand-in does what a provider does, and misbehaves when it is told to."""

import json
import poplib
import signal
import smtplib
import subprocess
from email.message import EmailMessage
from urllib.parse import urlsplit

import httpx
import pytest

from hansa.notify.carrier import signature
from hansa.notify.standin import control
from hansa.notify.standin.world import LOOPBACK_MAILBOX, LOOPBACK_NUMBER

PHONE, OWN = "+15105550101", "+15005550006"


def rest(standin, what: str, **form) -> httpx.Response:
    url = f"{standin.url}/2010-04-01/Accounts/{standin.account}/{what}.json"
    return httpx.post(url, data=form, auth=(standin.account, standin.token), trust_env=False)


def text(standin, hooks, to: str = PHONE, body: str = "hello") -> httpx.Response:
    return rest(standin, "Messages", To=to, From=OWN, Body=body, StatusCallback=f"{hooks.url}/sms/status/1")


def arrived(hooks, count: int):
    return lambda state: len(hooks.taken) >= count


def test_a_text_is_taken_listed_and_reported_with_a_right_signature(standin, hooks):
    made = text(standin, hooks)
    assert made.status_code == 201 and made.json()["status"] == "queued"
    standin.wait(arrived(hooks, 2))
    assert hooks.statuses() == ["sent", "delivered"]
    path, fields, given = hooks.taken[0]
    url = hooks.url.removesuffix("/hooks") + path
    assert signature.is_valid(standin.token, url, {name: [value] for name, value in fields.items()}, given)
    listed = httpx.get(
        f"{standin.url}/2010-04-01/Accounts/{standin.account}/Messages.json",
        params={"To": PHONE}, auth=(standin.account, standin.token), trust_env=False,
    ).json()  # fmt: skip
    assert [each["body"] for each in listed["messages"]] == ["hello"]


def test_callbacks_come_reversed_twice_and_forged_when_asked(standin, hooks):
    standin.faults(reverse=True, repeat=2, forge=True, delay=0)
    text(standin, hooks)
    standin.wait(arrived(hooks, 8))
    assert hooks.statuses() == [status for status in ("delivered", "sent") * 2 for _ in range(2)]


@pytest.mark.parametrize(("number", "status", "code"), [("21211", 400, 21211), ("20429", 429, 20429)])
def test_a_number_for_each_error(standin, hooks, number, status, code):
    answer = text(standin, hooks, f"+150055{number}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_what_the_carrier_finds_later_is_reported_as_undelivered(standin, hooks):
    assert text(standin, hooks, "+15005530005").status_code == 201
    standin.wait(arrived(hooks, 2))
    assert hooks.taken[-1][1]["ErrorCode"] == "30005" and hooks.statuses()[-1] == "undelivered"


def test_it_answers_with_faults_once_each(standin, hooks):
    standin.faults(next=["429", "500", "hang-up", "lost"])
    assert [text(standin, hooks).status_code for _ in range(2)] == [429, 500]
    for _ in range(2):
        with pytest.raises(httpx.RemoteProtocolError):
            text(standin, hooks)
    assert text(standin, hooks).status_code == 201
    assert len(standin.state()["texts"]) == 2, "the lost one was taken, the one before was not"


def test_stop_is_kept_as_carriers_do_and_the_answer_comes_back_to_the_phone(standin, hooks):
    hooks.answers["sms"] = lambda fields: f"<Response><Message>{fields['Body']} &amp; that counts</Message></Response>"
    standin.say(PHONE, "STOP")
    assert text(standin, hooks).json()["code"] == 21610
    assert standin.state()["texts"][-1]["body"] == "STOP & that counts"
    standin.say(PHONE, "START")
    assert text(standin, hooks).status_code == 201


def call(standin, hooks) -> str:
    events = ["initiated", "ringing", "answered", "completed"]
    form = {"To": PHONE, "From": OWN, "Url": f"{hooks.url}/voice", "StatusCallback": f"{hooks.url}/status",
            "StatusCallbackEvent": events, "Timeout": "20"}  # fmt: skip
    return rest(standin, "Calls", **form).json()["sid"]


SPOKEN = '<Response><Gather numDigits="1" action="/hooks/key"><Say>Press 1</Say></Gather><Say>Nobody</Say></Response>'


@pytest.mark.parametrize(
    ("manner", "said", "end"),
    [("answers", ["Press 1", "You pressed 1"], "completed"), ("voicemail", ["Press 1", "Nobody"], "completed"),
     ("sleeps", [], "no-answer"), ("busy", [], "busy")],
)  # fmt: skip
def test_a_call_is_played_as_its_owner_does(standin, hooks, manner, said, end):
    hooks.answers["voice"] = lambda fields: SPOKEN
    hooks.answers["key"] = lambda fields: f"<Response><Say>You pressed {fields['Digits']}</Say><Hangup/></Response>"
    standin.phones({"number": PHONE, "manner": manner, "keys": "1"})
    call(standin, hooks)
    state = standin.wait(lambda state: state["calls"][-1]["status"] == end)
    assert state["calls"][-1]["said"] == said


def test_a_call_is_answered_from_the_page(standin, hooks):
    hooks.answers["voice"] = lambda fields: SPOKEN.replace("action", 'timeout="900" action')
    hooks.answers["key"] = lambda fields: "<Response><Say>Good</Say></Response>"
    sid = call(standin, hooks)
    standin.wait(lambda state: state["calls"][-1]["status"] == "ringing")
    standin.press(sid, "answer")
    standin.wait(lambda state: state["calls"][-1]["said"])
    standin.press(sid, "1")
    assert standin.wait(lambda state: state["calls"][-1]["status"] == "completed")["calls"][-1]["keys"] == "1"


def test_a_voice_that_does_not_speak_the_language_fails_as_at_the_provider(standin, hooks):
    hooks.answers["voice"] = lambda fields: '<Response><Say voice="man" language="xx-XX">Hello</Say></Response>'
    standin.phones({"number": PHONE, "manner": "answers"})
    call(standin, hooks)
    state = standin.wait(lambda state: state["calls"][-1]["status"] == "completed")
    assert "speaks no xx-XX" in state["calls"][-1]["said"][0]


def mail(standin, to: str) -> dict:
    message = EmailMessage()
    message["To"], message["From"], message["Subject"] = to, "hansa@example.org", "EXERCISE: you are on duty"
    message.set_content("Open https://hansa.example.org/duty")
    with smtplib.SMTP(standin.smtp_host, standin.smtp_port) as server:
        return server.send_message(message)


def test_mail_is_taken(standin):
    mail(standin, "ana@example.org")
    (taken,) = standin.state()["mails"]
    assert (taken["to"], taken["subject"]) == ("ana@example.org", "EXERCISE: you are on duty")


@pytest.mark.parametrize(("to", "code"), [("nobody", 550), ("full", 452), ("later", 451)])
def test_mail_is_refused(standin, to, code):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        mail(standin, f"{to}@example.org")
    assert refused.value.recipients[f"{to}@example.org"][0] == code


def test_the_connection_breaks_after_mail_was_taken(standin):
    with pytest.raises(smtplib.SMTPServerDisconnected):
        mail(standin, "drop@example.org")
    assert len(standin.state()["mails"]) == 1


def test_the_page_shows_all_of_it_and_runs_nothing_that_somebody_sent(standin, hooks):
    text(standin, hooks, body="<script>alert(1)</script> https://hansa.example.org/d?a=1&b=2.")
    mail(standin, "ana@example.org")
    page = httpx.get(standin.url, trust_env=False).text
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page
    assert 'href="https://hansa.example.org/d?a=1&amp;b=2"' in page and "ana@example.org" in page


def test_what_the_node_sends_to_itself_comes_back(standin, hooks):
    text(standin, hooks, LOOPBACK_NUMBER, "Hansa test 0123")
    # Beside the reports of what was sent, in whatever order.
    standin.wait(lambda state: any(path.endswith("/sms") for path, _, _ in hooks.taken))
    (came,) = [fields for path, fields, _ in hooks.taken if path.endswith("/sms")]
    assert came["From"] == LOOPBACK_NUMBER and came["Body"] == "Hansa test 0123"
    for subject in ("Hansa test 1", "Hansa test 2"):
        letter = EmailMessage()
        letter["To"], letter["From"], letter["Subject"] = LOOPBACK_MAILBOX, "hansa@exercise.invalid", subject
        letter.set_content(".")
        with smtplib.SMTP(standin.smtp_host, standin.smtp_port) as server:
            server.send_message(letter)
    address = urlsplit(standin.mailbox)
    for expected in (2, 0):
        box = poplib.POP3(address.hostname, address.port, timeout=10)
        box.user("node")
        box.pass_("exercise")
        assert box.stat()[0] == expected
        for number in range(1, expected + 1):
            assert f"Subject: Hansa test {number}".encode() in box.retr(number)[1]
            box.dele(number)
        box.quit()
    page = httpx.get(standin.url, trust_env=False).text
    assert LOOPBACK_NUMBER not in page and LOOPBACK_MAILBOX not in page


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_without_a_word_while_its_page_is_open(number):
    process = subprocess.Popen(
        control.command(hooks="http://127.0.0.1:9/hooks"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    running = control.StandIn(json.loads(process.stdout.readline()))
    with (
        httpx.stream("GET", f"{running.url}/events", trust_env=False) as page,
        smtplib.SMTP(running.smtp_host, running.smtp_port) as mail,
    ):
        assert next(page.iter_text()).startswith("event: change") and mail.ehlo()[0] == 250
        process.send_signal(number)
        assert process.wait(10) == 0
        mail.close()
    assert process.stderr.read() == ""
    running.close()
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()
