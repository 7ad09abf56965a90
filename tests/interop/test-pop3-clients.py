#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real mail programs fetch by POP3 from `postroad serve`: what they get, what they leave, and what its
recording says of them."""
import contextlib
import hashlib
import os
import pathlib
import poplib
import re
import smtplib
import ssl
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from serving import serving, without_trace_fields  # noqa: E402
from tap import main, need  # noqa: E402

SCENARIO = """\
[Scenario]
Title=Fetching
Seed=11

[Host mail.example]
Roles=MSA;MTA;MDA;MS
Address=192.0.2.25
Domains=mail.example
Users=bob:builder
Services=smtp;pop3;pop3s
"""
# Without a certificate passwords may be shown; with one of its own, in TLS alone.
CLEAR = SCENARIO + "Certificate=none\n"
SECURE = SCENARIO + "Certificate=good\n"
APOP = CLEAR.replace("pop3;pop3s", "pop3") + "Apop=true\nMechanisms=none\n"

USER = "bob:builder"


def letter(number, text=b"hello"):
    return (b"From: alice@mail.example\r\nTo: bob@mail.example\r\nSubject: letter %d\r\n"
            b"Date: Tue, 24 Nov 2026 08:00:00 +0000\r\nMessage-ID: <%d@mail.example>\r\n\r\n"
            b".\r\n..dots\r\n%s\r\n" % (number, number, text))


def send(server, *messages, options=()):
    with smtplib.SMTP("127.0.0.1", server.ports["smtp"], timeout=60) as client:
        for message in messages:
            client.sendmail("alice@mail.example", ["bob@mail.example"], message, list(options))


@contextlib.contextmanager
def serving_letters(scenario, n=2):
    """A server whose mailbox of bob has letters 1 to n."""
    with serving(scenario, "--ca", "ca.pem") as server:
        send(server, *[letter(i + 1) for i in range(n)])
        server.mailbox("bob", "builder", n)
        yield server


def curl(server, what, *options, service="pop3", user=USER, status=0):
    arguments = ["curl", "-sS", "--max-time", "50", f"{service}://localhost:{server.ports[service]}/{what}"]
    if user:
        arguments += ["--user", user]
    done = subprocess.run(arguments + list(options), capture_output=True, timeout=60)
    assert done.returncode == status, (arguments, options, done)
    return done.stdout


def commands(record):
    """The verbs that clients said by POP3, and what was in TLS of them."""
    return [(event["verb"], event["tls"]) for event in record.units()
            if event["protocol"] == "pop3" and event["unit"] == "command"]


# curl


def test_curl_lists_and_fetches():
    need("curl")
    with serving_letters(CLEAR) as server:
        sizes = curl(server, "").split(b"\r\n")
        assert [line.split()[0] for line in sizes[:2]] == [b"1", b"2"], sizes
        message = curl(server, "1")
        assert without_trace_fields(message) == letter(1), message
        assert len(message) == int(sizes[0].split()[1])
        assert curl(server, "", "-X", "UIDL").split() == [b"1", b"00000001", b"2", b"00000002"]
        assert b"letter 2" in curl(server, "", "-X", "TOP 2 0")
        curl(server, "9", status=8)  # -ERR is a weird reply to curl


def test_curl_deletes():
    need("curl")
    with serving_letters(CLEAR) as server:
        curl(server, "1", "-X", "DELE", "--head")
        assert [b"letter 2" in message for message in server.mailbox("bob", "builder", 1)] == [True]
    assert server.record.note("removed")["uids"] == "1"


def test_curl_logs_in_by_each_mechanism():
    need("curl")
    ways = ["PLAIN", "LOGIN", "CRAM-MD5"]
    with serving_letters(CLEAR) as server:
        for way in ways:
            message = curl(server, "2", "--login-options", f"AUTH={way}")
            assert without_trace_fields(message) == letter(2), message
            curl(server, "2", "--login-options", f"AUTH={way}", "--sasl-ir")
        curl(server, "2", "--login-options", "AUTH=PLAIN", user="bob:wrong", status=67)
    found = [note["mechanism"] for note in server.record.notes("login")]
    assert [found.count(way) for way in ways][:2] == [2, 2], found
    assert server.record.note("auth-failed")["user"] == "bob"
    for event in server.record.units():
        if event["unit"] == "sasl" and event["protocol"] == "pop3":
            assert "secret" in event["flags"]


def test_curl_in_tls():
    need("curl")
    with serving_letters(SECURE) as server:
        trusted = ("--cacert", server.ca)
        assert without_trace_fields(curl(server, "1", "--ssl-reqd", *trusted)) == letter(1)
        assert without_trace_fields(curl(server, "1", *trusted, service="pop3s")) == letter(1)
        curl(server, "1", "--ssl-reqd", status=60)  # without the authority it trusts nobody
        curl(server, "1", "--login-options", "AUTH=PLAIN", status=67)
        curl(server, "1", "--login-options", "AUTH=CRAM-MD5")
    assert all(tls for verb, tls in commands(server.record) if verb in ("USER", "PASS"))


def test_curl_by_apop():
    need("curl")
    with serving_letters(APOP) as server:
        assert without_trace_fields(curl(server, "2")) == letter(2)
        curl(server, "2", user="bob:wrong", status=67)
    assert {note["mechanism"] for note in server.record.notes("login")} == {"APOP"}
    assert "PASS" not in [verb for verb, _ in commands(server.record)]


# poplib


def test_poplib_does_all_it_can():
    with serving_letters(SECURE, 3) as server:
        pop = poplib.POP3("127.0.0.1", server.ports["pop3"], timeout=60)
        clear = pop.capa()
        assert "STLS" in clear and "USER" not in clear and "PLAIN" not in clear["SASL"], clear
        try:
            pop.user("bob")
            raise AssertionError("a password was taken in clear")
        except poplib.error_proto as error:
            assert b"-ERR [AUTH]" in error.args[0]
        pop.stls(ssl._create_unverified_context())
        secured = pop.capa()
        assert "STLS" not in secured and "USER" in secured and "PLAIN" in secured["SASL"]
        assert secured["EXPIRE"] == ["NEVER"] and secured["UTF8"] == ["USER"]
        assert pop.utf8().startswith(b"+OK")
        pop.user("bob")
        pop.pass_("builder")
        n, octets = pop.stat()
        listed = [line.split() for line in pop.list()[1]]
        assert n == 3 and sum(int(size) for _, size in listed) == octets
        assert pop.uidl()[1] == [b"1 00000001", b"2 00000002", b"3 00000003"]
        assert pop.uidl(2) == b"+OK 2 00000002" and pop.list(2).split()[1] == b"2"
        top = pop.top(1, 1)[1]
        assert top[-1] == b"." and top[-2] == b"", top
        pop.dele(1)
        pop.rset()
        pop.noop()
        assert pop.stat()[0] == 3
        pop.dele(2)
        try:
            pop.retr(2)
            raise AssertionError("a deleted message was given")
        except poplib.error_proto:
            pass
        # Another session has to wait.
        other = poplib.POP3_SSL("127.0.0.1", server.ports["pop3s"], timeout=60,
                                context=ssl._create_unverified_context())
        other.user("bob")
        try:
            other.pass_("builder")
            raise AssertionError("two sessions have one maildrop")
        except poplib.error_proto as error:
            assert b"[IN-USE]" in error.args[0]
        pop.quit()
        other.user("bob")
        other.pass_("builder")
        assert other.uidl()[1] == [b"1 00000001", b"2 00000003"]
        other.quit()
    assert server.record.note("mailbox-in-use")["user"] == "bob"


def test_poplib_by_apop():
    with serving(APOP) as server:
        pop = poplib.POP3("127.0.0.1", server.ports["pop3"], timeout=60)
        assert re.search(rb"<[^ ]+@mail\.example>", pop.getwelcome())
        timestamp = re.search(rb"<.*>", pop.getwelcome())[0]
        pop.apop("bob", "builder")
        pop.quit()
        again = poplib.POP3("127.0.0.1", server.ports["pop3"], timeout=60)
        digest = hashlib.md5(timestamp + b"builder").hexdigest()
        try:  # the digest of another session
            again._shortcmd(f"APOP bob {digest}")
            raise AssertionError("a digest was good twice")
        except poplib.error_proto as error:
            assert b"-ERR [AUTH]" in error.args[0]
        again.close()
    assert server.record.note("login")["mechanism"] == "APOP"


def test_internationalized_mail_waits_for_who_can_read_it():
    message = ("From: alice@mail.example\r\nTo: bob@mail.example\r\nSubject: gr\u00fc\u00dfe\r\n\r\n"
               "hallo\r\n").encode()
    with serving(CLEAR) as server:
        send(server, message, options=["SMTPUTF8", "BODY=8BITMIME"])
        assert without_trace_fields(server.mailbox("bob", "builder", 1)[0]).endswith(message)
        pop = poplib.POP3("127.0.0.1", server.ports["pop3"], timeout=60)
        pop.user("bob")
        pop.pass_("builder")
        for get in (lambda: pop.retr(1), lambda: pop.top(1, 0)):
            try:
                get()
                raise AssertionError("UTF-8 went to a client that did not ask for it")
            except poplib.error_proto as error:
                assert b"-ERR [UTF8]" in error.args[0]
        pop.quit()


def test_login_delay():
    with serving(CLEAR + "LoginDelay=3600\n") as server:
        for is_first in (True, False):
            pop = poplib.POP3("127.0.0.1", server.ports["pop3"], timeout=60)
            assert pop.capa()["LOGIN-DELAY"] == ["3600"]
            pop.user("bob")
            try:
                pop.pass_("builder")
                assert is_first
                pop.quit()
            except poplib.error_proto as error:
                assert not is_first and b"[LOGIN-DELAY]" in error.args[0]
                pop.close()
    assert server.record.note("login-delay")["user"] == "bob"


# fetchmail


@contextlib.contextmanager
def fetchmail(server, poll, options, protocol="pop3"):
    """Runs fetchmail as often as it is called; what it delivers is a file each."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        got = folder / "got"
        got.mkdir()
        mda = folder / "mda"
        mda.write_text(f"#!/bin/sh\nexec cat > $(mktemp {got}/XXXXXX)\n", encoding="utf-8")
        mda.chmod(0o700)
        config = folder / "rc"
        config.write_text(
            f'poll localhost service {server.ports["pop3"]} protocol {protocol} {poll}\n'
            f'  user "bob" password "builder" {options} mda "{mda}"\n', encoding="utf-8")
        config.chmod(0o600)

        def fetch(status=0):
            done = subprocess.run(
                ["fetchmail", "--nodetach", "--nosyslog", "-v", "-f", str(config), "--pidfile",
                 str(folder / "pid"), "-i", str(folder / "ids")],
                capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
                env=dict(os.environ, HOME=str(folder), FETCHMAILHOME=str(folder)))
            assert done.returncode == status, done.stdout.decode() + done.stderr.decode()
            return sorted(file.read_bytes() for file in got.iterdir())

        yield fetch


def subjects(messages):
    return sorted(re.search(rb"^Subject: (.*?)\r?$", message, re.M)[1].decode() for message in messages)


def test_fetchmail_takes_and_removes():
    need("fetchmail")
    with serving_letters(CLEAR, 3) as server:
        with fetchmail(server, "auth password", "no sslcertck sslproto '' nokeep fetchall") as fetch:
            assert subjects(fetch()) == ["letter 1", "letter 2", "letter 3"]
            assert len(fetch(status=1)) == 3  # no mail
        server.mailbox("bob", "builder", 0)
    assert server.record.note("removed")["left"] == "0"


def test_fetchmail_keeps_and_knows_by_uidl():
    need("fetchmail")
    with serving_letters(CLEAR, 2) as server:
        with fetchmail(server, "uidl auth password", "no sslcertck sslproto '' keep") as fetch:
            assert subjects(fetch()) == ["letter 1", "letter 2"]
            assert len(fetch(status=1)) == 2  # none that is new
            send(server, letter(3))
            server.mailbox("bob", "builder", 3)
            assert subjects(fetch()) == ["letter 1", "letter 2", "letter 3"]
        assert len(server.mailbox("bob", "builder", 3)) == 3
    assert not server.record.notes("removed")


def test_fetchmail_starts_tls():
    need("fetchmail")
    with serving_letters(SECURE, 1) as server:
        options = f"sslproto 'auto' sslcertck sslcertfile '{server.ca}' nokeep"
        with fetchmail(server, "auth password", options) as fetch:
            assert subjects(fetch()) == ["letter 1"]
    assert "STLS" in [verb for verb, _ in commands(server.record)]
    assert all(tls for verb, tls in commands(server.record) if verb in ("USER", "PASS"))


def test_fetchmail_by_cram_md5():
    need("fetchmail")
    with serving_letters(SECURE, 1) as server:
        with fetchmail(server, "auth cram-md5", "no sslcertck sslproto '' nokeep") as fetch:
            assert subjects(fetch()) == ["letter 1"]
    assert server.record.note("removed")["left"] == "0"
    assert "USER" not in [verb for verb, _ in commands(server.record)]


def test_fetchmail_by_apop():
    need("fetchmail")
    with serving_letters(APOP, 1) as server:
        with fetchmail(server, "", "no sslcertck sslproto '' nokeep", "apop") as fetch:
            assert subjects(fetch()) == ["letter 1"]
    assert {note["mechanism"] for note in server.record.notes("login")} == {"APOP"}
    assert server.record.note("removed")["left"] == "0"


if __name__ == "__main__":
    main(globals())
