#pragma once

/// The commit that was built, with `-changed` behind it when files differed from it; empty when the build did not say.
const char *fluxlint_commit(void);

/// The version of the Swift compiler; empty when the build did not say.
const char *fluxlint_swift_version(void);

/// Whether the program has its libraries in it.
int fluxlint_is_static(void);
