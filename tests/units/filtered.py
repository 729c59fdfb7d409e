"""Runs a program under the system call filter of a unit file: filtered.py UNIT PROGRAM [ARGUMENT...]

systemd is asked what its sets hold; the filter is made as systemd makes it (the first SystemCallFilter= says what is
allowed, those with ~ take away), and a call outside it fails as SystemCallErrorNumber=EPERM says.
"""
import errno
import os
import subprocess
import sys

import seccomp


def names_in(group):
    found = set()
    for line in subprocess.run(["systemd-analyze", "syscall-filter", group], check=True, capture_output=True, text=True).stdout.splitlines()[1:]:
        name = line.strip()
        if name and not name.startswith("#"):
            found |= names_in(name) if name.startswith("@") else {name}
    return found


def allowed_by(unit):
    allowed = names_in("@default")
    for line in open(unit, encoding="utf-8"):
        if line.startswith("SystemCallFilter="):
            value = line.split("=", 1)[1].strip()
            groups = set().union(*(names_in(g) if g.startswith("@") else {g} for g in value.lstrip("~").split()))
            allowed = allowed - groups if value.startswith("~") else allowed | groups
    return allowed


unit, program = sys.argv[1], sys.argv[2:]
calls = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
for name in sorted(allowed_by(unit)):
    try:
        calls.add_rule(seccomp.ALLOW, name)
    except (RuntimeError, ValueError, OSError):
        pass  # of another machine
calls.load()
os.execvp(program[0], program)
