#!/usr/bin/env python3
"""Checks that lines stay readable side by side: templates break at 120 characters, documents at 160."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# (folder, what is below it, the longest line)
LIMITS = [("src", "**/*.html", 120), ("src", "**/*.md", 160), ("docs", "**/*.md", 160), ("changelog", "**/*.md", 160),
          ("packaging", "**/*.md", 160), (".", "*.md", 160)]


def faults_in(path, text, limit):
    return [f"{path}:{number}: break the line, it has {len(line)} characters of {limit}"
            for number, line in enumerate(text.splitlines(), 1) if len(line) > limit]


def main():
    faults = [fault for folder, pattern, limit in LIMITS for path in sorted((ROOT / folder).glob(pattern))
              for fault in faults_in(path.relative_to(ROOT), path.read_text("utf-8"), limit)]
    print("\n".join(faults), file=sys.stderr, end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
