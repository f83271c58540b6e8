#!/bin/sh
# Puts fluxlint into a directory: a release that is downloaded and verified, or else a build of the sources beside this.
# Usage: install.sh DIRECTORY, or install.sh --key for a text that is the same as long as the program is
# Environment: FLUXLINT_VERSION, as in the names of the files of a release (empty: build); FLUXLINT_BASE_URL, the address
# under which these files lie. Ends with 2 when there is no program afterwards.
set -eu
target=$1
source=$(cd "$(dirname "$0")/.." && pwd)
version=${FLUXLINT_VERSION:-}
version=${version#v}
base=${FLUXLINT_BASE_URL:-}
base=${base%/}
if [ -n "$version" ] && [ -z "$base" ] && [ -n "${GITHUB_SERVER_URL:-}" ]; then
  # GitHub unpacks an action into _actions/OWNER/NAME/REF, and tells a composite one by nothing else where it is from.
  case $source in
  */_actions/*/*/*)
    repository=${source##*/_actions/}
    owner=${repository%%/*}
    name=${repository#*/}
    base=$GITHUB_SERVER_URL/$owner/${name%%/*}/releases/download/v$version
    ;;
  esac
fi

fail() {
  echo "fluxlint: $*" >&2
  exit 2
}

if [ "$target" = --key ]; then
  if [ -n "$version" ]; then
    # Files of one version at two addresses need not be the same.
    echo "release-$version${base:+-$(printf %s "$base" | sha256sum | cut -c 1-16)}"
  else
    cd "$source"
    find Package.swift Sources facts rules -type f -exec sha256sum {} + | LC_ALL=C sort | sha256sum | cut -c 1-40
  fi
  exit 0
fi

mkdir -p "$target"
if [ -x "$target/fluxlint" ]; then
  echo "fluxlint: $("$target/fluxlint" --version | head -n 1) is there already"
  exit 0
fi

if [ -n "$version" ] && [ -z "$base" ]; then
  fail "release $version is named, but not where its files lie: set base-url"
fi
case $base in
*/releases/download) base=$base/v$version ;;
esac

if [ -n "$version" ]; then
  case $(uname -m) in
  x86_64) processor=amd64 ;;
  aarch64 | arm64) processor=arm64 ;;
  *) fail "there is no release for the processor $(uname -m)" ;;
  esac
  name=fluxlint_${version}_linux_$processor
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  for file in "$name.tar.gz" SHA256SUMS; do
    curl -fsSL --retry 3 -o "$scratch/$file" "$base/$file" || fail "cannot download $base/$file"
  done
  (
    cd "$scratch"
    # Of the sums only that of the archive: the other files of the release are not here.
    grep "  $name.tar.gz\$" SHA256SUMS | sha256sum -c - >/dev/null 2>&1
  ) || fail "$base/$name.tar.gz is not what SHA256SUMS says"
  tar -xzf "$scratch/$name.tar.gz" -C "$scratch"
  cp "$scratch/$name/bin/fluxlint" "$target/fluxlint"
  exit 0
fi

sh "$source/scripts/setup.sh" >&2 || fail "no release is named, and here none can be built; see docs/ci.md"
sh "$source/scripts/build.sh" >&2 || fail "the build failed"
cp "$source/.build/release/fluxlint" "$target/fluxlint"
