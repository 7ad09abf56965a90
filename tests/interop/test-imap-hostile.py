#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that mean no good, and ten that hammer one mailbox, against the IMAP of `postroad serve`: it
answers BAD or BYE, memory stays bounded, others are served, and nobody's view of a mailbox breaks."""
import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from imap_wire import Imap  # noqa: E402
from tap import POSTROAD, main  # noqa: E402

import imap_hammer  # noqa: E402

SCENARIO = """\
[Scenario]
Title=Besieged

[Host imap.example]
Roles=MS
Address=192.0.2.1
Domains=example
Users=bob:builder;eve:villain
Services=imap
MessageBytes=1000000
Quota=60000000
"""

MIB = 1024 * 1024
# What a hostile client may cost at most: sanitizers keep freed memory for a while.
GROWTH_BYTES_MAX = 400 * MIB
# Two minutes by POSTROAD_HAMMER=120, as long as it takes to find what ten seconds don't.
HAMMER_SECONDS = float(os.environ.get("POSTROAD_HAMMER", "15"))


class Server:
    def __init__(self, folder):
        scenario = pathlib.Path(folder) / "scenario.ini"
        scenario.write_text(SCENARIO)
        self.process = subprocess.Popen([POSTROAD, "serve", str(scenario), "--port-base", "0", "--for", "400"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for line in self.process.stdout:
            words = line.decode().split()
            if words == ["ready"]:
                break
            if words[1] == "imap":
                self.imap = int(words[4])

    def memory(self):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no VmRSS")

    def stop(self):
        self.process.terminate()
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
    """An honest client gets what it wants."""
    imap = Imap(server.imap).login("bob", "builder")
    imap.ok("APPEND INBOX \0", b"Subject: x\r\n\r\nhello\r\n")
    imap.ok("SELECT INBOX")
    assert any(r.name == "FETCH" for r in imap.ok("FETCH * BODY.PEEK[]"))
    imap.ok("LOGOUT")
    imap.close()


def eve(server):
    return Imap(server.imap).login("eve", "villain")


def raw(server):
    s = socket.create_connection(("127.0.0.1", server.imap), timeout=60)
    s.recv(1000)
    return s


def read_all(s, n_max=100000):
    """Up to the end of the connection, or what comes within a while."""
    s.settimeout(5)
    data = b""
    with contextlib.suppress(socket.timeout, ConnectionError):
        while len(data) < n_max:
            piece = s.recv(65536)
            if not piece:
                break
            data += piece
            if data.endswith(b"\r\n") and (b" BAD" in data or b" NO" in data or b" OK" in data or b"BYE" in data):
                break
    return data


def test_literals_without_end():
    with serving() as server:
        for announced in (b"{9223372036854775808}", b"{18446744073709551615}", b"{99999999999999999999999999}",
                          b"{4294967296}", b"{-1}", b"{1x}", b"{}", b"{ 5}", b"{9223372036854775807+}"):
            s = raw(server)
            s.sendall(b"a LOGIN " + announced + b"\r\n")
            answer = read_all(s)
            assert b"BAD" in answer or b"NO" in answer or b"BYE" in answer, (announced, answer)
            s.close()
        imap = eve(server)
        for command in ("APPEND INBOX {9223372036854775808}", "APPEND INBOX {2000000}", "SEARCH TEXT {99999999}"):
            tagged = imap.command(command)[1]
            assert tagged is None or tagged.condition in ("NO", "BAD"), tagged
            if tagged is None:
                imap = eve(server)
        imap = eve(server)
        with contextlib.suppress(ConnectionError):
            imap.send(b"b APPEND INBOX {5000000+}\r\n" + b"x" * 5000000 + b"\r\n")
            answer = imap.read()
            assert answer is None or answer.condition in ("NO", "BAD", "BYE"), answer


def test_literals_that_never_come():
    with serving() as server:
        sockets = [raw(server) for _ in range(195)]
        for i, s in enumerate(sockets):
            s.sendall(b"a LOGIN {200}\r\n" if i % 2 else b"a LOGIN {200+}\r\nabc")
        time.sleep(0.5)
        serve_one(server)
        for s in sockets:
            s.close()


def test_nesting():
    with serving() as server:
        imap = eve(server)
        imap.ok("SELECT INBOX")
        deep = "(" * 30000
        for command in (f"SEARCH {deep}", f"FETCH 1 {deep}", f"STORE 1 FLAGS {deep}", f"LIST {deep}",
                        f"SEARCH {'NOT ' * 15000}ALL", f"SEARCH {'OR ' * 15000}ALL", f"ID {deep}",
                        f"THREAD {deep}", f"STATUS INBOX {deep}", f"SEARCH {deep}ALL{')' * 30000}"):
            tagged = imap.command(command)[1]
            assert tagged.condition == "BAD", tagged
        s = raw(server)
        s.sendall(b"a LOGIN eve villain\r\nb SEARCH " + b"(" * 100000 + b"\r\nc LOGOUT\r\n")
        answer = read_all(s)
        while b"c OK" not in answer and b"BYE" not in answer:
            more = read_all(s)
            assert more, answer
            answer += more
        assert b"b BAD" in answer or b"BYE" in answer, answer


def test_a_line_without_end():
    with serving() as server:
        s = raw(server)
        with contextlib.suppress(ConnectionError):
            for _ in range(300):
                s.sendall(b"a" * 100000)
        s.close()


def test_wild_cards():
    with serving() as server:
        imap = eve(server)
        for i in range(300):
            imap.ok(f"CREATE {'/'.join(['a' * 20] * (1 + i % 8))}{i}")
        start = time.monotonic()
        for pattern in ("*" * 500, "*a" * 200, "%a*" * 150, "a%" * 200 + "b", "*" * 200 + "zzz"):
            tagged = imap.command(f'LIST "" "{pattern}"')[1]
            assert tagged.condition in ("OK", "NO", "BAD"), tagged
        tagged = imap.command('LIST "" (' + " ".join(["*a*a*"] * 1000) + ")")[1]
        assert tagged.condition in ("OK", "NO", "BAD"), tagged
        # Not a measure but a bound: what is exponential takes longer than a lifetime.
        assert time.monotonic() - start < 120


def test_mailboxes_without_end():
    with serving() as server:
        imap = eve(server)
        said = [imap.command(f"CREATE m{i}")[1].condition for i in range(11000)]
        assert said[0] == "OK" and said[-1] == "NO", "there is no end of mailboxes"
        tagged = imap.command("CREATE " + "/".join("x" * 300))[1]
        assert tagged.condition in ("NO", "BAD"), tagged
        tagged = imap.command("CREATE " + "x" * 20000)[1]
        assert tagged.condition in ("NO", "BAD"), tagged


def test_search_bombs():
    with serving() as server:
        imap = eve(server)
        letters = [b"Subject: bomb\r\n\r\n" + b"a" * 100000 + b"\r\n"] * 100
        imap.ok("APPEND INBOX" + " \0" * 100, *letters, is_synchronizing=False)
        imap.ok("SELECT INBOX")
        others = threading.Thread(target=serve_one, args=(server,))
        others.start()
        keys = " ".join(f"TEXT {'a' * 50}b{i}" for i in range(900))
        tagged = imap.command(f"SEARCH OR TEXT zz {keys.replace('TEXT', 'OR TEXT', 400)} ALL"[:60000])[1]
        assert tagged.condition in ("OK", "NO", "BAD"), tagged
        tagged = imap.command(f"SEARCH {' '.join(['NOT BODY ' + 'a' * 60] * 500)}")[1]
        assert tagged.condition in ("OK", "NO", "BAD"), tagged
        others.join(60)
        assert not others.is_alive(), "one client's search keeps the others waiting"


def test_sets_and_numbers():
    with serving() as server:
        imap = eve(server)
        imap.ok("APPEND INBOX \0", b"\r\nx\r\n")
        imap.ok("SELECT INBOX")
        long_set = ",".join(str(i) for i in range(1, 12000))
        for command in (f"UID FETCH {long_set} UID", "UID FETCH 1:4294967295 UID", "UID FETCH 4294967295:1 UID",
                        "UID STORE 1:4294967295 +FLAGS (x)", "UID SEARCH 1:4294967295", "UID FETCH 4294967296 UID",
                        "UID FETCH 99999999999999999999 UID", "FETCH 1 BODY.PEEK[]<4294967295.4294967295>",
                        "FETCH 1 BODY.PEEK[" + ".".join("1" * 2000) + "]",
                        "FETCH 1 (" + "BODY.PEEK[] " * 5000 + ")"):
            tagged = imap.command(command)[1]
            assert tagged is not None and tagged.condition in ("OK", "NO", "BAD"), (command[:60], tagged)


def test_answers_that_nobody_takes():
    with serving() as server:
        imap = eve(server)
        letters = [b"Subject: large\r\n\r\n" + b"x" * 900000 + b"\r\n"] * 20
        for letter in letters:
            imap.ok("APPEND INBOX \0", letter, is_synchronizing=False)
        s = raw(server)
        s.sendall(b"a LOGIN eve villain\r\nb SELECT INBOX\r\n" + b"c FETCH 1:* BODY.PEEK[]\r\n" * 500)
        time.sleep(1)
        for _ in range(5):
            serve_one(server)
        s.close()


def test_keywords_without_end():
    with serving() as server:
        imap = eve(server)
        imap.ok("APPEND INBOX \0", b"\r\nx\r\n")
        imap.ok("SELECT INBOX")
        said = {imap.command(f"STORE 1 +FLAGS (word{i})")[1].condition for i in range(500)}
        assert said <= {"OK", "NO"} and "NO" in said, said
        tagged = imap.command("STORE 1 FLAGS (" + " ".join(f"w{i}" for i in range(8000)) + ")")[1]
        assert tagged.condition in ("NO", "BAD"), tagged


def test_compressed_bombs():
    import zlib
    with serving() as server:
        imap = eve(server)
        imap.ok("COMPRESS DEFLATE")
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        bomb = b"".join(deflate.compress(b"\0" * MIB) for _ in range(500)) + deflate.flush()
        with contextlib.suppress(ConnectionError, socket.timeout):
            imap.socket.settimeout(30)
            imap.send(bomb)
            while imap.socket.recv(65536):
                pass
        imap.close()
        imap = eve(server)
        imap.ok("COMPRESS DEFLATE")
        imap.send(b"this is not compressed at all, whatever it says\r\n" * 10)
        imap.socket.settimeout(30)
        with contextlib.suppress(ConnectionError):
            while imap.socket.recv(65536):
                pass


def test_guessing_passwords():
    with serving() as server:
        s = raw(server)
        s.sendall(b"".join(b"a%d LOGIN bob wrong%d\r\n" % (i, i) for i in range(100)))
        answer = b""
        s.settimeout(10)
        with contextlib.suppress(ConnectionError):
            while piece := s.recv(65536):
                answer += piece
        assert answer.count(b" NO ") < 20 and b"BYE" in answer, answer


def test_ten_hammer_one_mailbox():
    with serving() as server:
        given = imap_hammer.hammer(server.imap, "bob", "builder", HAMMER_SECONDS)
        print(f"# {sum(given.values())} commands in {HAMMER_SECONDS:.0f} s: {given}")
        assert sum(given.values()) > 100


if __name__ == "__main__":
    main(globals())
