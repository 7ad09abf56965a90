# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that hammer one mailbox with random commands, each with a model of what it was told: whatever
a server does, a session's view has to stay sound (RFC 9051 sections 2.3.1, 5.2, 7.5.1; RFC 7162)."""

import collections
import random
import threading
import time
import traceback

from imap_wire import Imap

FLAGS = [r"\Seen", r"\Answered", r"\Flagged", r"\Draft", r"\Deleted", "Red", "Blue"]
# In answer to these no message may be told to be gone (RFC 9051 section 7.5.1).
NO_EXPUNGE = ("FETCH", "STORE", "SEARCH")


class Shared:
    """What all sessions know together."""

    def __init__(self):
        self.lock = threading.Lock()
        self.tokens = {}  # UID -> the Message-ID of the one message that ever had it
        self.n_sent = 0
        self.problems = []
        self.n_commands = {}

    def check_token(self, uid, token):
        with self.lock:
            known = self.tokens.setdefault(uid, token)
        assert known == token, f"UID {uid} is of {known} and of {token}"

    def new_token(self):
        with self.lock:
            self.n_sent += 1
            return f"<{self.n_sent}@hammer.example>"


class Session:
    """One client: `uids` is its view, None where it was not told; `flags` by UID as told."""

    def __init__(self, shared, port, user, password, seed, mailbox="INBOX", is_qresync=False):
        self.shared, self.random, self.mailbox = shared, random.Random(seed), mailbox
        self.is_qresync = is_qresync
        self.imap = Imap(port).login(user, password)
        if is_qresync:
            self.imap.ok("ENABLE QRESYNC")
        self.uids, self.flags, self.modseqs = [], {}, {}
        self.said = collections.deque(maxlen=40)
        self.select()

    # What the server tells

    def take(self, response, verb):
        self.said.append(f"{len(self.uids)} S: {response.octets[:150]!r}")
        assert response.condition != "BYE", response
        handler = getattr(self, "take_" + (response.name or "").lower(), None)
        if handler:
            handler(response, verb)

    def take_exists(self, response, _):
        assert response.number >= len(self.uids), \
            f"EXISTS {response.number} after {len(self.uids)}: only EXPUNGE makes fewer"
        self.uids += [None] * (response.number - len(self.uids))

    def forget(self, number):
        assert 1 <= number <= len(self.uids), f"message {number} of {len(self.uids)} is told to be gone"
        uid = self.uids.pop(number - 1)
        self.flags.pop(uid, None)

    def take_expunge(self, response, verb):
        assert verb not in NO_EXPUNGE, f"EXPUNGE in answer to {verb}"
        assert not self.is_qresync, "EXPUNGE instead of VANISHED (RFC 7162 section 3.2.10)"
        self.forget(response.number)

    def take_vanished(self, response, verb):
        assert self.is_qresync, "VANISHED unasked"
        is_early = isinstance(response.values[0], list)
        assert is_early or verb not in NO_EXPUNGE, f"VANISHED in answer to {verb}"
        for uid in expand(response.values[-1]):
            if uid in self.uids:
                self.forget(self.uids.index(uid) + 1)
            elif not is_early:
                self.uids.pop(self.find_untold(uid))

    def find_untold(self, uid):
        """Where a message stands whose UID the session was not told: between its neighbours'."""
        for i, known in enumerate(self.uids):
            later = next((u for u in self.uids[i:] if u is not None), None)
            if known is None and (later is None or uid < later):
                return i
        raise AssertionError(f"VANISHED {uid}, which was not there")

    def take_fetch(self, response, _):
        number = response.number
        items = {k.upper(): v for k, v in zip(response.values[0][::2], response.values[0][1::2])}
        assert 1 <= number <= len(self.uids), f"FETCH of {number} of {len(self.uids)}"
        uid = int(items["UID"]) if "UID" in items else self.uids[number - 1]
        if "UID" in items:
            known = self.uids[number - 1]
            assert known in (None, uid), f"message {number} was UID {known}, now {uid}"
            self.uids[number - 1] = uid
            before = [u for u in self.uids[:number - 1] if u is not None]
            after = [u for u in self.uids[number:] if u is not None]
            assert (not before or max(before) < uid) and (not after or uid < min(after)), \
                f"UIDs do not rise at {number}: {self.uids}"
        if uid is not None and "FLAGS" in items:
            self.flags[uid] = {f.lower() for f in items["FLAGS"]} - {"\\recent"}
        if uid is not None and "MODSEQ" in items:
            modseq = int(items["MODSEQ"][0])
            assert modseq >= self.modseqs.get(uid, 0), f"MODSEQ of {uid} went back"
            self.modseqs[uid] = modseq
        for name, value in items.items():
            if name.startswith("BODY[HEADER.FIELDS") and uid is not None:
                self.shared.check_token(uid, value.split(": ", 1)[1].strip())

    def take_search(self, response, _):
        for number in response.values:
            assert isinstance(number, list) or 1 <= int(number) <= len(self.uids), \
                f"found {number} of {len(self.uids)}"

    # What the client says

    def say(self, command, *literals, may_fail=False):
        verb = command.split()[0]
        with self.shared.lock:
            self.shared.n_commands[verb] = self.shared.n_commands.get(verb, 0) + 1
        self.said.append(f"{len(self.uids)} C: {command}")
        untagged, tagged = self.imap.command(command, *literals, is_synchronizing=False)
        assert tagged is not None, f"closed at {command}"
        assert tagged.condition == "OK" or may_fail and tagged.condition == "NO", f"{command}: {tagged}"
        for response in untagged:
            self.take(response, verb)
        self.learn()
        return untagged, tagged

    def learn(self):
        """Asks for what the session was not told."""
        while None in self.uids:
            first = self.uids.index(None) + 1
            self.said.append(f"{len(self.uids)} C: FETCH {first}:* (UID FLAGS)")
            untagged, tagged = self.imap.command(f"FETCH {first}:* (UID FLAGS)")
            assert tagged.condition in ("OK", "NO"), tagged
            for response in untagged:
                self.take(response, "FETCH")
            if None in self.uids:  # gone meanwhile: the next command may say so
                self.said.append(f"{len(self.uids)} C: NOOP")
                untagged, tagged = self.imap.command("NOOP")
                for response in untagged:
                    self.take(response, "NOOP")

    def select(self):
        self.uids, self.flags, self.modseqs = [], {}, {}
        self.said.append(f"{len(self.uids)} C: SELECT {self.mailbox}")
        untagged, tagged = self.imap.command(f"SELECT {self.mailbox}")
        assert tagged.condition == "OK", tagged
        for response in untagged:
            self.take(response, "SELECT")
        self.learn()

    def some(self):
        """A set of message sequence numbers that are there."""
        first = self.random.randint(1, len(self.uids))
        return f"{first}:{self.random.randint(1, len(self.uids))}" if self.random.random() < 0.3 else str(first)

    def some_uid(self):
        return str(self.random.choice(self.uids))

    def flag_list(self):
        return "(" + " ".join(self.random.sample(FLAGS, self.random.randint(0, 3))) + ")"

    def do_noop(self):
        self.say("NOOP")

    def do_append(self):
        token = self.shared.new_token()
        message = f"Message-ID: {token}\r\nSubject: hammer\r\n\r\nbody\r\n".encode()
        flags = self.flag_list().replace(r"\Deleted", "")
        tagged = self.say(f"APPEND {self.mailbox} {flags} \0", message)[1]
        if tagged.code and tagged.code[0] == "APPENDUID":
            self.shared.check_token(int(tagged.code[2]), token)

    def do_store(self):
        sign = self.random.choice(["+", "-", ""])
        silent = self.random.choice(["", ".SILENT"])
        self.say(f"STORE {self.some()} {sign}FLAGS{silent} {self.flag_list()}", may_fail=True)
        if silent:  # a silent store tells nothing, also not of what others did to the same flags
            self.say("FETCH 1:* (UID FLAGS)", may_fail=True)

    def do_uid_store(self):
        self.say(f"UID STORE {self.some_uid()} {self.random.choice('+-')}FLAGS {self.flag_list()}", may_fail=True)

    def do_fetch(self):
        self.say(f"FETCH {self.some()} (UID FLAGS BODY.PEEK[HEADER.FIELDS (Message-ID)])", may_fail=True)

    def do_uid_fetch(self):
        self.say(f"UID FETCH {self.some_uid()}:* (FLAGS BODY[TEXT])", may_fail=True)

    def do_expunge(self):
        self.say("EXPUNGE")

    def do_uid_expunge(self):
        self.say(f"UID EXPUNGE {self.some_uid()}")

    def do_search(self):
        self.say(f"SEARCH {self.random.choice(['SEEN', 'UNSEEN', 'KEYWORD Red', 'DELETED', 'ALL'])}")

    def do_copy(self):
        if len(self.uids) > 150:
            return self.do_expunge()
        tagged = self.say(f"UID COPY {self.some_uid()} {self.mailbox}", may_fail=True)[1]
        if tagged.code and tagged.code[0] == "COPYUID":
            froms, tos = expand(tagged.code[2]), expand(tagged.code[3])
            assert len(froms) == len(tos) and tos == sorted(tos), tagged
        return None

    def do_move(self):
        self.say(f"UID MOVE {self.some_uid()} Elsewhere", may_fail=True)

    def do_status(self):
        self.say("STATUS Elsewhere (MESSAGES)")

    def do_reselect(self):
        if self.random.random() < 0.5:
            self.say(self.random.choice(["CLOSE", "UNSELECT"]))
        self.select()

    def do_idle(self):
        self.said.append(f"{len(self.uids)} C: IDLE")
        tag = self.imap.send_command(b"IDLE")
        while (response := self.imap.read()).tag != "+":
            self.take(response, "IDLE")
        time.sleep(self.random.random() * 0.02)
        self.imap.send(b"DONE\r\n")
        self.imap.early = []
        untagged, tagged = self.imap.finish(tag)
        assert tagged.condition == "OK", tagged
        for response in untagged:
            self.take(response, "IDLE")
        self.learn()

    WEIGHTS = {"noop": 10, "append": 14, "store": 20, "uid_store": 12, "fetch": 14, "uid_fetch": 8, "expunge": 4,
               "uid_expunge": 4, "search": 8, "copy": 8, "move": 3, "status": 3, "reselect": 2, "idle": 5}

    def run(self, deadline):
        try:
            while time.monotonic() < deadline and not self.shared.problems:
                deed = self.random.choices(list(self.WEIGHTS), self.WEIGHTS.values())[0]
                if not self.uids and deed not in ("noop", "append", "status", "reselect", "idle"):
                    deed = "append"
                getattr(self, "do_" + deed)()
        except Exception:
            with self.shared.lock:
                self.shared.problems.append("\n".join([*self.said, traceback.format_exc()]))

    def settle(self):
        """What it was told, once all is quiet, is what is. Returns the view."""
        self.say("NOOP")
        self.say("NOOP")
        told = {uid: self.flags.get(uid) for uid in self.uids}
        self.say("FETCH 1:* (UID FLAGS)") if self.uids else None
        said = {uid: self.flags.get(uid) for uid in self.uids}
        assert told == said, f"flags not told: {[(u, told[u], said[u]) for u in told if told[u] != said[u]]}"
        return said


def expand(text):
    found = []
    for piece in text.split(","):
        first, _, last = piece.partition(":")
        found += range(int(first), int(last or first) + 1)
    return found


def hammer(port, user, password, seconds, n_sessions=10, seed=1):
    """Returns how often each command was given; raises what was wrong first."""
    shared = Shared()
    first = Imap(port).login(user, password)
    first.ok("CREATE Elsewhere")
    for _ in range(20):
        token = shared.new_token()
        first.ok("APPEND INBOX \0", f"Message-ID: {token}\r\n\r\nbody\r\n".encode(), is_synchronizing=False)
    sessions = [Session(shared, port, user, password, seed + i, is_qresync=i % 3 == 2) for i in range(n_sessions)]
    deadline = time.monotonic() + seconds
    threads = [threading.Thread(target=session.run, args=(deadline,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 120)
        assert not thread.is_alive(), "a client waits for an answer that does not come"
    assert not shared.problems, shared.problems[0]
    views = [session.settle() for session in sessions]
    for view in views[1:]:
        assert view == views[0], f"sessions see different mailboxes: {views[0]} and {view}"
    return shared.n_commands
