# SPDX-License-Identifier: GPL-3.0-or-later
"""A Postfix of our own, with Dovecot to check passwords: everything below one temporary folder,
listening on 127.0.0.1 alone, ended by who started it. The system's own instance is never touched."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time

MASTER = """\
{services}
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       1       1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
smtp      unix  -       -       n       -       -       smtp
relay     unix  -       -       n       -       -       smtp
showq     unix  n       -       n       -       -       showq
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
local     unix  -       n       n       -       -       local
virtual   unix  -       n       n       -       -       virtual
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
"""

MAIN = {
    "compatibility_level": "3.6",
    "mail_owner": "postfix",
    "setgid_group": "postdrop",
    "inet_interfaces": "127.0.0.1",
    "inet_protocols": "ipv4",
    "myhostname": "mail.recipient.example",
    "mydestination": "",
    "mynetworks": "127.0.0.0/8",
    "local_transport": "error:no local mail",
    "alias_maps": "",
    "biff": "no",
    "recipient_delimiter": "+",
    "notify_classes": "",
    "smtputf8_enable": "yes",
    "smtpd_delay_reject": "yes",
    "smtpd_relay_restrictions": "reject_unauth_destination",
    "virtual_mailbox_domains": "recipient.example",
    "virtual_minimum_uid": "1",
    "smtpd_peername_lookup": "no",
    "smtp_dns_support_level": "disabled",
    "smtp_host_lookup": "native",
    "message_size_limit": "40000000",
    "mailbox_size_limit": "0",
    "virtual_mailbox_limit": "0",
}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for_port(port, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


def make_certificate(folder, names, valid_days=30, authority=None):
    """A certificate for `names` signed by `authority` (a pair of paths), or a new authority's own
    when that is None and `names` is empty. Returns (certificate path, key path)."""
    stem = os.path.join(folder, names[0] if names else "ca")
    cert, key = stem + ".pem", stem + ".key"
    new_key = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
               "-subj", f"/CN={names[0] if names else 'Test authority'}"]
    if authority is None:
        extra = [] if not names else ["-addext", "subjectAltName=" + ",".join(f"DNS:{n}" for n in names)]
        subprocess.run(new_key + ["-x509", "-days", str(valid_days), "-out", cert] + extra, check=True,
                       capture_output=True)
        return cert, key
    request, extensions = stem + ".csr", stem + ".ext"
    subprocess.run(new_key + ["-out", request], check=True, capture_output=True)
    with open(extensions, "w") as f:
        f.write("subjectAltName=" + ",".join(f"DNS:{n}" for n in names) + "\n")
    subprocess.run(["openssl", "x509", "-req", "-in", request, "-CA", authority[0], "-CAkey", authority[1],
                    "-CAcreateserial", "-days", str(valid_days), "-extfile", extensions, "-out", cert], check=True,
                   capture_output=True)
    return cert, key


class Dovecot:
    """Dovecot's authentication service on a port of its own, for Postfix to ask."""

    def __init__(self, folder, users, mechanisms):
        self.folder = os.path.join(folder, "dovecot")
        os.makedirs(self.folder)
        self.port = free_port()
        with open(os.path.join(self.folder, "users"), "w") as f:
            f.writelines(f"{name}:{{PLAIN}}{password}\n" for name, password in users.items())
        config = os.path.join(self.folder, "dovecot.conf")
        with open(config, "w") as f:
            f.write(f"""\
base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = {self.folder}/log
protocols =
ssl = no
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
default_internal_user = dovecot
default_login_user = dovenull
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = {self.folder}/users
}}
userdb {{
  driver = static
  args = uid=1000 gid=1000 home={self.folder}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {self.port}
  }}
}}
""")
        self.process = subprocess.Popen(["dovecot", "-F", "-c", config], stdout=subprocess.DEVNULL,
                                        stderr=open(os.path.join(self.folder, "errors"), "w"))
        if not wait_for_port(self.port):
            raise RuntimeError("dovecot does not start: " + open(os.path.join(self.folder, "errors")).read())

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Postfix:
    """Takes mail for `mailboxes` into Maildirs. `settings` go into main.cf; `services` are lines of
    master.cf in which {smtp} stands for the port; further lines may name free_port()s of their own."""

    def __init__(self, mailboxes=(), settings=None, services="", users=None,
                 mechanisms="plain login cram-md5 scram-sha-1 scram-sha-256"):
        # Under /tmp itself and readable: Postfix's processes run as a user of their own.
        self.folder = tempfile.mkdtemp(prefix="postroad-postfix-")
        os.chmod(self.folder, 0o755)
        self.port = free_port()
        self.config = os.path.join(self.folder, "config")
        self.log_path = os.path.join(self.folder, "maillog")
        self.mail = os.path.join(self.folder, "mail")
        for name in ("config", "queue", "data", "mail"):
            os.mkdir(os.path.join(self.folder, name))
        owner = pwd.getpwnam("postfix")
        os.chown(os.path.join(self.folder, "data"), owner.pw_uid, owner.pw_gid)
        os.chown(self.mail, owner.pw_uid, owner.pw_gid)
        self.dovecot = Dovecot(self.folder, users, mechanisms) if users else None
        values = dict(MAIN)
        values.update({
            "queue_directory": os.path.join(self.folder, "queue"),
            "data_directory": os.path.join(self.folder, "data"),
            "maillog_file": self.log_path,
            "maillog_file_prefixes": self.folder,
            "virtual_mailbox_base": self.mail,
            "virtual_uid_maps": f"static:{owner.pw_uid}",
            "virtual_gid_maps": f"static:{owner.pw_gid}",
            "virtual_mailbox_maps": "inline:{" + " ".join(
                "{" + f"{m}={m.split('@')[0]}/" + "}" for m in mailboxes) + "}" if mailboxes else "",
        })
        if self.dovecot:
            values.update({"smtpd_sasl_auth_enable": "yes", "smtpd_sasl_type": "dovecot",
                           "smtpd_sasl_path": f"inet:127.0.0.1:{self.dovecot.port}",
                           "smtpd_sasl_security_options": "noanonymous"})
        values.update(settings or {})
        with open(os.path.join(self.config, "main.cf"), "w") as f:
            f.writelines(f"{name} = {value}\n" for name, value in values.items())
        line = f"127.0.0.1:{self.port} inet n - n - - smtpd"
        with open(os.path.join(self.config, "master.cf"), "w") as f:
            f.write(MASTER.format(services=line + "\n" + services))
        self.process = subprocess.Popen(["postfix", "-c", self.config, "start-fg"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, start_new_session=True)
        if not wait_for_port(self.port):
            self.stop()
            raise RuntimeError("Postfix does not start: " + self.read_log())

    def read_log(self):
        try:
            return open(self.log_path, errors="replace").read()
        except FileNotFoundError:
            return ""

    def wait_for_log(self, text, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if text in self.read_log():
                return True
            time.sleep(0.1)
        return False

    def messages(self, user):
        """The bytes of each message in a user's Maildir."""
        folder = os.path.join(self.mail, user, "new")
        if not os.path.isdir(folder):
            return []
        return [open(os.path.join(folder, name), "rb").read() for name in sorted(os.listdir(folder))]

    def wait_for_messages(self, user, n, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end and len(self.messages(user)) < n:
            time.sleep(0.1)
        return self.messages(user)

    def command(self, *arguments):
        return subprocess.run(["postfix", "-c", self.config, *arguments], capture_output=True, timeout=60)

    def stop(self):
        self.command("stop")
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.dovecot:
            self.dovecot.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
