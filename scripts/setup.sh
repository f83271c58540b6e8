#!/bin/sh
# Makes sure that what a build needs is here: swift, git, pkg-config, libyaml and libgit2 with their headers.
# Says nothing when all of it is; installs what apt can give when it may; else says what to install and exits 2.
set -eu

swift_needed=6.2

say() { printf 'fluxlint set-up: %s\n' "$*" >&2; }
fail() { say "$@"; exit 2; }

# swift comes first: no package manager has it.
swift_path=$(command -v swift) ||
  fail "swift is not on PATH; install Swift $swift_needed or newer: https://www.swift.org/install/"
# It may be there and not start: a library of the system is missing, or it is for another processor.
swift_says=$(swift --version 2>&1) ||
  fail "'$swift_path' does not start: $(printf '%s\n' "$swift_says" | sed '/^$/d' | tail -n 1)"
swift_found=$(printf '%s\n' "$swift_says" | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
[ -n "$swift_found" ] ||
  fail "'$swift_path --version' names no version: $(printf '%s\n' "$swift_says" | head -n 1)"
oldest=$(printf '%s\n%s\n' "$swift_needed" "$swift_found" | sort -t . -k 1,1n -k 2,2n | head -n 1)
[ "$oldest" = "$swift_needed" ] ||
  fail "found Swift $swift_found, needed is $swift_needed or newer: https://www.swift.org/install/"

missing() {
  command -v git >/dev/null 2>&1 || printf 'git '
  if command -v pkg-config >/dev/null 2>&1; then
    pkg-config --exists yaml-0.1 || printf 'libyaml-dev '
    pkg-config --exists libgit2 || printf 'libgit2-dev '
  else
    printf 'pkg-config libyaml-dev libgit2-dev '
  fi
}

packages=$(missing | sed 's, $,,')
[ -n "$packages" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  fail "not found: $packages
  macOS:    brew install git pkg-config libyaml libgit2
  Fedora:   dnf install git pkgconf-pkg-config libyaml-devel libgit2-devel
  Alpine:   apk add git pkgconf yaml-dev libgit2-dev
then run make again"
fi

if [ "$(id -u)" = 0 ]; then
  as_root=
elif sudo -n true 2>/dev/null; then
  as_root='sudo -n'
else
  fail "not found: $packages
install it, then run make again:
  sudo apt-get update && sudo apt-get install -y $packages"
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@" </dev/null >>"$log" 2>&1; }

say "installing $packages"
# The lists are fetched only when the packages cannot be installed without: a second run does no network at all.
# shellcheck disable=SC2086 # one word for each package
apt install -y --no-install-recommends $packages ||
  { apt update && apt install -y --no-install-recommends $packages; } ||
  { cat "$log" >&2; fail "apt-get could not install $packages; see above"; }

packages=$(missing | sed 's, $,,')
[ -z "$packages" ] || fail "installed, but still not found: $packages"
