// Weights of the streaming step in bfloat16, the upper half of a float: half as many bytes to fetch, and a large network's
// step is bound by fetching. Sums stay in float32.
//
// The panels keep their order. Two successive columns of a panel share its 32-bit lanes, the first in the lower half, the
// second in the upper: either becomes a float by one shift or one mask, on any instruction set.
#pragma once
#include "layout.h"
#include "products.h"
#include "simd.h"

namespace heed {
namespace HEED_ISA {

// Rounded to the nearest, ties to even; a NaN stays a NaN.
HEED_INLINE std::uint32_t toBf16(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (value != value) return (bits >> 16) | 0x40;
  return (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
}

// Packs `count` columns of `lanes` weights; an odd last one is paired with zeros. Moves both pointers on.
static void packColumnPairs(const float*& panel, int count, int lanes, float*& out) {
  for (int k = 0; k < count; k += 2) {
    for (int lane = 0; lane < lanes; lane++) {
      const std::uint32_t second = k + 1 < count ? toBf16(panel[lanes + lane]) : 0;
      const std::uint32_t word = toBf16(panel[lane]) | second << 16;
      std::memcpy(out++, &word, sizeof word);
    }
    panel += (k + 1 < count ? 2 : 1) * lanes;
  }
}

static void packBf16(const LayerSizes& s, PackedLayer& packed) {
  const int Hp = s.paddedHidden, hiddenGates = s.resetAfter ? 3 : 2;
  const std::size_t inputPairs = (s.input + 1) / 2, hiddenPairs = (s.hidden + 1) / 2;
  packed.bf16Gates.resize(Hp * (3 * inputPairs + hiddenGates * hiddenPairs));
  const float* panel = packed.gates.data();
  float* out = packed.bf16Gates.data();
  for (int unit = 0; unit < Hp; unit += vectorWidth) {
    packColumnPairs(panel, s.input, 3 * vectorWidth, out);
    packColumnPairs(panel, s.hidden, hiddenGates * vectorWidth, out);
  }
  if (s.resetAfter) return;
  packed.bf16Candidate.resize(Hp * hiddenPairs);
  panel = packed.candidate.data();
  out = packed.bf16Candidate.data();
  forEachTile(Hp, [&](int, int vectors) { packColumnPairs(panel, s.hidden, vectors * vectorWidth, out); });
}

// Reads panels of bfloat16 column by column; see FloatColumns.
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
      const Bf16Pair w = loadBf16Pair(panel + g * vectorWidth);
      accFirst[g] = fma(first, w.lower, accFirst[g]);
      accSecond[g] = fma(second, w.upper, accSecond[g]);
    }
    panel += G * vectorWidth;
  }
};

}  // namespace HEED_ISA
}  // namespace heed
