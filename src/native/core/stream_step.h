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

// What a matrix multiplies: a vector, and how many numbers it has.
struct Operand {
  const float* values;
  int count;
};

// A matrix of low rank first brings a vector down to as many numbers as its rank: out = right·x. Without factors nothing is
// done: the rank is 0.
struct Reduction {
  const float* right;
  int rank, columns;
  float* out;

  Operand of(const float* x) const {
    if (rank == 0) return {x, columns};
    FloatColumns panel{right};
    forEachTile(roundUp(rank, vectorWidth), [&](int row, int vectors) {
      const auto block = [&](auto count) {
        constexpr int NV = decltype(count)::value;
        Vec acc[4][NV];
        clear(acc);
        panel.template multiply<NV>(x, columns, acc);
        for (int v = 0; v < NV; v++) store(out + row + v * vectorWidth, total(acc, v));
      };
      if (vectors == 3) block(std::integral_constant<int, 3>());
      else if (vectors == 2) block(std::integral_constant<int, 2>());
      else block(std::integral_constant<int, 1>());
    });
    return {out, rank};
  }
};

// Gates, candidate and state of one block of units go through scratch where other units still need what was there.
template <Cell cell, class Columns>
static void streamLayer(const LayerSizes& s, const float* values, Columns gates, Columns candidate, const Reduction& input,
                        const Reduction& state, const float* x, float* h, float* scratch) {
  constexpr CellLayout layout = cellLayout(cell);
  const int Hp = s.paddedHidden;
  const LayerView w = viewLayer(s, const_cast<float*>(values));
  float *z = scratch, *inputPart = scratch + Hp, *gated = scratch + 2 * Hp, *next = scratch + 3 * Hp, *memory = h + Hp;
  const Operand given = input.of(x), known = state.of(h);
  if constexpr (layout.gates == 1) {
    forEachTile(Hp, [&](int column, int vectors) {
      const auto block = [&](auto count) {
        constexpr int NV = decltype(count)::value;
        Vec acc[4][NV];
        clear(acc);
        gates.template multiply<NV>(given.values, given.count, acc);
        gates.template multiply<NV>(known.values, known.count, acc);
        for (int v = 0; v < NV; v++) {
          const int unit = column + v * vectorWidth;
          store(next + unit, tanh(add(total(acc, v), load(w.bias + unit))));
        }
      };
      if (vectors == 3) block(std::integral_constant<int, 3>());
      else if (vectors == 2) block(std::integral_constant<int, 2>());
      else block(std::integral_constant<int, 1>());
    });
  } else {
    for (int unit = 0; unit < Hp; unit += vectorWidth) {
      Vec in[4][layout.gates], rec[4][layout.together()];
      clear(in);
      gates.template multiply<layout.gates>(given.values, given.count, in);
      clear(rec);
      gates.template multiply<layout.together()>(known.values, known.count, rec);
      const Vec before = load(h + unit);
      const auto fromInput = [&](int g) { return add(total(in, g), load(w.bias + std::size_t(g) * Hp + unit)); };
      const auto sum = [&](int g) { return add(fromInput(g), total(rec, g)); };
      if constexpr (cell == Cell::lstm) {
        const Vec i = sigmoid(sum(0)), f = sigmoid(sum(1)), n = tanh(sum(2)), o = sigmoid(sum(3));
        const Vec c = fma(f, load(memory + unit), mul(i, n));
        store(memory + unit, c);
        store(next + unit, mul(o, tanh(c)));
      } else if constexpr (layout.scaled) {
        const Vec r = sigmoid(sum(0)), u = sigmoid(sum(1));
        const Vec n = tanh(fma(r, add(total(rec, 2), load(w.recurrentBias + unit)), fromInput(2)));
        store(next + unit, fma(u, sub(n, before), before));
      } else {
        const Vec first = sigmoid(sum(0));
        store(z + unit, cell == Cell::mgu ? first : sigmoid(sum(layout.direct - 1)));
        store(inputPart + unit, fromInput(layout.direct));
        store(gated + unit, mul(first, before));
      }
    }
  }
  if constexpr (!layout.gated()) {
    std::memcpy(h, next, Hp * sizeof(float));
  } else {
    const Operand seen = state.of(gated);
    forEachTile(Hp, [&](int column, int vectors) {
      const auto block = [&](auto count) {
        constexpr int NV = decltype(count)::value;
        Vec acc[4][NV];
        clear(acc);
        candidate.template multiply<NV>(seen.values, seen.count, acc);
        for (int v = 0; v < NV; v++) {
          const int unit = column + v * vectorWidth;
          const Vec before = load(h + unit);
          const Vec n = tanh(add(total(acc, v), load(inputPart + unit)));
          store(h + unit, fma(load(z + unit), sub(n, before), before));
        }
      };
      if (vectors == 3) block(std::integral_constant<int, 3>());
      else if (vectors == 2) block(std::integral_constant<int, 2>());
      else block(std::integral_constant<int, 1>());
    });
  }
}

template <class Format>
static void streamStep(const LayerSizes& s, const float* values, const ForwardPanels& panels, const float* x, float* h,
                       float* scratch) {
  using Columns = std::conditional_t<isFloat32<Format>, FloatColumns, Bf16Columns>;
  withCell(s.cell, [&](auto cell) {
    constexpr Cell kind = decltype(cell)::value;
    const Reduction input{nullptr, 0, s.input, nullptr}, state{nullptr, 0, s.hidden, nullptr};
    if (isFloat32<Format> && panels.isFactored()) {
      alignas(64) float inputSeen[mostRank + vectorWidth], stateSeen[mostRank + vectorWidth];
      streamLayer<kind>(s, values, FloatColumns{panels.factoredGates.data()}, FloatColumns{panels.factoredCandidate.data()},
                        {panels.inputRight.data(), panels.inputRank, s.input, inputSeen},
                        {panels.stateRight.data(), panels.stateRank, s.hidden, stateSeen}, x, h, scratch);
    } else if (isFloat32<Format> && panels.isSparse()) {
      streamLayer<kind>(s, values, SparseColumns{panels.sparseGates.data()}, SparseColumns{panels.sparseCandidate.data()}, input,
                        state, x, h, scratch);
    } else {
      streamLayer<kind>(s, values, Columns{panels.gates.data()}, Columns{panels.candidate.data()}, input, state, x, h, scratch);
    }
  });
}

// Gathers what is not zero from the panels, where that leaves little enough; else a stream reads them as they are.
static void packSparse(const LayerSizes& s, const float* values, ForwardPanels& panels) {
  Floats x, h, scratch;
  x.resize(std::max(s.paddedInput, s.paddedHidden));
  h.resize(2 * std::size_t(s.paddedHidden));
  scratch.resize(5 * std::size_t(s.paddedHidden));
  SparsePanel gates, candidate;
  withCell(s.cell, [&](auto cell) {
    streamLayer<decltype(cell)::value>(s, values, SparseGathering{panels.gates.data(), &gates},
                                       SparseGathering{panels.candidate.data(), &candidate}, {nullptr, 0, s.input, nullptr},
                                       {nullptr, 0, s.hidden, nullptr}, x.data(), h.data(), scratch.data());
  });
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
