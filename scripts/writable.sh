#!/bin/sh
# Whether files can be put into each of these directories, which need not exist yet. Says what to do and exits 2 if not.
for directory in "$@"; do
  there=$directory
  while [ ! -e "$there" ]; do there=$(dirname "$there"); done
  if [ ! -d "$there" ]; then
    echo "fluxlint install: '$there' is no directory" >&2
    exit 2
  elif [ ! -w "$there" ] || [ ! -x "$there" ]; then
    echo "fluxlint install: '$there' cannot be written to;" \
      "use 'sudo make install', or a directory of your own: make install PREFIX=~/.local" >&2
    exit 2
  fi
done
