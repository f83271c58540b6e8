#!/usr/bin/env bash
# Measures fluxlint on generated fleets against the physical limit: reading HEAD from Git and parsing its YAML, nothing
# else. Medians over alternating runs. Needs python3; what is not given is skipped and said so.
#
#   FLUXLINT=path    the binary (default .build/release/fluxlint)
#   GENERATOR=path   a program that takes `--preset S|M|L --git --out DIR` and writes a fleet
#   LIMITS_DIR=path  a folder with gitscan.c, which takes `parse REPOSITORY`
#   PRESETS='S M'    which fleets (default S M L)
#   RUNS=9           runs of each command
#   FLEETS=path      where fleets are kept from one run to the next (default a temporary directory)
set -euo pipefail
cd "$(dirname "$0")/.."

fluxlint=$(realpath "${FLUXLINT:-.build/release/fluxlint}")
runs=${RUNS:-9}
here=$PWD/Benchmarks
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fleets=${FLEETS:-$work/fleets}
mkdir -p "$fleets"

[ -x "$fluxlint" ] || { echo "no binary at $fluxlint: run 'make build'" >&2; exit 2; }

echo "start-up: fluxlint --version against a program that does nothing"
python3 "$here/measure.py" --runs 100 fluxlint="$fluxlint --version" true=true

if [ -z "${GENERATOR:-}" ]; then
  echo "skipped the fleets: GENERATOR is not set" >&2
  exit 0
fi

limit=()
if [ -n "${LIMITS_DIR:-}" ]; then
  # shellcheck disable=SC2046 # flags are words
  ${CC:-cc} -O2 "$LIMITS_DIR/gitscan.c" $(pkg-config --cflags --libs libgit2 yaml-0.1) -o "$work/gitscan"
else
  echo "without the physical limit: LIMITS_DIR is not set" >&2
fi

for preset in ${PRESETS:-S M L}; do
  fleet=$fleets/$preset
  [ -d "$fleet/.git" ] || python3 "$GENERATOR" --preset "$preset" --git --out "$fleet" >"$work/generated" ||
    { cat "$work/generated" >&2; exit 2; }
  [ -z "${LIMITS_DIR:-}" ] || limit=("limit=$work/gitscan parse $fleet")
  echo
  echo "fleet $preset: $(git -C "$fleet" ls-files '*.yaml' '*.yml' | wc -l) YAML files, fluxlint check --rev HEAD"
  python3 "$here/measure.py" --runs "$runs" \
    fluxlint="$fluxlint check --rev HEAD --format json --fail-on never --quiet $fleet" "${limit[@]}"
done
