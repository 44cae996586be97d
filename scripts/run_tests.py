#!/usr/bin/env python3
"""Builds and tests everything, stage by stage, and ends with a line that counts the tests.

Stages named on the command line run alone; the first that fails is the last. Logs are in build/test-logs.
"""

import concurrent.futures
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import slowest
import test_counts
from test_counts import Counts

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build/test-logs"
CORPUS = ROOT / "tests/fuzz/corpus"
STAGE_SECONDS = 40 * 60
FUZZ_SECONDS = int(os.environ.get("FUZZ_SECONDS", "10"))
# The Node that tests/package-lock.json pins, whatever the machine has.
NODE_PATH = f"{ROOT}/tests/node_modules/.bin:{os.environ['PATH']}"


class StageFailed(Exception):
    """The stage's log says why. `counts`: what it had counted before."""

    def __init__(self, log, counts=None):
        super().__init__(log)
        self.log = log
        self.counts = counts or Counts()


def run(log_name, *command, **environment):
    """Runs a command with its output in a log. Returns whether it succeeded."""
    with (LOGS / log_name).open("ab") as log:
        child = subprocess.Popen(
            [str(word) for word in command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env=os.environ | {"PATH": NODE_PATH} | {key: str(value) for key, value in environment.items()},
            start_new_session=True)
        try:
            return child.wait(STAGE_SECONDS) == 0
        except subprocess.TimeoutExpired:
            log.write(f"\nstopped after {STAGE_SECONDS} s\n".encode())
            return False
        finally:
            end(child)


def end(child):
    """Ends the child's process group: nothing of a stage outlives it."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def must(log_name, *command, **environment):
    if not run(log_name, *command, **environment):
        raise StageFailed(log_name)
    return Counts()


def counted(log_name, succeeded, counts):
    if not succeeded or counts.failed:
        raise StageFailed(log_name, counts)
    return counts


def fresh_folder(name):
    folder = LOGS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def node_packages():
    must("node_packages.log", "scripts/install-node-packages")
    return must("node_packages.log", "scripts/install-node-packages", "tests")


def checks():
    must("checks.log", "make", "format-check")
    must("checks.log", "scripts/check_vocabulary.py")
    must("checks.log", "scripts/check_lines.py")
    must("checks.log", "scripts/check_names.py")
    must("checks.log", "scripts/draw_schema.py", "--check")
    must("checks.log", "scripts/write_api_page.py", "--check")
    return must("checks.log", "scripts/check_architecture.py")


def python():
    succeeded = run("python.log", sys.executable, "-m", "unittest", "discover", "-s", "scripts", "-p", "*_test.py")
    return counted("python.log", succeeded, test_counts.of_unittest((LOGS / "python.log").read_text()))


def build(preset, *targets):
    log = f"build_{preset}.log"
    must(log, "cmake", "--preset", preset)
    return must(log, "ninja", "-C", f"build/{preset}", *targets)


def build_debug():
    return build("dev")


def memory_folder():
    """For files that need not last: elsewhere unit tests wait for the disk half of their time."""
    memory = Path("/dev/shm")
    fit = memory.is_dir() and os.access(memory, os.W_OK) and not os.statvfs(memory).f_flag & os.ST_NOEXEC
    return memory if fit and shutil.disk_usage(memory).free > 2 << 30 else Path(tempfile.gettempdir())


def unit():
    reports = fresh_folder("gtest")
    junit = reports / "junit.xml"
    succeeded = run("unit.log", "ctest", "--test-dir", "build/dev", "--output-on-failure", "--parallel", os.cpu_count(),
                    "--timeout", "600", "--output-junit", junit, GTEST_OUTPUT=f"json:{reports}/", TMPDIR=memory_folder(),
                    HOLDFAST_TEST_RESTICS=":".join(restics()))
    if not junit.exists():
        raise StageFailed("unit.log")
    return counted("unit.log", succeeded, test_counts.of_ctest(junit, reports))


def preview():
    """Every page in every state, in both themes and all widths, without a hub."""
    build("dev", "web_preview")
    folder = ROOT / "build/preview"
    shutil.rmtree(folder, ignore_errors=True)
    must("preview.log", "build/dev/bin/web_preview", folder)
    return node("preview", (ROOT / "tests/preview").glob("*_test.mjs"), PREVIEW=folder)


def node(name, tests, **environment):
    """Runs files of node's own test runner; its log is called like the stage. They wait more than they compute."""
    tap = LOGS / f"{name}.tap"
    tap.unlink(missing_ok=True)
    succeeded = run(f"{name}.log", "node", "--test", f"--test-concurrency={2 * os.cpu_count()}",
                    "--test-reporter=tap", f"--test-reporter-destination={tap}",
                    "--test-reporter=spec", "--test-reporter-destination=stdout", *sorted(tests), **environment)
    if not tap.exists():
        raise StageFailed(f"{name}.log")
    return counted(f"{name}.log", succeeded, test_counts.of_node(tap.read_text()))


def newest_restic():
    """The tests that want the newest restic skip themselves where no mirror has it."""
    run("newest_restic.log", "scripts/fetch-newest-restic")
    return Counts()


def restics():
    return [str(path) for path in (Path("/usr/bin/restic"), ROOT / "build/newest-restic/restic") if path.exists()]


def integration():
    return integration_of("dev", "integration")


def integration_of(preset, name):
    return node(name, (ROOT / "tests/integration").glob("*.test.mjs"), HOLDFAST_BUILD=f"build/{preset}")


def build_release():
    """What ships, and who plays agents to it. The benches are kept in step by build_gcc."""
    return build("release", "holdfast-hub", "holdfast-agent", "holdfast-fleetsim")


def integration_release():
    return integration_of("release", "integration_release")


def build_gcc():
    """A second opinion: the other compiler takes every source but those of tests. It makes no code, and nothing is linked."""
    return build("gcc")


def browser():
    report = LOGS / "browser.json"
    report.unlink(missing_ok=True)
    succeeded = run("browser.log", "tests/node_modules/.bin/playwright", "test", "--config", "tests/e2e/playwright.config.mjs",
                    "--reporter=list,json", PLAYWRIGHT_JSON_OUTPUT_NAME=report, HOLDFAST_BUILD="build/release")
    if not report.exists():
        raise StageFailed("browser.log")
    return counted("browser.log", succeeded, test_counts.of_playwright(json.loads(report.read_text())))


def fuzz():
    targets = sorted(folder.name for folder in CORPUS.iterdir())
    build("dev", *targets)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        bad = [name for name, succeeded in zip(targets, pool.map(fuzz_one, targets)) if not succeeded]
    counts = Counts(passed=len(targets) - len(bad), failed=len(bad))
    return counted(f"fuzz_{bad[0]}.log" if bad else "", not bad, counts)


def fuzz_one(name):
    found = ROOT / "build/fuzz/corpus" / name
    found.mkdir(parents=True, exist_ok=True)
    return run(f"fuzz_{name}.log", f"build/dev/bin/{name}", f"-max_total_time={FUZZ_SECONDS}", "-timeout=10",
               "-rss_limit_mb=2048", "-print_final_stats=1", f"-artifact_prefix={LOGS}/{name}-", found, CORPUS / name)


# Those of one row run at the same time: some wait more than they compute.
STAGES = [[node_packages], [checks], [python], [newest_restic, build_debug], [unit], [build_release],
          [preview, integration], [build_gcc, integration_release], [browser], [fuzz]]


def chosen_stages(names):
    by_name = {stage.__name__: stage for row in STAGES for stage in row}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        sys.exit(f"no stage {unknown[0]}; there are: {' '.join(by_name)}")
    return [[by_name[name]] for name in names] or STAGES


def run_row(stages):
    """What they counted, and whether all succeeded."""
    print(f"{', '.join(stage.__name__ for stage in stages)} …", flush=True)
    with concurrent.futures.ThreadPoolExecutor(len(stages)) as pool:
        results = list(pool.map(run_stage, stages))
    return sum((counts for counts, _ in results), Counts()), all(succeeded for _, succeeded in results)


def run_stage(stage):
    """What it counted, and whether it succeeded."""
    started = time.monotonic()
    try:
        counts = stage()
    except StageFailed as failure:
        print(f"{stage.__name__} FAILED; the end of build/test-logs/{failure.log}:\n{tail(LOGS / failure.log)}", flush=True)
        # A stage that fails before it counts anything is a failure too.
        return Counts(failure.counts.passed, max(1, failure.counts.failed), failure.counts.skipped), False
    print(f"{stage.__name__}: {time.monotonic() - started:.0f} s{f', {counts}' if counts != Counts() else ''}", flush=True)
    return counts, True


def tail(log, lines=120):
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def main():
    rows = chosen_stages(sys.argv[1:])
    LOGS.mkdir(parents=True, exist_ok=True)
    for log in LOGS.glob("*.log"):
        log.unlink()
    total, succeeded = Counts(), True
    for row in rows:
        counts, succeeded = run_row(row)
        total += counts
        if not succeeded:
            break
    print("\n".join(slowest.of_builds(ROOT / "build", 5) + slowest.of_tests(LOGS, 5)))
    print(total)
    sys.exit(0 if succeeded else 1)


if __name__ == "__main__":
    main()
