#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of every text part is what GMime and Python's email package, where they agree, read."""
import email
import email.errors
import email.header
import email.policy
import functools
import hashlib
import pathlib
import quopri
import re
import sys
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from mime_corpus import check_differences, dump, messages, nest  # noqa: E402
from tap import main  # noqa: E402

# Where we differ and have to: why, by which standard, and the parts (file and path).
VERDICTS = {
    "RFC 2046 section 5.1.1, note to implementors: a line that begins with the boundary is a "
    "boundary line, whatever follows; they want nothing but the boundary on it":
        "0394919b8daa5882.eml.1 0394919b8daa5882.eml.2",
    "RFC 2781 section 4.3: UTF-16 without a byte order mark is big-endian; this is not, and they "
    "take it as their machine would write it":
        "6b940b804736166a.eml.0.0 6b940b804736166a.eml.0.1",
}
OCTETS_VERDICTS = {}
NAME_VERDICTS = {}


def ours_by_path(part, path="", with_text=True):
    """Text parts as (path, text); a path tells which child leads to a part."""
    if not part["children"] and part["type"] == "text":
        yield path, part["text"] if with_text else None
    for i, child in enumerate(part["children"]):
        yield from ours_by_path(child, f"{path}.{i}", with_text)


def gmime_by_path(told):
    for part in told["parts"]:
        if part["type"].lower().startswith("text/") and part.get("text") is not None:
            yield part["path"], part["text"]


def trim_encoded_lines(part):
    """The raw octets of a quoted-printable body as they have to be read: white space at the end of
    an encoded line is not part of it (RFC 2045 section 6.7 (3)), but GMime and Python keep it."""
    raw = part.as_bytes(unixfrom=False).split(b"\n\n", 1)[-1]
    return re.sub(rb"[ \t]+(?=\r?\n|\Z)", b"", raw)


def python_text(part):
    """The text of a part, first as Python reads it, then by the rule; None where it can't."""
    try:
        charset = part.get_content_charset("us-ascii")
        read = part.get_payload(decode=True)
        ruled = read
        if part.get("Content-Transfer-Encoding", "").strip().lower() == "quoted-printable":
            ruled = quopri.decodestring(trim_encoded_lines(part))
        return read.decode(charset, "replace"), ruled.decode(charset, "replace")
    except (LookupError, UnicodeError, AttributeError, TypeError, ValueError):
        return None


def python_by_path(part, path=""):
    if part.is_multipart() and part.get_content_type() != "message/delivery-status":
        for i, child in enumerate(part.get_payload()):
            yield from python_by_path(child, f"{path}.{i}")
    elif part.get_content_maintype() == "text":
        text = python_text(part)
        if text is not None:
            yield path, text


def normal(text):
    """Lines end in LF; how a part ends is not told apart: readers differ on whose the last line
    end is, and on the byte order mark, which Python keeps for UTF-8."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").removeprefix("\ufeff")


def difference(ours, theirs):
    if ours is None:
        return f"ours has no text there, theirs {theirs[:60]!r}"
    at = next((i for i, pair in enumerate(zip(ours, theirs)) if pair[0] != pair[1]),
              min(len(ours), len(theirs)))
    return f"at {at}: ours {ours[max(at - 20, 0):at + 40]!r}, theirs {theirs[max(at - 20, 0):at + 40]!r}"


def leaves_of_ours(part, path=""):
    if not part["children"]:
        yield path, (part["decoded_sha256"], part["filename"])
    for i, child in enumerate(part["children"]):
        yield from leaves_of_ours(child, f"{path}.{i}")


def decoded_words(text):
    """RFC 2047 undone, also where it is not allowed; None where Python can't."""
    try:
        return str(email.header.make_header(email.header.decode_header(text)))
    except (LookupError, ValueError, email.errors.HeaderParseError):
        return None


def leaves_of_python(part, path=""):
    if part.is_multipart() and part.get_content_type() != "message/delivery-status":
        for i, child in enumerate(part.get_payload()):
            yield from leaves_of_python(child, f"{path}.{i}")
    elif not part.is_multipart():
        filename = part.get_filename()
        yield path, (hashlib.sha256(part.get_payload(decode=True)).hexdigest(),
                     filename and decoded_words(filename))


@functools.cache
def agreed_leaves():
    """(file, path) and (digest, file name) of leaves, each None where GMime and Python differ."""
    found = {}
    gmime = dump("GMIME_DUMP")
    for file in messages():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.compat32)
            by_python = dict(leaves_of_python(message))
        for part in gmime[file.name]["parts"]:
            if "sha256" in part and part["path"] in by_python:
                by_gmime = part["sha256"], part["filename"]
                found[file.name, part["path"]] = [
                    one if one == other else None
                    for one, other in zip(by_gmime, by_python[part["path"]])]
    return found


def our_leaves():
    return {(name, path): leaf for name, told in dump("MIME_DUMP").items()
            for path, leaf in leaves_of_ours(nest(told["parts"]))}


@functools.cache
def agreed():
    """What GMime and Python agree on, (file, path) and text; how many parts either has; how many
    texts were trimmed afterwards."""
    found, n_either, n_trimmed = {}, 0, 0
    gmime = dump("GMIME_DUMP")
    for file in messages():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.compat32)
            by_python = dict(python_by_path(message))
        by_gmime = dict(gmime_by_path(gmime[file.name]))
        n_either += len(by_python.keys() | by_gmime.keys())
        for path in by_python.keys() & by_gmime.keys():
            read, ruled = map(normal, by_python[path])
            if read == normal(by_gmime[path]):
                found[file.name, path] = ruled
                n_trimmed += read != ruled
    return found, n_either, n_trimmed


def test_gmime_and_python_agree_on_most_parts():
    found, n_either, n_trimmed = agreed()
    print(f"# they agree on {len(found)} of {n_either} text parts, in {n_trimmed} of which both leave "
          "white space that RFC 2045 section 6.7 (3) takes away")
    assert len(found) >= 0.8 * n_either


def test_our_text_is_the_text_they_agree_on():
    found, _, _ = agreed()
    ours = {}
    for name, told in dump("MIME_DUMP", "--text").items():
        for path, text in ours_by_path(nest(told["parts"])):
            ours[name, path] = normal(text)
    differing = {name + path: difference(ours.get((name, path)), text)
                 for (name, path), text in found.items() if ours.get((name, path)) != text}
    check_differences(differing, VERDICTS, len(found), 0.99)


def check_leaves(which, table, is_of_interest):
    agreed_on = {key: pair[which] for key, pair in agreed_leaves().items()
                 if pair[which] is not None and is_of_interest(key)}
    ours = our_leaves()
    differing = {name + path: f"ours {ours.get((name, path))}, theirs {theirs}"
                 for (name, path), theirs in agreed_on.items()
                 if (name, path) not in ours or ours[name, path][which] != theirs}
    check_differences(differing, table, len(agreed_on), 0.99)


def test_our_octets_are_the_octets_they_agree_on():
    is_text = {(name, path) for name, told in dump("MIME_DUMP").items()
               for path, _ in ours_by_path(nest(told["parts"]), with_text=False)}
    check_leaves(0, OCTETS_VERDICTS, lambda key: key not in is_text)


def test_our_file_names_are_the_names_they_agree_on():
    check_leaves(1, NAME_VERDICTS, lambda key: True)


if __name__ == "__main__":
    main(globals())
