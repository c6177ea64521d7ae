// Inverted dropout (Srivastava et al. 2014) with masks that are drawn where they are needed and never stored: a unit's random
// bits are a hash of where it is, as in src/nn/dropout.ts.
#pragma once
#include <cstdint>

#include "random.h"
#include "simd.h"

namespace heed {
namespace HEED_ISA {

// y = x ⊙ mask for one row of units: unit j is 0 where its bits are below `limit`, else `kept` times as large. x may be y.
static void dropUnits(std::uint32_t rowKey, std::uint32_t limit, float kept, const float* x, float* y, int count) {
  for (int j = 0; j < count; j++) y[j] = x[j] * (indexedBits(rowKey, std::uint32_t(j)) < limit ? 0.f : kept);
}

}  // namespace HEED_ISA
}  // namespace heed
