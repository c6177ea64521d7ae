// The layers' weights in the order in which the forward pass and the streaming step read them; see ForwardPanels.
#pragma once
#include "layout.h"
#include "number_format.h"
#include "products.h"

namespace heed {
namespace HEED_ISA {

template <class Format>
static void packForward(const LayerSizes& s, const float* values, ForwardPanels& panels) {
  const int H = s.hidden, Hp = s.paddedHidden, D = s.input;
  const LayerView w = viewLayer(s, const_cast<float*>(values));
  const int hiddenGates = s.resetAfter ? 3 : 2;
  panels.gates.resize(std::size_t(Hp) * (3 * wordsOf<Format>(D) + hiddenGates * wordsOf<Format>(H)));
  float* out = panels.gates.data();
  for (int unit = 0; unit < Hp; unit += vectorWidth) {
    for (int k = 0; k < D; k += Format::perWord)
      for (int g = 0; g < 3; g++)
        for (int j = 0; j < vectorWidth; j++)
          *out++ = Format::word(w.inputWeights + std::size_t(g * Hp + unit + j) * s.paddedInput, k, D);
    for (int k = 0; k < H; k += Format::perWord)
      for (int g = 0; g < hiddenGates; g++)
        for (int j = 0; j < vectorWidth; j++)
          *out++ = Format::word(w.hiddenWeights + std::size_t(g * Hp + unit + j) * Hp, k, H);
  }
  if (s.resetAfter) return;
  panels.candidate.resize(std::size_t(Hp) * wordsOf<Format>(H));
  out = panels.candidate.data();
  forEachTile(Hp, [&](int column, int vectors) {
    for (int k = 0; k < H; k += Format::perWord)
      for (int j = 0; j < vectors * vectorWidth; j++)
        *out++ = Format::word(w.hiddenWeights + std::size_t(candidateGate * Hp + column + j) * Hp, k, H);
  });
}

}  // namespace HEED_ISA
}  // namespace heed
