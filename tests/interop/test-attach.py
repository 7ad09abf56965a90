#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated senders and relays talk to a real Postfix (`postroad attach`)."""
import atexit
import email
import email.policy
import json
import os
import pathlib
import shutil
import smtplib
import socket
import ssl
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from postfix import Postfix, free_port, make_certificate  # noqa: E402
from tap import Skip, main, need, run  # noqa: E402

MAILBOXES = ["bob@recipient.example", "carol@recipient.example", "büro@recipient.example",
             "slow@recipient.example"]
PASSWORD = "wonder land,=x"

# mail.recipient.example is Postfix; the others are simulated.
WORLD = """\
[Scenario]
Title=A real server stands in
Seed=4

[Host alice-pc]
Roles=MUA
Address=192.0.2.10
Resolver=ns.example
{mua}

[Host mail.sender.example]
Roles=MSA;MTA;MDA;MS
Address=192.0.2.25
Resolver=ns.example
Domains=sender.example
Users=alice:wonderland
Services=smtp;submission;pop3
{mta}

[Host ns.example]
Roles=DNS
Address=198.51.100.53

[Host mail.recipient.example]
Roles=MTA
Address=203.0.113.25
Services=smtp;submission;submissions

[Link alice-pc mail.sender.example]
[Link mail.sender.example ns.example]
[Link mail.sender.example mail.recipient.example]

[Zone sender.example]
Server=ns.example
MX=10 mail.sender.example
A mail=192.0.2.25

[Zone recipient.example]
Server=ns.example
MX=10 mail.recipient.example
A mail=203.0.113.25

{actions}
"""

ACTION = """\
[Action {n}]
At={n}
Host=alice-pc
Do=send
From=alice@sender.example
To={to}
Subject=test {n}
Body={body}
Via={via}
{more}
"""

_state = {}


def set_up():
    """The one Postfix of all tests: plain, and with certificate, authentication and services that
    offer less, each on a port of its own."""
    if "postfix" in _state:
        return _state["postfix"]
    if os.geteuid() != 0:
        raise Skip("Postfix starts for root alone")
    need("postfix", "dovecot", "openssl")
    folder = tempfile.mkdtemp(prefix="postroad-attach-")
    os.chmod(folder, 0o755)
    atexit.register(shutil.rmtree, folder, True)
    ca = make_certificate(folder, [])
    other = os.path.join(folder, "other")
    os.mkdir(other)
    certificate = make_certificate(folder, ["mail.recipient.example"], authority=ca)
    ports = {name: free_port() for name in ("bare", "smtps", "policy", "no-utf8", "no-8bit", "plaintext")}
    _state["policy"] = Policy()
    services = "\n".join([
        f"127.0.0.1:{ports['bare']} inet n - n - - smtpd -o smtpd_discard_ehlo_keywords=pipelining,chunking,dsn",
        f"127.0.0.1:{ports['no-utf8']} inet n - n - - smtpd -o smtpd_discard_ehlo_keywords=smtputf8",
        f"127.0.0.1:{ports['no-8bit']} inet n - n - - smtpd -o smtpd_discard_ehlo_keywords=8bitmime,chunking",
        f"127.0.0.1:{ports['plaintext']} inet n - n - - smtpd -o smtpd_tls_security_level=none",
        f"127.0.0.1:{ports['smtps']} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes",
        f"127.0.0.1:{ports['policy']} inet n - n - - smtpd -o "
        f"{{smtpd_recipient_restrictions=check_policy_service inet:127.0.0.1:{_state['policy'].port}}}",
    ])
    postfix = Postfix(MAILBOXES, {
        "smtpd_tls_security_level": "may", "smtpd_tls_cert_file": certificate[0],
        "smtpd_tls_key_file": certificate[1], "smtpd_tls_loglevel": "1", "smtpd_tls_received_header": "yes",
        "smtpd_sasl_authenticated_header": "yes",
    }, services=services, users={"alice": PASSWORD})
    atexit.register(postfix.stop)
    postfix.ports = dict(ports, smtp=postfix.port)
    for name, port in postfix.ports.items():
        greet(name, port)
    postfix.ca = ca[0]
    postfix.other_ca = make_certificate(other, [])[0]
    _state["postfix"] = postfix
    return postfix


def greet(name, port):
    """Each service has answered once before a simulated client comes: what a service may be slow at
    when it starts is not what is tried here."""
    kind = smtplib.SMTP_SSL if name == "smtps" else smtplib.SMTP
    options = {"context": ssl._create_unverified_context()} if name == "smtps" else {}
    with kind("127.0.0.1", port, timeout=60, **options) as client:
        client.ehlo()
        if client.has_extn("starttls"):
            client.starttls(context=ssl._create_unverified_context())
            client.ehlo()


class Policy:
    """Postfix's policy protocol: the first attempt for a recipient is put off, the next allowed."""

    def __init__(self):
        self.seen = {}
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.server.accept()
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection):
        attributes = {}
        for line in connection.makefile("rb"):
            line = line.strip().decode()
            if line:
                name, _, value = line.partition("=")
                attributes[name] = value
                continue
            recipient = attributes.get("recipient", "")
            self.seen[recipient] = self.seen.get(recipient, 0) + 1
            action = "DEFER_IF_PERMIT 4.7.1 come again" if self.seen[recipient] == 1 else "DUNNO"
            connection.sendall(f"action={action}\n\n".encode())
            attributes = {}


class Trace:
    def __init__(self, output):
        lines = [json.loads(line) for line in output.splitlines()]
        self.events = lines[1:]
        times = [event["time"] for event in self.events]
        assert times == sorted(times), "the trace is not in the order of time"

    def notes(self, unit):
        return [e["text"] for e in self.events if e["kind"] == "note" and e["unit"] == unit]

    def to_postfix(self):
        """What our client said to Postfix: the verbs, in order."""
        return [e.get("verb") or e["unit"] for e in self.events
                if e["kind"] == "unit" and e["to"] == "mail.recipient.example" and e["protocol"] == "smtp"]

    def lines(self):
        return [e.get("text", "") for e in self.events
                if e["kind"] == "unit" and e["protocol"] == "smtp"
                and "mail.recipient.example" in (e["from"], e["to"])]


def attach(port, actions, mua="", mta="", ca=None, status=0, timeout=120):
    """Runs a world whose mail.recipient.example is at `port`. Returns its trace."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = pathlib.Path(folder) / "scenario.ini"
        scenario.write_text(WORLD.format(mua=mua, mta=mta, actions=actions), encoding="utf-8")
        arguments = ["attach", scenario, f"mail.recipient.example=127.0.0.1:{port}", "--format", "jsonl",
                     "--level", "packets", "--for", "100"]
        if ca:
            arguments += ["--ca", ca]
        out, _ = run(*arguments, status=status, timeout=timeout)
        trace = Trace(out.decode("utf-8"))
        _state["said"] = [(e["time"], e["kind"], e["from"], e.get("text", "")[:80])
                          for e in trace.events if e["kind"] not in ("packet", "message")][-12:]
        return trace


def relay(to="bob@recipient.example", n=1, body="hello", more=""):
    return ACTION.format(n=n, to=to, body=body, via="mail.sender.example", more=more)


def submit(to="bob@recipient.example", n=1, body="hello", more=""):
    return ACTION.format(n=n, to=to, body=body, via="mail.recipient.example", more=more)


def count(user):
    return len(set_up().messages(user))


def last(user, n_before):
    """The one message that has come since there were `n_before`."""
    messages = set_up().wait_for_messages(user, n_before + 1)
    assert len(messages) == n_before + 1, (f"{len(messages) - n_before} messages came; said last: "
                                           f"{_state.get('said')}; log: {set_up().read_log()[-2000:]}")
    return messages


def find(user, n_before, text):
    found = [m for m in last(user, n_before) if text in m]
    assert len(found) == 1, f"{len(found)} messages have {text}"
    return found[0]


def test_negotiation_and_pipelining():
    postfix = set_up()
    before = count("bob")
    trace = attach(postfix.port, relay(body="marker-one"))
    find("bob", before, b"marker-one")
    ehlo = [line for line in trace.lines() if line.startswith("250-mail.recipient.example")]
    assert ehlo and "PIPELINING" in ehlo[0] and "CHUNKING" in ehlo[0], ehlo
    # A group: RCPT leaves before MAIL is answered (RFC 2920 section 3.1).
    units = [e for e in trace.events if e["kind"] == "unit" and e["protocol"] == "smtp"
             and "mail.recipient.example" in (e["from"], e["to"])]
    at = next(i for i, e in enumerate(units) if e.get("verb") == "MAIL")
    assert units[at + 1].get("verb") == "RCPT", units[at + 1]
    assert any("status=sent" in line for line in postfix.read_log().splitlines())


def test_chunks():
    postfix = set_up()
    before = count("bob")
    trace = attach(postfix.port, relay(body="marker-chunks"))
    assert "BDAT" in trace.to_postfix() and "DATA" not in trace.to_postfix(), trace.to_postfix()
    find("bob", before, b"marker-chunks")


def test_lock_step_without_extensions():
    postfix = set_up()
    before = count("bob")
    trace = attach(postfix.ports["bare"], relay(body="marker-bare"))
    find("bob", before, b"marker-bare")
    assert "DATA" in trace.to_postfix() and "BDAT" not in trace.to_postfix()
    units = [e for e in trace.events if e["kind"] == "unit" and e["protocol"] == "smtp"
             and "mail.recipient.example" in (e["from"], e["to"])]
    for one, two in zip(units, units[1:]):
        if one["from"] == two["from"] == "mail.sender.example":
            assert one["unit"] == "data" or two["unit"] == "data" or one.get("verb") in ("DATA",), (one, two)


def test_starttls_verified():
    postfix = set_up()
    before = count("bob")
    trace = attach(postfix.port, relay(body="marker-tls"), mta="Tls=verified", ca=postfix.ca)
    message = find("bob", before, b"marker-tls")
    assert b"using TLSv1." in message, message
    assert "STARTTLS" in trace.to_postfix()
    secured = [e for e in trace.events if e.get("verb") == "MAIL" and e["to"] == "mail.recipient.example"]
    assert secured and secured[0]["tls"], secured
    records = [e for e in trace.events if e["kind"] == "packet" and e["protocol"] == "tls"]
    assert len(records) > 6, len(records)


def test_starttls_not_verified_is_not_used():
    postfix = set_up()
    before = count("bob")
    trace = attach(postfix.port, relay(body="marker-unverified"), mta="Tls=verified\nExpireAfter=3000",
                   ca=postfix.other_ca)
    assert count("bob") == before
    assert "MAIL" not in trace.to_postfix()
    assert trace.notes("retry") and any("unknown-issuer" in n or "issuer" in n or "self-signed" in n
                                        for n in trace.notes("failed") + trace.notes("delayed")
                                        + trace.notes("host-failed") + trace.notes("retry")), trace.notes("failed")


def test_opportunistic_tls_goes_on_unverified():
    postfix = set_up()
    before = count("bob")
    attach(postfix.port, relay(body="marker-opportunistic"), mta="Tls=if-offered")
    assert b"using TLSv1." in find("bob", before, b"marker-opportunistic")


def test_each_sasl_mechanism():
    postfix = set_up()
    for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"):
        before = count("bob")
        more = f"User=alice\nPassword={PASSWORD}\nMechanism={mechanism}"
        trace = attach(postfix.port, submit(body="marker-" + mechanism, more=more), mua="Tls=verified",
                       ca=postfix.ca)
        message = find("bob", before, b"marker-" + mechanism.encode())
        assert b"(Authenticated sender: alice)" in message, message
        assert any(line.startswith(f"AUTH {mechanism}") for line in trace.lines()), mechanism
        assert any(line.startswith("235 ") for line in trace.lines()), mechanism


def test_wrong_password():
    postfix = set_up()
    before = count("bob")
    trace = attach(postfix.port, submit(more="User=alice\nPassword=wrong"), mua="Tls=verified", ca=postfix.ca)
    assert trace.notes("not-sent") and "MAIL" not in trace.to_postfix()
    assert any(line.startswith("535 ") for line in trace.lines())
    assert count("bob") == before


def test_implicit_tls():
    postfix = set_up()
    before = count("bob")
    scenario_actions = submit(body="marker-implicit", more=f"User=alice\nPassword={PASSWORD}")
    trace = attach_services(postfix.ports["smtps"], scenario_actions, "Services=submissions", postfix.ca)
    assert b"(Authenticated sender: alice)" in find("bob", before, b"marker-implicit")
    assert "STARTTLS" not in trace.to_postfix()


def attach_services(port, actions, services, ca):
    """As attach(), with the server's services said anew."""
    global WORLD
    kept = WORLD
    try:
        WORLD = WORLD.replace("Services=smtp;submission;submissions", services)
        return attach(port, actions, mua="Tls=verified", ca=ca)
    finally:
        WORLD = kept


def test_eight_bit():
    postfix = set_up()
    before = count("bob")
    trace = attach(postfix.port, relay(body="Grüße aus Köln, marker-8bit", more="EightBit=true"))
    assert any("BODY=8BITMIME" in line for line in trace.lines() if line.startswith("MAIL")), trace.lines()
    message = email.message_from_bytes(find("bob", before, b"marker-8bit"), policy=email.policy.default)
    assert "Grüße aus Köln" in message.get_content()


def test_eight_bit_to_a_server_without():
    postfix = set_up()
    before = count("bob")
    attach(postfix.ports["no-8bit"], relay(body="Grüße aus Köln, marker-7bit", more="EightBit=true"))
    data = find("bob", before, b"marker-7bit")
    assert all(byte < 0x80 for byte in data)
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert "Grüße aus Köln" in message.get_content()


def test_utf8_addresses():
    postfix = set_up()
    before = count("büro")
    trace = attach(postfix.port, relay(to="büro@recipient.example", body="marker-utf8"))
    find("büro", before, b"marker-utf8")
    assert any(line.startswith("MAIL") and "SMTPUTF8" in line for line in trace.lines()), trace.lines()


def test_utf8_addresses_to_a_server_without():
    postfix = set_up()
    before = count("büro")
    trace = attach(postfix.ports["no-utf8"], relay(to="büro@recipient.example"))
    assert "MAIL" not in trace.to_postfix()
    assert any("5.6.7" in note for note in trace.notes("failed")), trace.notes("failed")
    assert count("büro") == before


def test_twenty_megabytes():
    postfix = set_up()
    before = count("carol")
    attach(postfix.port, relay(to="carol@recipient.example", body="marker-large", more="Bytes=20000000"),
           timeout=240)
    data = find("carol", before, b"marker-large")
    assert 20000000 <= len(data.replace(b"\n", b"\r\n")) < 21500000, len(data)


def test_refused_recipients():
    postfix = set_up()
    before = count("bob")
    trace = attach(postfix.port, relay(to="nobody@recipient.example;bob@recipient.example", body="marker-refused"))
    find("bob", before, b"marker-refused")
    failed = trace.notes("failed")
    assert len(failed) == 1 and "nobody@recipient.example" in failed[0] and "5.1.1" in failed[0], failed
    # The report reaches the sender's mailbox.
    assert trace.notes("bounced"), "no report"
    assert any(e["kind"] == "message" and e["unit"] == "delivered" and e["to"] == "mail.sender.example"
               for e in trace.events)


def test_put_off_then_taken():
    postfix = set_up()
    before = count("slow")
    trace = attach(postfix.ports["policy"], relay(to="slow@recipient.example", body="marker-slow"))
    find("slow", before, b"marker-slow")
    assert any(line.startswith("450 4.7.1") for line in trace.lines()), trace.lines()
    assert len(trace.notes("retry")) == 1, trace.notes("retry")


class Cutter:
    """A proxy that breaks the first connection off in the middle of the message, with RST."""

    def __init__(self, port, after):
        self.target = port
        self.after = after
        self.n_connections = 0
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            self.n_connections += 1
            server = socket.create_connection(("127.0.0.1", self.target))
            limit = self.after if self.n_connections == 1 else None
            threading.Thread(target=self.pump, args=(client, server, limit), daemon=True).start()
            threading.Thread(target=self.pump, args=(server, client, None), daemon=True).start()

    @staticmethod
    def pump(source, target, limit):
        n_bytes = 0
        try:
            while True:
                data = source.recv(4096)
                if not data:
                    target.shutdown(socket.SHUT_WR)
                    return
                n_bytes += len(data)
                if limit is not None and n_bytes > limit:
                    for end in (source, target):
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                        end.close()
                    return
                target.sendall(data)
        except OSError:
            pass


def test_broken_off_in_mid_data():
    postfix = set_up()
    before = count("carol")
    cutter = Cutter(postfix.ports["plaintext"], 100000)
    trace = attach(cutter.port, relay(to="carol@recipient.example", body="marker-cut", more="Bytes=300000"))
    cutter.server.close()
    find("carol", before, b"marker-cut")
    assert cutter.n_connections == 2, cutter.n_connections
    assert len(trace.notes("retry")) == 1, trace.notes("retry")


def test_nobody_listens():
    set_up()
    trace = attach(free_port(), relay(), mta="ExpireAfter=3000")
    assert any(e["kind"] == "refused" for e in trace.events)
    assert trace.notes("retry") and trace.notes("failed")


def serve_script(replies):
    """A server that answers each verb as `replies` say, others with 250. Returns its listening socket."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer(connection):
        with connection, connection.makefile("rb") as lines:
            connection.sendall(replies["greeting"])
            for line in lines:
                connection.sendall(replies.get(line[:4].upper().decode("latin-1"), b"250 ok\r\n"))

    def serve():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return server


def test_a_server_can_not_forge_the_facts_of_notes():
    server = serve_script({"greeting": b"220 x\r\n", "EHLO": b"250-x\r\n250 STARTTLS\r\n",
                           "STAR": b"454-4.7.0 no\r\n454 4.7.0 id: forged\r\n",
                           "RCPT": b"550-5.1.1 no\r\n550 5.1.1 status: 2.0.0\r\n"})
    trace = attach(server.getsockname()[1], relay())
    server.close()
    notes = [e["text"] for e in trace.events if e["kind"] == "note"]
    assert sum("forged" in note for note in notes) >= 1, notes
    for note in notes:
        facts = note.split("\n")[1:]
        assert "id: forged" not in facts and "status: 2.0.0" not in facts, note


def test_mistakes():
    with tempfile.TemporaryDirectory() as folder:
        scenario = pathlib.Path(folder) / "scenario.ini"
        scenario.write_text(WORLD.format(mua="", mta="", actions=relay()), encoding="utf-8")
        for argument, message in (("mail.recipient.example", "should look like HOST=ADDRESS:PORT"),
                                  ("nobody=127.0.0.1:25", 'no host "nobody"'),
                                  ("mail.recipient.example=127.0.0.1", "is no address"),
                                  ("mail.recipient.example=::1:25", "is no address")):
            _, error = run("attach", scenario, argument, status=2)
            assert message in error, error
        _, error = run("attach", scenario, "mail.recipient.example=127.0.0.1:2", "mail.recipient.example=127.0.0.1:3",
                       status=2)
        assert "has two addresses" in error, error
        for option in ("-o", "--keylog"):
            _, error = run("attach", scenario, "mail.recipient.example=127.0.0.1:2", option, "/nowhere/x", status=1)
            assert "/nowhere/x" in error, error
        _, error = run("attach", scenario, status=2)
        assert "HOST=ADDRESS:PORT" in error, error


if __name__ == "__main__":
    main(dict(globals()))
