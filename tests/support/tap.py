# SPDX-License-Identifier: GPL-3.0-or-later
"""A small TAP writer for tests in Python: functions named test_* run in order of definition."""
import os
import pathlib
import shutil
import subprocess
import sys
import traceback

TOP = pathlib.Path(__file__).resolve().parents[2]
POSTROAD = os.environ.get("POSTROAD", "postroad")
os.environ.setdefault("POSTROAD_LESSONS", str(TOP / "lessons"))


class Skip(Exception):
    """Raised by a test that can't run here; the text says why."""


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Skip(f"{program} is not installed")


def shared():
    """The folder of shared corpora and captures, when there is one beside the project."""
    path = pathlib.Path(os.environ.get("POSTROAD_SHARED", TOP.parent / "shared"))
    if not path.is_dir():
        raise Skip("the shared corpora are not here")
    return path


def run(*arguments, status=0, stdin=subprocess.DEVNULL, timeout=120, **options):
    """Runs postroad; checks its exit status and that no sanitizer spoke. Returns (stdout, stderr)."""
    done = subprocess.run([POSTROAD, *map(str, arguments)], stdin=stdin, capture_output=True,
                          timeout=timeout, **options)
    error = done.stderr.decode("utf-8", "replace")
    assert "Sanitizer" not in error and "runtime error" not in error, error[-3000:]
    assert done.returncode == status, f"{arguments}: status {done.returncode}, {error[-500:]}"
    return done.stdout, error


def main(namespace):
    tests = [(name, value) for name, value in namespace.items() if name.startswith("test_")]
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        title = name[5:].replace("_", " ")
        try:
            test()
            print(f"ok {number} {title}", flush=True)
        except Skip as reason:
            print(f"ok {number} {title} # SKIP {reason}", flush=True)
        except Exception:
            failed += 1
            for line in traceback.format_exc().splitlines():
                print("# " + line)
            print(f"not ok {number} {title}", flush=True)
    sys.exit(1 if failed else 0)
