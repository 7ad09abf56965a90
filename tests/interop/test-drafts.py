#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages that are made from drafts, as Python's email package and GMime read them: 500 drafts at
random, with names and files in all scripts, come back equal."""
import email
import email.policy
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tap import Skip, main  # noqa: E402

N_DRAFTS = 500
AS_IT_IS = email.policy.default.clone(refold_source="none", linesep="\r\n")
folder = tempfile.TemporaryDirectory()


def call(variable, *arguments):
    """The lines that a program prints, as JSON."""
    if variable not in os.environ:
        raise Skip(f"{variable} is not set: what it would name was not built")
    done = subprocess.run([os.environ[variable], *map(str, arguments)], capture_output=True,
                          timeout=200)
    error = done.stderr.decode("utf-8", "replace")
    assert done.returncode == 0 and "runtime error" not in error, error[-3000:]
    return [json.loads(line) for line in done.stdout.decode("utf-8").split("\n")[:-1]]


@functools.cache
def drafts():
    told = call("DRAFT_WRITER", folder.name, N_DRAFTS)
    assert len(told) == N_DRAFTS
    return told


def lines(text):
    """Text whose lines end in LF, the last one, too."""
    text = text.replace("\r\n", "\n")
    return text + "\n" if text and not text.endswith("\n") else text


def unflow(text):
    """format=flowed with DelSp=no as it is meant (RFC 3676 section 4.1): a line for a paragraph."""
    out, open_depth = "", None
    for line in lines(text).split("\n")[:-1]:
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content[1:] if content.startswith(" ") else content
        if open_depth is not None and open_depth != depth:
            out, open_depth = out + "\n", None
        if open_depth is None:
            out += ">" * depth + (" " if depth and content else "")
        is_flowed = content.endswith(" ") and content != "-- "
        out += content + ("" if is_flowed else "\n")
        open_depth = depth if is_flowed else None
    return out


def trim(text):
    """As text is before it is flowed: no spaces at the ends of lines."""
    return "\n".join(line if line == "-- " else line.rstrip(" ")
                     for line in lines(text).split("\n"))


def check_text(name, wanted, got, is_flowed):
    if is_flowed:
        wanted, got = trim(wanted), unflow(got)
    assert lines(got) == lines(wanted), f"{name}: {got!r} is not {wanted!r}"


def check_leaves(told, leaves):
    """leaves: (file name, SHA-256 of the content, text or None, whether it is flowed) of each, in
    order: text, HTML, attachments."""
    name = told["file"]
    wanted = [told[key] for key in ("text", "html") if told[key] is not None]
    if not wanted and not told["attachments"]:
        wanted = [""]
    assert len(leaves) == len(wanted) + len(told["attachments"]), f"{name}: {len(leaves)} leaves"
    for text, leaf in zip(wanted, leaves):
        check_text(name, text, leaf[2], leaf[3])
    for attachment, leaf in zip(told["attachments"], leaves[len(wanted):]):
        assert leaf[0] == attachment["filename"], f"{name}: {leaf[0]!r} for {attachment}"
        assert leaf[1] == attachment["sha256"], f"{name}: other content in {attachment}"


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def python_leaves(part):
    if part.get_content_maintype() == "multipart":
        for child in part.iter_parts():
            yield from python_leaves(child)
    elif part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0)
        yield part.get_filename(), sha256(inner.as_bytes(policy=AS_IT_IS)), None, False
    else:
        content = part.get_payload(decode=True)
        is_text = part.get_content_maintype() == "text" and not part.is_attachment()
        yield (part.get_filename(), sha256(content),
               content.decode(part.get_content_charset("us-ascii")) if is_text else None,
               part.get_param("format") == "flowed")


def read(told):
    return (pathlib.Path(folder.name) / told["file"]).read_bytes()


def without_spaces(addresses):
    """Python 3.11 puts a space between two encoded-words of a phrase, and makes one of two spaces
    (RFC 2047 section 6.2 has it otherwise): GMime tells of those."""
    return [[name and name.replace(" ", ""), local, domain] for name, local, domain in addresses]


def test_python():
    for told in drafts():
        message = email.message_from_bytes(read(told), policy=email.policy.default)
        assert not message.defects, f"{told['file']}: {message.defects}"
        assert message["Subject"] == told["subject"], \
            f"{told['file']}: {message['Subject']!r} is not {told['subject']!r}"
        for key in ("from", "to", "cc"):
            field = message[key]
            got = [] if field is None else [
                [one.display_name or None, one.username, one.domain] for one in field.addresses]
            assert without_spaces(got) == without_spaces(told[key]), \
                f"{told['file']}: {got} is not {told[key]}"
            assert field is None or not field.defects, f"{told['file']}: {field.defects}"
        check_leaves(told, list(python_leaves(message)))


def unquote(local):
    """A local part without its quotes."""
    if not local.startswith('"'):
        return local
    return re.sub(r"\\(.)", r"\1", local[1:-1])


def gmime_addresses(got):
    """GMime 3.2 leaves the line ends of folding in names (RFC 5322 section 2.2.3 has it otherwise)."""
    for one in got:
        local, domain = one["address"].rsplit("@", 1)
        yield [(one["name"] or "").replace("\r\n", "") or None, unquote(local), domain]


def gmime_leaves(told, message):
    """As python_leaves(); what GMime's dumper does not tell (of messages within, and whether text is
    flowed) is taken from there."""
    inside = None
    others = python_leaves(email.message_from_bytes(read(told), policy=email.policy.default))
    for part in message["parts"]:
        if part["type"].lower().startswith("multipart/") or \
                (inside is not None and part["path"].startswith(inside + ".")):
            continue
        other = next(others)
        if part["type"].lower() == "message/rfc822":
            inside = part["path"]
            yield other
        else:
            yield part["filename"], part["sha256"], part["text"], other[3]


def test_gmime():
    drafts()
    found = call("GMIME_DUMP", *(pathlib.Path(folder.name) / told["file"] for told in drafts()))
    for told, got in zip(drafts(), found, strict=True):
        assert got["file"] == told["file"]
        assert got["subject"] == told["subject"], \
            f"{told['file']}: {got['subject']!r} is not {told['subject']!r}"
        for key in ("from", "to", "cc"):
            addresses = list(gmime_addresses(got[key]))
            assert addresses == told[key], f"{told['file']}: {addresses} is not {told[key]}"
        check_leaves(told, list(gmime_leaves(told, got)))


main(globals())
