#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real mail programs read and change mailboxes of `postroad serve` by IMAP: what they say of it, and
what is in the mailboxes afterwards, as another connection sees it."""
import contextlib
import imaplib
import os
import pathlib
import pty
import re
import select
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from imap_messages import MESSAGES, PLAIN, REPLY  # noqa: E402
from imap_wire import Imap  # noqa: E402
from serving import serving  # noqa: E402
from tap import main, need  # noqa: E402

# The name that is in the certificate; programs that look it up find this machine.
HOST = "localhost"

SCENARIO = f"""\
[Scenario]
Title=Reading
Seed=5

[Host {HOST}]
Roles=MTA;MDA;MS
Address=203.0.113.25
Domains=recipient.example
Users=bob:builder;carol:singer
Services=smtp;imap
"""


class Mailboxes:
    """A server with a CA, and what is in its mailboxes."""

    def __init__(self, imap, imaps, ca):
        self.imap, self.imaps, self.ca = imap, imaps, ca

    def fill(self, letters=MESSAGES, mailbox="INBOX"):
        with self.look() as imap:
            for flags, date, octets in letters:
                imap.ok(f'APPEND {mailbox} {flags} "{date}" \0', octets)

    @contextlib.contextmanager
    def look(self, user="bob", password="builder"):
        imap = Imap(self.imap).login(user, password)
        yield imap
        imap.ok("LOGOUT")
        imap.close()

    def messages(self, mailbox="INBOX", user="bob", password="builder"):
        """[(UID, flags, octets)], \\Recent left out."""
        found = []
        with self.look(user, password) as imap:
            imap.ok(f"EXAMINE {mailbox}")
            for response in imap.ok("FETCH 1:* (UID FLAGS BODY.PEEK[])"):
                if response.name == "FETCH":
                    items = dict(zip(response.values[0][::2], response.values[0][1::2]))
                    found.append((int(items["UID"]), sorted(set(items["FLAGS"]) - {"\\Recent"}),
                                  items["BODY[]"].encode("latin-1")))
        return found

    def names(self):
        with self.look() as imap:
            return sorted(str(r.values[2]) for r in imap.ok('LIST "" "*"') if r.name == "LIST")


@contextlib.contextmanager
def mailboxes():
    with tempfile.TemporaryDirectory() as folder:
        ca = os.path.join(folder, "ca.pem")
        with serving(SCENARIO, "--ca", ca) as server:
            yield Mailboxes(server.ports["imap"], server.ports["imaps"], ca)


def client(*arguments, status=0, stdin=b"", timeout=60, **options):
    done = subprocess.run([str(argument) for argument in arguments], input=stdin, timeout=timeout,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    assert done.returncode == status, \
        f"{arguments}: status {done.returncode}\n{done.stdout.decode(errors='replace')[-3000:]}"
    return done.stdout


# curl: one command a run, written its own way

def curl(server, url, *options, status=0, service="imap", user="bob:builder"):
    port = getattr(server, service)
    return client("curl", "--silent", "--show-error", "--cacert", server.ca, "--connect-to",
                  f"{HOST}:{port}:127.0.0.1:{port}", "--user", user, f"{service}://{HOST}:{port}/{url}",
                  *options, status=status)


def test_curl_lists_fetches_searches():
    need("curl")
    with mailboxes() as server:
        server.fill()
        assert b'* LIST' in curl(server, "") and b"INBOX" in curl(server, "")
        assert curl(server, "INBOX;UID=1") == PLAIN
        assert curl(server, "INBOX;MAILINDEX=2") == REPLY
        header = curl(server, "INBOX;UID=1;SECTION=HEADER.FIELDS%20(SUBJECT)")
        assert header == b"Subject: Lunch on Thursday\r\n\r\n", header
        part = curl(server, "INBOX;UID=5;SECTION=3")
        assert part.strip() == b"iVBORw0KGgo=", part
        found = curl(server, "INBOX?SUBJECT%20lunch")
        assert found.split() == b"* SEARCH 1 2 3 8 12".split(), found
        found = curl(server, "INBOX?NOT%20SEEN%20FROM%20carol")
        assert found.split() == b"* SEARCH 3".split(), found  # the fifth has been fetched from
        assert b"* STATUS INBOX" in curl(server, "", "-X", "STATUS INBOX (MESSAGES)")
        assert b"EXISTS" in curl(server, "", "-X", "EXAMINE INBOX")
        curl(server, "INBOX;UID=99", status=78)
        curl(server, "Nowhere;UID=1", status=67)
        curl(server, "INBOX;UID=1", user="bob:wrong", status=67)


def test_curl_appends_and_stores():
    need("curl")
    with mailboxes() as server, tempfile.NamedTemporaryFile() as file:
        file.write(PLAIN)
        file.flush()
        curl(server, "INBOX", "--upload-file", file.name)
        curl(server, "", "-X", "CREATE Work")
        curl(server, "Work", "--upload-file", file.name)
        curl(server, "INBOX", "-X", r"STORE 1 +FLAGS (\Flagged)")
        assert [octets for _, _, octets in server.messages("Work")] == [PLAIN]
        (_, flags, octets), = server.messages()
        assert (r"\Flagged" in flags, octets) == (True, PLAIN), flags


def test_curl_in_tls_by_each_mechanism():
    need("curl")
    with mailboxes() as server:
        server.fill(MESSAGES[:1])
        for service, options in (("imap", ["--ssl-reqd"]), ("imaps", [])):
            assert curl(server, "INBOX;UID=1", *options, service=service) == PLAIN
            for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"):
                if mechanism.startswith("SCRAM") and b"SCRAM" not in client("curl", "--version"):
                    continue
                said = curl(server, "INBOX;UID=1", "--login-options", f"AUTH={mechanism}", *options,
                            service=service)
                assert said == PLAIN, mechanism
            said = curl(server, "INBOX;UID=1", "--sasl-ir", *options, service=service)
            assert said == PLAIN
        # Whom nobody vouches for is not talked to.
        port = server.imaps
        client("curl", "--silent", "--connect-to", f"{HOST}:{port}:127.0.0.1:{port}", "--user", "bob:builder",
               f"imaps://{HOST}:{port}/INBOX;UID=1", status=60)


# Python's imaplib: one connection, many commands, literals that wait

def python_client(server, secure="starttls"):
    context = ssl.create_default_context(cafile=server.ca)
    context.check_hostname = False
    if secure == "implicit":
        imap = imaplib.IMAP4_SSL("127.0.0.1", server.imaps, ssl_context=context)
    else:
        imap = imaplib.IMAP4("127.0.0.1", server.imap)
        if secure == "starttls":
            assert imap.starttls(context)[0] == "OK"
    return imap


def test_imaplib_reads():
    with mailboxes() as server:
        server.fill()
        imap = python_client(server)
        assert imap.login("bob", "builder")[0] == imap.enable("CONDSTORE")[0] == "OK"
        assert imap.select("INBOX") == ("OK", [b"12"])
        assert imap.fetch("1", "(RFC822)")[1][0][1] == PLAIN
        assert imap.uid("fetch", "2", "(BODY.PEEK[])")[1][0][1] == REPLY
        assert imap.search(None, "SUBJECT", "lunch") == ("OK", [b"1 2 3 8 12"])
        imap.literal = "Köln".encode()
        assert imap.search("UTF-8", "SUBJECT") == ("OK", [b"6"])
        assert imap.sort("REVERSE DATE", "UTF-8", "SEEN")[0] == "OK"
        assert imap.thread("REFERENCES", "UTF-8", "ALL")[1][0].startswith(b"(1")
        assert imap.status("INBOX", "(MESSAGES UNSEEN)")[0] == "OK"
        assert imap.list()[0] == imap.lsub()[0] == imap.namespace()[0] == "OK"
        assert imap.getquotaroot("INBOX")[0] == imap.myrights("INBOX")[0] == imap.getacl("INBOX")[0] == "OK"
        assert imap.unselect()[0] == "OK"
        assert imap.logout()[0] == "BYE"


def test_imaplib_changes():
    with mailboxes() as server:
        server.fill()
        imap = python_client(server, "implicit")
        assert imap.login_cram_md5("bob", "builder")[0] == "OK"
        assert imap.create("Work")[0] == "OK"
        date = imaplib.Time2Internaldate(1767607200)
        assert imap.append("Work", r"(\Seen)", date, PLAIN)[0] == "OK"
        imap.select("INBOX")
        assert imap.store("3", "+FLAGS", r"(\Answered)")[0] == "OK"
        assert imap.copy("1:2", "Work")[0] == "OK"
        assert imap.uid("MOVE", "5", "Work")[0] == "OK"
        assert imap.expunge()[0] == "OK"
        assert imap.uid("search", "ALL") == ("OK", [b"1 2 3 4 6 8 9 10 11 12"])
        assert imap.rename("Work", "Play")[0] == imap.subscribe("Play")[0] == "OK"
        assert imap.close()[0] == imap.logout()[0].replace("BYE", "OK") == "OK"
        assert [octets for _, _, octets in server.messages("Play")] == [PLAIN, PLAIN, REPLY, MESSAGES[4][2]]
        assert [uid for uid, _, _ in server.messages()] == [1, 2, 3, 4, 6, 8, 9, 10, 11, 12]
        assert r"\Answered" in server.messages()[2][1]


def test_imaplib_mechanisms():
    with mailboxes() as server:
        imap = python_client(server)
        said = imap.authenticate("PLAIN", lambda _: b"\0bob\0builder")
        assert said[0] == "OK", said
        imap.logout()
        imap = python_client(server)
        with contextlib.suppress(imaplib.IMAP4.error):
            imap.login("bob", "wrong")
            raise AssertionError("a wrong password will do")
        assert imap.login("bob", "builder")[0] == "OK"
        imap.logout()


def test_imaplib_idles():
    with mailboxes() as server:
        imap = python_client(server)
        imap.login("bob", "builder")
        imap.select("INBOX")
        tag = imap._new_tag()
        imap.send(tag + b" IDLE\r\n")
        assert imap.readline().startswith(b"+ ")
        server.fill(MESSAGES[:1])
        assert imap.readline() == b"* 1 EXISTS\r\n"
        imap.send(b"DONE\r\n")
        while not (line := imap.readline()).startswith(tag):
            assert line.startswith(b"* "), line
        assert b" OK" in line, line
        imap.logout()


# fetchmail

def fetchmail(server, folder, *options, status=0, auth="any", sslproto=None):
    rc = pathlib.Path(folder) / "fetchmailrc"
    rc.write_text(f"""\
poll 127.0.0.1 protocol imap port {server.imap} auth {auth}
  user "bob" password "builder" is "bob" here
  {'ssl sslcertfile "' + server.ca + '" sslcommonname "' + HOST + '"' if sslproto == 'ssl' else ''}
  {'sslproto tls1+ sslcertck sslcertfile "' + server.ca + '" sslcommonname "' + HOST + '"' if sslproto == 'tls' else ''}
  {"sslproto ''" if sslproto is None else ''}
  mda "cat >> {folder}/got; echo '=====' >> {folder}/got"
""")
    rc.chmod(0o600)
    environment = dict(os.environ, HOME=str(folder), FETCHMAILHOME=str(folder))
    return client("fetchmail", "--nodetach", "--fetchmailrc", rc, "--pidfile", f"{folder}/pid", "--nosyslog",
                  *options, status=status, env=environment)


def got(folder):
    path = pathlib.Path(folder) / "got"
    if not path.exists():
        return []
    return [piece for piece in path.read_bytes().split(b"=====\n") if piece]


def test_fetchmail_takes_new_mail():
    need("fetchmail")
    with mailboxes() as server, tempfile.TemporaryDirectory() as folder:
        server.fill()
        fetchmail(server, folder, auth="password")
        # What was not seen is fetched, and removed; what was marked as deleted goes, too.
        left = [uid for uid, _, _ in server.messages()]
        assert left == [1, 2, 8, 10], left
        assert len(got(folder)) == 7, len(got(folder))
        assert b"Subject: Fwd: Lunch on Thursday" in got(folder)[0]
        fetchmail(server, folder, auth="password", status=1)
        assert len(got(folder)) == 7


def test_fetchmail_keeps_in_tls():
    need("fetchmail")
    with mailboxes() as server, tempfile.TemporaryDirectory() as folder:
        server.fill(MESSAGES[2:5])
        fetchmail(server, folder, "--keep", "--all", auth="cram-md5", sslproto="tls")
        assert len(got(folder)) == 3 and len(server.messages()) == 3
        assert all(r"\Seen" in flags for _, flags, _ in server.messages())


# mbsync: two ways, twice

def mbsync(server, folder, status=0, tls="STARTTLS"):
    rc = pathlib.Path(folder) / "mbsyncrc"
    mail = pathlib.Path(folder) / "mail"
    mail.mkdir(exist_ok=True)
    rc.write_text(f"""\
IMAPAccount far
Host {HOST}
Port {server.imaps if tls == "IMAPS" else server.imap}
User bob
Pass builder
SSLType {tls}
CertificateFile {server.ca}
AuthMechs *

IMAPStore far
Account far

MaildirStore near
Path {mail}/
Inbox {mail}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
Remove Both
SyncState {folder}/
CopyArrivalDate yes
""")
    return client("mbsync", "--config", rc, "--all", "--verbose", status=status, env=dict(os.environ, HOME=folder))


def maildir(folder, name="INBOX"):
    """{Message-ID: (path, flags)}"""
    found = {}
    for sub in ("cur", "new"):
        for path in sorted((pathlib.Path(folder) / "mail" / name / sub).iterdir()):
            match = re.search(rb"Message-ID: (<[^>]*>)", path.read_bytes())
            found[match.group(1).decode() if match else ""] = \
                (path, path.name.partition(":2,")[2] if sub == "cur" else "")
    return found


def set_flags(path, flags):
    path.rename(path.parent.parent / "cur" / (path.name.partition(":2,")[0] + ":2," + flags))


def by_id(server, mailbox="INBOX"):
    found = {}
    for uid, flags, octets in server.messages(mailbox):
        match = re.search(rb"Message-ID: (<[^>]*>)", octets)
        found[match.group(1).decode() if match else ""] = (uid, flags, octets)
    return found


def test_mbsync_both_ways():
    need("mbsync")
    with mailboxes() as server, tempfile.TemporaryDirectory() as folder:
        server.fill([(flags.replace(r"\Deleted", ""), date, octets) for flags, date, octets in MESSAGES])
        with server.look() as imap:
            imap.ok("CREATE Work")
        mbsync(server, folder)
        near = maildir(folder)
        assert len(near) == 12, near.keys()
        assert near["<2@recipient.example>"][1] == "RS", near["<2@recipient.example>"]
        # mbsync puts a field of its own into what it stores.
        stored = re.sub(rb"X-TUID: .*\n", b"", near["<1@sender.example>"][0].read_bytes())
        assert stored.replace(b"\n", b"\r\n") == PLAIN, stored
        assert (pathlib.Path(folder) / "mail/Work").is_dir()

        # Flags and deletions, made on both sides, and a new message on each.
        set_flags(near["<3@third.example>"][0], "FS")
        near["<9@sender.example>"][0].unlink()
        (pathlib.Path(folder) / "mail/INBOX/new/1.host").write_bytes(b"Message-ID: <near@x.example>\n\nnear\n")
        (pathlib.Path(folder) / "mail/Play/cur").mkdir(parents=True)
        for sub in ("new", "tmp"):
            (pathlib.Path(folder) / "mail/Play" / sub).mkdir()
        with server.look() as imap:
            imap.ok("SELECT INBOX")
            imap.ok(r"STORE 4 +FLAGS.SILENT (\Answered)")
            imap.ok(r"STORE 5 +FLAGS.SILENT (\Deleted)")
            imap.ok("EXPUNGE")
            imap.ok("APPEND INBOX \0", b"Message-ID: <far@x.example>\r\n\r\nfar\r\n")
        mbsync(server, folder)
        far, near = by_id(server), maildir(folder)
        assert far.keys() == near.keys(), far.keys() ^ near.keys()
        assert {"<near@x.example>", "<far@x.example>"} < far.keys()
        assert not {"<9@sender.example>", "<5@third.example>"} & far.keys()
        assert {r"\Flagged", r"\Seen"} <= set(far["<3@third.example>"][1])
        assert "R" in near["<4@lists.example>"][1]
        assert "Play" in server.names()

        # Once more: nothing is left to do.
        before = server.messages()
        mbsync(server, folder, tls="IMAPS")
        assert server.messages() == before
        assert maildir(folder).keys() == near.keys()


# mutt, at a terminal of its own

def mutt(server, folder, keys, timeout=60):
    """Runs mutt on the INBOX with the keys that a person would press; it has to end by itself."""
    rc = pathlib.Path(folder) / "muttrc"
    rc.write_text(f"""\
set folder = "imap://bob@{HOST}:{server.imap}/"
set spoolfile = "imap://bob@127.0.0.1:{server.imap}/INBOX"
set imap_user = "bob"
set imap_pass = "builder"
set ssl_starttls = no
set ssl_force_tls = no
set imap_keepalive = 60
set header_cache = "{folder}/cache"
set copy = no
set quit = yes
set delete = yes
set confirmcreate = no
set confirmappend = no
set wait_key = no
set mark_old = no
push "{keys}"
""")
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="vt100", HOME=str(folder), LINES="40", COLUMNS="120")
        os.execvp("mutt", ["mutt", "-n", "-F", str(rc)])
    said, end = b"", time.monotonic() + timeout
    try:
        while time.monotonic() < end:
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            said += piece
        else:
            raise AssertionError(f"mutt does not end: {said[-1500:]!r}")
    finally:
        os.close(terminal)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, 15)
        os.waitpid(pid, 0)
    return said


def test_mutt_browses_copies_deletes():
    need("mutt")
    with mailboxes() as server, tempfile.TemporaryDirectory() as folder:
        server.fill([(flags.replace(r"\Deleted", ""), date, octets) for flags, date, octets in MESSAGES])
        with server.look() as imap:
            imap.ok("CREATE Work")
        there = f"imap://bob@127.0.0.1:{server.imap}/Work"
        # Reads the third, goes back, copies it, flags the next one, deletes the last.
        mutt(server, folder, f"3<enter><enter><exit>C{there}<enter>4<enter>F<last-entry>d<sync-mailbox>q")
        assert [octets for _, _, octets in server.messages("Work")] == [MESSAGES[2][2]]
        messages = server.messages()
        assert [uid for uid, _, _ in messages] == list(range(1, 12)), messages
        assert r"\Seen" in messages[2][1] and r"\Flagged" in messages[3][1]


if __name__ == "__main__":
    main(globals())
