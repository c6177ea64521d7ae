// The layers' weights in the order in which the forward pass and the streaming step read them; see ForwardPanels.
#pragma once
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

template <class Format>
static void packForward(const LayerSizes& s, const float* values, ForwardPanels& panels) {
  const int H = s.hidden, Hp = s.paddedHidden, D = s.input;
  const LayerView w = viewLayer(s, const_cast<float*>(values));
  const CellLayout layout = s.layout();
  panels.gates.resize(std::size_t(Hp) * (layout.gates * wordsOf<Format>(D) + layout.together() * wordsOf<Format>(H)));
  float* out = panels.gates.data();
  const auto pack = [&](const float* weights, int stride, int columns, int gates, int unit, int units) {
    for (int k = 0; k < columns; k += Format::perWord)
      for (int g = 0; g < gates; g++)
        for (int j = 0; j < units; j++) *out++ = Format::word(weights + std::size_t(g * Hp + unit + j) * stride, k, columns);
  };
  forEachBlock(s.cell, Hp, [&](int unit, int vectors) {
    pack(w.inputWeights, s.paddedInput, D, layout.gates, unit, vectors * vectorWidth);
    pack(w.hiddenWeights, Hp, H, layout.together(), unit, vectors * vectorWidth);
  });
  if (!layout.gated()) return;
  panels.candidate.resize(std::size_t(Hp) * wordsOf<Format>(H));
  out = panels.candidate.data();
  forEachTile(Hp, [&](int column, int vectors) {
    pack(w.hiddenWeights + std::size_t(layout.direct) * Hp * Hp, Hp, H, 1, column, vectors * vectorWidth);
  });
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
