#!/bin/sh
# One check in a step of GitHub Actions: annotations and the log on standard output, the summary of the job, files.
# Environment: INPUT_PATH, INPUT_BASE, INPUT_FAIL_ON, and INPUT_FORMATS, words that are FORMAT=FILE, or once a
# format for the log; GITHUB_OUTPUT gets `sarif-file` when there is one. Ends as fluxlint does.
set -eu
# A checkout may belong to another user than that of a container, which Git and fluxlint refuse.
if [ -n "${GITHUB_WORKSPACE:-}" ]; then
  git config --global --add safe.directory "$GITHUB_WORKSPACE" 2>/dev/null || true
fi

set -f # the words are no patterns
log=
sarif=
for word in ${INPUT_FORMATS:-github}; do
  case $word in
  *=*) set -- "$@" --output "$word" ;;
  *)
    if [ -n "$log" ]; then
      echo "fluxlint: 'formats' has two formats for the log, '$log' and '$word'; write '$word=FILE' for a file" >&2
      exit 2
    fi
    log=$word
    ;;
  esac
  case $word in
  sarif=*) sarif=${word#sarif=} ;;
  esac
done
set -- check --format "${log:-github}" "$@"
[ -z "${INPUT_FAIL_ON:-}" ] || set -- "$@" --fail-on "$INPUT_FAIL_ON"
[ -z "${INPUT_BASE:-}" ] || set -- "$@" --base "$INPUT_BASE"
status=0
fluxlint "$@" -- "${INPUT_PATH:-.}" || status=$?
# A check that could not be done has written none, and the step that uploads it would hide why.
if [ -n "$sarif" ] && [ -f "$sarif" ] && [ -n "${GITHUB_OUTPUT:-}" ]; then
  echo "sarif-file=$sarif" >>"$GITHUB_OUTPUT"
fi
exit "$status"
