# fluxlint: see README.md. `make run` in a fresh clone does everything.

PREFIX ?= /usr/local
DESTDIR ?=
# What `make run` checks. The example is no repository of its own, hence --no-git.
REPO ?=
EXAMPLE := testdata/fleet

SWIFT_BUILD := swift build -c release --product fluxlint --static-swift-stdlib -Xlinker -s
FLUXLINT := .build/release/fluxlint
SWIFT_FILES := -r Sources Tests Plugins Package.swift

.PHONY: run build test install uninstall format lint bench docs picture setup clean help
.DEFAULT_GOAL := help

help:
	@echo 'make run [REPO=path]        build, then check the example fleet, or the repository at path'
	@echo 'make build                  build $(FLUXLINT)'
	@echo 'make test                   run all tests'
	@echo 'make install [PREFIX=dir]   install to dir/bin (default $(PREFIX)); DESTDIR is put in front'
	@echo 'make format, make lint      format the Swift sources; check that they are formatted'
	@echo 'make bench                  measure on generated fleets: see Benchmarks/run.sh'
	@echo 'make docs                   write docs/rules from the rule files'
	@echo 'make picture                draw docs/fluxlint.svg from what fluxlint prints'
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

test: setup
	swift test --disable-xctest

# With sudo an existing build is installed as it is: a build as root would leave files that the next one cannot change.
install:
	@[ -n "$$SUDO_USER" ] && [ -x $(FLUXLINT) ] || $(MAKE) build
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/fluxlint/hooks'
	install -m 755 $(FLUXLINT) '$(DESTDIR)$(PREFIX)/bin/fluxlint'
	install -m 755 hooks/* '$(DESTDIR)$(PREFIX)/share/fluxlint/hooks/'

uninstall:
	rm -f '$(DESTDIR)$(PREFIX)/bin/fluxlint'
	rm -rf '$(DESTDIR)$(PREFIX)/share/fluxlint'

format:
	swift format -i $(SWIFT_FILES)

lint:
	swift format lint --strict $(SWIFT_FILES)

bench: build
	@FLUXLINT=$(FLUXLINT) bash Benchmarks/run.sh

docs: setup
	swift run rulegen docs rules docs/rules README.md

picture: build
	@python3 scripts/terminal_svg.py --command fluxlint --lines 52 -- \
	  $(FLUXLINT) check --no-git --color always $(EXAMPLE) > docs/fluxlint.svg

clean:
	rm -rf .build
