#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real mail clients and a real relay hand mail to `postroad serve`: what they say of it, and what its
recording says of them."""
import contextlib
import email.message
import email.policy
import pathlib
import re
import select
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from postfix import Postfix  # noqa: E402
from serving import serving, without_trace_fields  # noqa: E402
from tap import main, need  # noqa: E402

HOST = "mail.sender.example"
ALICE = "alice@sender.example"
BOB = "bob@sender.example"

SCENARIO = """\
[Scenario]
Title=Clients
Seed=7

[Host mail.sender.example]
Roles=MSA;MTA;MDA;MS
Address=192.0.2.25
Domains=sender.example
Users=alice:wonderland;bob:builder
Services=smtp;submission;submissions;pop3
"""
# Without a certificate users show who they are in clear, too.
CLEAR = SCENARIO + "Certificate=none\n"
SECURE = SCENARIO + "Certificate=good\n"

MESSAGE = (b"From: alice@sender.example\r\nTo: bob@sender.example\r\nSubject: dots\r\n"
           b"Date: Tue, 24 Nov 2026 08:00:00 +0000\r\nMessage-ID: <dots@sender.example>\r\n\r\n"
           b".\r\n..two\r\n.one\r\nend\r\n")


def client(*arguments, status=0, stdin=b"", timeout=60):
    """Runs a client; its verdict is its exit status. Returns what it said."""
    done = subprocess.run([str(argument) for argument in arguments], input=stdin, timeout=timeout,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = done.stdout.decode("utf-8", "replace")
    assert done.returncode == status, f"{arguments}: status {done.returncode}\n{said[-3000:]}"
    return said


def swaks(server, service, *options, to=BOB, status=0):
    return client("swaks", "--server", "127.0.0.1", "--port", server.ports[service], "--ehlo", "pc.example",
                  "--from", ALICE, "--to", to, "--header", "Subject: by swaks", *options, status=status)


def received(message):
    """The first Received field, unfolded."""
    fields = message.split(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n")
    return next(field.decode() for field in fields if field.startswith(b"Received:"))


def test_swaks_plain_and_pipelined():
    need("swaks")
    with serving(CLEAR) as server:
        said = swaks(server, "smtp")
        assert "<** " not in said and "250 " in said, said
        said = swaks(server, "smtp", "--pipeline")
        assert "PIPELINING" in said, said
        for message in server.mailbox("bob", "builder", 2):
            assert b"Subject: by swaks\r\n" in message
            assert "with ESMTP id" in received(message), received(message)
    record = server.record
    assert len(record.commands("MAIL")) == 2 and len(record.notes("queued")) == 2
    assert record.notes("queued")[0]["from"] == f"<{ALICE}>"
    assert not record.notes("tolerated"), record.notes("tolerated")


def test_swaks_is_told_who_is_unknown():
    need("swaks")
    with serving(CLEAR) as server:
        said = swaks(server, "smtp", to="dora@sender.example", status=24)
        assert "550" in said, said
    note = server.record.note("user-unknown")
    assert note["recipient"] == "dora@sender.example" and note["code"] == "550 5.1.1", note
    assert note["client"] == "127.0.0.1" and note["name"] == "pc.example", note
    assert not server.record.notes("queued")


def test_swaks_is_not_a_relay_where_nobody_is_trusted():
    need("swaks")
    with serving(CLEAR + "Trusts=none\n") as server:
        swaks(server, "smtp", to="carol@recipient.example", status=24)
        swaks(server, "smtp")
        server.mailbox("bob", "builder", 1)
    assert server.record.note("relay-denied")["recipient"] == "carol@recipient.example"


def test_swaks_shows_who_it_is_in_clear():
    need("swaks")
    with serving(CLEAR) as server:
        for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5"):
            swaks(server, "submission", "--auth", mechanism, "--auth-user", "alice", "--auth-password",
                  "wonderland")
        for message in server.mailbox("bob", "builder", 3):
            assert "with ESMTPA id" in received(message), received(message)
    notes = server.record.notes("auth")
    assert [note["mechanism"] for note in notes] == ["PLAIN", "LOGIN", "CRAM-MD5"], notes
    assert ["in clear" in note[""] for note in notes] == [True, True, False], notes
    assert {note["user"] for note in notes} == {"alice"}


def test_swaks_with_the_wrong_password_is_refused():
    need("swaks")
    with serving(CLEAR) as server:
        swaks(server, "submission", "--auth", "PLAIN", "--auth-user", "alice", "--auth-password", "x", status=28)
        said = swaks(server, "submission", status=23)
        assert "530" in said, said
    note = server.record.note("auth-failed")
    assert note["user"] == "alice" and note["mechanism"] == "PLAIN", note
    assert not server.record.notes("auth") and not server.record.notes("queued")


def test_swaks_starts_tls_and_speaks_in_tls():
    need("swaks")
    with serving(SECURE, "--ca", "ca.pem") as server:
        verified = ("--tls-verify", "--tls-ca-path", server.ca, "--tls-sni", HOST)
        user = ("--auth-user", "alice", "--auth-password", "wonderland")
        said = swaks(server, "smtp", "--tls", *verified)
        assert "TLS started with cipher" in said, said
        swaks(server, "submission", "--tls", *verified, "--auth", "PLAIN", *user)
        swaks(server, "submissions", "--tls-on-connect", *verified, "--auth", "CRAM-MD5", *user)
        ways = [received(message) for message in server.mailbox("bob", "builder", 3)]
        assert "with ESMTPS (TLSv1.3 " in ways[0], ways
        assert "with ESMTPSA (TLSv1.3 " in ways[1] and "with ESMTPSA (TLSv1.3 " in ways[2], ways
    record = server.record
    assert [note["version"] for note in record.notes("tls")] == ["TLSv1.3"] * 3
    assert [note["mechanism"] for note in record.notes("auth")] == ["PLAIN", "CRAM-MD5"]
    assert not any("in clear" in note[""] for note in record.notes("auth"))
    assert all(event["tls"] for event in record.units()
               if event["protocol"] == "smtp" and event.get("verb") in ("MAIL", "AUTH"))


def test_swaks_gets_no_password_asked_before_tls():
    need("swaks")
    with serving(SECURE + "DemandTls=true\n") as server:
        said = swaks(server, "submission", "--auth", "PLAIN", "--auth-user", "alice", "--auth-password",
                     "wonderland", status=28)
        assert "AUTH PLAIN" not in said, said
        assert "530" in swaks(server, "submission", status=23)
    assert not server.record.notes("queued")


def curl(server, scheme, service, *options, status=0):
    port = server.ports[service]
    with tempfile.NamedTemporaryFile() as file:
        file.write(MESSAGE)
        file.flush()
        return client("curl", "-sS", "-v", "--url", f"{scheme}://{HOST}:{port}/pc.example", "--resolve",
                      f"{HOST}:{port}:127.0.0.1", "--mail-from", ALICE, "--mail-rcpt", BOB, "--upload-file",
                      file.name, *options, status=status)


def test_curl_sends_in_clear_and_in_tls():
    need("curl")
    with serving(SECURE, "--ca", "ca.pem") as server:
        user = ("--user", "alice:wonderland")
        curl(server, "smtp", "smtp")
        curl(server, "smtp", "submission", "--ssl-reqd", "--cacert", server.ca, *user)
        curl(server, "smtps", "submissions", "--cacert", server.ca, *user)
        curl(server, "smtps", "submissions", "--cacert", server.ca, *user, "--login-options", "AUTH=CRAM-MD5")
        # Whose authority it does not know, it does not talk to: 60.
        curl(server, "smtps", "submissions", *user, status=60)
        for message in server.mailbox("bob", "builder", 4):
            assert without_trace_fields(message) == MESSAGE, message
    record = server.record
    assert len(record.notes("tls")) == 3 and len(record.notes("auth")) == 3, record.kinds()
    assert record.notes("auth")[-1]["mechanism"] == "CRAM-MD5"
    assert record.notes("tls-failed"), record.kinds()
    assert all(command.startswith("MAIL FROM:<alice@sender.example>") for command in record.commands("MAIL"))


def msmtp(server, service, *options, status=0):
    return client("msmtp", "-C", "/dev/null", "--host=127.0.0.1", f"--port={server.ports[service]}",
                  f"--from={ALICE}", "--domain=pc.example", "--user=alice", "--passwordeval=echo wonderland",
                  *options, BOB, stdin=MESSAGE.replace(b"\r\n", b"\n"), status=status)


def test_msmtp_shows_who_it_is_by_each_mechanism():
    need("msmtp")
    mechanisms = ["plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256"]
    with serving(SECURE, "--ca", "ca.pem") as server:
        for mechanism in mechanisms:
            msmtp(server, "submission", f"--auth={mechanism}", "--tls=on", f"--tls-trust-file={server.ca}",
                  f"--tls-host-override={HOST}")
        msmtp(server, "submissions", "--auth=on", "--tls=on", "--tls-starttls=off",
              f"--tls-trust-file={server.ca}", f"--tls-host-override={HOST}")
        # Without TLS what would send the password in clear is not offered: 69 is "unavailable".
        msmtp(server, "submission", "--auth=plain", status=69)
        msmtp(server, "submission", "--auth=scram-sha-256")
        for message in server.mailbox("bob", "builder", 7):
            assert without_trace_fields(message) == MESSAGE, message
    notes = server.record.notes("auth")
    assert [note["mechanism"] for note in notes[:5]] == [m.upper() for m in mechanisms], notes
    assert notes[6]["mechanism"] == "SCRAM-SHA-256" and notes[6]["protection"] == "none", notes


def test_msmtp_brings_a_token():
    need("msmtp")
    with serving(SECURE + "Mechanisms=OAUTHBEARER\n", "--ca", "ca.pem") as server:
        tls = ("--tls=on", f"--tls-trust-file={server.ca}", f"--tls-host-override={HOST}")
        msmtp(server, "submission", "--auth=oauthbearer", *tls)
        msmtp(server, "submission", "--auth=oauthbearer", "--passwordeval=echo nothing", *tls, status=77)
        server.mailbox("bob", "builder", 1)
    assert server.record.note("auth")["mechanism"] == "OAUTHBEARER"
    assert server.record.note("auth-failed")["mechanism"] == "OAUTHBEARER"


def context_for(server):
    return ssl.create_default_context(cafile=server.ca)


class NamedSmtp(smtplib.SMTP):
    """Connects to 127.0.0.1 and expects the certificate to be the host's."""

    def __init__(self, port):
        super().__init__("127.0.0.1", port, local_hostname="pc.example", timeout=60)
        self._host = HOST


def test_smtplib_shows_who_it_is_in_all_its_ways():
    with serving(SECURE, "--ca", "ca.pem") as server:
        for way in ("auth_plain", "auth_login", "auth_cram_md5"):
            smtp = NamedSmtp(server.ports["submission"])
            smtp.ehlo()
            assert "PLAIN" not in smtp.esmtp_features["auth"], smtp.esmtp_features
            smtp.starttls(context=context_for(server))
            smtp.ehlo()
            assert "starttls" not in smtp.esmtp_features
            smtp.user, smtp.password = "alice", "wonderland"
            mechanism = way[5:].upper().replace("_", "-")
            assert mechanism in smtp.esmtp_features["auth"].split()
            assert smtp.auth(mechanism, getattr(smtp, way))[0] == 235
            assert smtp.docmd("AUTH", "PLAIN")[0] == 503
            smtp.sendmail(ALICE, [BOB], MESSAGE)
            smtp.quit()
        server.mailbox("bob", "builder", 3)
    assert [note["mechanism"] for note in server.record.notes("auth")] == ["PLAIN", "LOGIN", "CRAM-MD5"]


def test_smtplib_uses_utf8_dsn_and_chunks():
    letter = email.message.EmailMessage(policy=email.policy.SMTPUTF8)
    letter["From"], letter["To"], letter["Subject"] = ALICE, BOB, "grüße"
    letter["Date"], letter["Message-ID"] = "Tue, 24 Nov 2026 08:00:00 +0000", "<utf8@sender.example>"
    letter.set_content("grüße\n", cte="8bit")
    with serving(CLEAR) as server:
        smtp = NamedSmtp(server.ports["smtp"])
        smtp.ehlo()
        for extension in ("smtputf8", "8bitmime", "dsn", "chunking", "binarymime", "size", "pipelining",
                          "enhancedstatuscodes"):
            assert extension in smtp.esmtp_features, (extension, smtp.esmtp_features)
        smtp.sendmail(ALICE, [BOB], letter.as_bytes(), mail_options=["SMTPUTF8", "BODY=8BITMIME"])
        smtp.sendmail(ALICE, [BOB], MESSAGE, mail_options=["RET=HDRS", "ENVID=QQ314159"],
                      rcpt_options=["NOTIFY=SUCCESS,DELAY,FAILURE", f"ORCPT=rfc822;{BOB}"])
        smtp.docmd("MAIL", f"FROM:<{ALICE}> BODY=BINARYMIME SIZE={len(MESSAGE)}")
        smtp.docmd("RCPT", f"TO:<{BOB}>")
        for chunk, last in ((MESSAGE[:100], ""), (MESSAGE[100:], ""), (b"", " LAST")):
            smtp.send(b"BDAT %d%s\r\n" % (len(chunk), last.encode()) + chunk)
            assert smtp.getreply()[0] == 250
        assert smtp.docmd("MAIL", f"FROM:<{ALICE}> BODY=WHAT")[0] in (501, 504, 555)
        smtp.quit()
        messages = server.mailbox("bob", "builder", 3)
        assert without_trace_fields(messages[0]) == letter.as_bytes(), messages[0]
        assert "with UTF8SMTP id" in received(messages[0])
        assert without_trace_fields(messages[2]) == MESSAGE
    record = server.record
    assert any("SMTPUTF8 BODY=8BITMIME" in command for command in record.commands("MAIL"))
    assert any("RET=HDRS ENVID=QQ314159" in command for command in record.commands("MAIL"))
    assert any(f"NOTIFY=SUCCESS,DELAY,FAILURE ORCPT=rfc822;{BOB}" in command
               for command in record.commands("RCPT"))
    assert len(record.commands("BDAT")) == 3, record.commands("BDAT")


def test_mutt_sends():
    need("mutt")
    with serving(SECURE, "--ca", "ca.pem") as server:
        (server.folder / "body").write_text("hello\n.dot\n")
        for service, scheme in (("submission", "smtp"), ("submissions", "smtps")):
            rc = server.folder / "muttrc"
            rc.write_text(f"""\
set from="{ALICE}" use_from=yes envelope_from_address="{ALICE}" use_envelope_from=yes
set hostname="pc.example" copy=no record="" folder="{server.folder}" ssl_force_tls=yes
set smtp_url="{scheme}://alice@127.0.0.1:{server.ports[service]}/" smtp_pass="wonderland"
set smtp_authenticators="scram-sha-256:plain" ssl_verify_host=no
set certificate_file="{server.ca}" ssl_usesystemcerts=no header_cache=""
""")
            client("mutt", "-n", "-F", rc, "-s", "by mutt", "-i", server.folder / "body", "--", BOB)
        for message in server.mailbox("bob", "builder", 2):
            assert b"Subject: by mutt\r\n" in message and b"\r\n.dot\r\n" in message, message
            assert "with ESMTPSA (TLS" in received(message), received(message)
    record = server.record
    assert len(record.notes("tls")) == 2 and len(record.notes("auth")) == 2, record.kinds()


POSTFIX = {"smtpd_relay_restrictions": "permit_mynetworks, reject", "virtual_mailbox_domains": ""}


def test_postfix_relays_through_us():
    need("postfix", "sendmail")
    letter = ("From: älice@sender.example\r\nTo: bob@sender.example\r\nSubject: grüße\r\n"
              "Date: Tue, 24 Nov 2026 08:00:00 +0000\r\nMessage-ID: <relay@sender.example>\r\n\r\n"
              ".grüße\r\n").encode()
    with serving(SECURE, "--ca", "ca.pem") as server:
        settings = {**POSTFIX, "relayhost": f"[127.0.0.1]:{server.ports['smtp']}",
                    "smtp_tls_security_level": "encrypt", "smtp_tls_loglevel": "1"}
        with Postfix(settings=settings) as postfix:
            smtp = smtplib.SMTP("127.0.0.1", postfix.port, local_hostname="pc.example", timeout=60)
            smtp.ehlo()
            smtp.sendmail(ALICE, [BOB], letter, ["SMTPUTF8", "BODY=8BITMIME", "ENVID=relay", "RET=HDRS"],
                          ["NOTIFY=FAILURE,DELAY"])
            smtp.sendmail(ALICE, ["dora@sender.example"], MESSAGE)
            smtp.quit()
            message = server.mailbox("bob", "builder", 1)[0]
            assert postfix.wait_for_log("status=sent (250 2.0.0 "), postfix.read_log()
            assert postfix.wait_for_log("status=bounced (host 127.0.0.1[127.0.0.1] said: 550 5.1.1"), \
                postfix.read_log()
        assert without_trace_fields(message).endswith(letter), message
        assert "with UTF8SMTPS (TLSv1.3 " in received(message), received(message)
    record = server.record
    mail = next(command for command in record.commands("MAIL") if "ENVID=relay" in command)
    for parameter in ("SIZE=", "BODY=8BITMIME", "SMTPUTF8", "RET=HDRS"):
        assert parameter in mail, mail
    assert any("NOTIFY=FAILURE,DELAY" in command for command in record.commands("RCPT"))
    assert record.notes("tls") and record.note("user-unknown")["recipient"] == "dora@sender.example"
    assert "relayed" in record.kinds() and "submitted" not in record.kinds(), record.kinds()


class Eavesdropper:
    """Passes connections on, one after the other, and keeps what the clients sent: a piece for each
    read."""

    def __init__(self, port):
        self.pieces = []
        self.to = port
        self.is_over = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(0.2)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    def work(self):
        while not self.is_over:
            with contextlib.suppress(OSError):
                client_end = self.listener.accept()[0]
                with client_end, socket.create_connection(("127.0.0.1", self.to), timeout=60) as server_end:
                    self.pass_on(client_end, server_end)

    def pass_on(self, client_end, server_end):
        while not self.is_over:
            for end in select.select([client_end, server_end], [], [], 0.2)[0]:
                piece = end.recv(65536)
                if not piece:
                    return
                if end is client_end:
                    self.pieces.append(piece)
                (server_end if end is client_end else client_end).sendall(piece)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.is_over = True
        self.thread.join(60)
        self.listener.close()


def test_postfix_sends_its_commands_in_groups():
    need("postfix", "sendmail")
    with serving(CLEAR) as server, Eavesdropper(server.ports["smtp"]) as eavesdropper:
        settings = {**POSTFIX, "relayhost": f"[127.0.0.1]:{eavesdropper.port}"}
        with Postfix(settings=settings) as postfix:
            smtp = smtplib.SMTP("127.0.0.1", postfix.port, local_hostname="pc.example", timeout=60)
            smtp.sendmail(ALICE, [BOB, "dora@sender.example", "alice@sender.example"], MESSAGE)
            smtp.quit()
            assert postfix.wait_for_log("said: 550 5.1.1"), postfix.read_log()
            for user, password in (("bob", "builder"), ("alice", "wonderland")):
                server.mailbox(user, password, 1 if user == "bob" else 2)
        group = re.compile(rb"\AMAIL FROM:[^\r]*\r\n(RCPT TO:[^\r]*\r\n){3}DATA\r\n\Z")
        assert any(group.match(piece) for piece in eavesdropper.pieces), eavesdropper.pieces
    # The report of the failure comes to alice by the same road, from nobody.
    record = server.record
    assert any(command.startswith("MAIL FROM:<>") for command in record.commands("MAIL"))
    assert record.note("user-unknown")["recipient"] == "dora@sender.example"


def test_smtp_source_loses_nothing():
    need("smtp-source")
    with serving(CLEAR) as server:
        client("smtp-source", "-s", 50, "-m", 1000, "-l", 1000, "-f", ALICE, "-t", BOB, "-S", "many",
               f"inet:127.0.0.1:{server.ports['smtp']}", timeout=120)
        messages = server.mailbox("bob", "builder", 1000)
        assert all(b"Subject: many\r\n" in message for message in messages)
        assert len({received(message) for message in messages}) == 1000
    record = server.record
    assert len(record.notes("queued")) == 1000 and record.kinds().count("delivered") == 1000
    assert not record.notes("session-lost")


if __name__ == "__main__":
    main(globals())
