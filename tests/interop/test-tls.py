#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our TLS sessions, with real randomness, against Python's and those of `openssl s_client`."""
import contextlib
import hashlib
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tap import main, need  # noqa: E402

TLS_END = os.environ["TLS_END"]
VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}


@contextlib.contextmanager
def end(sock, *arguments):
    """Our end on the other side of `sock`; what it told is in .told after the block."""
    class End:
        told = ""
    process = subprocess.Popen([TLS_END, *map(str, arguments)], stdin=sock, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    sock.close()
    try:
        yield End
    except BaseException:
        process.kill()
        process.communicate()
        raise
    out, error = process.communicate(timeout=60)
    assert process.returncode == 0 and not error, error.decode()
    End.told = out.decode()


def wait_for(path):
    """The authority's file, which our server writes before it reads."""
    for _ in range(600):
        if path.exists():
            return path
        subprocess.run(["sleep", "0.05"], check=True)
    raise AssertionError(f"no {path}")


def context_for(version, side=ssl.PROTOCOL_TLS_CLIENT):
    context = ssl.SSLContext(side)
    context.minimum_version = context.maximum_version = VERSIONS[version]
    return context


def talk_to_our_server(version, folder):
    ours, theirs = socket.socketpair()
    with end(ours, "server", folder) as server:
        context = context_for(version)
        context.load_verify_locations(wait_for(folder / "server.pem").with_name("ca.pem"))
        context.keylog_filename = str(folder / "their-keys")
        with context.wrap_socket(theirs, server_hostname="mx.example") as client:
            assert client.version() == version
            client.sendall(b"ehlo a.example\r\n" + b"x" * 100000)
            heard = b""
            while len(heard) < 100016:
                heard += client.recv(65536)
            assert heard == b"EHLO A.EXAMPLE\r\n" + b"X" * 100000
            certificate = client.getpeercert(binary_form=True)
            client.unwrap().close()
    assert re.fullmatch(rf"secured {version} TLS_\w+\nclosed\n", server.told), server.told
    # What opens the recording is the same at both ends, and so is what SASL binds to.
    theirs = set(line for line in (folder / "their-keys").read_text().splitlines()
                 if not line.startswith("#"))
    assert set((folder / "keys").read_text().splitlines()) == theirs
    assert (folder / "end-point").read_text() == hashlib.sha256(certificate).hexdigest().upper()
    assert len((folder / "exporter").read_text()) == 64


def test_python_client():
    for version in VERSIONS:
        with tempfile.TemporaryDirectory() as folder:
            talk_to_our_server(version, pathlib.Path(folder))


def make_certificate(folder, name, *options, alternative="DNS:mx.example"):
    subprocess.run(["openssl", "req", "-x509", "-nodes", "-days", "30", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName={alternative}", "-keyout", folder / "key.pem", "-out",
                    folder / "cert.pem", *options], check=True, capture_output=True)


def talk_to_their_server(version, folder, name="mx.example"):
    """Returns what our client told."""
    ours, theirs = socket.socketpair()
    context = context_for(version, ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    with end(ours, "client", folder, name, folder / "cert.pem") as client:
        try:
            with context.wrap_socket(theirs, server_side=True) as server:
                while (data := server.recv(1000)):
                    server.sendall(data * 2)
        except ssl.SSLError as error:
            client.error = str(error)
            theirs.close()
    return client


def test_python_server():
    need("openssl")
    keys = {"rsa": ["-newkey", "rsa:2048"], "ed25519": ["-newkey", "ed25519"],
            "p256": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]}
    for version in VERSIONS:
        for kind, options in keys.items():
            with tempfile.TemporaryDirectory() as name:
                folder = pathlib.Path(name)
                make_certificate(folder, "mx.example", *options)
                client = talk_to_their_server(version, folder)
                assert re.match(rf"secured {version} TLS_\w+\nheard HELLO\nHELLO\n", client.told), \
                    (kind, client.told)
                # RFC 5929 section 4.1: undefined when the signature has no hash function.
                assert ((folder / "end-point").read_text() == "") == (kind == "ed25519")


def test_python_server_with_another_name():
    need("openssl")
    for version in VERSIONS:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            make_certificate(folder, "mx.example", "-newkey", "rsa:2048")
            client = talk_to_their_server(version, folder, "mx2.example")
            assert client.told == "certificate wrong-name\nfailed 4 bad_certificate\n", client.told
            assert "BAD_CERTIFICATE" in client.error.upper().replace(" ", "_"), client.error


def test_a_common_name_does_not_count():
    need("openssl")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_certificate(folder, "mx.example", "-newkey", "rsa:2048",
                         alternative="email:x@mx.example")
        client = talk_to_their_server("TLSv1.3", folder)
        assert client.told == "certificate wrong-name\nfailed 4 bad_certificate\n", client.told


def s_client(folder, script, *options):
    """Lets `openssl s_client` talk to our server by a script of what to type and what then has to
    be printed. Returns all that it printed and what we told."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = subprocess.Popen(
            ["openssl", "s_client", "-connect", "127.0.0.1:%d" % listener.getsockname()[1],
             "-servername", "mx.example", *options], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        accepted, _ = listener.accept()
    with end(accepted, "server", folder) as server:
        try:
            printed = b""
            for typed, answer in script:
                client.stdin.write(typed)
                client.stdin.flush()
                while answer not in printed and (data := client.stdout.read1(65536)):
                    printed += data
            client.stdin.close()
            printed += client.stdout.read()
        finally:
            client.kill()
            client.wait()
            client.stdout.close()
    return printed.decode(), server.told


def test_s_client():
    need("openssl")
    for version in VERSIONS:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            printed, told = s_client(
                folder, [(b"ping\n", b"PING")], "-" + version.lower().replace("v", "").replace(".", "_"),
                "-keymatexport", "EXPORTER-Channel-Binding", "-keymatexportlen", "32")
            assert "PING" in printed, printed
            assert re.match(rf"secured {version} TLS_\w+\n", told), told
            exporter = re.search(r"Keying material: ([0-9A-F]{64})", printed).group(1)
            # Without a context; in TLS 1.2 that differs from the empty one (RFC 5705).
            ours = (folder / "exporter").read_text()
            assert (exporter == ours) == (version == "TLSv1.3"), (exporter, ours)


def test_renegotiation_is_refused():
    need("openssl")
    with tempfile.TemporaryDirectory() as name:
        printed, told = s_client(pathlib.Path(name), [(b"R\n", b"no renegotiation")], "-tls1_2")
        assert "RENEGOTIATING" in printed and "no renegotiation" in printed, printed
        assert told.count("secured") == 1, told


def test_new_keys_on_the_way():
    need("openssl")
    with tempfile.TemporaryDirectory() as name:
        printed, told = s_client(pathlib.Path(name),
                                 [(b"K\n", b"KEYUPDATE"), (b"ping\n", b"PING")], "-tls1_3")
        assert "PING" in printed and told.endswith("\nclosed\n"), (printed, told)


main(globals())
