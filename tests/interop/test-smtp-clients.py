#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real mail clients and a real relay hand mail to `postroad serve`: what they say of it, and what its
recording says of them."""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from serving import serving  # noqa: E402
from tap import main, need  # noqa: E402

ALICE = "alice@sender.example"
BOB = "bob@sender.example"

SCENARIO = """\
[Scenario]
Title=Clients
Seed=7

[Host mail.sender.example]
Roles=MSA;MTA;MDA;MS
Address=192.0.2.25
Domains=sender.example
Users=alice:wonderland;bob:builder
Services=smtp;submission;submissions;pop3
"""
# Without a certificate users show who they are in clear, too.
CLEAR = SCENARIO + "Certificate=none\n"

def client(*arguments, status=0, stdin=b"", timeout=60):
    """Runs a client; its verdict is its exit status. Returns what it said."""
    done = subprocess.run([str(argument) for argument in arguments], input=stdin, timeout=timeout,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = done.stdout.decode("utf-8", "replace")
    assert done.returncode == status, f"{arguments}: status {done.returncode}\n{said[-3000:]}"
    return said


def swaks(server, service, *options, to=BOB, status=0):
    return client("swaks", "--server", "127.0.0.1", "--port", server.ports[service], "--ehlo", "pc.example",
                  "--from", ALICE, "--to", to, "--header", "Subject: by swaks", *options, status=status)


def received(message):
    """The first Received field, unfolded."""
    fields = message.split(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n")
    return next(field.decode() for field in fields if field.startswith(b"Received:"))


def test_swaks_plain_and_pipelined():
    need("swaks")
    with serving(CLEAR) as server:
        said = swaks(server, "smtp")
        assert "<** " not in said and "250 " in said, said
        said = swaks(server, "smtp", "--pipeline")
        assert "PIPELINING" in said, said
        for message in server.mailbox("bob", "builder", 2):
            assert b"Subject: by swaks\r\n" in message
            assert "with ESMTP id" in received(message), received(message)
    record = server.record
    assert len(record.commands("MAIL")) == 2 and len(record.notes("queued")) == 2
    assert record.notes("queued")[0]["sender"] == f"<{ALICE}>"
    assert not record.notes("tolerated"), record.notes("tolerated")


def test_swaks_is_told_who_is_unknown():
    need("swaks")
    with serving(CLEAR) as server:
        said = swaks(server, "smtp", to="dora@sender.example", status=24)
        assert "550" in said, said
    note = server.record.note("user-unknown")
    assert note["recipient"] == "dora@sender.example" and note["code"] == "550 5.1.1", note
    assert note["client"] == "127.0.0.1" and note["name"] == "pc.example", note
    assert not server.record.notes("queued")


def test_swaks_is_not_a_relay_where_nobody_is_trusted():
    need("swaks")
    with serving(CLEAR + "Trusts=none\n") as server:
        swaks(server, "smtp", to="carol@recipient.example", status=24)
        swaks(server, "smtp")
        server.mailbox("bob", "builder", 1)
    assert server.record.note("relay-denied")["recipient"] == "carol@recipient.example"


def test_smtp_source_loses_nothing():
    need("smtp-source")
    with serving(CLEAR) as server:
        client("smtp-source", "-s", 50, "-m", 1000, "-l", 1000, "-f", ALICE, "-t", BOB, "-S", "many",
               f"inet:127.0.0.1:{server.ports['smtp']}", timeout=120)
        messages = server.mailbox("bob", "builder", 1000)
        assert all(b"Subject: many\r\n" in message for message in messages)
        assert len({received(message) for message in messages}) == 1000
    record = server.record
    assert len(record.notes("queued")) == 1000 and record.kinds().count("delivered") == 1000
    assert not record.notes("session-lost")


if __name__ == "__main__":
    main(globals())
