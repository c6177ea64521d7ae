// How a live sequence's step reads panels of weights: matrix–vector products, column by column.
#pragma once
#include "layout.h"
#include "simd.h"

namespace heed {
namespace HEED_ISA {

// Reads panels of floats column by column: acc += panel·x. Four partial sums per gate hide the latency of the fused
// multiply-add; what is left where four does not divide the count goes to the first.
struct FloatColumns {
  const float* panel;

  template <int G>
  HEED_MEMBER_INLINE void multiply(const float* x, int count, Vec (&acc)[4][G]) {
    int k = 0;
    for (; k + 4 <= count; k += 4)
      HEED_UNROLL
      for (int q = 0; q < 4; q++) addColumn<G>(x[k + q], acc[q]);
    for (; k < count; k++) addColumn<G>(x[k], acc[0]);
  }

 private:
  template <int G>
  HEED_MEMBER_INLINE void addColumn(float x, Vec (&acc)[G]) {
    const Vec v = set1(x);
    HEED_UNROLL
    for (int g = 0; g < G; g++) acc[g] = fma(v, load(panel + g * vectorWidth), acc[g]);
    panel += G * vectorWidth;
  }
};

// Reads panels of bfloat16, two columns a word: half as many bytes to fetch, and a large network's step is bound by fetching.
// Only the weights are rounded.
struct Bf16Columns {
  const float* panel;

  template <int G>
  HEED_MEMBER_INLINE void multiply(const float* x, int count, Vec (&acc)[4][G]) {
    int k = 0;
    for (; k + 4 <= count; k += 4) {
      addPair<G>(set1(x[k]), set1(x[k + 1]), acc[0], acc[1]);
      addPair<G>(set1(x[k + 2]), set1(x[k + 3]), acc[2], acc[3]);
    }
    for (; k < count; k += 2) addPair<G>(set1(x[k]), set1(k + 1 < count ? x[k + 1] : 0.f), acc[0], acc[1]);
  }

 private:
  template <int G>
  HEED_MEMBER_INLINE void addPair(Vec first, Vec second, Vec (&accFirst)[G], Vec (&accSecond)[G]) {
    HEED_UNROLL
    for (int g = 0; g < G; g++) {
      const Bf16Pair w = splitBf16(load(panel + g * vectorWidth));
      accFirst[g] = fma(first, w.lower, accFirst[g]);
      accSecond[g] = fma(second, w.upper, accSecond[g]);
    }
    panel += G * vectorWidth;
  }
};

template <int G>
HEED_INLINE void clear(Vec (&acc)[4][G]) {
  HEED_UNROLL
  for (int q = 0; q < 4; q++)
    HEED_UNROLL
    for (int g = 0; g < G; g++) acc[q][g] = set1(0.f);
}

template <int G>
HEED_INLINE Vec total(const Vec (&acc)[4][G], int g) {
  return add(add(acc[0][g], acc[1][g]), add(acc[2][g], acc[3][g]));
}

}  // namespace HEED_ISA
}  // namespace heed
