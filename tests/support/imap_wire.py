# SPDX-License-Identifier: GPL-3.0-or-later
"""IMAP as it is on the wire, for tests: a client that sends what it is told, byte for byte, and a
reader of responses that knows no server's habits (RFC 9051 section 9)."""

import re
import socket

ANNOUNCEMENT = re.compile(rb"~?\{(\d+)\+?\}\r\n\Z")


class Text(str):
    """A string or an atom; a string has `quoted` set. Octets are Latin-1 characters."""
    quoted = False


def text(octets, quoted):
    value = Text(octets.decode("latin-1"))
    value.quoted = quoted
    return value


class Reader:
    """Reads values: a list is a list, NIL is None, atoms and strings are Text."""

    def __init__(self, octets):
        self.octets, self.at = octets, 0

    def peek(self):
        return self.octets[self.at:self.at + 1]

    def skip_space(self):
        while self.peek() == b" ":
            self.at += 1

    def string(self):
        end, out = self.at + 1, bytearray()
        while self.octets[end:end + 1] != b'"':
            if self.octets[end:end + 1] == b"\\":
                end += 1
            assert end < len(self.octets), self.octets
            out += self.octets[end:end + 1]
            end += 1
        self.at = end + 1
        return text(bytes(out), True)

    def literal(self):
        match = re.compile(rb"~?\{(\d+)\}\r\n").match(self.octets, self.at)
        assert match, self.octets[self.at:self.at + 40]
        begin = match.end()
        self.at = begin + int(match.group(1))
        return text(self.octets[begin:self.at], True)

    def atom(self):
        """An atom; what stands in brackets belongs to it: BODY[HEADER.FIELDS (TO)]<0>."""
        begin, depth = self.at, 0
        while self.at < len(self.octets):
            byte = self.peek()
            if byte == b"[":
                depth += 1
            elif byte == b"]":
                depth -= 1
            elif depth <= 0 and byte in b" ()\r\n":
                break
            self.at += 1
        octets = self.octets[begin:self.at]
        return None if octets.upper() == b"NIL" else text(octets, False)

    def value(self):
        byte = self.peek()
        if byte == b"(":
            self.at += 1
            found = []
            while True:
                self.skip_space()
                if self.peek() == b")":
                    self.at += 1
                    return found
                assert self.at < len(self.octets), self.octets
                found.append(self.value())
        if byte == b'"':
            return self.string()
        if byte == b"{" or self.octets[self.at:self.at + 2] == b"~{":
            return self.literal()
        return self.atom()

    def values(self):
        found = []
        self.skip_space()
        while self.at < len(self.octets) and self.peek() not in b"\r\n":
            found.append(self.value())
            self.skip_space()
        return found


STATUS = ("OK", "NO", "BAD", "BYE", "PREAUTH")


class Response:
    """`tag` is "*", "+" or a command's; then a status has `condition`, `code` (a list, its name in
    capitals, or None) and `text`; data has `name`, `number` (or None) and `values`."""

    def __init__(self, octets):
        self.octets = octets
        self.condition = self.code = self.number = self.name = None
        self.values = []
        self.tag, _, rest = octets.partition(b" ")
        self.tag = self.tag.strip().decode("latin-1")
        self.text = ""
        if self.tag == "+":
            self.text = rest.decode("latin-1").rstrip("\r\n")
            return
        word = re.match(rb"[^ \r\n]*", rest).group().decode("latin-1").upper()
        if word in STATUS:
            self.condition = word
            self.read_status(rest[len(word):].lstrip(b" "))
            return
        reader = Reader(rest)
        first = reader.values()
        if first and re.fullmatch(r"\d+", first[0] or ""):
            self.number = int(first.pop(0))
        self.name = first.pop(0).upper()
        self.values = first

    def read_status(self, rest):
        if not rest.startswith(b"["):
            self.text = rest.decode("latin-1").rstrip("\r\n")
            return
        end = rest.index(b"]", 0)
        # Arguments may be lists with brackets of their own, but none in use have.
        self.code = Reader(rest[1:end]).values()
        self.code[0] = self.code[0].upper()
        self.text = rest[end + 1:].decode("latin-1").strip()

    def __repr__(self):
        return repr(self.octets[:300])


class Imap:
    """A connection. command() sends one command, with what stands as <=...> as literals, and returns
    the untagged responses before its end and the tagged one."""

    def __init__(self, port, context=None, name="localhost", timeout=60):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_hostname=name)
        self.file = self.socket.makefile("rb")
        self.n_commands = 0
        self.greeting = self.read()

    def start_tls(self, context, name="localhost"):
        tagged = self.command("STARTTLS")[1]
        assert tagged.condition == "OK", tagged
        self.socket = context.wrap_socket(self.socket, server_hostname=name)
        self.file = self.socket.makefile("rb")

    def read(self):
        """The next response; None at the end of the connection."""
        octets = b""
        while True:
            line = self.file.readline()
            if not line:
                return None
            octets += line
            match = ANNOUNCEMENT.search(octets)
            head = octets.split(b" ", 2)
            if not match or (len(head) > 1 and head[1].upper().decode("latin-1") in STATUS):
                return Response(octets)
            octets += self.file.read(int(match.group(1)))

    def send(self, octets):
        self.socket.sendall(octets)

    def send_command(self, command, literals=(), is_synchronizing=True):
        """`command` as octets in which each b"\\0" stands for the next of `literals`. Returns the tag."""
        self.n_commands += 1
        tag = f"t{self.n_commands}"
        pieces = command.split(b"\0")
        waiting = tag.encode() + b" " + pieces[0]
        self.early = []
        for piece, literal in zip(pieces[1:], literals):
            waiting += b"{%d%s}\r\n" % (len(literal), b"" if is_synchronizing else b"+")
            if is_synchronizing:
                self.send(waiting)
                if not self.wait_for_leave(tag):
                    return tag
                waiting = b""
            waiting += literal + piece
        self.send(waiting + b"\r\n")
        return tag

    def wait_for_leave(self, tag):
        while True:
            response = self.read()
            if response is None or response.tag in ("+", tag):
                if response is not None and response.tag == tag:
                    self.early.append(response)
                return response is not None and response.tag == "+"
            self.early.append(response)

    def finish(self, tag):
        """(untagged responses, tagged response or None if the connection ended)"""
        untagged = [r for r in self.early if r.tag != tag]
        for response in self.early:
            if response.tag == tag:
                return untagged, response
        while True:
            response = self.read()
            if response is None or response.tag == tag:
                return untagged, response
            untagged.append(response)

    def command(self, command, *literals, is_synchronizing=True):
        if isinstance(command, str):
            command = command.encode("utf-8")
        return self.finish(self.send_command(command, literals, is_synchronizing))

    def ok(self, command, *literals, **options):
        """As command(), and it has to go well. Returns the untagged responses."""
        untagged, tagged = self.command(command, *literals, **options)
        assert tagged is not None and tagged.condition == "OK", f"{command}: {tagged}"
        return untagged

    def login(self, user, password):
        self.ok(f"LOGIN {user} {password}")
        return self

    def close(self):
        self.file.close()
        self.socket.close()
