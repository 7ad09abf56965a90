#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast `postroad serve` answers IMAP, and Dovecot beside it over the same letters, both over
loopback: bench-imap POSTROAD. Prints the rate of each, in the order of one run, and their ratio."""
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "tests/support"), str(TOP / "tests/interop")]
from dovecot import Dovecot  # noqa: E402
from imap_wire import Imap  # noqa: E402

MESSAGES, APPENDED, ROUNDS = 10000, 1000, 5

SCENARIO = """\
[Scenario]
Title=Answering IMAP
[Host imap.example]
Roles=MS
Address=192.0.2.1
Domains=example
Services=imap
Users=bob:secret
"""

WORDS = ("mail letter post road server client header body envelope message reply noon lunch Thursday queue relay "
         "domain record answer question list thread search fetch store copy move flag seen recent").split()


def make_letter(number):
    """About 3 KB: a third of the letters are multiparts, every hundredth has the needle."""
    chance = random.Random(number)
    text = "".join(" ".join(chance.choices(WORDS, k=11)) + "\r\n" for _ in range(40))
    if number % 100 == 0:
        text += "a needle in the hay\r\n"
    head = (f"Date: Mon, {number % 28 + 1} Jan 2026 09:{number % 60:02}:00 +0000\r\n"
            f"From: Sender {number % 500} <sender{number % 500}@sender.example>\r\n"
            f"To: Bob Example <bob@recipient.example>, carol@third.example\r\n"
            f"Cc: \"Dave D.\" <dave@third.example>\r\n"
            f"Subject: {'Re: ' if number % 3 else ''}{' '.join(chance.choices(WORDS, k=5))}\r\n"
            f"Message-ID: <{number}@sender.example>\r\n"
            f"References: <{number // 3}@sender.example>\r\n"
            "MIME-Version: 1.0\r\n")
    if number % 3:
        return (head + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text).encode()
    return (head + 'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
            f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
            "--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            "<p>the same as =\r\nHTML</p>\r\n--b--\r\n").encode()


def fill(imap):
    for begin in range(0, MESSAGES, 100):
        letters = [make_letter(i) for i in range(begin, begin + 100)]
        imap.ok("APPEND INBOX" + " (\\Seen) \0" * len(letters), *letters, is_synchronizing=False)


def measure(imap, command):
    """(seconds, octets) from sending the command to the end of its answer."""
    start = time.perf_counter()
    imap.send(b"x " + command + b"\r\n")
    n, tail = 0, b""
    while True:
        piece = imap.socket.recv(1 << 20)
        assert piece, "closed"
        n += len(piece)
        tail = (tail + piece)[-300:]
        last = tail.rstrip(b"\r\n").rsplit(b"\r\n", 1)[-1]
        if tail.endswith(b"\r\n") and last.startswith(b"x "):
            assert last.startswith(b"x OK"), last
            return time.perf_counter() - start, n


def append(imap):
    letter = make_letter(1)
    start = time.perf_counter()
    for _ in range(APPENDED):
        imap.ok("APPEND Sent \0", letter, is_synchronizing=False)
    return time.perf_counter() - start, 0


MEASURES = (
    ("FETCH of 10,000 envelopes", MESSAGES, lambda imap: measure(imap, b"FETCH 1:* ENVELOPE")),
    ("FETCH of 10,000 flags and UIDs", MESSAGES, lambda imap: measure(imap, b"FETCH 1:* (UID FLAGS)")),
    ("SEARCH TEXT over 10,000 messages", MESSAGES, lambda imap: measure(imap, b'SEARCH TEXT "Needle in"')),
    ("SORT (SUBJECT) of 10,000 messages", MESSAGES, lambda imap: measure(imap, b"SORT (SUBJECT) UTF-8 ALL")),
    ("THREAD of 10,000 messages", MESSAGES, lambda imap: measure(imap, b"THREAD REFERENCES UTF-8 ALL")),
    ("FETCH of 10,000 messages whole", MESSAGES, lambda imap: measure(imap, b"FETCH 1:* BODY.PEEK[]")),
    ("APPEND of 1,000 messages", APPENDED, append),
)


def main():
    if os.geteuid() != 0:
        print("bench-imap: Dovecot's mailboxes need root")
        return 0
    with tempfile.TemporaryDirectory() as folder, Dovecot({"bob": "secret"}) as dovecot:
        scenario = pathlib.Path(folder) / "scenario.ini"
        scenario.write_text(SCENARIO)
        serve = subprocess.Popen([sys.argv[1], "serve", str(scenario), "--port-base", "0"],
                                 stdout=subprocess.PIPE)
        try:
            port = int(serve.stdout.readline().split()[-1])
            serve.stdout.readline()
            both = [Imap(port).login("bob", "secret"), Imap(dovecot.imap).login("bob", "secret")]
            for imap in both:
                fill(imap)
                imap.ok("CREATE Sent")
                imap.ok("SELECT INBOX")
            for name, n, deed in MEASURES:
                report(name, n, [[deed(imap) for imap in both] for _ in range(ROUNDS)])
        finally:
            serve.terminate()
            serve.wait(60)
    return 0


def report(name, n, rounds):
    """The first time, when nothing has been worked out yet, and the median of those after it."""
    first = rounds[0]
    ratios = sorted(theirs[0] / ours[0] for ours, theirs in rounds[1:])
    ours, theirs = (sorted(pair[i][0] for pair in rounds[1:])[len(ratios) // 2] for i in (0, 1))
    print(f"{name:36}{n / ours:10.0f}/s; Dovecot {n / theirs:9.0f}/s; {ratios[len(ratios) // 2]:7.2f} times "
          f"(first time {first[1][0] / first[0][0]:.2f})")


if __name__ == "__main__":
    sys.exit(main())
