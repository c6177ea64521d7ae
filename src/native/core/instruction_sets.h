// Which kernels this build has, and which of them this processor can run.
#pragma once
#include <string>
#include <vector>

#include "layout.h"

namespace heed {

// Best first; never empty.
std::vector<const Kernels*> availableKernels();

// The kernels of that name; null where the build or the processor lacks them.
const Kernels* kernelsNamed(const std::string& name);

}  // namespace heed
