// One frame of one live sequence: matrix–vector products straight from the forward pass's panels.
#pragma once
#include <type_traits>

#include "layout.h"
#include "products.h"
#include "simd.h"
#include "sparse_stream.h"

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

// r ⊙ h, z and the candidate's input part go through scratch: the candidate's product needs every unit's r first.
template <class Columns>
static void streamLayer(const LayerSizes& s, const float* values, Columns gates, Columns candidate, const float* x, float* h,
                        float* scratch) {
  const int Hp = s.paddedHidden;
  const LayerView w = viewLayer(s, const_cast<float*>(values));
  float *z = scratch, *inputPart = scratch + Hp, *resetH = scratch + 2 * Hp, *next = scratch + 3 * Hp;
  for (int unit = 0; unit < Hp; unit += vectorWidth) {
    Vec in[4][3];
    clear(in);
    gates.template multiply<3>(x, s.input, in);
    const Vec before = load(h + unit);
    const Vec fromInput = add(total(in, candidateGate), load(w.bias + 2 * Hp + unit));
    if (s.resetAfter) {
      Vec rec[4][3];
      clear(rec);
      gates.template multiply<3>(h, s.hidden, rec);
      const Vec r = sigmoid(add(add(total(in, 0), total(rec, 0)), load(w.bias + unit)));
      const Vec u = sigmoid(add(add(total(in, 1), total(rec, 1)), load(w.bias + Hp + unit)));
      const Vec n = tanh(fma(r, add(total(rec, 2), load(w.recurrentBias + unit)), fromInput));
      store(next + unit, fma(u, sub(n, before), before));
    } else {
      Vec rec[4][2];
      clear(rec);
      gates.template multiply<2>(h, s.hidden, rec);
      const Vec r = sigmoid(add(add(total(in, 0), total(rec, 0)), load(w.bias + unit)));
      store(z + unit, sigmoid(add(add(total(in, 1), total(rec, 1)), load(w.bias + Hp + unit))));
      store(inputPart + unit, fromInput);
      store(resetH + unit, mul(r, before));
    }
  }
  if (s.resetAfter) {
    std::memcpy(h, next, Hp * sizeof(float));
    return;
  }
  forEachTile(Hp, [&](int column, int vectors) {
    const auto finish = [&](int unit, Vec product) {
      const Vec before = load(h + unit);
      const Vec n = tanh(add(product, load(inputPart + unit)));
      store(h + unit, fma(load(z + unit), sub(n, before), before));
    };
    if (vectors == 3) {
      Vec acc[4][3];
      clear(acc);
      candidate.template multiply<3>(resetH, s.hidden, acc);
      for (int v = 0; v < 3; v++) finish(column + v * vectorWidth, total(acc, v));
    } else if (vectors == 2) {
      Vec acc[4][2];
      clear(acc);
      candidate.template multiply<2>(resetH, s.hidden, acc);
      for (int v = 0; v < 2; v++) finish(column + v * vectorWidth, total(acc, v));
    } else {
      Vec acc[4][1];
      clear(acc);
      candidate.template multiply<1>(resetH, s.hidden, acc);
      finish(column, total(acc, 0));
    }
  });
}

template <class Format>
static void streamStep(const LayerSizes& s, const float* values, const ForwardPanels& panels, const float* x, float* h,
                       float* scratch) {
  using Columns = std::conditional_t<isFloat32<Format>, FloatColumns, Bf16Columns>;
  if (isFloat32<Format> && panels.isSparse())
    return streamLayer(s, values, SparseColumns{panels.sparseGates.data()}, SparseColumns{panels.sparseCandidate.data()}, x, h, scratch);
  streamLayer(s, values, Columns{panels.gates.data()}, Columns{panels.candidate.data()}, x, h, scratch);
}

// Gathers what is not zero from the panels, where that leaves little enough; else a stream reads them as they are.
static void packSparse(const LayerSizes& s, const float* values, ForwardPanels& panels) {
  Floats x, h, scratch;
  x.resize(std::max(s.paddedInput, s.paddedHidden));
  h.resize(2 * std::size_t(s.paddedHidden));
  scratch.resize(5 * std::size_t(s.paddedHidden));
  SparsePanel gates, candidate;
  streamLayer(s, values, SparseGathering{panels.gates.data(), &gates}, SparseGathering{panels.candidate.data(), &candidate}, x.data(),
              h.data(), scratch.data());
  const bool pays = double(gates.kept + candidate.kept) <= sparseShare * double(gates.columns + candidate.columns);
  const auto keep = [pays](const std::vector<float>& words, Floats& panel) {
    panel.resize(pays ? words.size() : 0);
    if (pays && !words.empty()) std::memcpy(panel.data(), words.data(), words.size() * sizeof(float));
  };
  keep(gates.words, panels.sparseGates);
  keep(candidate.words, panels.sparseCandidate);
}

}  // namespace HEED_ISA
}  // namespace heed
