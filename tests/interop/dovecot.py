# SPDX-License-Identifier: GPL-3.0-or-later
"""A Dovecot of our own with mailboxes: everything below one temporary folder, listening on 127.0.0.1
alone, ended by who started it. Root alone can. (postfix.py has one that only checks passwords.)"""

import os
import pwd
import shutil
import subprocess
import tempfile

from postfix import free_port, make_certificate, wait_for_port

CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap pop3
listen = 127.0.0.1
instance_name = postroad
default_internal_user = dovecot
default_login_user = dovenull
default_process_limit = 400
default_client_limit = 4000
first_valid_uid = 1
mail_location = {location}
mail_home = {folder}/home/%u
mail_fsync = {fsync}
mail_max_userip_connections = 0
namespace inbox {{
  inbox = yes
  separator = /
{mailboxes}
}}
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
ssl = {ssl}
{certificate}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid}
}}
service imap-login {{
  process_min_avail = 1
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service imap {{
  process_min_avail = 4
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
mail_plugins = zlib acl quota
mail_attribute_dict = file:{folder}/home/%u/attributes
protocol imap {{
  mail_plugins = $mail_plugins imap_zlib imap_acl imap_quota
  imap_metadata = yes
  imap_literal_minus = no
  mail_max_userip_connections = 0
}}
protocol pop3 {{
  pop3_uidl_format = %08Xu%08Xv
  mail_max_userip_connections = 0
}}
plugin {{
  acl = vfile
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=1G
}}
{extra}
"""

SPECIAL = "\n".join(f"  mailbox {name} {{\n    auto = create\n    special_use = \\{use}\n  }}"
                    for name, use in (("Drafts", "Drafts"), ("Sent", "Sent"), ("Trash", "Trash"),
                                      ("Junk", "Junk"), ("Archive", "Archive")))


class Dovecot:
    """`users` are names and passwords. Ports: imap, imaps, pop3, pop3s. `ca` is the path of the
    authority that signed its certificate for localhost, when it has `tls`."""

    def __init__(self, users, tls=False, location="sdbox:~/mail", fsync="never", special=False,
                 mechanisms="plain login cram-md5 scram-sha-1 scram-sha-256", extra=""):
        # Under /tmp itself and readable: Dovecot's processes run as users of their own.
        self.folder = tempfile.mkdtemp(prefix="postroad-dovecot-")
        os.chmod(self.folder, 0o755)
        owner = pwd.getpwnam("nobody")
        os.mkdir(os.path.join(self.folder, "home"))
        os.chown(os.path.join(self.folder, "home"), owner.pw_uid, owner.pw_gid)
        with open(os.path.join(self.folder, "users"), "w") as f:
            f.writelines(f"{name}:{{PLAIN}}{password}\n" for name, password in users.items())
        certificate = ""
        if tls:
            authority = make_certificate(self.folder, [])
            self.ca = authority[0]
            cert, key = make_certificate(self.folder, ["localhost", "imap.example"], authority=authority)
            certificate = f"ssl_cert = <{cert}\nssl_key = <{key}"
        for service in ("imap", "imaps", "pop3", "pop3s"):
            setattr(self, service, free_port())
        self.config = os.path.join(self.folder, "dovecot.conf")
        with open(self.config, "w") as f:
            f.write(CONFIG.format(
                folder=self.folder, location=location, fsync=fsync, mechanisms=mechanisms,
                mailboxes=SPECIAL if special else "", ssl="yes" if tls else "no", certificate=certificate,
                uid=owner.pw_uid, gid=owner.pw_gid, imap=self.imap, imaps=self.imaps, pop3=self.pop3,
                pop3s=self.pop3s, extra=extra))
        self.process = subprocess.Popen(["dovecot", "-F", "-c", self.config], stdout=subprocess.DEVNULL,
                                        stderr=open(os.path.join(self.folder, "errors"), "w"))
        if not wait_for_port(self.imap):
            errors = open(os.path.join(self.folder, "errors")).read() + self.read_log()
            self.stop()
            raise RuntimeError("dovecot does not start: " + errors)

    def read_log(self):
        try:
            return open(os.path.join(self.folder, "log"), errors="replace").read()
        except FileNotFoundError:
            return ""

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
