#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IMAP is told of messages is what two servers, where they agree, told of them."""
import functools
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from imap_lists import difference, parse_list  # noqa: E402
from mime_corpus import check_differences, dump  # noqa: E402
from tap import main, shared  # noqa: E402

# Where we differ and have to: why, by which standard, and the messages.
SECOND_FIELD = ("RFC 5322 section 3.6: the field may occur once; which one counts where it occurs "
                "twice is not said: for us the first, for them the last")
ENVELOPE_VERDICTS = {
    SECOND_FIELD: "0bd00bd53e63aee7.eml 9ef2b9032e9c3cec.eml a6d35436dcb7c240.eml",
}
STRUCTURE_VERDICTS = {
    SECOND_FIELD + ", in a message within":
        "0837830790ea8c27.eml",
    "RFC 2046 section 5.1.1: the CRLF before a boundary line belongs to it (delimiter := CRLF "
    "dash-boundary), also where it ends the closing line of a multipart within; they count it as "
    "content":
        "167e514682b91f3e.eml 5e6bd879b2864e02.eml",
    "RFC 5322 sections 2.1 and 3.5: what is attached as a message begins with a line that is no "
    "field, so for us it has a body and no header; for them, a header that never ends":
        "d14ad12f11fdf2cb.eml",
}


def lower(text):
    return text and text.lower()


def parameters(told):
    """Names, and charsets, are told apart without regard to case (RFC 2045 section 5.1, RFC 2046
    section 4.1.2)."""
    return told and [text if i % 2 and told[i - 1].lower() != "charset" else text.lower()
                     for i, text in enumerate(told)]


def disposition(told):
    return told and [told[0].lower(), parameters(told[1])]


def languages(told):
    """One may be told as a string, or as a list of one (RFC 9051 section 9, body-fld-lang)."""
    return told if told is None or isinstance(told, list) else [told]


def envelope(told):
    """White space around a value is left out: one server keeps it where the value was folded."""
    return [text.strip(" \t") if isinstance(text, str) else text for text in told]


def extension(told):
    """Of what every body may have: disposition, language and location."""
    told = told + [None] * (3 - len(told))
    return [disposition(told[0]), languages(told[1]), told[2]]


def body(told):
    """A body structure, without the case of what has none (RFC 9051 section 7.5.2)."""
    if isinstance(told[0], list):
        n = next(i for i, item in enumerate(told) if not isinstance(item, list))
        return [*map(body, told[:n]), lower(told[n]), parameters(told[n + 1]),
                *extension(told[n + 2:])]
    kind, subtype = lower(told[0]), lower(told[1])
    plain = [kind, subtype, parameters(told[2]), told[3], told[4], lower(told[5]), told[6]]
    rest = told[7:]
    if (kind, subtype) == ("message", "rfc822"):
        plain += [envelope(rest[0]), body(rest[1]), rest[2]]
        rest = rest[3:]
    elif kind == "text":
        plain.append(rest.pop(0))
    return [*plain, rest[0], *extension(rest[1:])]


def without_extension(told):
    """What BODY says of what BODYSTRUCTURE says."""
    if isinstance(told[0], list):
        n = next(i for i, item in enumerate(told) if not isinstance(item, list))
        return [*map(without_extension, told[:n]), told[n]]
    if (told[0], told[1]) == ("message", "rfc822") or (told[0], told[1]) == ("message", "global"):
        return [*told[:8], without_extension(told[8]), told[9]]
    return told[:8 if told[0] == "text" else 7]


@functools.cache
def oracle():
    """(what servers told, what we tell), for each message."""
    ours = dump("IMAP_DUMP")
    with open(shared() / "corpora/imap-oracle.jsonl", encoding="utf-8") as lines:
        told = [json.loads(line) for line in lines]
    return [(theirs, ours[theirs["file"]]) for theirs in told]


def test_sizes_are_equal():
    for theirs, ours in oracle():
        assert theirs["size"] == ours["size"], theirs["file"]


def compare(key, read, verdicts, share):
    found = {theirs["file"]: (read(parse_list(ours[key])), read(parse_list(theirs[key])))
             for theirs, ours in oracle() if theirs[key] is not None}
    differing = {name: difference(*pair) for name, pair in found.items() if pair[0] != pair[1]}
    check_differences(differing, verdicts, len(found), share)


def test_envelopes_are_equal():
    compare("envelope", envelope, ENVELOPE_VERDICTS, 0.99)


def test_body_structures_are_equal():
    compare("bodystructure", body, STRUCTURE_VERDICTS, 0.98)


def test_body_is_body_structure_without_extension_data():
    for _, ours in oracle():
        assert without_extension(parse_list(ours["bodystructure"])) == parse_list(ours["body"]), \
            ours["file"]


if __name__ == "__main__":
    main(globals())
