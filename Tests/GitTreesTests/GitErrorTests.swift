import GitTrees
import SourceTrees
import Testing

struct GitErrorTests {
  @Test(arguments: [
    (
      GitError.notOwned(path: "/srv/my fleet"),
      "the repository '/srv/my fleet' belongs to another user, so Git does not trust it; if you do, run: "
        + "git config --global --add safe.directory '/srv/my fleet'"
    ),
    (
      .unmergedPaths((1...12).map { "\($0).yaml" }),
      "unmerged paths: '1.yaml', '2.yaml', '3.yaml', '4.yaml', '5.yaml', '6.yaml', '7.yaml', '8.yaml', '9.yaml', "
        + "'10.yaml' and 2 more; resolve the conflicts and add the files"
    ),
    (
      .unknownRevision("mian", similar: ["main", "man"]),
      "no revision 'mian' in this repository; did you mean 'main' or 'man'?"
    ),
    (
      .damagedIndex(path: "/srv/my fleet/.git/index"),
      "the index file '/srv/my fleet/.git/index' is damaged; make it anew with: "
        + "rm '/srv/my fleet/.git/index' && git reset"
    ),
    (
      .damagedPack(path: "/srv/fleet/.git/objects/pack/pack-1.pack"),
      "the index of '/srv/fleet/.git/objects/pack/pack-1.pack' is damaged; make it anew with: "
        + "git index-pack /srv/fleet/.git/objects/pack/pack-1.pack"
    ),
    (
      .unsupportedIndex(extension: "link"),
      "the index is split, which cannot be read; run: git update-index --no-split-index"
    ),
  ])
  func `says what is wrong and what to do`(error: GitError, text: String) {
    #expect(error.description == text)
  }
}
