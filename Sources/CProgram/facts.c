// What only the build knows. Package.swift hands it over as macros, to this file alone: another commit compiles one
// file of C again and nothing else.
#include "CProgram.h"

#ifndef FLUXLINT_COMMIT
#define FLUXLINT_COMMIT ""
#endif
#ifndef FLUXLINT_SWIFT
#define FLUXLINT_SWIFT ""
#endif

const char *fluxlint_commit(void) { return FLUXLINT_COMMIT; }
const char *fluxlint_swift_version(void) { return FLUXLINT_SWIFT; }

int fluxlint_is_static(void) {
#ifdef FLUXLINT_STATIC
  return 1;
#else
  return 0;
#endif
}
