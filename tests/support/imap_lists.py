# SPDX-License-Identifier: GPL-3.0-or-later
"""Parenthesised lists as IMAP servers tell them, for tests."""
import re

TOKEN = re.compile(r'\s*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|\{(\d+)\}\r\n|([^\s()"{]+))', re.S)


def parse_list(text):
    """Reads a parenthesised list of RFC 9051 section 4.4; NIL is None."""
    position, stack = 0, [[]]
    while position < len(text):
        match = TOKEN.match(text, position)
        assert match, text[position:position + 40]
        position = match.end()
        opened, closed, quoted, length, atom = match.groups()
        if opened:
            stack.append([])
        elif closed:
            inner = stack.pop()
            stack[-1].append(inner)
        elif quoted is not None:
            stack[-1].append(re.sub(r"\\(.)", r"\1", quoted, flags=re.S))
        elif length is not None:
            stack[-1].append(text[position:position + int(length)])
            position += int(length)
        else:
            stack[-1].append(None if atom == "NIL" else int(atom))
    assert len(stack) == 1 and len(stack[0]) == 1
    return stack[0][0]


def difference(ours, theirs):
    """The first thing that differs, to be read."""
    if isinstance(ours, dict):
        for key in ours:
            if ours[key] != theirs.get(key):
                return f"{key}: {difference(ours[key], theirs.get(key))}"
    if isinstance(ours, (list, tuple)) and isinstance(theirs, (list, tuple)) and \
            len(ours) == len(theirs):
        for one, other in zip(ours, theirs):
            if one != other:
                return difference(one, other)
    return f"ours {ours!r}, theirs {theirs!r}"[:600]
