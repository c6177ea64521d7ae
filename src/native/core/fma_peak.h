// What the processor's multiply-add units can do at best: nothing but independent fused multiply-adds on registers.
#pragma once
#include "layout.h"
#include "number_format.h"
#include "simd.h"

namespace heed {
namespace HEED_ISA {

// Enough independent sums to hide the latency of two units (4 to 5 cycles each), few enough to stay in registers.
constexpr int peakSums = vectorWidth == 16 ? 16 : 12;

// Runs `rounds` rounds and returns how many floating-point operations they were (a multiply-add is two). seed [vectorWidth]
// is read and written, so that nothing can be computed beforehand or left out.
template <class Format>
static HEED_NOINLINE double fmaPeak(long long rounds, float* seed) {
  constexpr bool sumsArePairs = Format::runWords > 0;
  Vec sums[peakSums];
  const Vec start = load(seed);
  HEED_UNROLL
  for (int i = 0; i < peakSums; i++) sums[i] = add(start, set1(float(i)));
  // s ← s / 2 + seed goes to twice the seed; pairs that are summed up in float32 cancel out. So the numbers stay ordinary,
  // however long it runs.
  Vec half = set1(0.5f), addend = start, signs = start;
  if constexpr (!isFloat32<Format>) {
    half = set1(Format::pair(0.5f, 0.5f));
    addend = set1(Format::pair(seed[0], seed[0]));
    signs = set1(Format::pair(seed[0], -seed[0]));
  }
  for (long long round = 0; round < rounds; round++) {
    HEED_UNROLL
    for (int i = 0; i < peakSums; i++) {
      if constexpr (isFloat32<Format> || sumsArePairs) sums[i] = Format::multiplyAdd(sums[i], half, addend);
      else sums[i] = Format::multiplyAdd(signs, half, sums[i]);
    }
  }
  Vec all = sums[0];
  HEED_UNROLL
  for (int i = 1; i < peakSums; i++) all = add(all, sums[i]);
  store(seed, mul(all, set1(0.5f / peakSums)));
  return 2.0 * Format::perWord * vectorWidth * peakSums * double(rounds);
}

}  // namespace HEED_ISA
}  // namespace heed
