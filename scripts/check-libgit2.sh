#!/bin/sh
# Type-checks the code that calls libgit2 against the headers of other versions than the installed one: those of
# Debian 12 (1.5) and Debian 13 (1.9), fetched by apt from where this machine has its packages. A release whose headers
# cannot be had is skipped and said. With a directory as argument: against the headers in DIRECTORY/git2.h.
set -u
cd "$(dirname "$0")/.." || exit 2

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

features='-enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility
  -enable-upcoming-feature InternalImportsByDefault'

# check DIRECTORY: 0 when all of it compiles against the headers there.
check() {
  clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
  [ -x "$clang" ] || clang=clang
  rm -rf "$work/modules" && mkdir "$work/modules"
  # What GitTrees is built on.
  for module in SourceText SourceTrees; do
    # shellcheck disable=SC2086 # features are words
    swiftc -swift-version 6 $features -package-name fluxlint -emit-module -module-name "$module" -I "$work/modules" \
      -o "$work/modules/$module.swiftmodule" Sources/"$module"/*.swift || return 1
  done
  # shellcheck disable=SC2086
  swiftc -swift-version 6 $features -package-name fluxlint -typecheck -module-name GitTrees -I "$work/modules" \
      -module-cache-path "$work/modules" -Xcc "-I$1" \
      -Xcc -fmodule-map-file=Sources/CLibGit2/module.modulemap -Xcc -fmodule-map-file=Sources/CZlib/module.modulemap \
      Sources/GitTrees/*.swift &&
    "$clang" -fsyntax-only -Werror=implicit -I"$1" Sources/CLibGit2Offline/transports.c Sources/CLibGit2Offline/certificates.c
}

version() { sed -n 's/^#define LIBGIT2_VERSION *"\(.*\)"/\1/p' "$1/git2/version.h"; }

report() {
  if check "$1"; then
    echo "libgit2 $(version "$1"): compiles"
  else
    echo "libgit2 $(version "$1"): does not compile" >&2
    return 1
  fi
}

# fetch RELEASE DIRECTORY: unpacks libgit2-dev of a Debian release.
fetch() {
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
  # shellcheck disable=SC1091 # the file of the system
  here=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  # shellcheck disable=SC2016 # apt puts these in
  address=$(apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    sed -n "s/^Debian $here //p" | head -n 1)
  [ -n "$address" ] || return 1
  mkdir -p "$2/lists/partial" "$2/cache/archives/partial" "$2/none"
  printf 'deb %s %s main\n' "$address" "$1" >"$2/sources"
  set -- "$1" "$2" -o Dir::Etc::SourceList="$2/sources" -o Dir::Etc::SourceParts="$2/none" \
    -o Dir::State::Lists="$2/lists" -o Dir::Cache="$2/cache" -o Dir::State::status=/dev/null \
    -o APT::Sandbox::User=root -o Acquire::Languages=none
  directory=$2
  shift 2
  (cd "$directory" && apt-get "$@" update && apt-get "$@" download libgit2-dev) </dev/null >"$directory/log" 2>&1 ||
    return 1
  dpkg-deb -x "$directory"/libgit2-dev_*.deb "$directory/package" && [ -f "$directory/package/usr/include/git2.h" ]
}

if [ $# -gt 0 ]; then
  report "$1"
  exit
fi

status=0
for release in bookworm trixie; do
  if fetch "$release" "$work/$release"; then
    report "$work/$release/package/usr/include" || status=1
  else
    echo "libgit2 of Debian $release: skipped, its headers cannot be had here"
  fi
done
exit $status
