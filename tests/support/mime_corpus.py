# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages of the shared corpora, and what dumpers make of them, for tests."""
import functools
import json
import os
import subprocess

from tap import Skip, shared


def messages():
    """The paths of all messages, in order."""
    folder = shared() / "corpora/messages"
    if not folder.is_dir():
        raise Skip("the shared corpora have no messages")
    return sorted(folder.glob("*.eml"))


@functools.cache
def dump(variable, *options):
    """Runs the dumper that the environment names over all messages; returns its objects by file."""
    if variable not in os.environ:
        raise Skip(f"{variable} is not set: what it would name was not built")
    done = subprocess.run([os.environ[variable], *options, *map(str, messages())],
                          capture_output=True, timeout=200)
    error = done.stderr.decode("utf-8", "replace")
    assert done.returncode == 0 and "runtime error" not in error, error[-3000:]
    found = {}
    for line in done.stdout.decode("utf-8").split("\n")[:-1]:
        told = json.loads(line)
        found[told["file"]] = told
    assert len(found) == len(messages())
    return found


def nest(parts):
    """Puts the parts, told flat and parents first, into each other as "children"."""
    path = []
    for part in parts:
        part["children"] = []
        del path[part["depth"]:]
        if path:
            path[-1]["children"].append(part)
        path.append(part)
    return parts[0]


def check_differences(differing, table, n_all, share_equal, n_unequal=0):
    """Fails unless just the cases of the table differ, and few enough of all do.

    The table's keys say why a case may differ, its values name the cases. n_unequal are unequal
    for a reason that another check tells."""
    known = {name for names in table.values() for name in names.split()}
    assert sum(len(names.split()) for names in table.values()) == len(known), "told twice"
    problems = []
    for name in sorted(set(differing) - known):
        problems.append(f"{name} differs, and no verdict says why: {differing[name]}")
    for name in sorted(known - set(differing)):
        problems.append(f"{name} has a verdict, but does not differ any more")
    n_equal = n_all - len(differing) - n_unequal
    print(f"# {n_equal} of {n_all} are equal, {100 * n_equal / n_all:.2f} %", flush=True)
    if n_equal < share_equal * n_all:
        problems.append(f"{n_equal} of {n_all} are equal, fewer than {share_equal:.0%}")
    assert not problems, "\n".join(problems)
