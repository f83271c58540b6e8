#include <git2.h>
#include <git2/sys/odb_backend.h>

// Since libgit2 1.9 `git_error_set_str` is declared here.
#if __has_include(<git2/sys/errors.h>)
#include <git2/sys/errors.h>
#endif

// `git_libgit2_opts` takes variable arguments, which Swift cannot call.

/// Says whether libgit2 hashes objects again before it hands them out.
static inline int fluxlint_git_verify_hashes(int on) {
  return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, on);
}

/// Accepts extensions of the repository format that change nothing for a reader of trees, indexes and blobs. libgit2
/// 1.5 refuses to open a repository with an extension that it does not know.
static inline int fluxlint_git_accept_harmless_extensions(void) {
  const char *names[] = {"worktreeconfig", "partialclone", "preciousobjects", "relativeworktrees"};
  return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, sizeof names / sizeof names[0]);
}
