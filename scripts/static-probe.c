// Linked and run by static.sh: uses of each library what fluxlint uses, in a directory that is given.
#include <git2.h>
#include <stddef.h>
#include <yaml.h>
#include <zlib.h>

int main(int count, char **arguments) {
  git_repository *repository = NULL;
  git_odb *objects = NULL;
  git_object *head = NULL;
  yaml_parser_t parser;
  if (count != 2 || git_libgit2_init() < 0) return 1;
  if (git_repository_init(&repository, arguments[1], 0) < 0) return 2;
  git_repository_free(repository);
  if (git_repository_open_ext(&repository, arguments[1], 0, NULL) < 0) return 3;
  if (git_repository_odb(&objects, repository) < 0) return 4;
  // There is no commit yet, and that is what it has to say.
  if (git_revparse_single(&head, repository, "HEAD") != GIT_ENOTFOUND) return 5;
  if (!yaml_parser_initialize(&parser) || crc32(0, NULL, 0) != 0) return 6;
  return 0;
}
