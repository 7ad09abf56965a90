#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real mail programs on 127.0.0.1 talk to the simulated hosts of lesson 2."""
import contextlib
import pathlib
import poplib
import re
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from serving import serving, without_trace_fields  # noqa: E402
from tap import TOP, main, need, run  # noqa: E402

LETTER = TOP / "lessons/02-five-steps-four-computers/scenario.ini"
MESSAGE = (b"From: alice@sender.example\r\nTo: bob@recipient.example\r\nSubject: dots\r\n"
           b"Date: Tue, 24 Nov 2026 08:00:00 +0000\r\nMessage-ID: <dots@sender.example>\r\n\r\n"
           b".\r\n..two\r\n.one\r\nend, with 8 bits: gr\xc3\xbc\xc3\x9fe\r\n")


def check_causes(record):
    """What a host decides comes after the command it decides on, and says so."""
    events = {}
    for event in record.events:
        events[event["id"]] = event
        cause = events.get(event["cause"])
        if event["kind"] == "note" and event["unit"] == "login":
            assert cause["verb"] == "PASS", (event, cause)
        if event["kind"] == "message" and event["unit"] == "submitted":
            assert cause["unit"] == "data", (event, cause)
        if event["kind"] == "message" and event["unit"] == "retrieved" and "client" in event["to"]:
            assert cause["verb"] == "RETR", (event, cause)


@contextlib.contextmanager
def serving_letter(how=signal.SIGTERM):
    """The hosts of lesson 2: mail for bob goes from one to the other."""
    with serving(LETTER.read_text(encoding="utf-8"), how=how) as server:
        yield server
    assert b"2 Submission" in server.story
    check_causes(server.record)


def wait_for_mail(server, n_messages):
    return server.mailbox("bob", "builder", n_messages, "mail.recipient.example")


def test_curl_sends_and_every_byte_comes_back():
    need("curl")
    with serving_letter() as server, tempfile.NamedTemporaryFile() as file:
        file.write(MESSAGE)
        file.flush()
        subprocess.run(["curl", "-sS", "--url", f"smtp://127.0.0.1:{server.port('smtp', 'mail.sender.example')}",
                        "--mail-from", "alice@sender.example",
                        "--mail-rcpt", "bob@recipient.example", "--upload-file", file.name],
                       check=True, timeout=60)
        for message in wait_for_mail(server, 1):
            assert message.startswith(b"Return-Path: <alice@sender.example>\r\nReceived: ")
            assert without_trace_fields(message) == MESSAGE, message
        port = server.port("pop3", "mail.recipient.example")
        fetched = subprocess.run(["curl", "-sS", f"pop3://bob:builder@127.0.0.1:{port}/1"],
                                 check=True, capture_output=True, timeout=60).stdout
        assert without_trace_fields(fetched) == MESSAGE


def test_swaks_sends():
    need("swaks")
    with serving_letter(signal.SIGINT) as server:
        done = subprocess.run(
            ["swaks", "--server", "127.0.0.1", "--port", str(server.port("smtp", "mail.sender.example")),
             "--from", "alice@sender.example", "--to", "bob@recipient.example",
             "--header", "Subject: by swaks", "--body", "hello"],
            capture_output=True, timeout=60)
        assert done.returncode == 0, done.stdout.decode()
        message = wait_for_mail(server, 1)[0]
        assert b"Subject: by swaks\r\n" in message and message.count(b"\r\nReceived: ") == 2
    times = [event["time"] for event in server.record.events]
    assert times == sorted(times), "the recording is not in the order of time"


def test_who_is_unknown_or_not_ours_is_refused():
    with serving_letter() as server:
        client = smtplib.SMTP("127.0.0.1", server.port("smtp", "mail.recipient.example"))
        client.ehlo("client.example")
        client.mail("alice@sender.example")
        assert client.rcpt("nobody@recipient.example")[0] == 550
        assert client.rcpt("bob@recipient.example")[0] == 250
        client.rset()
        assert client.docmd("RCPT", "TO:<bob@recipient.example>")[0] == 503
        client.sendmail("alice@sender.example", ["bob@recipient.example"], MESSAGE, ["BODY=8BITMIME"])
        client.quit()
        pop = poplib.POP3("127.0.0.1", server.port("pop3", "mail.recipient.example"))
        pop.user("bob")
        try:
            pop.pass_("wrong")
            raise AssertionError("a wrong password was accepted")
        except poplib.error_proto:
            pass
        pop.close()
        wait_for_mail(server, 1)


def test_pop3_deletes_only_at_quit():
    with serving_letter() as server:
        client = smtplib.SMTP("127.0.0.1", server.port("smtp", "mail.sender.example"))
        client.sendmail("alice@sender.example", ["bob@recipient.example"], MESSAGE, ["BODY=8BITMIME"])
        client.quit()
        wait_for_mail(server, 1)
        port = server.port("pop3", "mail.recipient.example")
        for ends_well, left in ((False, 1), (True, 0)):
            pop = poplib.POP3("127.0.0.1", port)
            pop.user("bob")
            pop.pass_("builder")
            pop.dele(1)
            if ends_well:
                pop.quit()
            else:
                pop.close()
            time.sleep(0.2)
            pop = poplib.POP3("127.0.0.1", port)
            pop.user("bob")
            pop.pass_("builder")
            assert pop.stat()[0] == left
            pop.quit()


def test_a_hundred_clients_at_once_are_served():
    failures = []

    def send(server, number):
        try:
            client = smtplib.SMTP("127.0.0.1", server.port("smtp", "mail.sender.example"), timeout=60)
            client.ehlo("client.example")
            ready.wait(timeout=60)
            client.sendmail("alice@sender.example", ["bob@recipient.example"],
                            b"Subject: %d\r\n\r\nbody\r\n" % number)
            client.quit()
        except Exception as error:
            failures.append(error)

    ready = threading.Barrier(100)
    with serving_letter() as server:
        threads = [threading.Thread(target=send, args=(server, i)) for i in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures, failures[:3]
        subjects = {re.search(rb"Subject: (\d+)", m)[1] for m in wait_for_mail(server, 100)}
        assert len(subjects) == 100


def exchange(port, data, end=True):
    """Sends bytes to a server and returns all it says."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(data)
        if end:
            connection.shutdown(socket.SHUT_WR)
        said = b""
        while chunk := connection.recv(65536):
            said += chunk
        return said


def test_hostile_clients_get_the_right_reply_and_harm_nobody():
    with serving_letter() as server:
        smtp = server.port("smtp", "mail.sender.example")
        pop3 = server.port("pop3", "mail.recipient.example")
        bystander = smtplib.SMTP("127.0.0.1", smtp)
        said = exchange(smtp, b"x" * (10 << 20) + b"\r\nQUIT\r\n")
        assert b"\r\n500 " in said and b"\r\n221 " in said, said
        said = exchange(pop3, b"x" * (10 << 20) + b"\r\nQUIT\r\n")
        assert b"\r\n-ERR" in said and said.count(b"+OK") == 2, said
        said = exchange(smtp, b"\0\0\0\r\nHELO \0\r\nMAIL FROM:<\0@a.example>\r\nQUIT\r\n")
        assert re.findall(rb"^(\d+)", said, re.M) == [b"220", b"500", b"501", b"503", b"221"], said
        said = exchange(smtp, b"EHLO a\r\n" + b"JUNK\r\n" * 100)
        assert b"\r\n421 " in said, said
        # A client that goes away in the middle of its data leaves no message.
        exchange(smtp, b"EHLO a.example\r\nMAIL FROM:<alice@sender.example>\r\n"
                       b"RCPT TO:<bob@recipient.example>\r\nDATA\r\nSubject: half\r\n")
        bystander.sendmail("alice@sender.example", ["bob@recipient.example"], b"Subject: whole\r\n\r\n")
        bystander.quit()
        assert [b"whole" in message for message in wait_for_mail(server, 1)] == [True]


def test_a_port_that_is_taken_and_a_bad_address_are_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        base = taken.getsockname()[1] - 25
        if 0 < base <= 64000:
            assert "can't listen" in run("serve", LETTER, "--port-base", base, status=1)[1]
    assert "no IP address" in run("serve", LETTER, "--listen", "here", status=2)[1]
    run("serve", LETTER, "--port-base", "many", status=2)
    run("serve", LETTER, "--record", "/nowhere/at/all", status=1)
    run("serve", LETTER, "--port-base", "0", "--for", "0.1")


if __name__ == "__main__":
    main(globals())
