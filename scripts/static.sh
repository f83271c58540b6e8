#!/bin/sh
# Prints the libraries that libgit2.a needs when a program without any shared library can be linked here and runs,
# and nothing where it cannot (macOS, distributions without archives): then the build links shared libraries.
#
# It finds out by doing: a small program is linked as Package.swift links fluxlint, and makes and opens a repository.
# With -o FILE the program is kept.
set -u
cd "$(dirname "$0")/.." || exit 2

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
program=$work/probe
[ "${1:-}" = -o ] && program=$2

[ "$(uname -s)" = Linux ] || exit 0

# The compiler and linker that belong to Swift, for these will link the real program.
swift=$(command -v swift) || exit 0
clang=$(dirname "$(readlink -f "$swift")")/clang
[ -x "$clang" ] || clang=$(command -v clang) || exit 0

offline=Sources/CLibGit2Offline
# shellcheck disable=SC2046 # flags are words
compile() { "$clang" -c -w $(pkg-config --cflags libgit2) "$@"; }
compile "$offline/transports.c" -o "$work/transports.o" 2>/dev/null || exit 0
compile "$offline/unwinding.c" -o "$work/unwinding.o" 2>/dev/null || exit 0
compile scripts/static-probe.c -o "$work/probe.o" 2>/dev/null || exit 0

# libgit2 is built with mbedTLS (Debian to 13) or OpenSSL (Ubuntu), with a parser for HTTP of its own, of Node or older.
# Of all these only functions that hash and that take addresses apart are linked.
for libraries in 'pcre2-8 mbedcrypto http_parser' 'pcre2-8 crypto http_parser' 'pcre2-8 crypto llhttp'; do
  flags=
  for library in $libraries; do flags="$flags -l$library"; done
  # shellcheck disable=SC2086 # flags are words
  "$clang" -static -fuse-ld=lld -Wl,--eh-frame-hdr \
    -Wl,--wrap=__register_frame_info -Wl,--wrap=__deregister_frame_info \
    "$work/probe.o" "$work/transports.o" "$work/unwinding.o" -lyaml -lgit2 $flags -lz -lstdc++ -lpthread \
    -o "$program" 2>/dev/null || continue
  if "$program" "$work/repository" >/dev/null 2>&1; then
    printf '%s\n' "$libraries"
    exit 0
  fi
done
