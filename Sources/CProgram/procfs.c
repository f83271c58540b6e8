// Swift takes the arguments of the process from /proc. In a jail without it a program that is linked with shared
// libraries would see none and check the wrong thing, and a static one would abort in the runtime's own constructor;
// this one runs before that and says what is wrong.
#ifdef __linux__
#include <unistd.h>

// 101 is the first place that is free for programs.
__attribute__((constructor(101))) static void fluxlint_require_procfs(void) {
  if (access("/proc/self/cmdline", R_OK) == 0 && access("/proc/self/exe", F_OK) == 0) return;
  static const char message[] = "fluxlint: cannot read its own arguments: /proc is not mounted here\n";
  if (write(STDERR_FILENO, message, sizeof message - 1) < 0) {
    // There is nobody to tell.
  }
  _exit(2);
}
#endif
