// The weights of a pruned layer as a live sequence reads them: what one input gives to a vector of units is left out where it is
// zeros (see src/training/compress/block-pruning.ts for how they come to be).
//
// In place of a panel's columns stand, for each vector of units: how many columns are left (a word), which (a word each, then
// padding to a whole vector), and their weights. The order is that in which a step asks, whatever the cell.
#pragma once
#include <vector>

#include "layout.h"
#include "simd.h"

namespace heed {
namespace HEED_ISA {

// Below this share of columns that are left the list of them pays.
constexpr double sparseShare = 0.7;

inline int sparseHeader(int kept) { return roundUp(1 + kept, vectorWidth); }

// Reads such a panel: acc += panel·x.
struct SparseColumns {
  const float* panel;

  template <int G>
  HEED_MEMBER_INLINE void multiply(const float* x, int, Vec (&acc)[4][G]) {
    HEED_UNROLL
    for (int g = 0; g < G; g++) {
      const int kept = wordAt(0);
      const float* weights = panel + sparseHeader(kept);
      Vec sum[4] = {acc[0][g], acc[1][g], acc[2][g], acc[3][g]};
      int k = 0;
      for (; k + 4 <= kept; k += 4)
        HEED_UNROLL
        for (int q = 0; q < 4; q++) sum[q] = fma(set1(x[wordAt(1 + k + q)]), load(weights + (k + q) * vectorWidth), sum[q]);
      for (; k < kept; k++) sum[0] = fma(set1(x[wordAt(1 + k)]), load(weights + k * vectorWidth), sum[0]);
      HEED_UNROLL
      for (int q = 0; q < 4; q++) acc[q][g] = sum[q];
      panel = weights + std::size_t(kept) * vectorWidth;
    }
  }

 private:
  HEED_MEMBER_INLINE int wordAt(int i) const {
    std::int32_t word;
    std::memcpy(&word, panel + i, sizeof word);
    return word;
  }
};

// What was gathered from panels of all columns.
struct SparsePanel {
  std::vector<float> words;
  std::size_t columns = 0, kept = 0;
};

// Goes through a panel of all columns as the step does, multiplies nothing, and gathers what is not zero.
struct SparseGathering {
  const float* panel;
  SparsePanel* out;

  template <int G>
  void multiply(const float*, int count, Vec (&)[4][G]) {
    for (int g = 0; g < G; g++) {
      std::vector<std::int32_t> left;
      for (int k = 0; k < count; k++)
        if (!isZero(column<G>(k, g))) left.push_back(k);
      const int kept = static_cast<int>(left.size());
      std::vector<float> header(sparseHeader(kept));
      const std::int32_t word = kept;
      std::memcpy(header.data(), &word, sizeof word);
      if (kept > 0) std::memcpy(header.data() + 1, left.data(), left.size() * sizeof(float));
      out->words.insert(out->words.end(), header.begin(), header.end());
      for (const std::int32_t k : left) out->words.insert(out->words.end(), column<G>(k, g), column<G>(k, g) + vectorWidth);
      out->columns += count;
      out->kept += kept;
    }
    panel += std::size_t(count) * G * vectorWidth;
  }

 private:
  template <int G>
  const float* column(int k, int g) const {
    return panel + (std::size_t(k) * G + g) * vectorWidth;
  }
  static bool isZero(const float* values) {
    for (int j = 0; j < vectorWidth; j++)
      if (values[j] != 0.f) return false;
    return true;
  }
};

}  // namespace HEED_ISA
}  // namespace heed
