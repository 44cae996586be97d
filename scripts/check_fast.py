#!/usr/bin/env python3
"""Builds the debug preset and runs the tests whose program changed since it last passed."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/dev"
PASSED = BUILD / "passed"


def main():
    if subprocess.run(["ninja", "-C", BUILD, "--quiet"], check=False).returncode != 0:
        sys.exit(1)
    PASSED.mkdir(exist_ok=True)
    failed = [name for name, command in stale_tests() if not passes(name, command)]
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")
    print("passed")


def stale_tests():
    listing = subprocess.run(["ctest", "--test-dir", BUILD, "--show-only=json-v1"], capture_output=True, check=True)
    for test in json.loads(listing.stdout)["tests"]:
        command = test["command"]
        if changed_since_passed(test["name"], [Path(word) for word in command if Path(word).exists()]):
            yield test["name"], command


def changed_since_passed(name, inputs):
    stamp = PASSED / name
    return not stamp.exists() or any(newest(path) > stamp.stat().st_mtime for path in inputs)


def newest(path):
    """A test's program, or the folder of inputs that it replays."""
    return max([path.stat().st_mtime, *(inner.stat().st_mtime for inner in path.rglob("*"))])


def passes(name, command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout + done.stderr)
        return False
    print(f"{name}: passed")
    (PASSED / name).touch()
    return True


if __name__ == "__main__":
    main()
