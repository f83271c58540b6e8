#!/bin/sh
# Builds the release binary, .build/release/fluxlint: without shared libraries where that can be done, and with what
# `--version` says of it. Package.swift reads the variables.
set -eu
cd "$(dirname "$0")/.."

# "changed" means that what is built is not that commit.
commit=
if top=$(git rev-parse --show-toplevel 2>/dev/null) && [ "$top" = "$(pwd -P)" ]; then
  commit=$(git rev-parse --short=12 HEAD 2>/dev/null) || commit=
  [ -z "$commit" ] || [ -z "$(git status --porcelain 2>/dev/null)" ] || commit=$commit-changed
fi

FLUXLINT_STATIC=$(sh scripts/static.sh)
FLUXLINT_COMMIT=$commit
FLUXLINT_SWIFT=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
export FLUXLINT_STATIC FLUXLINT_COMMIT FLUXLINT_SWIFT

if [ -n "$FLUXLINT_STATIC" ]; then
  mkdir -p .build # the linker writes its map there
else
  echo "fluxlint: no static libraries here that link and run, so the program will need shared ones" >&2
fi
exec swift build -c release --product fluxlint --static-swift-stdlib -Xlinker -s "$@"
