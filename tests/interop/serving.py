# SPDX-License-Identifier: GPL-3.0-or-later
"""A `postroad serve` of our own on a scenario of the test's, and what its recording tells."""

import base64
import contextlib
import hmac
import json
import pathlib
import poplib
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tap import POSTROAD, run  # noqa: E402


class Record:
    """A recording: the events, and the notes with their facts."""

    def __init__(self, path):
        lines = path.read_text(encoding="utf-8").splitlines()
        self.head = json.loads(lines[0])
        self.events = [json.loads(line) for line in lines[1:]]

    def notes(self, what):
        """The notes of a kind: each as a dictionary of its facts, the sentence under ""."""
        found = []
        for event in self.events:
            if event["kind"] != "note" or event["unit"] != what:
                continue
            sentence, *facts = event["text"].split("\n")
            found.append(dict([("", sentence)] + [fact.split(": ", 1) for fact in facts]))
        return found

    def note(self, what):
        """The only note of a kind."""
        notes = self.notes(what)
        assert len(notes) == 1, f"{len(notes)} notes {what}: {notes}, of {self.kinds()}"
        return notes[0]

    def kinds(self):
        return [event["unit"] for event in self.events if event["kind"] in ("note", "message")]

    def commands(self, verb):
        """The SMTP commands of a verb, as the client sent them."""
        return [event["text"].rstrip("\r\n") for event in self.events
                if event["kind"] == "unit" and event.get("verb") == verb and event["protocol"] == "smtp"]

    def units(self):
        return [event for event in self.events if event["kind"] == "unit"]


def log_in(pop, user, password):
    """Logs in by POP3 as one who takes any message: without TLS where that shows no password."""
    capabilities = pop.capa()
    has_cram = "CRAM-MD5" in capabilities.get("SASL", [])
    has_apop = b"<" in pop.getwelcome()
    if not has_cram and not has_apop and "USER" not in capabilities:
        pop.stls(ssl._create_unverified_context())
    if "UTF8" in capabilities:
        pop.utf8()
    if has_cram:
        challenge = base64.b64decode(pop._shortcmd("AUTH CRAM-MD5")[2:])
        digest = hmac.new(password.encode(), challenge, "md5").hexdigest()
        pop._shortcmd(base64.b64encode(f"{user} {digest}".encode()).decode())
    elif has_apop:
        pop.apop(user, password)
    else:
        pop.user(user)
        pop.pass_(password)


class Server:
    """A running `postroad serve`: its ports by service, or by service and host."""

    def __init__(self, folder, scenario, *options):
        self.folder = pathlib.Path(folder)
        file = self.folder / "scenario.ini"
        file.write_text(scenario, encoding="utf-8")
        self.record_path = self.folder / "record.jsonl"
        self.process = subprocess.Popen(
            [POSTROAD, "serve", str(file), "--port-base", "0", "--record", str(self.record_path), "--for",
             "200", *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=folder)
        self.ports = {}
        self.record = None  # once it has stopped, as is the story
        self.story = None
        self.ca = str(self.folder / "ca.pem")
        for line in self.process.stdout:
            words = line.decode().split()
            if words == ["ready"]:
                return
            assert words[0] == "listening" and words[3] == "127.0.0.1", line
            self.ports[words[1], words[2]] = self.ports[words[1]] = int(words[4])
        raise AssertionError(self.process.communicate(timeout=60)[1].decode())

    def port(self, service, host):
        return self.ports[service, host]

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        try:
            _, error = self.process.communicate(timeout=90)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        assert self.process.returncode == 0, error.decode()[-3000:]
        assert b"Sanitizer" not in error and b"runtime error" not in error, error.decode()[-3000:]
        self.record = Record(self.record_path)
        # What was recorded comes back as it is.
        again = run("read", self.record_path, "--level", "packets", "--format", "jsonl")[0]
        assert again == self.record_path.read_bytes(), "the recording does not come back the same"
        self.story = run("read", self.record_path, "--level", "story")[0]

    def mailbox(self, user, password, n_messages, host=None):
        """The user's messages, once there are so many."""
        port = self.ports["pop3", host] if host else self.ports["pop3"]
        for _ in range(200):
            pop = poplib.POP3("127.0.0.1", port, timeout=60)
            log_in(pop, user, password)
            n = pop.stat()[0]
            if n >= n_messages:
                found = [b"\r\n".join(pop.retr(i + 1)[1]) + b"\r\n" for i in range(n)]
                pop.quit()
                assert n == n_messages, f"{n} messages instead of {n_messages}"
                return found
            pop.quit()
            time.sleep(0.1)
        raise AssertionError(f"the mailbox never held {n_messages} messages")


@contextlib.contextmanager
def serving(scenario, *options, how=signal.SIGTERM):
    """A server for the block; afterwards it has `record` and `story`."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, scenario, *options)
        try:
            yield server
        except BaseException:
            server.process.kill()
            server.process.communicate()
            raise
        server.stop(how)


def without_trace_fields(message):
    """The message after the Return-Path and Received fields that hosts put before it."""
    while re.match(rb"(Return-Path|Received):", message):
        message = re.sub(rb"\A[^\r]*\r\n(?:[ \t][^\r]*\r\n)*", b"", message)
    return message
