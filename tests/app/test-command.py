#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line as DESIGN.md section 7 fixes it: what each command prints, and its exit status."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import xml.dom.minidom

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tap import POSTROAD, TOP, Skip, main, need, run, shared  # noqa: E402

LETTER = TOP / "lessons/02-five-steps-four-computers/scenario.ini"
SESSION = TOP / "lessons/06-first-smtp-session/scenario.ini"
STEPS = ["1 Composition", "2 Submission", "3 Delivery", "4 Receipt and processing",
         "5 Access and retrieval"]
UTF8 = dict(os.environ, LC_ALL="C.UTF-8", COLUMNS="100")


def events(text):
    return [json.loads(line) for line in text.decode().splitlines()[1:]]


def test_the_ladder_tells_the_five_steps_at_each_level():
    for level in ("story", "dialogue", "packets"):
        text = run("run", LETTER, "--level", level, env=UTF8)[0].decode()
        places = [text.index(step) for step in STEPS]
        assert places == sorted(places), (level, places)
        assert max(len(line) for line in text.splitlines()) <= 100
    assert "SYN" in run("run", LETTER, "--level", "packets", env=UTF8)[0].decode()


def test_the_same_run_gives_the_same_bytes_and_reads_back_the_same():
    for level in ("story", "dialogue", "packets"):
        first = run("run", LETTER, "--format", "jsonl", "--level", level)[0]
        assert first == run("run", LETTER, "--format", "jsonl", "--level", level)[0]
        with tempfile.NamedTemporaryFile(suffix=".jsonl") as saved:
            saved.write(first)
            saved.flush()
            assert run("read", saved.name, "--format", "jsonl", "--level", level)[0] == first
            if level == "packets":
                assert run("read", saved.name, env=UTF8)[0] == run("run", LETTER, env=UTF8)[0]


def test_another_seed_changes_only_what_chance_decides():
    one = events(run("run", LETTER, "--format", "jsonl", "--seed", "1")[0])
    two = events(run("run", LETTER, "--format", "jsonl", "--seed", "2")[0])
    assert one != two
    assert [(e["kind"], e["from"], e["to"], e["unit"], e.get("verb"), e.get("code")) for e in one] == \
           [(e["kind"], e["from"], e["to"], e["unit"], e.get("verb"), e.get("code")) for e in two]


def test_every_event_of_a_trace_is_as_the_contract_says():
    text = run("run", LETTER, "--format", "jsonl", "--level", "packets")[0].decode()
    header = json.loads(text.splitlines()[0])
    assert list(header) == ["postroad", "title", "seed", "actors", "connections"]
    names = {actor["name"] for actor in header["actors"]}
    ids = set()
    last = 0.0
    for event in events(text.encode()):
        assert event["id"] not in ids and (event["cause"] is None or event["cause"] in ids), event
        ids.add(event["id"])
        assert event["from"] in names and event["to"] in names
        assert ("text" in event) != ("base64" in event)
        assert event["time"] >= last
        last = event["time"]
        assert event["arrival"] is None or event["arrival"] >= event["time"]
    relayed = [e for e in events(text.encode()) if e["kind"] == "message"]
    assert [e["unit"] for e in relayed] == ["composed", "submitted", "relayed", "delivered",
                                            "retrieved"]
    assert len({e["message"] for e in relayed}) == 1


def test_without_utf_8_the_ladder_is_ascii():
    text = run("run", LETTER, env=dict(UTF8, LC_ALL="C"))[0]
    assert text.decode("ascii") and b"2 Submission" in text and b"MAIL FROM" in text


def test_pictures_are_what_they_say():
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("svg", "pdf", "png"):
            out = pathlib.Path(folder) / f"ladder.{kind}"
            run("run", LETTER, "--format", kind, "-o", out)
            assert out.stat().st_size > 1000
        text = (pathlib.Path(folder) / "ladder.svg").read_text()
        xml.dom.minidom.parseString(text)
        assert "<text" in text and "<title" in text and "MAIL FROM" in text
        assert (pathlib.Path(folder) / "ladder.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        need("rsvg-convert", "pdftoppm")
        subprocess.run(["rsvg-convert", "-o", f"{folder}/svg.png", f"{folder}/ladder.svg"],
                       check=True)
        subprocess.run(["pdftoppm", "-r", "40", "-png", f"{folder}/ladder.pdf", f"{folder}/page"],
                       check=True)
        assert list(pathlib.Path(folder).glob("page*.png"))


GOOD = LETTER.read_text(encoding="utf-8")
MISTAKES = {
    "unknown key": GOOD.replace("LatencyMs=2\n", "Latenzy=2\n"),
    "unknown group": GOOD + "\n[Weather here]\nRain=1\n",
    "missing host": GOOD.replace("Via=mail.sender.example", "Via=mail.nowhere.example"),
    "bad address": GOOD.replace("Address=192.0.2.10", "Address=192.0.2.1000"),
    "bad number": GOOD.replace("LatencyMs=24", "LatencyMs=soon"),
    "links to nowhere": GOOD + "\n[Host a]\nAddress=192.0.2.101\n[Host b]\nAddress=192.0.2.102\n"
                               "[Host c]\nAddress=192.0.2.103\n[Link a b]\n[Link b c]\n[Link c a]\n",
    "not a key file": "once upon a time\n",
    "empty": "",
    "NUL": GOOD.replace("Seed=2", "Seed=2\0"),
}


def test_a_mistake_in_a_scenario_is_told_with_its_line():
    with tempfile.TemporaryDirectory() as folder:
        for name, text in MISTAKES.items():
            path = pathlib.Path(folder) / "bad.ini"
            path.write_bytes(text.encode())
            out, error = run("run", path, status=2)
            assert out == b"" and f"{path}:" in error, (name, error)
            assert error.split(f"{path}:")[1].split(":")[0].isdigit(), (name, error)
        error = run("run", folder, status=2)[1]
        assert folder in error


def test_the_format_of_scenarios_is_told():
    out, _ = run("run", "--scenario-help")
    lines = out.decode().splitlines()
    for line in ("[Scenario]", "[Host]", "[Link]", "[Zone]", "[List]", "[Mailbox]", "[Action]"):
        assert lines.count(line) == 1, (line, lines)
    assert any(line.startswith("  Certificate ") for line in lines)


def test_what_can_not_be_written_leaves_nothing_behind():
    with tempfile.TemporaryDirectory() as folder:
        run("run", LETTER, "-o", f"{folder}/none/out.txt", status=1)
        run("run", LETTER, "-o", folder, status=1)
        assert os.listdir(folder) == []
        run("run", "/nowhere.ini", "-o", f"{folder}/out", status=2)
        assert os.listdir(folder) == []


def test_mail_is_saved_as_maildirs_and_comes_in_again():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        run("run", SESSION, "--save-mail", folder / "mail")
        box = folder / "mail/mail.recipient.example/bob"
        letters = list((box / "cur").iterdir())
        assert len(letters) == 1 and letters[0].name.endswith(":2,"), letters
        assert b"\nSubject: " in letters[0].read_bytes() and b"\r" not in letters[0].read_bytes()
        text, errors = run("run", SESSION, "--save-mail", folder / "mail", status=1)
        assert "there is something already" in errors and not text, (text, errors)
        again = folder / "again.ini"
        again.write_text(SESSION.read_text() + "\n[Mailbox 1]\nHost=mail.recipient.example\n"
                         "User=bob\nName=Old\nImport=mail/mail.recipient.example/bob\n")
        run("run", again, "--save-mail", folder / "twice")
        copies = list((folder / "twice/mail.recipient.example/bob/.Old/cur").iterdir())
        assert [copy.read_bytes() for copy in copies] == [letters[0].read_bytes()]


def test_wrong_commands_say_what_is_right():
    assert "formats are" in run("run", LETTER, "--format", "gif", status=2)[1]
    assert "levels are" in run("run", LETTER, "--level", "all", status=2)[1]
    assert "seed" in run("run", LETTER, "--seed", "many", status=2)[1]
    assert "takes one" in run("run", status=2)[1]
    assert "grammars are" in run("explain", LETTER, "--as", "klingon", status=2)[1]
    run("run", LETTER, "--nonsense", status=2)
    run("--nonsense", status=2)
    run("read", LETTER, status=2)
    for command in ("run", "read", "explain", "serve", "lessons"):
        assert b"Usage" in run(command, "--help")[0]
    assert run("--version")[0].startswith(b"postroad ")


def test_units_are_explained_by_their_grammars():
    cases = {
        "smtp-command": b"MAIL FROM:<a@a.example> SIZE=10\r\n",
        "smtp-reply": b"250-b.example\r\n250 SIZE 10\r\n",
        "pop3-command": b"RETR 1\r\n",
        "pop3-response": b"+OK 2 320\r\n",
        "imap-command": b"a1 SELECT INBOX\r\n",
        "imap-response": b"* 1 FETCH (FLAGS (\\Seen) BODY[HEADER] {4}\r\na:\r\n)\r\n",
        "tls-record": b"\x15\x03\x03\x00\x02\x01\x00",
        "sasl-plain": b"\x00bob\x00secret",
        "message": b"Date: 24 Nov 2026 08:00:00 +0000\r\nFrom: a@a.example\r\n\r\nbody\r\n",
    }
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "unit"
        for grammar, data in cases.items():
            path.write_bytes(data)
            told = json.loads(run("explain", path, "--as", grammar, "--format", "json")[0])
            assert list(told) == ["grammar", "length", "spans", "parts", "deviations"]
            assert told["grammar"] == grammar and told["length"] == len(data)
            assert not any(span["flags"] for span in told["spans"]) or grammar == "message", told
            assert bool(told["parts"]) == (grammar == "message")
            assert {"element", "label", "rfc", "section", "offset", "length", "depth",
                    "flags"} == set(told["spans"][0])
        path.write_bytes(b"MAIL FROM:<a@a.exa")
        told = json.loads(run("explain", path, "--as", "smtp-command", "--format", "json")[0])
        assert any("partial" in span["flags"] for span in told["spans"])
        path.write_bytes(b"\x00\xff\x1b[31m\xe2\x80\xae")
        out = run("explain", path)[0]
        assert b"\x1b" not in out and b"\xe2\x80\xae" not in out


LETTERS = [
    b"From: =?utf-8?q?Zo=C3=AB?= <a@a.example>\n"
    b"To: b@b.example\nDate: Tue, 24 Nov 2026 08:00:00 +0000\nMessage-ID: <1@a.example>\n"
    b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
    b"--x\nContent-Type: text/plain; charset=utf-8\n\nHi\n"
    b"--x\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
    b"Content-Disposition: attachment; filename*=utf-8''%C3%A9.pdf\n\nYWJj\n--x--\n",
    b"From: a@a.example\nFrom: b@b.example\n\n>From here on\n",
]
SEPARATOR = b"From a@a.example Tue Nov 24 08:00:00 2026\n"
MBOX = b"".join(SEPARATOR + letter + b"\n" for letter in LETTERS)


def explain_json(path, *arguments):
    return json.loads(run("explain", path, "--format", "json", *arguments)[0])


def test_a_message_is_explained_with_its_parts_and_deviations():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "letter.eml"
        path.write_bytes(LETTERS[0])
        told = explain_json(path)
        parts = told["parts"]
        assert [(p["number"], p["depth"], p["type"], p["charset"], p["encoding"], p["filename"],
                 p["disposition"]) for p in parts] == [
            ("", 0, "multipart/mixed", None, "7bit", None, None),
            ("1", 1, "text/plain", "utf-8", "7bit", None, None),
            ("2", 1, "application/pdf", None, "base64", "é.pdf", "attachment")], parts
        assert (parts[2]["encoded_size"], parts[2]["decoded_size"]) == (4, 3)
        for part in parts:
            header = LETTERS[0][part["header_offset"]:][:part["header_length"]]
            assert header.startswith((b"From: ", b"Content-Type: ")) and header.endswith(b"\n")
            assert part["body_length"] == part["encoded_size"]
        assert LETTERS[0][parts[2]["body_offset"]:][:4] == b"YWJj"
        assert any(span.get("meaning") == "Zoë" for span in told["spans"])
        names = {deviation["name"] for deviation in told["deviations"]}
        assert names == {"bare_lf"}, names
        first = told["deviations"][0]
        assert list(first) == ["name", "label", "severity", "rfc", "section", "offset", "length",
                               "span"]
        for deviation in told["deviations"]:
            span = told["spans"][deviation["span"]]
            assert deviation["name"] in span["flags"] and span["offset"] <= deviation["offset"]
            assert deviation["offset"] + deviation["length"] <= span["offset"] + span["length"]
        text = run("explain", path)[0].decode()
        assert text.index("Line ends in LF alone") < text.index("Header section")
        assert text.index("A reader ") < text.index("Header section")
        assert '= "Zoë"' in text
        path.write_bytes(LETTERS[0].replace(b"\n", b"\r\n"))
        assert "No deviations from the standards." in run("explain", path)[0].decode()


def test_parts_of_a_message_in_transit_are_where_they_are_in_the_block():
    block = b"..X: y\r\nContent-Type: text/html\r\n\r\na\r\n..b\r\nc\r\n.\r\n"
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "block"
        path.write_bytes(block)
        part, = explain_json(path, "--as", "smtp-data")["parts"]
        assert part["type"] == "text/html"
        assert (part["encoded_size"], part["body_length"]) == (10, 11)
        assert block[part["body_offset"]:][:part["body_length"]] == b"a\r\n..b\r\nc\r\n"
        assert block[part["header_offset"]:][:part["header_length"]].endswith(b"html\r\n")


def test_a_mailbox_file_is_explained_message_by_message():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "letters.mbox"
        path.write_bytes(MBOX)
        told = explain_json(path)
        assert (told["grammar"], told["length"], told["variant"]) == ("mbox", len(MBOX), "mboxo")
        assert [len(LETTERS[i]) for i in range(2)] == [m["length"] for m in told["messages"]]
        second = told["messages"][1]
        start = MBOX.index(LETTERS[1])
        assert second["spans"][0]["offset"] == second["parts"][0]["header_offset"] == start
        assert {"duplicate_field", "missing_date"} <= {d["name"] for d in second["deviations"]}
        assert min(d["offset"] for d in second["deviations"]) >= start
        assert explain_json(path, "--message", "2") == second
        text = run("explain", path)[0].decode()
        assert "2 messages" in text and f"Message 2 of 2, at byte {start}:" in text
        assert "No From field" not in text
        assert "there are 2" in run("explain", path, "--message", "3", status=2)[1]
        run("explain", path, "--message", "-1", status=2)
        assert explain_json(path, "--as", "message")["grammar"] == "message"
        # One message with a separator line is a message, which explains that line, too.
        path.write_bytes(SEPARATOR + LETTERS[1])
        assert explain_json(path)["grammar"] == "message"
        assert "is not" in run("explain", path, "--message", "1", status=2)[1]
        assert len(explain_json(path, "--as", "mbox")["messages"]) == 1


def test_every_tenth_message_of_the_corpus_is_explained_to_its_last_byte():
    files = sorted((shared() / "corpora/messages").glob("*.eml"))[::10]
    for path in files:
        told = json.loads(run("explain", "--format", "json", path)[0])
        assert told["length"] == path.stat().st_size
        open_spans = []
        for span in told["spans"]:
            del open_spans[span["depth"]:]
            assert len(open_spans) == span["depth"], path
            if open_spans:
                parent = open_spans[-1]
                assert parent["offset"] <= span["offset"], path
                assert span["offset"] + span["length"] <= parent["offset"] + parent["length"], path
            open_spans.append(span)


def test_lessons_are_listed_and_their_steps():
    listed = run("lessons")[0].decode()
    assert "five-steps-four-computers" in listed and "first-smtp-session" in listed
    assert run("lessons", "6")[0]
    run("lessons", "99", status=2)


def test_without_a_display_the_first_lesson_is_printed():
    environment = {k: v for k, v in UTF8.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    text = run(env=environment)[0].decode()
    assert all(step in text for step in STEPS) and "no display" in text


if __name__ == "__main__":
    main(globals())
