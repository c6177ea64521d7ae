// The native core without JavaScript, to be run under sanitizers (run.mjs): networks, thread pool, features, examples.
#include "check.h"

int main() {
  checkPool();
  checkNetworks();
  checkSounds();
  std::printf("%d checks, %d failed\n", checks.load(), failures.load());
  return failures == 0 ? 0 : 1;
}
