#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that mean no good against `postroad serve`: whatever they do, memory stays bounded and
others are served."""
import contextlib
import pathlib
import signal
import smtplib
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tap import POSTROAD, main  # noqa: E402

SCENARIO = """\
[Scenario]
Title=Besieged

[Host mail.recipient.example]
Roles=MTA;MDA;MS
Address=203.0.113.25
Domains=recipient.example
Users=bob:builder
Services=smtp;submission;submissions;pop3
MessageBytes=1000000
"""

HOST = b"mail.recipient.example"
MIB = 1024 * 1024
# What a hostile client may cost at most: sanitizers keep freed memory for a while.
GROWTH_BYTES_MAX = 400 * MIB


class Server:
    def __init__(self, folder):
        scenario = pathlib.Path(folder) / "scenario.ini"
        scenario.write_text(SCENARIO)
        self.process = subprocess.Popen([POSTROAD, "serve", str(scenario), "--port-base", "0", "--for", "200"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.ports = {}
        for line in self.process.stdout:
            words = line.decode().split()
            if words == ["ready"]:
                break
            self.ports[words[1]] = int(words[4])

    def memory(self):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no VmRSS")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        _, error = self.process.communicate(timeout=90)
        assert self.process.returncode == 0, error.decode()[-3000:]
        assert b"Sanitizer" not in error and b"runtime error" not in error, error.decode()[-3000:]


@contextlib.contextmanager
def serving():
    """A server; at the end it still serves, has not grown out of bounds, and ends in good order."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder)
        before = server.memory()
        try:
            yield server
            serve_one(server)
            grown = server.memory() - before
            assert grown < GROWTH_BYTES_MAX, f"{grown // MIB} MiB more"
        finally:
            if server.process.poll() is None and sys.exc_info()[0] is not None:
                server.process.kill()
                server.process.communicate()
        server.stop()


def serve_one(server):
    """An honest client gets its message through."""
    with smtplib.SMTP("127.0.0.1", server.ports["smtp"], timeout=60) as client:
        refused = client.sendmail("alice@sender.example", ["bob@recipient.example"], "Subject: x\r\n\r\nhello\r\n")
        assert not refused


def connect(server, service="smtp"):
    s = socket.create_connection(("127.0.0.1", server.ports[service]), timeout=60)
    return s


def read_reply(s):
    data = b""
    while True:
        more = s.recv(65536)
        if not more:
            return data
        data += more
        lines = data.split(b"\r\n")
        if data.endswith(b"\r\n") and lines[-2][3:4] == b" ":
            return data


def break_off(s):
    """RST instead of FIN."""
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def begin_data(s):
    read_reply(s)
    for line in (b"HELO a.example", b"MAIL FROM:<a@sender.example>", b"RCPT TO:<bob@recipient.example>", b"DATA"):
        s.sendall(line + b"\r\n")
        reply = read_reply(s)
    assert reply.startswith(b"354"), reply


def test_a_hundred_and_fifty_that_send_a_byte_now_and_then():
    with serving() as server:
        clients = [connect(server) for _ in range(150)]
        for byte in b"EHLO a.example\r":
            for client in clients:
                client.sendall(bytes([byte]))
            if byte in b"Lae":
                serve_one(server)
        for client in clients:
            client.sendall(b"\n")
        for client in clients:
            data = read_reply(client)
            while b"250 " not in data and data:  # behind the greeting
                more = read_reply(client)
                assert more, data
                data += more
        for client in clients:
            client.close()


def test_more_connections_than_there_is_room_for():
    with serving() as server:
        clients = [connect(server) for _ in range(230)]
        greetings = [read_reply(c).split(b" ")[:2] for c in clients]
        assert greetings.count([b"220", HOST]) == 200, greetings
        assert greetings.count([b"421", HOST]) == 30, greetings
        for client in clients:
            client.close()
        for _ in range(100):
            with connect(server) as s:
                if read_reply(s).startswith(b"220"):
                    break
            time.sleep(0.1)


def test_half_closed():
    with serving() as server:
        with connect(server) as s:
            s.sendall(b"HELO a.example\r\nMAIL FROM:<a@sender.example>\r\nRCPT TO:<bob@recipient.example>\r\nNOOP\r\n")
            s.shutdown(socket.SHUT_WR)
            data = b""
            while True:
                more = s.recv(65536)
                if not more:
                    break
                data += more
            assert data.count(b"\r\n") >= 5, data
        with connect(server) as s:
            begin_data(s)
            s.sendall(b"half a message")
            s.shutdown(socket.SHUT_WR)
            while s.recv(65536):
                pass


def test_broken_off_in_every_place():
    with serving() as server:
        for stage in range(8):
            for _ in range(20):
                s = connect(server)
                if stage == 0:
                    break_off(s)
                    continue
                if stage < 4:
                    read_reply(s)
                    s.sendall((b"EHLO a.example\r\n" * 3 + b"MAIL FROM:<a@b.exam")[:stage * 12])
                    break_off(s)
                    continue
                begin_data(s)
                s.sendall(b"x" * 70 * 1000 * (stage - 4) + b"\r\n.")
                break_off(s)
        serve_one(server)


def test_a_line_without_an_end():
    with serving() as server:
        with connect(server) as s:
            read_reply(s)
            for _ in range(64):
                s.sendall(b"x" * MIB)
            s.sendall(b"\r\nNOOP\r\n")
            data = read_reply(s)
            while b"250" not in data:
                data += read_reply(s)
            assert data.startswith(b"500"), data


def test_data_without_an_end():
    with serving() as server:
        with connect(server) as s:
            begin_data(s)
            line = b"y" * 76 + b"\r\n"
            block = line * (MIB // len(line))
            for _ in range(64):
                s.sendall(block)
            s.sendall(b".\r\n")
            reply = read_reply(s)
            assert reply.startswith(b"552"), reply
            s.sendall(b"QUIT\r\n")
            assert read_reply(s).startswith(b"221")


def test_a_client_that_never_reads():
    """Pipelines help for ever and reads nothing: the server stops reading from it."""
    with serving() as server:
        s = connect(server)
        s.settimeout(3)
        stopped = False
        try:
            for _ in range(2000):
                s.sendall(b"HELP\r\n" * 2000)
        except (socket.timeout, BrokenPipeError, ConnectionResetError):
            stopped = True
        assert stopped, "the server took 24 MB of commands whose replies nobody read"
        serve_one(server)
        break_off(s)


def test_noise():
    """Bytes that are nothing, in pieces, on every service."""
    import random
    chance = random.Random(7)
    with serving() as server:
        for service in server.ports:
            for _ in range(25):
                s = connect(server, service)
                with contextlib.suppress(OSError):
                    for _ in range(chance.randrange(1, 8)):
                        s.sendall(chance.randbytes(chance.randrange(1, 3000)))
                (break_off if chance.random() < 0.5 else socket.socket.close)(s)


def test_a_thousand_sessions_from_many_threads():
    with serving() as server:
        failures = []

        def work():
            try:
                for _ in range(40):
                    serve_one(server)
            except Exception as problem:  # noqa: BLE001
                failures.append(problem)

        threads = [threading.Thread(target=work) for _ in range(25)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(180)
        assert not failures, failures[:3]


if __name__ == "__main__":
    main(dict(globals()))
