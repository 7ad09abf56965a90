#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What our reader makes of messages is what two IMAP servers, where they agree, made of them."""
import functools
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from imap_lists import difference, parse_list  # noqa: E402
from mime_corpus import check_differences, dump, nest  # noqa: E402
from tap import main, shared  # noqa: E402

# Where we differ and have to: why, by which standard, and the messages.
TREE_VERDICTS = {}
FIELDS_VERDICTS = {
    "RFC 2046 section 5.1.1: the CRLF before a boundary line belongs to it (delimiter := CRLF "
    "dash-boundary), also where it ends the closing line of a multipart within; they count it as "
    "content":
        "167e514682b91f3e.eml 5e6bd879b2864e02.eml",
    "RFC 5322 sections 2.1 and 3.5: what is attached as a message begins with a line that is no "
    "field, so for us it has a body and no header; for them, a header that never ends":
        "d14ad12f11fdf2cb.eml",
}
SECOND_FIELD = ("RFC 5322 section 3.6: the field may occur once; which one counts where it occurs "
                "twice is not said: for us the first, for them the last")
ENVELOPE_VERDICTS = {
    SECOND_FIELD: "0bd00bd53e63aee7.eml 9ef2b9032e9c3cec.eml a6d35436dcb7c240.eml",
}
INNER_ENVELOPE_VERDICTS = {
    SECOND_FIELD: "0837830790ea8c27.eml.2",
}

def lower(text):
    return text and text.lower()


def pairs(parameters):
    """Parameters as (name, value); names are told apart without regard to case."""
    return [(name.lower(), value) for name, value in zip(parameters[::2], parameters[1::2])] \
        if parameters else []


def disposition(told):
    return (lower(told[0]), pairs(told[1])) if told else None


ENVELOPE = ("date", "subject", "from", "sender", "reply_to", "to", "cc", "bcc", "in_reply_to",
            "message_id")


def server_envelope(told):
    """RFC 9051 section 7.5.2; the source route, which nobody uses, is left out of addresses, and
    white space around a value, which one server keeps where it was folded."""
    envelope = {name: value.strip(" \t") if isinstance(value, str) else value
                for name, value in zip(ENVELOPE, told)}
    for name in ENVELOPE[2:8]:
        envelope[name] = envelope[name] and [(a[0], a[2], a[3]) for a in envelope[name]]
    return envelope


def server_body(told):
    """RFC 9051 section 7.5.2, BODYSTRUCTURE."""
    if isinstance(told[0], list):
        n = next(i for i, item in enumerate(told) if not isinstance(item, list))
        rest = told[n:] + [None] * 4
        return {"type": "multipart/" + lower(rest[0]), "children": list(map(server_body, told[:n])),
                "parameters": pairs(rest[1]), "disposition": disposition(rest[2]),
                "location": rest[4] if len(told) > n + 4 else None}
    body = {"type": f"{lower(told[0])}/{lower(told[1])}", "children": [],
            "parameters": pairs(told[2]), "id": told[3], "description": told[4],
            "encoding": lower(told[5]), "octets": told[6]}
    rest = told[7:] + [None] * 6
    if body["type"] == "message/rfc822":
        body["envelope"] = server_envelope(rest.pop(0))
        body["children"] = [server_body(rest.pop(0))]
        body["lines"] = rest.pop(0)
    elif body["type"].startswith("text/"):
        body["lines"] = rest.pop(0)
    body.update(md5=rest[0], disposition=disposition(rest[1]), location=rest[3])
    return body


def our_envelope(told):
    envelope = {name: told[name] or None for name in ENVELOPE}
    for name in ENVELOPE[2:8]:
        envelope[name] = envelope[name] and [tuple(a) for a in envelope[name]]
    return envelope


def made_up_text():
    """What a server tells where there is nothing to tell, since IMAP knows no multipart without a
    part, and no message/rfc822 without a body (RFC 9051 section 9: body-type-mpart, media-message)."""
    return {"type": "text/plain", "children": [], "parameters": [], "id": None, "description": None,
            "encoding": "7bit", "octets": 0, "lines": 0, "disposition": None, "md5": None,
            "location": None}


def our_body(part):
    body = {"type": f"{part['type']}/{part['subtype']}",
            "children": list(map(our_body, part["children"])),
            "parameters": [tuple(pair) for pair in part["parameters"]],
            "location": part["location"],
            "disposition": part["disposition"] and
            (part["disposition"], [tuple(pair) for pair in part["disposition_parameters"]])}
    if body["type"].startswith("multipart/") and not body["children"]:
        body["children"] = [made_up_text()]
    if part["kind"] == "multipart":
        return body
    body.update(id=part["raw_id"], description=part["description"], octets=part["octets"],
                encoding=part["encoding_name"] or "7bit", md5=part["md5"])
    if body["type"].startswith("text/") or body["type"] == "message/rfc822":
        body["lines"] = part["lines"]
    if body["type"] == "message/rfc822" and part["kind"] == "leaf":
        body["children"] = [made_up_text()]
        body["envelope"] = dict.fromkeys(ENVELOPE)
    if part["kind"] == "message":
        body["envelope"] = our_envelope(part["envelope"])
    return body


def shape(body):
    return body["type"], [shape(child) for child in body["children"]]


def plain(body):
    """Without what a server adds: a text without a charset is in US-ASCII (RFC 2045 section 5.2)."""
    body = dict(body, children=[plain(child) for child in body["children"]])
    if body["type"].startswith("text/"):
        body["parameters"] = [(name, value) for name, value in body["parameters"]
                              if (name, value.lower()) != ("charset", "us-ascii")]
    body.pop("envelope", None)
    return body


@functools.cache
def oracle():
    """(file, what servers said, what we say), for each message."""
    ours = dump("MIME_DUMP")
    found = []
    with open(shared() / "corpora/imap-oracle.jsonl", encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            found.append((told["file"], told, ours[told["file"]]))
            assert told["size"] == ours[told["file"]]["size"]
    for told in ours.values():
        told["body"] = our_body(nest(told["parts"]))
    return found


def bodies():
    for name, theirs, ours in oracle():
        if theirs["bodystructure"] is not None:
            yield name, server_body(parse_list(theirs["bodystructure"])), ours["body"]


def test_part_trees_are_equal():
    found = {name: (shape(ours), shape(theirs)) for name, theirs, ours in bodies()}
    differing = {name: difference(*pair) for name, pair in found.items() if pair[0] != pair[1]}
    check_differences(differing, TREE_VERDICTS, len(found), 0.99)


def test_sizes_encodings_parameters_and_dispositions_are_equal():
    found = {name: (plain(ours), plain(theirs)) for name, theirs, ours in bodies()
             if shape(ours) == shape(theirs)}
    differing = {name: difference(*pair) for name, pair in found.items() if pair[0] != pair[1]}
    n_all = sum(1 for _ in bodies())
    check_differences(differing, FIELDS_VERDICTS, n_all, 0.98, n_unequal=n_all - len(found))


def envelopes(body, path):
    """The envelopes of the messages within a body, by where they are."""
    if "envelope" in body:
        yield path, body["envelope"]
    for i, child in enumerate(body["children"]):
        yield from envelopes(child, f"{path}.{i}")


def test_addresses_dates_and_subjects_are_equal():
    found = {}
    for name, theirs, ours in oracle():
        if theirs["envelope"] is not None:
            found[name] = (our_envelope(ours["envelope"]),
                           server_envelope(parse_list(theirs["envelope"])))
    differing = {name: difference(*pair) for name, pair in found.items() if pair[0] != pair[1]}
    check_differences(differing, ENVELOPE_VERDICTS, len(found), 0.99)


def test_envelopes_of_messages_within_messages_are_equal():
    found = {}
    for name, theirs, ours in bodies():
        if shape(ours) == shape(theirs):
            here = dict(envelopes(ours, name))
            for path, envelope in envelopes(theirs, name):
                found[path] = (here[path], envelope)
    differing = {name: difference(*pair) for name, pair in found.items() if pair[0] != pair[1]}
    check_differences(differing, INNER_ENVELOPE_VERDICTS, len(found), 0.99)


if __name__ == "__main__":
    main(globals())
