#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated mail programs read mailboxes of a real Dovecot (`postroad attach`): what is in the mailboxes
afterwards, as another client sees it, and what the trace tells."""
import atexit
import base64
import json
import os
import pathlib
import re
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from dovecot import Dovecot  # noqa: E402
from imap_messages import MESSAGES  # noqa: E402
from imap_wire import Imap  # noqa: E402
from tap import Skip, main, need, run  # noqa: E402

HOST = "localhost"  # as in Dovecot's certificate
PASSWORD = "it's a secret"
N_USERS = 40

# The server stands there for its name and services; Dovecot answers for it.
WORLD = """\
[Scenario]
Title=A real server has the mailboxes
Seed=8

[Host bob-pc]
Roles=MUA
Address=192.0.2.10
{mua}

[Host localhost]
Roles=MS
Address=192.0.2.1
Services={services}

[Link bob-pc localhost]

{actions}
"""

_state = {}


def server():
    """One Dovecot for all tests, with users u0, u1 ..., one for each."""
    if os.geteuid() != 0:
        raise Skip("Dovecot's mailboxes need root")
    need("dovecot")
    if "server" not in _state:
        users = {f"u{i}": PASSWORD for i in range(N_USERS)}
        _state["server"] = Dovecot(users, tls=True)
        atexit.register(_state["server"].stop)
        _state["n"] = 0
    return _state["server"]


class Mailbox:
    """A user's mailboxes, seen by another client."""

    def __init__(self, letters=MESSAGES):
        self.dovecot = server()
        self.user = f"u{_state['n']}"
        _state["n"] += 1
        self.imap = Imap(self.dovecot.imap)
        self.imap.ok("LOGIN \0 \0", self.user.encode(), PASSWORD.encode())
        for flags, date, octets in letters:
            self.imap.ok(f'APPEND INBOX {flags} "{date}" \0', octets)

    def messages(self, name="INBOX"):
        """[(UID, flags, octets)]"""
        self.imap.ok(f'EXAMINE "{name}"')
        found = []
        for response in self.imap.ok("UID FETCH 1:* (FLAGS BODY.PEEK[])"):
            if response.name == "FETCH":
                items = dict(zip(response.values[0][::2], response.values[0][1::2]))
                found.append((int(items["UID"]), sorted(set(items["FLAGS"]) - {"\\Recent"}),
                              items["BODY[]"].encode("latin-1")))
        self.imap.ok("UNSELECT")
        return found

    def uids(self, name="INBOX"):
        return [uid for uid, _, _ in self.messages(name)]

    def do(self, *commands):
        for command in commands:
            self.imap.ok(command)


class Trace:
    def __init__(self, octets):
        self.events = [json.loads(line) for line in octets.decode().splitlines()[1:]]

    def notes(self, what):
        found = []
        for event in self.events:
            if event["kind"] == "note" and event["unit"] == what:
                sentence, *facts = event["text"].split("\n")
                found.append(dict([("", sentence)] + [fact.split(": ", 1) for fact in facts if ": " in fact]))
        return found

    def commands(self):
        """What the client sent, a line each."""
        return [text(event).split("\r\n")[0] for event in self.events
                if event["kind"] == "unit" and event["from"] == "bob-pc" and event["unit"] in ("command", "rest")]

    def responses(self):
        return [text(event) for event in self.events if event["kind"] == "unit" and event["to"] == "bob-pc"]

    def has_command(self, pattern):
        return any(re.search(pattern, command) for command in self.commands())


def text(event):
    return event["text"] if "text" in event else base64.b64decode(event["base64"]).decode("latin-1")


def act(mailbox, *actions, mua="", services="imap;imaps;pop3;pop3s", options=(), password=PASSWORD):
    """Runs the actions, (seconds, Do, further lines); returns the trace."""
    lines = []
    for number, (at, deed, more) in enumerate(actions, 1):
        lines.append(f"[Action {number}]\nAt={at}\nHost=bob-pc\nDo={deed}\nServer={HOST}\nUser={mailbox.user}\n"
                     f"Password={password}\n{more}")
    dovecot = mailbox.dovecot
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "scenario.ini"
        file.write_text(WORLD.format(mua=mua, services=services, actions="\n".join(lines)))
        out, _ = run("attach", file, f"{HOST}:143=127.0.0.1:{dovecot.imap}", f"{HOST}:993=127.0.0.1:{dovecot.imaps}",
                     f"{HOST}:110=127.0.0.1:{dovecot.pop3}", f"{HOST}:995=127.0.0.1:{dovecot.pop3s}", "--format",
                     "jsonl", *options, timeout=180)
    return Trace(out)


def no_trouble(trace):
    for what in ("fetch-failed", "login-refused", "refused", "tls-failed", "unreadable"):
        assert not trace.notes(what), trace.notes(what)


# POP3

def test_pop3_fetch_and_delete():
    mailbox = Mailbox(MESSAGES[:3])
    trace = act(mailbox, (0, "fetch", "Protocol=pop3"))
    no_trouble(trace)
    assert mailbox.uids() == []
    assert trace.notes("fetched")[0][""].startswith("3 messages fetched")


def test_pop3_keep_and_come_again():
    mailbox = Mailbox(MESSAGES[:3])
    trace = act(mailbox, (0, "fetch", "Protocol=pop3\nKeep=true"), (3, "fetch", "Protocol=pop3\nKeep=true"))
    no_trouble(trace)
    assert mailbox.uids() == [1, 2, 3]
    told = [note[""] for note in trace.notes("fetched")]
    assert told[0].startswith("3 messages fetched") and told[1].startswith("0 messages fetched"), told


def test_pop3_in_tls():
    for services, mua in (("pop3", "Tls=verified"), ("pop3s", "Tls=verified")):
        mailbox = Mailbox(MESSAGES[:2])
        trace = act(mailbox, (0, "fetch", "Protocol=pop3"), mua=mua, services=services,
                    options=["--ca", mailbox.dovecot.ca])
        no_trouble(trace)
        assert trace.notes("tls") and trace.notes("tls")[0]["problems"] == "", trace.notes("tls")
        assert mailbox.uids() == []


def test_pop3_mechanisms():
    for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"):
        mailbox = Mailbox(MESSAGES[:1])
        trace = act(mailbox, (0, "fetch", f"Protocol=pop3\nMechanism={mechanism}"))
        no_trouble(trace)
        assert trace.has_command(f"^AUTH {mechanism}\\b"), trace.commands()
        assert mailbox.uids() == []


def test_pop3_wrong_password():
    mailbox = Mailbox(MESSAGES[:1])
    trace = act(mailbox, (0, "fetch", "Protocol=pop3"), password="wrong")
    assert trace.notes("login-refused"), trace.commands()
    assert mailbox.uids() == [1]


# IMAP, offline

def test_imap_fetch_and_delete():
    mailbox = Mailbox(MESSAGES[:3])
    trace = act(mailbox, (0, "fetch", "Protocol=imap"))
    no_trouble(trace)
    assert mailbox.uids() == []
    assert trace.notes("fetched")[0][""].startswith("3 messages fetched")


# IMAP, disconnected

def test_first_sync_and_again():
    mailbox = Mailbox()
    trace = act(mailbox, (0, "sync", ""), (4, "sync", ""))
    no_trouble(trace)
    added = [note for note in trace.notes("mailbox") if note["change"] == "added"]
    assert [note["uids"] for note in added] == ["1:12"], added
    # The second time nothing is fetched.
    assert sum("BODY.PEEK[]" in command for command in trace.commands()) == 1, trace.commands()
    assert trace.has_command(r"SELECT INBOX \(QRESYNC \(")
    assert len(mailbox.uids()) == 12


def change_meanwhile(mailbox):
    mailbox.do("SELECT INBOX", r"UID STORE 2:3 +FLAGS.SILENT (\Flagged)", r"UID STORE 5 +FLAGS.SILENT (\Deleted)",
               r"UID STORE 7 -FLAGS.SILENT (\Deleted)", "EXPUNGE", "UNSELECT")
    mailbox.imap.ok("APPEND INBOX \0", MESSAGES[0][2])


def check_resync(trace):
    changes = [(note["change"], note["uids"]) for note in trace.notes("mailbox")]
    assert ("removed", "5") in changes, changes
    assert ("added", "13") in changes, changes
    flagged = [note for note in trace.notes("mailbox") if note["change"] == "flags" and "\\Flagged" in note["flags"]]
    touched = ",".join(note["uids"] for note in flagged)
    assert "2" in touched and "3" in touched, trace.notes("mailbox")


def resync(mua):
    """Two syncs, and between them another client's changes: meanwhile an IDLE on another mailbox keeps the
    world's time to the wall's, which else passes at once."""
    mailbox = Mailbox()
    mailbox.do("CREATE Quiet")
    timer = threading.Timer(2, change_meanwhile, [mailbox])
    timer.start()
    trace = act(mailbox, (0, "sync", "Mailboxes=INBOX"), (1, "sync", "Mailboxes=Quiet\nIdle=5"),
                (7, "sync", "Mailboxes=INBOX"), mua=mua)
    timer.join()
    no_trouble(trace)
    return trace


def test_resync_with_qresync():
    trace = resync("")
    check_resync(trace)


def test_resync_with_condstore():
    trace = resync("Unused=QRESYNC")
    assert not trace.has_command("QRESYNC") and trace.has_command("CHANGEDSINCE"), trace.commands()
    check_resync(trace)


def test_resync_with_neither():
    trace = resync("Unused=QRESYNC;CONDSTORE")
    assert not trace.has_command("QRESYNC|CONDSTORE|CHANGEDSINCE"), trace.commands()
    check_resync(trace)


def test_idle_is_told_of_new_mail():
    mailbox = Mailbox(MESSAGES[:2])
    timer = threading.Timer(1.5, mailbox.imap.ok, ["APPEND INBOX \0", MESSAGES[2][2]])
    timer.start()
    trace = act(mailbox, (0, "sync", "Mailboxes=INBOX\nIdle=5"))
    timer.join()
    no_trouble(trace)
    assert any(note["change"] == "added" and note["uids"] == "3" for note in trace.notes("mailbox")), \
        trace.notes("mailbox")
    assert trace.has_command("^DONE"), trace.commands()


def test_offline_deeds_are_played_back():
    mailbox = Mailbox()
    mailbox.do("CREATE Work")
    trace = act(mailbox, (0, "sync", ""), (2, "flag", "Messages=3\nFlags=+\\\\Answered;+Later;-\\\\Flagged\nOffline=true"),
                (3, "move", "Messages=4\nInto=Work\nOffline=true"), (4, "delete", "Messages=8\nOffline=true"),
                (5, "save", "From=bob@recipient.example\nTo=alice@sender.example\nSubject=A draft\nBody=Not yet\n"
                            "Flags=\\\\Draft\nMailbox=Work\nOffline=true"), (6, "sync", ""))
    no_trouble(trace)
    messages = {uid: flags for uid, flags, _ in mailbox.messages()}
    assert messages[3] == ["Later", "\\Answered"], messages
    assert 4 not in messages and 9 not in messages, messages
    work = mailbox.messages("Work")
    assert len(work) == 2 and any(b"Subject: A draft" in octets and "\\Draft" in flags
                                  for _, flags, octets in work), work


# IMAP, online

def test_online_deeds():
    mailbox = Mailbox()
    trace = act(mailbox, (0, "create", "Mailbox=Work/2026"), (1, "read", "Messages=5"),
                (2, "flag", "Messages=1:2\nFlags=+\\\\Flagged;-\\\\Seen"), (3, "copy", "Messages=6\nInto=Work/2026"),
                (4, "move", "Messages=10\nInto=Work/2026"), (5, "delete", "Messages=11"),
                (6, "save", "From=bob@recipient.example\nTo=alice@sender.example\nSubject=Grüße\nBody=Hallo\n"
                            "Mailbox=Work/2026\nFlags=\\\\Seen"))
    no_trouble(trace)
    messages = {uid: flags for uid, flags, _ in mailbox.messages()}
    assert "\\Seen" in messages[5] and "\\Flagged" in messages[1] and "\\Seen" not in messages[2], messages
    assert 10 not in messages and 12 not in messages and 6 in messages, messages
    assert len(mailbox.messages("Work/2026")) == 3


def test_names_in_other_scripts():
    mailbox = Mailbox(MESSAGES[:1])
    trace = act(mailbox, (0, "create", "Mailbox=Wörter/日本"), (2, "copy", "Messages=1\nInto=Wörter/日本"),
                (4, "sync", ""))
    no_trouble(trace)
    assert len(mailbox.messages("W&APY-rter/&ZeVnLA-")) == 1


def test_imap_mechanisms():
    for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"):
        mailbox = Mailbox(MESSAGES[:1])
        trace = act(mailbox, (0, "read", f"Messages=1\nMechanism={mechanism}"))
        no_trouble(trace)
        assert trace.has_command(f"AUTHENTICATE {mechanism}\\b"), trace.commands()


def test_imap_in_tls():
    for services in ("imap", "imaps"):
        mailbox = Mailbox(MESSAGES[:1])
        trace = act(mailbox, (0, "read", "Messages=1"), mua="Tls=verified", services=services,
                    options=["--ca", mailbox.dovecot.ca])
        no_trouble(trace)
        assert trace.notes("tls")[0]["problems"] == "", trace.notes("tls")
        assert trace.has_command("STARTTLS") == (services == "imap")


def test_imap_distrusts():
    mailbox = Mailbox(MESSAGES[:1])
    trace = act(mailbox, (0, "read", "Messages=1"), mua="Tls=verified")
    assert trace.notes("tls-failed"), trace.commands()
    assert not trace.has_command("AUTHENTICATE|LOGIN")


def test_imap_wrong_password():
    mailbox = Mailbox(MESSAGES[:1])
    trace = act(mailbox, (0, "read", "Messages=1"), password="wrong")
    assert trace.notes("login-refused"), trace.commands()
    assert not trace.has_command("SELECT")


def test_compressed():
    mailbox = Mailbox()
    trace = act(mailbox, (0, "sync", ""), mua="Compress=true")
    no_trouble(trace)
    assert trace.notes("compressed") and trace.has_command("COMPRESS DEFLATE")
    assert [note["uids"] for note in trace.notes("mailbox") if note["change"] == "added"] == ["1:12"]


def test_a_large_message():
    body = b"".join(b"line %d of a large message\r\n" % i for i in range(200000))
    mailbox = Mailbox([("()", "05-Jan-2026 09:00:05 +0000", b"Subject: large\r\n\r\n" + body)])
    trace = act(mailbox, (0, "sync", ""))
    no_trouble(trace)
    assert any(len(response) > len(body) for response in trace.responses())


def test_literals_one_at_a_time():
    """Without LITERAL+ the client waits for leave."""
    mailbox = Mailbox(MESSAGES[:1])
    trace = act(mailbox, (0, "save", "From=bob@recipient.example\nTo=alice@sender.example\nSubject=s\nBody=b\n"
                                     "Mailbox=INBOX"), mua="Unused=LITERAL+")
    no_trouble(trace)
    assert any(event["unit"] == "literal" for event in trace.events), trace.commands()
    assert len(mailbox.uids()) == 2


if __name__ == "__main__":
    main(globals())
