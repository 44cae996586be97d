#!/usr/bin/env python3
"""Checks what people read, in pages, messages and documentation, for words that have a better one in the field."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What not to say, and what to say instead.
WORDS = [
    (r"\bnot now\b", "cancel"),
    (r"\btakes? (it|them) off\b|\btake off\b", "unlink"),
    (r"\bblanks?\b", "space"),
    (r"(?-i:(?<!--)\bbearers?\b(?! $))", "agent token"),  # Authorization: Bearer stays
    (r"\bkeys? of (a |the )?customers?\b", "customer key"),
    (r"\bopens all\b", "grants access to every"),
    (r"\bwhom to call\b|\bwhat to mind\b", "contacts, special instructions"),
    (r"\bshown this once\b", "shown only once"),
    (r"\bturns? the order\b", "reverse the order"),
    (r"\b(falls?|fell|fallen) silent\b", "stops reporting"),
    (r"\bat (its|their) pace\b", "at the current growth rate"),
    (r"\bended jobs?\b", "finished jobs"),
    (r"\b(data|state) folder\b", "data directory, state directory"),
    (r"\bfailed tries\b", "failed attempts"),
    (r"\bgoes? away\b|\bwent away\b", "revoke, remove, disconnect"),
    (r"\bend(s|ed)? orderly\b", "shut down gracefully"),
    (r"(?<!this\s)\bmachines?\b", "host"),
    (r"\b(un)?packed\b", "compressed, decompressed"),
    (r"\btokens? (has |have )?ended\b|\bsessions? (has |have )?ended\b", "expired"),
    (r"\bill\b", "unhealthy"),
    (r"\bget back\b", "restore"),
    (r"\bwhen something is wrong\b", "troubleshooting"),
    (r"\bnothing came of (it|them)\b", "no reports yet"),
    (r"\bnothing is raised\b", "alerts suppressed"),
    (r"\bjobs go on\b", "jobs continue"),
    (r"\bsay first what\b|\bchoose first where\b", "add a source group first, link a repository first"),
    (r"\bit takes another token\b", "create a new token"),
    (r"\basked for\b", "requested"),
    (r"\b(became|become|becomes|came|comes) of\b", "result"),
    (r"\bif it is not there\b", "if missing"),
    (r"\breports? tells? of\b|\bwhat it says itself\b", "no backup reported, reported issues"),
    (r"\breports? says? nothing of\b", "no container data in reports"),
    (r"\bnothing runs\b|\bjobs not finished\b", "no running jobs, active jobs"),
    (r"\bits keys end\b", "its keys are revoked too"),
    (r"\busual ones\b|\bshow these\b", "reset, apply"),
    (r"\bfilter cannot be read\b", "invalid filter"),
    (r"\bpruned next\b|\bas it was sent\b", "next pruning, as sent, raw report"),
    (r"\bfor lost\b", "offline"),
    (r"\bdid not open with\b|\bis not right\b", "wrong repository password, wrong username or password"),
    (r"\bread problems\b|\bdone near\b", "read errors, finishes about"),
    (r"\bis to be called\b", "display name"),
    (r"\bwhere it shall stay\b|\bstart anew\b", "permanently, start over"),
    (r"\bfit the present state\b|\bdoes not take that\b", "conflict, method not allowed"),
]
# A phrase may be broken over two lines.
BAD = [(re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE), better) for pattern, better in WORDS]

# A literal, and those that follow it at once. One of one word is a name or a key; a sentence has a space.
LITERAL = r'"(?:[^"\\\n]|\\.)*"'
STRING = re.compile(rf"{LITERAL}(?:\s*{LITERAL})*")
COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
DESCRIBED = re.compile(r"\b(?:summary|description): (.*)")
NAME = re.compile(r"`\w+\??`")  # of a member or a table stays as it is
TAG = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{[^\"]*?\}\}|<[^>]*>", re.DOTALL)


def line_of(text, place):
    return text.count("\n", 0, place) + 1


def texts_of(path, text):
    """(line, text) of what people read in a file, the line being its first."""
    if path.suffix == ".cpp":
        text = COMMENT.sub("", text)
        for found in STRING.finditer(text):
            sentence = "".join(literal[1:-1] for literal in re.findall(LITERAL, found[0]))
            if " " in sentence:
                yield line_of(text, found.start()), sentence
        return
    if path.suffix == ".yaml":
        yield from ((line_of(text, found.start()), found[1]) for found in DESCRIBED.finditer(text))
        return
    if path.suffix == ".html":
        text = TAG.sub(lambda tag: "\n" * tag[0].count("\n") + " ", text)
    if path.suffix == ".md":
        text = NAME.sub("", text)
    yield 1, text


def faults_in(path, text):
    return [f"{path}:{first + line_of(part, found.start()) - 1}: say {better!r}, not {' '.join(found[0].split())!r}"
            for first, part in texts_of(path, text)
            for pattern, better in BAD for found in pattern.finditer(part)]


def files():
    for folder, pattern in [("src/web", "*.html"), ("src/web", "*.yaml"), ("docs/guide", "*.md"),
                            ("docs/reference", "*.md"), ("changelog", "*.md")]:
        yield from (ROOT / folder).rglob(pattern)
    yield ROOT / "README.md"
    yield from (path for path in (ROOT / "src").rglob("*.cpp")
                if not re.search(r"_(test|fuzz)\.cpp$|/store/", str(path)))


def main():
    faults = [fault for path in sorted(files()) for fault in faults_in(path.relative_to(ROOT), path.read_text())]
    print("\n".join(faults), file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
