// The layers' weights in the order in which the forward pass and the streaming step read them; see ForwardPanels.
#pragma once
#include <algorithm>

#include "layout.h"
#include "number_format.h"
#include "products.h"

namespace heed {
namespace HEED_ISA {

// Cuts a row of units into the blocks that a tile computes at once: a vector with all its gates; of a cell with one gate up to
// three vectors, which keep as many sums going.
template <class Visit>
HEED_INLINE void forEachBlock(Cell cell, int paddedHidden, Visit visit) {
  if (cell == Cell::rnn) forEachTile(paddedHidden, visit);
  else
    for (int unit = 0; unit < paddedHidden; unit += vectorWidth) visit(unit, 1);
}

// The rows of G gates that a layer multiplies by: [G·Hp, columns], a row every `stride` numbers.
struct GateRows {
  const float* weights;
  int stride, columns;
};

// Packs such rows for inputs and states: the panel of all gates, and that of a candidate that waits for a gate.
template <class Format>
static void packGates(const LayerSizes& s, const GateRows& input, const GateRows& state, Floats& gates, Floats& candidate) {
  const int Hp = s.paddedHidden;
  const CellLayout layout = s.layout();
  gates.resize(std::size_t(Hp) * (layout.gates * wordsOf<Format>(input.columns) + layout.together() * wordsOf<Format>(state.columns)));
  float* out = gates.data();
  const auto pack = [&](const GateRows& rows, int firstGate, int gateCount, int unit, int units) {
    for (int k = 0; k < rows.columns; k += Format::perWord)
      for (int g = firstGate; g < firstGate + gateCount; g++)
        for (int j = 0; j < units; j++)
          *out++ = Format::word(rows.weights + std::size_t(g * Hp + unit + j) * rows.stride, k, rows.columns);
  };
  forEachBlock(s.cell, Hp, [&](int unit, int vectors) {
    pack(input, 0, layout.gates, unit, vectors * vectorWidth);
    pack(state, 0, layout.together(), unit, vectors * vectorWidth);
  });
  if (!layout.gated()) return;
  candidate.resize(std::size_t(Hp) * wordsOf<Format>(state.columns));
  out = candidate.data();
  forEachTile(Hp, [&](int column, int vectors) { pack(state, layout.direct, 1, column, vectors * vectorWidth); });
}

template <class Format>
static void packForward(const LayerSizes& s, const float* values, ForwardPanels& panels) {
  const LayerView w = viewLayer(s, const_cast<float*>(values));
  packGates<Format>(s, {w.inputWeights, s.paddedInput, s.input}, {w.hiddenWeights, s.paddedHidden, s.hidden}, panels.gates,
                    panels.candidate);
}

// Packs the right factor [rank, columns] as one gate of `rank` units.
static void packRightFactor(const Factors& factors, int columns, Floats& panel) {
  const int rows = roundUp(factors.rank, vectorWidth);
  panel.resize(std::size_t(rows) * columns);
  float* out = panel.data();
  forEachTile(rows, [&](int row, int vectors) {
    for (int k = 0; k < columns; k++)
      for (int j = row; j < row + vectors * vectorWidth; j++)
        *out++ = j < factors.rank ? factors.right[std::size_t(j) * columns + k] : 0.f;
  });
}

static void packFactors(const LayerSizes& s, const float* values, const Factors& input, const Factors& state, ForwardPanels& panels) {
  const LayerView w = viewLayer(s, const_cast<float*>(values));
  Floats inputLeft, stateLeft;
  const auto rowsOf = [&](const Factors& factors, Floats& padded, const GateRows& whole) {
    if (factors.rank == 0) return whole;
    padded.resize(std::size_t(s.layout().gates) * s.paddedHidden * factors.rank);
    for (int g = 0; g < s.layout().gates; g++)
      std::copy_n(factors.left.data() + std::size_t(g) * s.hidden * factors.rank, std::size_t(s.hidden) * factors.rank,
                  padded.data() + std::size_t(g) * s.paddedHidden * factors.rank);
    return GateRows{padded.data(), factors.rank, factors.rank};
  };
  packGates<Float32>(s, rowsOf(input, inputLeft, {w.inputWeights, s.paddedInput, s.input}),
                     rowsOf(state, stateLeft, {w.hiddenWeights, s.paddedHidden, s.hidden}), panels.factoredGates,
                     panels.factoredCandidate);
  packRightFactor(input, s.input, panels.inputRight);
  packRightFactor(state, s.hidden, panels.stateRight);
  panels.inputRank = input.rank;
  panels.stateRank = state.rank;
}

template <class Format>
static void packBackward(const LayerSizes& s, const float* values, BackwardPanels& panels) {
  const int Hp = s.paddedHidden;
  const LayerView w = viewLayer(s, const_cast<float*>(values));
  const CellLayout layout = s.layout();
  const std::size_t square = std::size_t(Hp) * Hp;
  panels.gates.resize(layout.direct * square / Format::perWord);
  packRightOperand<Format>(w.hiddenWeights, Hp, layout.direct * Hp, Hp, panels.gates.data());
  if (layout.direct < layout.gates) {
    panels.candidate.resize(square / Format::perWord);
    packRightOperand<Format>(w.hiddenWeights + layout.direct * square, Hp, Hp, Hp, panels.candidate.data());
  }
  panels.input.resize(s.inputWeights() / Format::perWord);
  packRightOperand<Format>(w.inputWeights, s.paddedInput, layout.gates * Hp, s.paddedInput, panels.input.data());
}

}  // namespace HEED_ISA
}  // namespace heed
