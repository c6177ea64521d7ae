// One frame of one live sequence: matrix–vector products straight from the forward pass's panels.
//
// A layer's step has two phases, each for a slice of the units, so that threads share it: all gates must be there before a
// candidate that waits for one, and the whole state before the next layer. A block of units belongs to the slice in which it
// begins, and is computed the same way whoever does it.
#pragma once
#include <type_traits>

#include "layer_panels.h"
#include "layout.h"
#include "products.h"
#include "simd.h"
#include "sparse_stream.h"
#include "stream_columns.h"

namespace heed {
namespace HEED_ISA {

// Calls `visit` for the tiles of a slice.
template <class Visit>
HEED_INLINE void forEachTileOf(UnitSlice slice, int paddedHidden, Visit visit) {
  forEachTile(paddedHidden, [&](int column, int vectors) {
    if (column >= slice.from && column < slice.to) visit(column, vectors);
  });
}

// The unit with which a slice's first tile begins.
HEED_INLINE int firstTile(UnitSlice slice, int paddedHidden) {
  int first = paddedHidden;
  forEachTileOf(slice, paddedHidden, [&](int column, int) { first = std::min(first, column); });
  return first;
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

// What a layer's step reads and writes: h [Hp] (with the memory behind it), scratch [4·Hp].
struct StreamVectors {
  const float* x;
  float *h, *z, *inputPart, *gated, *next, *memory;

  StreamVectors(const float* x, float* h, float* scratch, int paddedHidden)
      : x(x), h(h), z(scratch), inputPart(scratch + paddedHidden), gated(scratch + 2 * paddedHidden),
        next(scratch + 3 * paddedHidden), memory(h + paddedHidden) {}
};

// The first phase: the gates, and the next state where no candidate waits for them. Other units still need the present one.
template <Cell cell, class Columns>
static void gatesOf(UnitSlice slice, const LayerSizes& s, const float* values, Columns gates, const Reduction& input,
                    const Reduction& state, const StreamVectors& v) {
  constexpr CellLayout layout = cellLayout(cell);
  const int Hp = s.paddedHidden;
  const LayerView w = viewLayer(s, const_cast<float*>(values));
  const Operand given = input.of(v.x), known = state.of(v.h);
  if constexpr (layout.gates == 1) {
    forEachTileOf(slice, Hp, [&](int column, int vectors) {
      const auto block = [&](auto count) {
        constexpr int NV = decltype(count)::value;
        Vec acc[4][NV];
        clear(acc);
        gates.template multiply<NV>(given.values, given.count, acc);
        gates.template multiply<NV>(known.values, known.count, acc);
        for (int i = 0; i < NV; i++) {
          const int unit = column + i * vectorWidth;
          store(v.next + unit, tanh(add(total(acc, i), load(w.bias + unit))));
        }
      };
      if (vectors == 3) block(std::integral_constant<int, 3>());
      else if (vectors == 2) block(std::integral_constant<int, 2>());
      else block(std::integral_constant<int, 1>());
    });
  } else {
    for (int unit = roundUp(slice.from, vectorWidth); unit < slice.to; unit += vectorWidth) {
      Vec in[4][layout.gates], rec[4][layout.together()];
      clear(in);
      gates.template multiply<layout.gates>(given.values, given.count, in);
      clear(rec);
      gates.template multiply<layout.together()>(known.values, known.count, rec);
      const Vec before = load(v.h + unit);
      const auto fromInput = [&](int g) { return add(total(in, g), load(w.bias + std::size_t(g) * Hp + unit)); };
      const auto sum = [&](int g) { return add(fromInput(g), total(rec, g)); };
      if constexpr (cell == Cell::lstm) {
        const Vec i = sigmoid(sum(0)), f = sigmoid(sum(1)), n = tanh(sum(2)), o = sigmoid(sum(3));
        const Vec c = fma(f, load(v.memory + unit), mul(i, n));
        store(v.memory + unit, c);
        store(v.next + unit, mul(o, tanh(c)));
      } else if constexpr (layout.scaled) {
        const Vec r = sigmoid(sum(0)), u = sigmoid(sum(1));
        const Vec n = tanh(fma(r, add(total(rec, 2), load(w.recurrentBias + unit)), fromInput(2)));
        store(v.next + unit, fma(u, sub(n, before), before));
      } else {
        const Vec first = sigmoid(sum(0));
        store(v.z + unit, cell == Cell::mgu ? first : sigmoid(sum(layout.direct - 1)));
        store(v.inputPart + unit, fromInput(layout.direct));
        store(v.gated + unit, mul(first, before));
      }
    }
  }
}

// The second phase: the candidate that waited, and the next state in the present one's place.
template <Cell cell, class Columns>
static void stateOf(UnitSlice slice, const LayerSizes& s, Columns candidate, const Reduction& state, const StreamVectors& v) {
  if constexpr (!cellLayout(cell).gated()) {
    std::memcpy(v.h + slice.from, v.next + slice.from, (slice.to - slice.from) * sizeof(float));
  } else {
    const Operand seen = state.of(v.gated);
    forEachTileOf(slice, s.paddedHidden, [&](int column, int vectors) {
      const auto block = [&](auto count) {
        constexpr int NV = decltype(count)::value;
        Vec acc[4][NV];
        clear(acc);
        candidate.template multiply<NV>(seen.values, seen.count, acc);
        for (int i = 0; i < NV; i++) {
          const int unit = column + i * vectorWidth;
          const Vec before = load(v.h + unit);
          const Vec n = tanh(add(total(acc, i), load(v.inputPart + unit)));
          store(v.h + unit, fma(load(v.z + unit), sub(n, before), before));
        }
      };
      if (vectors == 3) block(std::integral_constant<int, 3>());
      else if (vectors == 2) block(std::integral_constant<int, 2>());
      else block(std::integral_constant<int, 1>());
    });
  }
}

// A matrix that is there whole.
inline Reduction whole(int columns) { return {nullptr, 0, columns, nullptr}; }

template <class Format>
static void streamGates(UnitSlice slice, const LayerSizes& s, const float* values, const ForwardPanels& panels, const float* x,
                        float* h, float* scratch) {
  using Columns = std::conditional_t<isFloat32<Format>, FloatColumns, Bf16Columns>;
  const StreamVectors v(x, h, scratch, s.paddedHidden);
  withCell(s.cell, [&](auto cell) {
    constexpr Cell kind = decltype(cell)::value;
    if (isFloat32<Format> && panels.isFactored()) {
      alignas(64) float inputSeen[mostRank + vectorWidth], stateSeen[mostRank + vectorWidth];
      gatesOf<kind>(slice, s, values, FloatColumns{panels.factoredGates.data()},
                    {panels.inputRight.data(), panels.inputRank, s.input, inputSeen},
                    {panels.stateRight.data(), panels.stateRank, s.hidden, stateSeen}, v);
    } else if (isFloat32<Format> && panels.isSparse()) {
      gatesOf<kind>(slice, s, values, SparseColumns{panels.sparseGates.data()}, whole(s.input), whole(s.hidden), v);
    } else {
      const CellLayout layout = cellLayout(kind);
      const std::size_t first = kind == Cell::rnn ? firstTile(slice, s.paddedHidden) : roundUp(slice.from, vectorWidth);
      const int words = layout.gates * wordsOf<Format>(s.input) + layout.together() * wordsOf<Format>(s.hidden);
      gatesOf<kind>(slice, s, values, Columns{panels.gates.data() + first * words}, whole(s.input), whole(s.hidden), v);
    }
  });
}

template <class Format>
static void streamState(UnitSlice slice, const LayerSizes& s, const ForwardPanels& panels, float* h, float* scratch) {
  using Columns = std::conditional_t<isFloat32<Format>, FloatColumns, Bf16Columns>;
  const StreamVectors v(nullptr, h, scratch, s.paddedHidden);
  withCell(s.cell, [&](auto cell) {
    constexpr Cell kind = decltype(cell)::value;
    if (isFloat32<Format> && panels.isFactored()) {
      alignas(64) float seen[mostRank + vectorWidth];
      stateOf<kind>(slice, s, FloatColumns{panels.factoredCandidate.data()},
                    {panels.stateRight.data(), panels.stateRank, s.hidden, seen}, v);
    } else if (isFloat32<Format> && panels.isSparse()) {
      stateOf<kind>(slice, s, SparseColumns{panels.sparseCandidate.data()}, whole(s.hidden), v);
    } else {
      const std::size_t first = cellLayout(kind).gated() ? firstTile(slice, s.paddedHidden) : 0;
      stateOf<kind>(slice, s, Columns{panels.candidate.data() + first * wordsOf<Format>(s.hidden)}, whole(s.hidden), v);
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
    constexpr Cell kind = decltype(cell)::value;
    const StreamVectors v(x.data(), h.data(), scratch.data(), s.paddedHidden);
    const UnitSlice all{0, s.paddedHidden};
    gatesOf<kind>(all, s, values, SparseGathering{panels.gates.data(), &gates}, whole(s.input), whole(s.hidden), v);
    stateOf<kind>(all, s, SparseGathering{panels.candidate.data(), &candidate}, whole(s.hidden), v);
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
