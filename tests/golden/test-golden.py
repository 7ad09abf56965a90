#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios that go wrong in a way of their own. Each is run twice, with every packet, and has to
give the same bytes; what its hosts decide has to be as in the .txt file beside it ("--write" writes
these anew: read the difference before you commit it), and some facts are looked at closely."""
import email
import email.policy
import functools
import json
import pathlib
import quopri
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tap import main, run  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
NAMES = sorted(path.stem for path in HERE.glob("*.ini"))
# What a .txt file tells of; of a long story the beginning and the end.
TOLD = {"composed", "submitted", "queued", "relayed", "delivered", "retrieved", "mx-chosen",
        "mx-implicit", "smarthost", "expanded", "merged", "host-failed", "delayed", "retry",
        "relayed-to", "failed", "expired", "warned", "bounced", "reported", "double-bounce",
        "dropped", "list-loop", "unqueued", "user-unknown", "relay-denied", "greylisted", "loop",
        "mailbox", "offline", "direct", "session-lost", "copy-dropped"}
LINES_MAX = 40


@functools.lru_cache
def trace(name):
    return run("run", HERE / f"{name}.ini", "--format", "jsonl", "--level", "packets")[0]


@functools.lru_cache
def events(name):
    return [json.loads(line) for line in trace(name).decode().splitlines()[1:]]


def notes(name, what, **details):
    """The notes of that kind, as dictionaries of their details, "host" and "time"."""
    found = []
    for event in events(name):
        if event["kind"] in ("note", "message") and event["unit"] == what:
            note = dict(line.split(": ", 1) for line in event["text"].split("\n")[1:]
                        if ": " in line)
            # Some have a detail of that name.
            note.setdefault("host", event["from"])
            note["time"] = event["time"]
            if all(note.get(key) == value for key, value in details.items()):
                found.append(note)
    return found


def fetched(name):
    """The messages that were fetched, as Python's email package reads them."""
    replies = [event["text"] for event in events(name)
               if event["protocol"] == "pop3" and event["unit"] == "data"]
    messages = [text for text in replies if "Return-Path:" in text]
    for text in messages:
        body = re.sub(r"^\.", "", text.removesuffix(".\r\n"), flags=re.M)
        message = email.message_from_bytes(body.encode(), policy=email.policy.default)
        for part in message.walk():
            assert not part.defects, (name, part.get_content_type(), part.defects)
        yield message


def report(message, returned="message/rfc822"):
    """The groups of fields of a delivery status notification, and what it returns."""
    assert message["Return-Path"] == "<>" and message["Auto-Submitted"] == "auto-replied"
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "delivery-status"
    words, status, rest = message.iter_parts()
    assert words.get_content_type() == "text/plain"
    assert rest.get_content_type() == returned, rest.get_content_type()
    if status.get_content_type() == "message/delivery-status":
        return status.get_payload(), rest
    # Which Python does not know, nor that it may be encoded (RFC 6533 section 4.4).
    assert status.get_content_type() == "message/global-delivery-status"
    assert status["Content-Transfer-Encoding"] == "quoted-printable"
    encoded = status.as_bytes().replace(b"\r\n", b"\n").split(b"\n\n", 1)[1]
    text = quopri.decodestring(encoded).decode().replace("\r\n", "\n").replace("\n ", " ")
    return [dict(line.split(": ", 1) for line in group.split("\n"))
            for group in text.strip().split("\n\n")], rest


def digest(name):
    lines, ids = [], {}
    for event in events(name):
        if event["kind"] in ("note", "message") and event["unit"] in TOLD:
            sentence, *details = event["text"].split("\n")
            for detail in details:
                if detail.startswith("id: "):
                    ids.setdefault(detail[4:], f"q{len(ids) + 1}")
            for known, short in ids.items():
                sentence = sentence.replace(known, short)
            lines.append(f"{int(event['time']):7} {event['to']:24} {event['unit']}: {sentence}")
    if len(lines) > 2 * LINES_MAX:
        lines[LINES_MAX:-LINES_MAX] = [f"... {len(lines) - 2 * LINES_MAX} more ..."]
    return "\n".join(lines) + "\n"


def test_the_same_run_gives_the_same_bytes():
    for name in NAMES:
        again = run("run", HERE / f"{name}.ini", "--format", "jsonl", "--level", "packets")[0]
        assert trace(name) == again, name


def test_what_hosts_decide_is_as_written():
    for name in NAMES:
        wanted = (HERE / f"{name}.txt").read_text().splitlines()
        for number, (one, other) in enumerate(zip(wanted, digest(name).splitlines()), 1):
            assert one == other, f"{name}.txt:{number}: {one}\nis now: {other}"
        assert len(wanted) == len(digest(name).splitlines()), name


def test_nothing_is_lost():
    for name in NAMES:
        queued = sorted((note["host"], note["id"]) for note in notes(name, "queued"))
        unqueued = sorted((note["host"], note["id"]) for note in notes(name, "unqueued"))
        assert queued == unqueued, name
        assert queued or not notes(name, "submitted"), name


def test_the_first_mx_is_down():
    assert [note["host"] for note in notes("first-mx-down", "host-failed")] == \
        ["mx1.recipient.example"]
    assert len(notes("first-mx-down", "delivered", host="mx2.recipient.example", user="bob")) == 1
    assert not notes("first-mx-down", "retry")


def test_all_mx_are_down():
    name = "all-mx-down"
    waits = [float(note["next-attempt"]) - note["time"] for note in notes(name, "retry")]
    assert [round(wait / 60) for wait in waits[:6]] == [30, 30, 60, 120, 180, 180], waits
    assert len(waits) >= 40 and max(waits) <= 3 * 3600 + 1
    assert 14400 <= notes(name, "warned")[0]["time"] < 14401
    assert 432000 <= notes(name, "expired")[0]["time"] < 432000 + 600
    delay, failure = fetched(name)
    (message, recipient), header = report(delay, "text/rfc822-headers")
    assert message["Original-Envelope-Id"] == "lunch-1"
    assert message["Reporting-MTA"] == "dns; mail.sender.example"
    assert recipient["Action"] == "delayed" and recipient["Status"] == "4.4.1"
    assert recipient["Will-Retry-Until"] == "Sun, 29 Nov 2026 08:00:00 +0000"
    assert "Shall we have lunch" not in header.get_content()
    (message, recipient), header = report(failure, "text/rfc822-headers")
    assert recipient["Action"] == "failed" and recipient["Status"] == "4.4.7"
    assert recipient["Original-Recipient"] == "rfc822; bob@recipient.example"
    assert recipient["Will-Retry-Until"] is None and recipient["Remote-MTA"] is None
    assert failure["In-Reply-To"] in header.get_content()


def test_null_mx():
    failure, = fetched("null-mx")
    (message, recipient), returned = report(failure)
    assert recipient["Status"] == "5.1.10" and recipient["Action"] == "failed"
    assert message["Original-Envelope-Id"] is None and recipient["Original-Recipient"] is None
    assert returned.get_content()["Subject"] == "Lunch on Friday?"
    assert not notes("null-mx", "retry")


def test_a_loop_of_forwards():
    name = "forward-loop"
    assert len(notes(name, "expanded")) == 99
    failure, = fetched(name)
    (_, recipient), returned = report(failure)
    assert recipient["Status"] == "5.4.6", recipient["Status"]
    assert recipient["Final-Recipient"].startswith("rfc822; bob@")
    assert len(returned.get_content().get_all("Received")) == 100
    assert not notes(name, "delivered", user="bob")


def test_a_list_with_a_bad_member():
    name = "list-bad-member"
    assert len({note["user"] for note in notes(name, "delivered")} - {"anna"}) == 49
    assert notes(name, "bounced")[0]["to"] == "readers-bounces@sender.example"
    # Anna has it; Alice has nothing.
    failure, = fetched(name)
    (_, recipient), returned = report(failure)
    assert recipient["Final-Recipient"] == "rfc822; gone@recipient.example"
    assert recipient["Status"] == "5.1.1"
    assert recipient["Remote-MTA"] == "dns; mx1.recipient.example"
    letter = returned.get_content()
    assert letter["List-Id"] == '"Readers of news" <readers.sender.example>'
    assert letter["List-Post"] == "<mailto:readers@sender.example>"
    assert letter["From"] == "alice@sender.example"


def test_a_quota():
    name = "quota"
    assert [note["reason"] for note in notes(name, "retry")] == ["the mailbox is full"]
    assert len(notes(name, "delivered", user="bob")) == 2
    *_, failure = fetched(name)
    (_, recipient), _ = report(failure)
    assert recipient["Status"] == "5.2.3" and recipient["Remote-MTA"] is None
    # The address as the host took it, not where it leads.
    assert recipient["Final-Recipient"] == "rfc822; team@recipient.example"


def test_greylisting():
    assert len(notes("greylisting", "greylisted")) == 1
    assert len(notes("greylisting", "retry")) == 1
    assert len(notes("greylisting", "delivered")) == 2


def test_relaying_is_refused():
    failure, = fetched("relay-refused")
    (_, recipient), _ = report(failure)
    assert recipient["Status"] == "5.7.1" and recipient["Remote-MTA"] == "dns; relay.example"
    assert recipient["Diagnostic-Code"].startswith("smtp; 550")


def test_a_hop_without_smtputf8():
    name = "smtputf8-refused"
    assert notes(name, "failed")[0]["status"] == "5.6.7"
    failure, = fetched(name)
    (_, recipient), returned = report(failure, "message/global")
    assert recipient["Final-Recipient"] == "utf-8; jörg@recipient.example"
    assert recipient["Status"] == "5.6.7"
    assert returned["Content-Transfer-Encoding"] in ("quoted-printable", "base64")
    # The report itself takes nothing beyond ASCII.
    assert failure.as_bytes().isascii()


def test_a_wrong_certificate():
    name = "wrong-certificate"
    failed, = notes(name, "host-failed")
    assert failed["host"] == "mx1.recipient.example" and "wrong-name" in failed["reason"]
    sent, = notes(name, "relayed-to")
    assert sent["host"] == "mx2.recipient.example" and sent["tls"].startswith("TLSv1.3 ")
    # Not a byte of the letter went to the first.
    clear = [event for event in events(name) if event["protocol"] == "smtp" and not event["tls"]
             and event["to"] == "mx1.recipient.example" and event["kind"] == "unit"]
    assert {event.get("verb") for event in clear} <= {"EHLO", "STARTTLS", None}


def test_dns_fails_then_recovers():
    name = "servfail"
    assert len(notes(name, "retry", reason="DNS gives no answer")) == 2
    assert len(notes(name, "delivered", user="bob")) == 1
    assert not notes(name, "failed")


def said(name, sender, receiver):
    """What one host said to another, unit by unit."""
    return [event["text"] for event in events(name) if event["kind"] == "unit"
            and event["from"] == sender and event["to"] == receiver and "text" in event]


def changes(name, host):
    """What became of mailboxes or their copies on the host: (change, UIDs)."""
    return [(note["change"], note.get("uids")) for note in notes(name, "mailbox", host=host)]


SERVER = "mail.recipient.example"


def test_offline_takes_the_mail_home():
    name = "access-offline"
    assert {event["protocol"] for event in events(name) if event["kind"] == "unit"} == {"pop3"}
    assert len(notes(name, "retrieved")) == 3
    assert "0 left" in [e["text"] for e in events(name) if e["unit"] == "removed"][0].split("\n")[0]


def test_online_asks_for_each_thing():
    name = "access-online"
    assert len(notes(name, "retrieved")) == 1
    asked = "".join(said(name, "bob-pc", SERVER))
    assert "MOVE" in asked and "CREATE Work" in asked and "UID EXPUNGE" in asked


def test_disconnected_brings_both_sides_together():
    name = "access-disconnected"
    assert len(notes(name, "offline")) == 3
    # Nothing was said between the two syncs.
    times = [event["time"] for event in events(name) if event["kind"] == "unit"]
    assert not [time for time in times if 60 < time < 7200]
    assert ("removed", "3") in changes(name, SERVER) and ("added", "4") in changes(name, SERVER)


def test_direct_needs_no_protocol():
    name = "access-direct"
    assert len(notes(name, "direct")) == 3
    assert not [event for event in events(name) if event["kind"] == "unit" and event["time"] < 600]


def test_web_is_one_client_more():
    name = "access-web"
    assert {event["tls"] for event in events(name) if event["kind"] == "unit"} == {True}
    assert ("added", "4") in changes(name, SERVER)


def test_a_pulled_cable_deletes_nothing():
    name = "pop-cable-pulled"
    assert len(notes(name, "session-lost")) == 1
    # What was fetched is not fetched again, and deleted at last.
    assert len(notes(name, "retrieved")) == 3
    removed = [event["time"] for event in events(name) if event["unit"] == "removed"]
    assert len(removed) == 1 and removed[0] > 7200


def test_two_programs_are_told_of_each_other():
    name = "two-imap-clients"
    told = [unit for unit in said(name, SERVER, "bob-laptop") if unit.startswith("* ")]
    assert any("* 1 FETCH" in unit and "\\Flagged" in unit for unit in told), told
    assert any(unit.startswith("* VANISHED 2") for unit in told), told
    # What is number 2 then was number 3 before.
    assert any(unit.startswith("* 2 FETCH") and "UID 3" in unit for unit in said(name, SERVER, "bob-phone"))


def test_new_mail_is_pushed():
    name = "idle-push"
    pushed, = [event for event in events(name) if event.get("text", "").startswith("* 4 EXISTS")]
    delivered, = notes(name, "delivered", user="bob")
    assert pushed["time"] - delivered["time"] < 0.001
    assert [unit for unit in said(name, "bob-phone", SERVER) if unit == "DONE\r\n"]


def test_a_week_in_one_command():
    name = "qresync-week"
    week = [event["text"] for event in events(name) if event["kind"] == "unit" and event["time"] >= 604800
            and event["from"] == SERVER and "text" in event]
    assert "* VANISHED (EARLIER) 2\r\n" in week
    assert any(unit.startswith("* 1 FETCH") and "\\Seen" in unit for unit in week)
    # Of three letters and a note only the note is fetched.
    assert sum("BODY[]" in unit for unit in week) == 1
    assert changes(name, "bob-laptop")[-3:] == [("removed", "2"), ("added", "4"), ("flags", "1")]


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        for story in NAMES:
            (HERE / f"{story}.txt").write_text(digest(story))
    else:
        main(globals())
