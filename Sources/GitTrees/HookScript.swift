/// The text of the hook, in the program so that installing needs no other file.
package enum HookScript {
  /// A file that has this line was written by the installer.
  package static let marker = "# fluxlint hook, written by 'fluxlint hook install'"

  /// `hooks/pre-commit` of the source, byte for byte; a test compares them.
  package static let text = #"""
    #!/bin/sh
    # fluxlint hook, written by 'fluxlint hook install' as pre-commit and pre-merge-commit.
    # Checks the index of the commit that is being made, not the files on disk.
    # Edits to this file are lost when it is written again. Commands of your own belong into the file
    # beside it that has the same name and '.fluxlint-chained' behind it: if it is executable, it runs first.

    chained="$0.fluxlint-chained"
    if [ -f "$chained" ] && [ -x "$chained" ]; then
      "$chained" "$@" || exit
    fi

    if command -v fluxlint >/dev/null 2>&1; then
      exec fluxlint check --staged --base HEAD
    fi
    # It may be there as the plugin 'lint' of the Flux CLI.
    if flux lint --version >/dev/null 2>&1; then
      exec flux lint check --staged --base HEAD
    fi

    echo "fluxlint is not on PATH, so this commit cannot be checked." >&2
    echo "Install it, remove this hook ($0), or skip it once with: git commit --no-verify" >&2
    exit 2

    """#
}
