# fluxlint: see README.md. `make run` in a fresh clone does everything.

PREFIX ?= /usr/local
DESTDIR ?=
# Not every shell makes a directory of the ~ in `make install PREFIX=~/.local`.
home = $(patsubst ~,$(HOME),$(patsubst ~/%,$(HOME)/%,$(1)))
INSTALLED := $(call home,$(DESTDIR))$(call home,$(PREFIX))
# Of the files that `make dist` writes, for the manifest of the plugin: see docs/install.md.
BASE_URL ?=
HOMEPAGE ?=
# What `make run` checks. The example is no repository of its own, hence --no-git.
REPO ?=
EXAMPLE := testdata/fleet

SWIFT_BUILD := sh scripts/build.sh
FLUXLINT := .build/release/fluxlint
SWIFT_FILES := -r Sources Tests Plugins Package.swift

.PHONY: run build dist test install uninstall format lint bench docs picture setup clean help
.DEFAULT_GOAL := help

help:
	@echo 'make run [REPO=path]        build, then check the example fleet, or the repository at path'
	@echo 'make build                  build $(FLUXLINT)'
	@echo 'make dist [BASE_URL=https]  pack it into dist/: archives, Debian package, plugin of the Flux CLI'
	@echo 'make test                   run all tests'
	@echo 'make install [PREFIX=dir]   install to dir/bin (default $(PREFIX)); DESTDIR is put in front'
	@echo 'make format, make lint      format the Swift sources; check that they are formatted'
	@echo 'make bench                  measure on generated fleets: see Benchmarks/run.sh'
	@echo 'make docs                   write docs/rules from the rule files'
	@echo 'make picture                draw the pictures of the README from what fluxlint prints'
	@echo 'make clean                  remove what was built'

setup:
	@sh scripts/setup.sh

build: setup
	@$(SWIFT_BUILD)

# Findings are what this is for, so status 1 is no failure here.
run: build
	@echo
	@if [ -n '$(REPO)' ]; then set -- '$(REPO)'; else set -- --no-git $(EXAMPLE); fi; \
	$(FLUXLINT) check "$$@"; status=$$?; \
	if [ $$status -gt 1 ]; then exit $$status; fi; \
	echo; \
	if [ -z '$(REPO)' ]; then echo 'That was the example fleet in $(EXAMPLE). Now yours:  make run REPO=../my-fleet'; fi; \
	echo 'About a rule:  $(FLUXLINT) explain RULE    To have it on PATH:  sudo make install'

# The packer and what it writes are described in docs/install.md.
dist: build
	@command -v python3 >/dev/null || { echo 'fluxlint dist: python3 is not on PATH' >&2; exit 2; }
	@BASE_URL='$(BASE_URL)' HOMEPAGE='$(HOMEPAGE)' PYTHONDONTWRITEBYTECODE=1 python3 scripts/dist.py

test: setup
	swift test --disable-xctest

# With sudo an existing build is installed as it is: a build as root would leave files that the next one cannot change.
install:
	@sh scripts/writable.sh '$(INSTALLED)/bin' '$(INSTALLED)/share/fluxlint/hooks'
	@[ -n "$$SUDO_USER" ] && [ -x $(FLUXLINT) ] || $(MAKE) build
	install -d '$(INSTALLED)/bin' '$(INSTALLED)/share/fluxlint/hooks'
	install -m 755 $(FLUXLINT) '$(INSTALLED)/bin/fluxlint'
	install -m 755 hooks/* '$(INSTALLED)/share/fluxlint/hooks/'

uninstall:
	rm -f '$(INSTALLED)/bin/fluxlint'
	rm -rf '$(INSTALLED)/share/fluxlint'

format:
	swift format -i $(SWIFT_FILES)

lint:
	swift format lint --strict $(SWIFT_FILES)

bench: build
	@FLUXLINT=$(FLUXLINT) bash Benchmarks/run.sh

docs: setup
	swift run rulegen docs rules docs/rules README.md

picture: build
	@python3 scripts/terminal_svg.py --command fluxlint --lines 41 --end 7 -- \
	  $(FLUXLINT) check --no-git --color always $(EXAMPLE) > docs/fluxlint.svg
	@python3 scripts/terminal_svg.py --command 'fluxlint graph' -- \
	  $(FLUXLINT) graph --no-git --color always $(EXAMPLE) > docs/graph.svg

clean:
	rm -rf .build dist
