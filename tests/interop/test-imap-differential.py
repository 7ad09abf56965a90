#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""More than 300 dialogues, held with `postroad serve` and with Dovecot over the same letters: what
they answer is the same, but for differences that the tables below justify from the RFCs."""
import datetime
import itertools
import os
import pathlib
import re
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from imap_wire import Imap  # noqa: E402
from tap import Skip, main, need  # noqa: E402

import imap_dialogues  # noqa: E402
from imap_messages import MESSAGES  # noqa: E402

# Where answers differ and both are right, or one is wrong: for each reason the dialogues, each with
# the number of its lines, counted from 1, in which they differ.
VERDICTS = {
    "RFC 9051 section 9, date-time, date: a day that no month has is no date; the other takes it":
        ["changing: append wrong date 2", "reading: search wrong 7"],
    "RFC 7162 section 3.1 and RFC 9051 section 7.5.2: a FETCH that nobody asked for, or a STORE's, may tell more "
    "than the flags: ours tells UIDs once CONDSTORE is on, so that a client need not map numbers":
        ["changing: condstore by enable 3", "changing: condstore fetch changedsince 2", "changing: condstore search 2",
         "changing: condstore store 2", "changing: condstore told to others 4",
         "changing: condstore unchangedsince 2", "changing: condstore unchangedsince 3"],
    "RFC 9051 section 6.3.4: a delimiter at the end of the name MUST be ignored by a server that does not need it; "
    "the other makes a name that is no mailbox":
        ["changing: create with delimiter at the end 2"],
    "RFC 9051 section 5.1 (3): names with wild cards are hard to LIST; a server may refuse to make one (section "
    "6.3.4, NO)":
        ["changing: create with wild cards 1", "changing: create with wild cards 2"],
    "RFC 5464 section 4.2.2: DEPTH asks for the entries below the one named; the other tells none":
        ["changing: getmetadata 4", "changing: getmetadata 5"],
    "RFC 9051 section 6.3.9: the root of the reference may be told as the empty string":
        ["changing: list reference 4"],
    "RFC 9051 section 7.5.2: what another session did to the flags is told, too, before one's own change; the other "
    "tells the outcome alone":
        ["changing: pipelined by two 4"],
    "RFC 9051 section 6.4.6: STORE without .SILENT tells the flags of each message, also where they were so before":
        ["changing: store keyword in another case 2", "changing: store range 2", "changing: store what is there 2"],
    "RFC 3501 section 7.1, PERMANENTFLAGS: a flag that can't be stored is ignored; the other says BAD":
        ["changing: store unknown system flag 2"],
    "RFC 9051 section 7.5.1: EXPUNGE and FETCH in either order, the numbers according":
        ["changing: three sessions 7"],
    "RFC 9051 section 6.4.4: SEARCH may leave out what another session has removed, though that was not told yet":
        ["changing: two sessions expunge not during search 4"],
    "RFC 3501 section 7.3.2: RECENT is told whenever the size of the mailbox changes":
        ["changing: two sessions new mail 4"],
    "RFC 4978 section 3: BAD for an unknown argument":
        ["reading: compress wrong 1"],
    "RFC 9051 section 6.4.7: NO where there is no such mailbox; the other does not look, since no message is there":
        ["reading: copy to nowhere by uid 3"],
    "RFC 9051 section 6.3.1: ENABLED is sent even if nothing was enabled":
        ["reading: enable 3"],
    "RFC 9051 section 9, the grammar: arguments that are missing, too many, or 0 for a number are BAD; the other "
    "lets them pass":
        ["reading: enable wrong 1", "reading: fetch part zero 2", "reading: id wrong 1", "reading: id wrong 2",
         "reading: select with too much 1", "reading: store wrong 2"],
    "RFC 9051 section 6.3.3: no change is permitted after EXAMINE: NO; the other says OK and changes nothing":
        ["reading: examine then expunge 2", "reading: examine then store 2", "reading: select then examine 3"],
    "RFC 9051 section 7.5.2, nstring: a part that is not there is NIL; the other tells an empty one":
        ["reading: fetch part 2 of plain 2", "reading: fetch parts of alternative 2"],
    "RFC 2046 section 5.1.1: the CRLF before a boundary line belongs to the boundary, also at the end of a multipart "
    "within":
        ["reading: fetch parts of related 2"],
    "RFC 9208 section 3.2: the names of quota roots are the server's":
        ["reading: getquotaroot 1"],
    "RFC 9051 section 6.3.3: no change is permitted, so MOVE fails before the other name is looked at":
        ["reading: move in examine 2"],
    "RFC 4314 section 3.5: NO where there is no mailbox to have rights to":
        ["reading: myrights 1"],
    "RFC 9051 section 6.3.10: other users' mailboxes are another namespace; the other has none set up":
        ["reading: namespace 1"],
    "RFC 9051 section 6.4.4: BADCHARSET may list what is supported":
        ["reading: search charsets 4", "reading: sort wrong 5"],
    "RFC 9051 section 6.4.4: SEARCH changes nothing; the other adds the keyword to those of the mailbox":
        ["reading: search keywords 6"],
    "RFC 9051 section 6.4.4, NOT and OR: messages 1 and 2 are \\Seen but not \\Flagged, so they do not match both; the "
    "other leaves them out":
        ["reading: search or not 4", "reading: search or not 8"],
    "RFC 9051 section 6.4.4, SENTBEFORE: a message without a Date was sent on no day; for the other, in 1970":
        ["reading: search sent 2"],
}

# Response codes that say in one word what the text says, too: a server may send them or not (RFC 5530
# section 3), as it may change CAPABILITY or tell what was highest (RFC 9051 section 7.1).
OPTIONAL_CODES = {"ALERT", "ALREADYEXISTS", "AUTHENTICATIONFAILED", "BADEVENT", "CANNOT", "CAPABILITY", "CLIENTBUG",
                  "CLOSED", "EXPUNGEISSUED", "INUSE", "LIMIT", "NONEXISTENT", "NOPERM", "OVERQUOTA", "PARSE",
                  "SERVERBUG", "UNAVAILABLE", "HASCHILDREN", "NOTSAVED",
                  # Of extensions that one of the two has: RFC 8474; RFC 7162 section 3.1.2.1, which the other
                  # follows only for clients that asked for CONDSTORE.
                  "MAILBOXID", "HIGHESTMODSEQ"}
# Of an answer's items, those that both servers know; the rest of LIST's attributes is left to the server
# (RFC 5258 section 4: whether children are told of unasked).
FREE_ATTRIBUTES = {"\\haschildren", "\\hasnochildren", "\\marked", "\\unmarked", "\\noinferiors", "\\nonexistent"}


class Modseq(int):
    """A modification sequence: servers number as they like (RFC 7162 section 3.1); what is larger than
    what is kept."""

    def __repr__(self):
        return f"Modseq({int(self)})"


def lowered(flags):
    return sorted(flag.lower() if flag.startswith("\\") else flag for flag in flags)


def fetch_items(values):
    """What FETCH tells, whatever the order (RFC 9051 section 7.5.2)."""
    items = {}
    for name, value in zip(values[::2], values[1::2]):
        name = re.sub(r'"', "", name.upper())
        if name == "FLAGS":
            value = lowered(value)
        elif name == "MODSEQ":
            value = Modseq(value[0])
        elif name == "INTERNALDATE":
            value = datetime.datetime.strptime(value.strip(), "%d-%b-%Y %H:%M:%S %z").timestamp()
        elif name.startswith("BODY") and "[" not in name:
            value = structure(value)
        items[name] = plain(value)
    return items


def plain(value):
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (int, float, dict)) else str(value)


def structure(value):
    """Names of types, encodings and parameters are told apart without regard to case (RFC 2045)."""
    if isinstance(value, list):
        return [structure(item) for item in value]
    return value.lower() if value else value


def numbers(values):
    """SEARCH: the numbers in no order, and MODSEQ if it is told."""
    modseq = [Modseq(v[1]) for v in values if isinstance(v, list)]
    return sorted(int(v) for v in values if not isinstance(v, list)), modseq


def expand(numbers_text):
    found = []
    for piece in numbers_text.split(","):
        first, _, last = piece.partition(":")
        found += range(int(first), int(last or first) + 1)
    return sorted(found)


def esearch(values):
    values, told = list(values), {}
    if values and isinstance(values[0], list):
        values.pop(0)
    if values and values[0] == "UID":
        told["UID"] = True
        values.pop(0)
    for name, value in zip(values[::2], values[1::2]):
        name = name.upper()
        if name in ("ALL", "ADDTO", "REMOVEFROM") and not isinstance(value, list):
            value = expand(value)
        elif name == "MODSEQ":
            value = Modseq(value)
        told[name] = plain(value)
    return told


def code_of(response):
    """The response code, normalised; None where it says nothing that has to be said."""
    if response.code is None:
        return None
    name, *values = response.code
    if name in OPTIONAL_CODES:
        return None
    if name == "UIDVALIDITY":
        return [name]
    if name in ("APPENDUID", "COPYUID"):
        return [name, *[expand(v) for v in values[1:]]]
    if name == "HIGHESTMODSEQ":
        return [name, Modseq(values[0])]
    if name == "PERMANENTFLAGS":
        return [name, lowered(values[0])]
    if name == "MODIFIED":
        return [name, expand(values[0])]
    return [name, *plain(values)]


def normalise(response):
    """An untagged response as a tuple that can be compared; None where it need not be there."""
    if response.condition is not None:
        code = code_of(response)
        return ("status", response.condition, code) if code else None
    name, values = response.name, response.values
    if name == "FETCH":
        return ("FETCH", response.number, fetch_items(values[0]))
    if name in ("EXISTS", "EXPUNGE", "RECENT"):
        return (name, response.number)
    if name == "SEARCH":
        return (name, *numbers(values))
    if name == "ESEARCH":
        return (name, esearch(values))
    if name in ("LIST", "LSUB"):
        attributes = [a for a in lowered(values[0]) if a not in FREE_ATTRIBUTES]
        return (name, attributes, values[1], str(values[2]), plain(values[3:]))
    if name == "STATUS":
        items = {k: v for k, v in zip(values[1][::2], values[1][1::2])}
        return (name, str(values[0]), {k.upper(): "" if k.upper() == "UIDVALIDITY" else
                                       Modseq(v) if k.upper() == "HIGHESTMODSEQ" else str(v)
                                       for k, v in items.items()})
    if name == "FLAGS":
        return (name, lowered(values[0]))
    if name == "VANISHED":
        early = [v for v in values if isinstance(v, list)]
        return (name, bool(early), expand(values[-1]))
    if name == "ENABLED":
        return (name, sorted(v.upper() for v in values))
    if name == "MYRIGHTS":
        return (name, str(values[0]), sorted(values[1]))
    if name in ("CAPABILITY", "ID"):
        return (name,)
    return (name, response.number, plain(values))


# What has an order among itself: the rest may come in any (RFC 9051 section 7).
ORDERED = ("EXPUNGE", "FETCH", "VANISHED", "SORT", "THREAD")


def arrange(responses):
    """The responses of one command, in an order that does not depend on the server."""
    told = [n for n in map(normalise, responses) if n is not None]
    ordered = [n for n in told if n[0] in ORDERED]
    others = sorted((n for n in told if n[0] not in ORDERED), key=repr)
    # Of EXISTS and RECENT the last one counts (RFC 9051 section 7.4.1).
    last = {n[0]: n for n in told if n[0] in ("EXISTS", "RECENT")}
    return [n for n in others if n[0] not in last] + [last[k] for k in sorted(last)] + join(ordered)


def join(ordered):
    """Runs of EXPUNGE as the messages that they are about, whichever goes first; runs of FETCH by their
    number."""
    joined = []
    for name, run in itertools.groupby(ordered, lambda response: response[0]):
        run = list(run)
        if name == "EXPUNGE":
            joined.append((name, sorted(original_numbers([number for _, number in run]))))
        else:
            joined += sorted(run, key=repr) if name == "FETCH" else run
    return joined


def original_numbers(numbers):
    """What the messages had been numbered before the first of them was gone (RFC 9051 section 7.5.1)."""
    gone = []
    for number in numbers:
        for other in sorted(gone):
            if other <= number:
                number += 1
        gone.append(number)
    return gone


def walk(value, found):
    if isinstance(value, Modseq):
        found.add(value)
    elif isinstance(value, (list, tuple)):
        for item in value:
            walk(item, found)
    elif isinstance(value, dict):
        for item in value.values():
            walk(item, found)


def rank(value, ranks):
    if isinstance(value, Modseq):
        return f"modseq {ranks[value]}"
    if isinstance(value, (list, tuple)):
        return [rank(item, ranks) for item in value]
    if isinstance(value, dict):
        return {key: rank(item, ranks) for key, item in value.items()}
    return value


class Account:
    """The connections of one user to one server, and what the server last told."""

    def __init__(self, port, user):
        self.port, self.user = port, user
        self.connections, self.idle = {}, {}
        self.validity = self.modseq = "1"

    def connection(self, number):
        if number not in self.connections:
            self.connections[number] = Imap(self.port).login(self.user, "secret")
        return self.connections[number]

    def fill(self):
        words, literals = "APPEND INBOX", []
        for flags, date, octets in MESSAGES:
            words += f' {flags} "{date}" \0'
            literals.append(octets)
        self.connection(1).ok(words, *literals, is_synchronizing=False)
        # Whoever selects first is told of recent messages, here as there.
        self.connection(1).ok("SELECT INBOX")
        self.connection(1).ok("UNSELECT")

    def remember(self, responses):
        for response in responses:
            if response is not None and response.code:
                if response.code[0] == "UIDVALIDITY":
                    self.validity = response.code[1]
                if response.code[0] == "HIGHESTMODSEQ":
                    self.modseq = response.code[1]

    def speak(self, number, line):
        """Sends a command with what its placeholders stand for. Returns what came of it."""
        connection, literals = self.connection(number), []

        def put(match):
            literals.append(MESSAGES[int(match.group(1)) - 1][2] if match.group(1)
                            else urllib.parse.unquote_to_bytes(match.group(2)))
            return "\0"

        line = line.replace("$V", self.validity).replace("$M", self.modseq)
        line = re.sub(r"<m(\d+)>|<=([^>]*)>", put, line)
        if number in self.idle:
            connection.send(line.encode() + b"\r\n")
            return connection.finish(self.idle.pop(number))
        tag = connection.send_command(line.encode(), literals)
        if line.upper() == "IDLE":
            self.idle[number] = tag
            early = []
            while (response := connection.read()).tag != "+":
                early.append(response)
            connection.early = early
            return None
        return connection.finish(tag)

    def wait(self, number, text):
        """In IDLE: until a response has the text."""
        connection = self.connection(number)
        while True:
            response = connection.read()
            assert response is not None, f"closed before {text}"
            connection.early.append(response)
            if text.encode() in response.octets:
                return

    def run(self, lines):
        """[(line, answer)]: for each line that is a command."""
        told, pattern = [], re.compile(r"(?:([23])(~| ))?(?:(~) )?(.*)")
        for line in lines:
            number, kind, wait, rest = pattern.fullmatch(line).groups()
            number = int(number or 1)
            if kind == "~" or wait:
                self.wait(number, rest.strip())
                continue
            if rest == "close":
                self.connections.pop(number).close()
                continue
            answer = self.speak(number, rest)
            if answer is None:
                continue
            untagged, tagged = answer
            self.remember([*untagged, tagged])
            told.append((line, arrange(untagged), tagged and (tagged.condition, code_of(tagged))))
        found = set()
        walk(told, found)
        return rank(told, {value: i for i, value in enumerate(sorted(found))})

    def close(self):
        for connection in self.connections.values():
            connection.close()


def dialogues():
    reading = imap_dialogues.parse(imap_dialogues.READING, "reading")
    changing = imap_dialogues.parse(imap_dialogues.CHANGING, "changing")
    return [(name, "reader", lines) for name, lines in reading] + \
        [(name, f"u{i}", lines) for i, (name, lines) in enumerate(changing)]


def users():
    return {user: "secret" for _, user, _ in dialogues()}


def hold_all(port):
    """{name: what was told}"""
    filled, found = set(), {}
    for name, user, lines in dialogues():
        account = Account(port, user)
        try:
            if user not in filled:
                account.fill()
                filled.add(user)
            found[name] = account.run(lines)
        except (AssertionError, OSError, ValueError, IndexError) as problem:
            found[name] = [("", f"{type(problem).__name__}: {problem}", None)]
        account.close()
    return found


SCENARIO = """\
[Scenario]
Title=Two servers, one mailbox
Start={now}
[Host imap.example]
Roles=MS
Address=192.0.2.1
Domains=example
Services=imap
Users={users}
"""


def differences():
    from dovecot import Dovecot
    from serving import serving
    need("dovecot")
    if os.geteuid() != 0:
        raise Skip("Dovecot's mailboxes need root")
    everybody = users()
    with Dovecot(everybody) as theirs:
        told = hold_all(theirs.imap)
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    scenario = SCENARIO.format(now=now, users=";".join(f"{u}:{p}" for u, p in everybody.items()))
    with serving(scenario) as ours:
        said = hold_all(ours.ports["imap"])
    found = {}
    for name, lines in told.items():
        for i in range(max(len(lines), len(said[name]))):
            pair = [answers[i] if i < len(answers) else None for answers in (said[name], lines)]
            if pair[0] != pair[1]:
                found[f"{name} {i + 1}"] = pair
    return found, len(told)


def first_difference(ours, theirs):
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) != len(theirs):
        return f"only ours {[o for o in ours if o not in theirs]}, only theirs " \
            f"{[t for t in theirs if t not in ours]}"[:900]
    if isinstance(ours, (list, tuple)) and isinstance(theirs, (list, tuple)) and len(ours) == len(theirs):
        for one, other in zip(ours, theirs):
            if one != other:
                return first_difference(one, other)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted({*ours, *theirs}, key=repr):
            if ours.get(key, "absent") != theirs.get(key, "absent"):
                return f"{key}: {first_difference(ours.get(key, 'absent'), theirs.get(key, 'absent'))}"
    return f"ours {ours!r}, theirs {theirs!r}"[:700]


def test_answers_are_dovecots():
    found, n_dialogues = differences()
    justified = {line for lines in VERDICTS.values() for line in lines}
    print(f"# {n_dialogues} dialogues, {len(found)} answers differ, {len(justified)} justified")
    for line in sorted(found.keys() - justified):
        print(f"# {line}: {found[line][1] and found[line][1][0]}: {first_difference(*found[line])}")
    for line in sorted(justified - found.keys()):
        print(f"# {line}: no difference any more")
    assert n_dialogues >= 300
    assert found.keys() == justified


if __name__ == "__main__":
    main(globals())
