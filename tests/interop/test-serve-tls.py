#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real programs, and hostile ones, talk to simulated hosts in TLS, on 127.0.0.1."""
import contextlib
import pathlib
import poplib
import re
import signal
import smtplib
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from pcap import (get_bytes, is_packet, is_record, packets_of_records, read_trace,
                  write_pcap)  # noqa: E402
from tap import POSTROAD, Skip, main, need, run  # noqa: E402

SCENARIO = """\
[Scenario]
Title=Locked

[Host mail.example]
Roles=MSA;MTA;MDA;MS
Address=203.0.113.25
Domains=mail.example
Users=bob:builder;alice:wonder
Services=smtp;submission;pop3
{more}

[Host old.example]
Roles=MTA;MDA;MS
Address=203.0.113.26
Domains=old.example
Users=bob:builder
Services=pop3
Certificate=expired

[Host open.example]
Roles=MTA;MDA;MS
Address=203.0.113.27
Domains=open.example
Users=bob:builder
Services=pop3
Certificate=none

[Link mail.example old.example]
[Link mail.example open.example]
"""
MESSAGE = b"From: alice@mail.example\r\nTo: bob@mail.example\r\nSubject: locked\r\n\r\n..dots\r\n.\r\nend\r\n"
VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}


class Server:
    def __init__(self, folder, more=""):
        self.folder = pathlib.Path(folder)
        scenario = self.folder / "scenario.ini"
        scenario.write_text(SCENARIO.format(more=more))
        self.record, self.ca, self.key_log = (self.folder / name for name in
                                              ("record.jsonl", "ca.pem", "keys.log"))
        self.process = subprocess.Popen(
            [POSTROAD, "serve", str(scenario), "--port-base", "0", "--for", "200", "--record",
             str(self.record), "--ca", str(self.ca), "--keylog", str(self.key_log)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.ports = {}
        for line in self.process.stdout:
            words = line.decode().split()
            if words == ["ready"]:
                break
            self.ports[words[1], words[2]] = int(words[4])
        else:
            raise AssertionError(self.process.communicate()[1].decode())

    def port(self, service, host="mail.example"):
        return self.ports[service, host]

    def context(self, version=None):
        context = ssl.create_default_context(cafile=str(self.ca))
        if version is not None:
            context.minimum_version = context.maximum_version = VERSIONS[version]
        return context

    def memory(self):
        for line in open(f"/proc/{self.process.pid}/status", encoding="ascii"):
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no VmRSS")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        _, error = self.process.communicate(timeout=90)
        assert self.process.returncode == 0, error.decode()[-3000:]
        assert b"Sanitizer" not in error and b"runtime error" not in error, error.decode()[-3000:]


@contextlib.contextmanager
def serving(more=""):
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, more)
        try:
            yield server
        finally:
            if server.process.poll() is None and sys.exc_info()[0] is not None:
                server.process.kill()
                server.process.communicate()
        if server.process.poll() is None:
            server.stop()
        # What was recorded can be read again.
        run("read", server.record, "--level", "packets", "--format", "jsonl")


def fetch(server, context, host="mail.example"):
    pop = poplib.POP3_SSL("127.0.0.1", server.port("pop3s", host), context=context, timeout=30)
    pop.user("bob")
    pop.pass_("builder")
    found = [b"\r\n".join(pop.retr(i + 1)[1]) + b"\r\n" for i in range(pop.stat()[0])]
    pop.quit()
    return found


def submit(server, context):
    with smtplib.SMTP_SSL("127.0.0.1", server.port("submissions"), context=context,
                          timeout=30) as client:
        client.ehlo("client.example")
        if "auth" in client.esmtp_features:
            client.login("alice", "wonder")
        client.sendmail("alice@mail.example", ["bob@mail.example"], MESSAGE)


def wait_for_mail(server, context, n_messages):
    for _ in range(100):
        found = fetch(server, context)
        if len(found) >= n_messages:
            return found
        time.sleep(0.1)
    raise AssertionError(f"never {n_messages} messages")


def units(events, connection):
    return [event for event in events if event["kind"] == "unit" and event["connection"] == connection]


def connection_of(header, events, service_port):
    """The last connection to a port."""
    return max(c["id"] for c in header["connections"] if c["server_port"] == service_port)


def test_a_letter_goes_in_and_out_in_tls():
    with serving() as server:
        for n_messages, version in enumerate(VERSIONS, 1):
            context = server.context(version)
            submit(server, context)
            for message in wait_for_mail(server, context, n_messages):
                assert message.endswith(MESSAGE[MESSAGE.index(b"Subject"):]), message
        server.stop()
        header, events = read_trace(server.record)
        by_id = {event["id"]: event for event in events}
        said = units(events, connection_of(header, events, server.port("submissions")))
        assert said and all(event["tls"] for event in said)
        # The dialogue's causes are of the dialogue.
        assert all(by_id[event["cause"]]["kind"] != "packet" for event in said)
        records = [event for event in events if is_record(event)]
        assert all(get_bytes(event)[0] in (20, 21, 22, 23) for event in records)


def test_names_and_certificates_are_checked():
    with serving() as server:
        context = server.context()
        for name in ("localhost", "127.0.0.1", "mail.example", "203.0.113.25"):
            with socket.create_connection(("127.0.0.1", server.port("pop3s")), timeout=30) as plain:
                with context.wrap_socket(plain, server_hostname=name) as tls:
                    assert tls.recv(3) == b"+OK"
        with socket.create_connection(("127.0.0.1", server.port("pop3s")), timeout=30) as plain:
            try:
                context.wrap_socket(plain, server_hostname="mx.example")
                raise AssertionError("a wrong name was accepted")
            except ssl.SSLCertVerificationError as error:
                assert "mismatch" in str(error), error
        try:
            fetch(server, context, "old.example")
            raise AssertionError("an expired certificate was accepted")
        except ssl.SSLCertVerificationError as error:
            assert "expired" in str(error), error
        assert ("pop3s", "open.example") not in server.ports
        server.stop()
        _, events = read_trace(server.record)
        # Why clients gave up is known where a session minds.
        assert all(event["unit"] != "tls-unavailable" for event in events)


def test_starttls():
    with serving() as server:
        with smtplib.SMTP("127.0.0.1", server.port("smtp"), timeout=30) as client:
            client.ehlo("client.example")
            if "starttls" not in client.esmtp_features:
                raise Skip("the engine does not offer it")
            client.starttls(context=server.context())
            client.ehlo("client.example")
            assert "starttls" not in client.esmtp_features
            client.sendmail("alice@mail.example", ["bob@mail.example"], MESSAGE)
        wait_for_mail(server, server.context(), 1)
        # An attacker's command behind STARTTLS is not carried out.
        with socket.create_connection(("127.0.0.1", server.port("smtp")), timeout=30) as plain:
            assert plain.recv(1000).startswith(b"220 ")
            plain.sendall(b"EHLO client.example\r\n")
            while not re.search(rb"^250 ", answer := plain.recv(1000), re.M):
                assert answer
            plain.sendall(b"STARTTLS\r\nMAIL FROM:<mallory@mail.example>\r\n")
            assert re.fullmatch(rb"220 [^\r\n]*\r\n", plain.recv(1000))
            with server.context().wrap_socket(plain, server_hostname="mail.example") as tls:
                tls.sendall(b"EHLO client.example\r\nRCPT TO:<bob@mail.example>\r\nQUIT\r\n")
                answers = b""
                while data := tls.recv(1000):
                    answers += data
        assert b"\r\n503 " in answers and answers.endswith(b"\r\n") and b"221 " in answers, answers


def test_stls():
    with serving() as server:
        pop = poplib.POP3("127.0.0.1", server.port("pop3"), timeout=30)
        assert "STLS" in pop.capa()
        pop.stls(server.context())
        assert "STLS" not in pop.capa()
        pop.user("bob")
        pop.pass_("builder")
        pop.quit()
        # A login behind STLS is not carried out.
        with socket.create_connection(("127.0.0.1", server.port("pop3")), timeout=30) as plain:
            assert plain.recv(1000).startswith(b"+OK")
            plain.sendall(b"STLS\r\nUSER bob\r\nPASS builder\r\n")
            assert re.fullmatch(rb"\+OK [^\r\n]*\r\n", plain.recv(1000))
            with server.context().wrap_socket(plain, server_hostname="mail.example") as tls:
                tls.sendall(b"STAT\r\n")
                assert tls.recv(1000).startswith(b"-ERR STAT may not be given")
        assert "STLS" not in poplib.POP3("127.0.0.1", server.port("pop3", "open.example"),
                                         timeout=30).capa()


def test_curl():
    need("curl")
    with serving() as server, tempfile.NamedTemporaryFile() as file:
        file.write(MESSAGE)
        file.flush()
        subprocess.run(["curl", "-sS", "--cacert", server.ca,
                        "--url", f"smtps://localhost:{server.port('submissions')}",
                        "--user", "alice:wonder", "--mail-from", "alice@mail.example",
                        "--mail-rcpt", "bob@mail.example", "--upload-file", file.name],
                       check=True, timeout=60)
        wait_for_mail(server, server.context(), 1)
        fetched = subprocess.run(
            ["curl", "-sS", "--cacert", server.ca,
             f"pop3s://bob:builder@localhost:{server.port('pop3s')}/1"],
            check=True, capture_output=True, timeout=60).stdout
        assert fetched.endswith(MESSAGE[MESSAGE.index(b"Subject"):]), fetched
        # Without the authority curl trusts nobody.
        done = subprocess.run(["curl", "-sS", f"pop3s://localhost:{server.port('pop3s')}/"],
                              capture_output=True, timeout=60)
        assert done.returncode == 60, done


def test_swaks():
    need("swaks")
    with serving() as server:
        done = subprocess.run(
            ["swaks", "--server", "127.0.0.1", "--port", str(server.port("submissions")),
             "--tls-on-connect", "--tls-verify", "--tls-ca-path", str(server.ca),
             "--auth-user", "alice", "--auth-password", "wonder", "--auth-optional",
             "--from", "alice@mail.example", "--to", "bob@mail.example", "--body", "by swaks"],
            capture_output=True, timeout=60)
        assert done.returncode == 0, (done.stdout + done.stderr).decode()
        assert b"TLS started with cipher" in done.stdout, done.stdout.decode()
        assert b"by swaks" in wait_for_mail(server, server.context(), 1)[0]


def tshark(capture, keys, port, protocol, *fields):
    done = subprocess.run(
        ["tshark", "-r", str(capture), "-o", f"tls.keylog_file:{keys}", "-d", f"tcp.port=={port},tls",
         "-d", f"tls.port=={port},{protocol}", "-Y", protocol, "-T", "fields",
         *[word for field in fields for word in ("-e", field)]],
        capture_output=True, timeout=120)
    return done.stdout.decode()


def test_wireshark_reads_the_records_with_the_key_log():
    need("tshark")
    for version in VERSIONS:
        with serving() as server:
            fetch(server, server.context(version))
            server.stop()
            port = server.port("pop3s")
            header, events = read_trace(server.record)
            capture = server.folder / "records.pcap"
            write_pcap(capture, packets_of_records(header, events,
                                                   connection_of(header, events, port)))
            told = tshark(capture, server.key_log, port, "pop", "pop.request.command",
                          "pop.response.indicator")
            assert re.sub(r"\s+", " ", told) == " +OK USER +OK PASS +OK STAT +OK QUIT +OK ", told
            assert "USER" not in tshark(capture, "/dev/null", port, "pop", "pop.request.command")


RELAY = """\
[Scenario]
Title=Locked on the way
Seed=3

[Host pc]
Roles=MUA
Address=192.0.2.10
Resolver=ns.example

[Host out.example]
Roles=MSA;MTA
Address=192.0.2.25
Resolver=ns.example
Domains=sender.example
Users=alice:wonder
Services=smtp;submission
Certificate=good

[Host in.example]
Roles=MTA;MDA;MS
Address=203.0.113.25
Resolver=ns.example
Domains=recipient.example
Users=bob:builder
Services=smtp;pop3
Certificate=good

[Host ns.example]
Roles=DNS
Address=198.51.100.53

[Link pc out.example]
LatencyMs=5
[Link out.example in.example]
LatencyMs=20
[Link out.example ns.example]
[Link in.example ns.example]
[Link pc ns.example]

[Zone sender.example]
Server=ns.example
MX=10 out.example
[Zone recipient.example]
Server=ns.example
MX=10 in.example
[Zone example]
Server=ns.example
A out=192.0.2.25
A in=203.0.113.25

[Action 1]
At=0
Host=pc
Do=send
From=alice@sender.example
To=bob@recipient.example
Subject=locked
Body=nobody on the way reads this
Via=out.example
User=alice
Password=wonder

[Action 2]
At=60
Host=pc
Do=fetch
Server=in.example
User=bob
Password=builder
"""


def test_wireshark_reads_the_packets_of_a_simulated_world():
    need("tshark")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        scenario, keys, capture = folder / "scenario.ini", folder / "keys.log", folder / "all.pcap"
        scenario.write_text(RELAY)
        traces = [folder / "1.jsonl", folder / "2.jsonl"]
        for trace in traces:
            run("run", scenario, "--level", "packets", "--format", "jsonl", "-o", trace,
                "--keylog", keys)
        assert traces[0].read_bytes() == traces[1].read_bytes()
        _, events = read_trace(traces[0])
        write_pcap(capture, [(event["time"], get_bytes(event)) for event in events
                             if is_packet(event)])
        locked = [event for event in events if event["kind"] == "unit" and event["tls"]]
        assert any(event["protocol"] == "pop3" and "secret" in event["flags"] for event in locked)

        def told(*arguments):
            done = subprocess.run(["tshark", "-r", capture, "-o", f"tls.keylog_file:{keys}",
                                   *arguments], capture_output=True, timeout=120)
            assert done.returncode == 0, done.stderr
            return done.stdout.decode()

        assert told("-Y", "tcp.analysis.flags") == ""
        commands = told("-Y", "smtp.req && tls", "-T", "fields", "-e", "smtp.req.command").split()
        ours = [event["verb"] for event in locked
                if event["protocol"] == "smtp" and event["unit"] == "command"]
        # AUTH's lines and pipelined commands it may name otherwise; the order is the same.
        assert "MAIL" in " ".join(commands) and len(ours) > 4, (commands, ours)
        assert "RETR" in told("-Y", "pop.request && tls", "-T", "fields", "-e",
                              "pop.request.command")
        assert "nobody on the way" in told("-Y", "tls && imf", "-V")


# Clients that mean no good


def break_off(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hello():
    """The first flight of a client, from Python's."""
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = ssl.create_default_context().wrap_bio(ours, theirs, server_hostname="mail.example")
    with contextlib.suppress(ssl.SSLWantReadError):
        session.do_handshake()
    return theirs.read()


def read_all(connection):
    said = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := connection.recv(65536):
            said += chunk
    return said


def test_what_is_no_tls_is_told_so_and_left():
    with serving() as server:
        before = server.memory()
        for noise in (b"EHLO client.example\r\n", b"\0" * 100000, b"\x16\x03\x01\xff\xff" + b"x" * 100000,
                      b"\x16\x03\x01\x00\x05\x01\xff\xff\xff\xff" * 3000, b"GET / HTTP/1.1\r\n\r\n",
                      b"\x15\x03\x01\x00\x02\x02\x28", hello()[:-1] + b"\xff" * 70000):
            for service in ("submissions", "pop3s"):
                with socket.create_connection(("127.0.0.1", server.port(service)), timeout=30) as s:
                    with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                        s.sendall(noise)
                        s.shutdown(socket.SHUT_WR)
                    said = read_all(s)
                    # An alert, or the server's first flight, and never a greeting in clear.
                    assert not said or said[0] in (21, 22), (noise[:20], said[:40])
        fetch(server, server.context())
        assert server.memory() - before < 100 << 20


def test_slow_handshakes_hold_up_nobody():
    with serving() as server:
        first = hello()
        slow = [socket.create_connection(("127.0.0.1", server.port("pop3s"))) for _ in range(100)]
        for at in range(0, 200):
            for connection in slow:
                connection.sendall(first[at:at + 1])
            if at % 50 == 0:
                fetch(server, server.context())
        for connection in slow:
            break_off(connection)
        fetch(server, server.context())


def test_broken_off_and_half_closed_in_every_place():
    with serving() as server:
        context = server.context()
        for n_bytes in (0, 1, 5, 100, len(hello())):
            for end in (break_off, lambda s: (s.shutdown(socket.SHUT_WR), read_all(s), s.close())):
                s = socket.create_connection(("127.0.0.1", server.port("pop3s")), timeout=30)
                s.sendall(hello()[:n_bytes])
                end(s)
        for end in (break_off, lambda s: (s.shutdown(socket.SHUT_WR), read_all(s), s.close())):
            s = socket.create_connection(("127.0.0.1", server.port("pop3s")), timeout=30)
            tls = context.wrap_socket(s, server_hostname="mail.example")
            assert tls.recv(3) == b"+OK"
            tls.sendall(b"USER bob\r\nPASS builder\r\n")
            tls.recv(1000)
            plain = socket.socket(fileno=tls.detach())
            plain.settimeout(30)
            end(plain)
        # The mailbox is not locked for ever.
        for _ in range(50):
            with contextlib.suppress(poplib.error_proto):
                fetch(server, context)
                break
            time.sleep(0.1)
        else:
            raise AssertionError("the mailbox stays locked")
        server.stop()
        _, events = read_trace(server.record)
        assert all(event["tls"] for event in events
                   if event["kind"] == "unit" and event["protocol"] == "pop3")


def test_close_notify_ends_a_session_in_good_order():
    with serving() as server:
        context = server.context()
        with socket.create_connection(("127.0.0.1", server.port("pop3s")), timeout=30) as s:
            tls = context.wrap_socket(s, server_hostname="mail.example", suppress_ragged_eofs=False)
            tls.recv(1000)
            tls.unwrap()  # says close_notify and waits for the server's
        with socket.create_connection(("127.0.0.1", server.port("pop3s")), timeout=30) as s:
            tls = context.wrap_socket(s, server_hostname="mail.example", suppress_ragged_eofs=False)
            tls.recv(1000)
            tls.sendall(b"QUIT\r\n")
            assert tls.recv(1000).startswith(b"+OK")
            assert tls.recv(1000) == b""  # and not SSLEOFError


if __name__ == "__main__":
    main(globals())
