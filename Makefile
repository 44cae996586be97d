# The two commands are `make run` and `make test`; `make help` lists the others.

ninja = ninja -C build/$(1)
programs = holdfast-hub holdfast-agent

.PHONY: help run dev release install test check-fast tsan fuzz bench format format-check clean hooks packages packages-run
.NOTPARALLEL:

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

run: release ## Build release and start a demo: hub, agent, first backup one click away
	@exec scripts/run-demo --programs build/release/bin --state demo

prefix ?= /usr/local
install: ## Install what `make release` built, below prefix (/usr/local)
	install -D -t $(DESTDIR)$(prefix)/bin $(addprefix build/release/bin/,$(programs))
	install -D -m 644 -t $(DESTDIR)$(prefix)/lib/systemd/system packaging/systemd/*.service

dev: packages-run build/dev/build.ninja ## The same from the debug build, with its state in build/dev/demo
	@$(call ninja,dev) --quiet $(programs)
	@exec scripts/run-demo --programs build/dev/bin --state build/dev/demo

release: packages-run build/release/build.ninja ## Build hub and agent into build/release/bin
	@$(call ninja,release) --quiet $(programs)

test: packages ## Everything CI runs: builds, checks, every test; the last line counts them
	@scripts/run_tests.py

check-fast: build/dev/build.ninja ## Build, and run the tests that the change touches
	@scripts/check_fast.py

tsan: packages build/tsan/build.ninja ## Every C++ test under the thread sanitizer
	@$(call ninja,tsan) --quiet
	@ctest --test-dir build/tsan --output-on-failure

fuzz: packages ## Every fuzz target for FUZZ_SECONDS (300) each
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-300} scripts/run_tests.py fuzz

bench: packages build/release/build.ninja ## Measure, and print a table
	@$(call ninja,release) --quiet $(programs) holdfast-fleetsim store_bench report_load
	@bench/run

format: ## Format the C++ sources
	@git ls-files -z '*.cpp' '*.hpp' | xargs -0 clang-format-19 -i

format-check:
	@git ls-files -z '*.cpp' '*.hpp' | xargs -0 clang-format-19 --dry-run --Werror

hooks: ## Check format and edges before each commit
	@ln -sf ../../scripts/pre-commit .git/hooks/pre-commit

clean: ## Remove what was built; the demo's data stays
	rm -rf build

packages:
	@scripts/install-packages

packages-run:
	@scripts/install-packages run

build/%/build.ninja:
	@cmake --preset $*
