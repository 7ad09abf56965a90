#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast `postroad serve` takes mail, and Postfix's smtp-sink beside it, both from smtp-source:
bench-serve POSTROAD. Prints the rate of each, in the order of one run, and their ratio."""
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

MESSAGES, CONNECTIONS, BYTES, ROUNDS = 5000, 20, 4096, 5

SCENARIO = """\
[Scenario]
Title=Taking mail
[Host mail.recipient.example]
Roles=MTA;MDA;MS
Address=203.0.113.25
Domains=recipient.example
Users=bob:builder
Services=smtp
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def feed(port):
    """Seconds that smtp-source takes to hand over all messages; None when it failed."""
    start = time.monotonic()
    done = subprocess.run(["smtp-source", "-s", str(CONNECTIONS), "-m", str(MESSAGES), "-l", str(BYTES),
                           "-f", "alice@sender.example", "-t", "bob@recipient.example", f"inet:127.0.0.1:{port}"],
                          capture_output=True, timeout=300)
    seconds = time.monotonic() - start
    if done.returncode != 0 or done.stderr:
        print("smtp-source:", done.stderr.decode(errors="replace").strip()[:300])
        return None
    return seconds


def main():
    with tempfile.TemporaryDirectory() as folder:
        scenario = pathlib.Path(folder) / "scenario.ini"
        scenario.write_text(SCENARIO)
        port = free_port()
        sink = subprocess.Popen(["smtp-sink", "-u", "nobody", f"inet:127.0.0.1:{port}", "1000"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        serve = subprocess.Popen([sys.argv[1], "serve", str(scenario), "--port-base", "0"],
                                 stdout=subprocess.PIPE)
        ours = int(serve.stdout.readline().split()[-1])
        serve.stdout.readline()
        time.sleep(0.3)
        ratios = []
        try:
            for _ in range(ROUNDS):
                theirs_s, ours_s = feed(port), feed(ours)
                if theirs_s is None or ours_s is None:
                    return 1
                ratios.append(theirs_s / ours_s)
                print(f"taking {MESSAGES} messages of {BYTES} bytes over {CONNECTIONS} connections: "
                      f"{MESSAGES / ours_s:7.0f}/s; smtp-sink {MESSAGES / theirs_s:7.0f}/s; "
                      f"{ratios[-1]:.2f} times")
        finally:
            for process in (sink, serve):
                process.terminate()
                process.wait(30)
        print(f"rate of smtp-sink               {sorted(ratios)[ROUNDS // 2]:10.2f} times (median of {ROUNDS})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
