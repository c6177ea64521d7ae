// Backpropagation through time of one recurrent layer; what each cell does with its gates is in cell_gradients.h.
//
// Weight gradients are sums over frames and sequences; they are taken a chunk of frames at a time, as one product each.
#pragma once
#include <algorithm>

#include "cell_gradients.h"
#include "layout.h"
#include "number_format.h"
#include "products.h"
#include "simd.h"

namespace heed {
namespace HEED_ISA {

// Frames per chunk: their packed gradients and inputs stay in the second-level cache.
constexpr int chunkFrames = 4;

template <class Format, Cell cell>
static bool backwardCell(const LayerSizes& s, const BackwardPanels& weights, const SequenceInput& in, int frames, LayerSpace& space,
                         float* dh, const float* dOut, std::size_t dOutStep, float* dIn, int dInStride, float* gradient,
                         Floats& scratch, int truncateFrames, const std::atomic<bool>* cancelled) {
  constexpr CellLayout layout = cellLayout(cell);
  const int Hp = s.paddedHidden, rows = space.rows, stride = space.stride;
  const std::size_t gatePanels = Hp / tileRows, square = std::size_t(Hp) * Hp, frameLength = std::size_t(rows) * Hp;
  // Panels of the gates in their order; of a candidate that is scaled its inner product's (du) behind them.
  const int panelGates = layout.gates + layout.scaled;
  const int longestChunk = chunkFrames * rows;
  // Both packings in bfloat16 take as much as the one in float32.
  const std::size_t packedLength = std::size_t(panelGates) * Hp * longestChunk;
  const std::size_t length = packedLength + 2 * frameLength + packedTileWords<Format>(longestChunk);
  if (scratch.size() < length) scratch.resize(length);
  float* dGated = scratch.data() + packedLength;
  float* beside = dGated + frameLength;  // the memory's gradient (lstm), or the update's part of da_f (mgu)
  float* packedTile = beside + frameLength;
  if (layout.memory) std::memset(beside, 0, frameLength * sizeof(float));
  const LayerView d = viewLayer(s, gradient);

  for (int end = frames; end > 0;) {
    if (cancelled->load(std::memory_order_relaxed)) return false;
    const int begin = std::max(0, end - chunkFrames), chunkRows = (end - begin) * rows;
    const std::size_t panelStride = std::size_t(wordsOf<Format>(chunkRows)) * tileRows;
    float* byRow = scratch.data() + (isFloat32<Format> ? 0 : packedLength / 2);
    const GradientPanels<Format> panels{scratch.data(), byRow, panelStride};
    for (int t = end - 1; t >= begin; t--) {
      const int row = (t - begin) * rows;
      const std::size_t frame = std::size_t(t) * rows;
      const BackwardStep<Format> step{s, space, t, dh, dOut ? dOut + t * dOutStep : nullptr, beside, beside, panels, row,
                                      d.bias, d.recurrentBias};
      gateGradients<cell>(step);
      const float* at = panels.byUnit + std::size_t(row) * wordsOf<Format>(tileRows);
      if constexpr (layout.scaled) {
        const float* inner = at + layout.gates * gatePanels * panelStride;
        product<Format>(inner, panelStride, rows, Hp, weights.candidate.data(), Hp, dh, Hp, true);
      } else if constexpr (layout.gated()) {
        const float* candidate = at + layout.direct * gatePanels * panelStride;
        product<Format>(candidate, panelStride, rows, Hp, weights.candidate.data(), Hp, dGated, Hp, false);
        gatedGradients<cell>(step, dGated);
      }
      // Where all gates see the state as it is, nothing else reaches it.
      constexpr bool others = layout.direct < layout.gates;
      product<Format>(at, panelStride, rows, layout.direct * Hp, weights.gates.data(), Hp, dh, Hp, others);
      if (dIn)
        product<Format>(at, panelStride, rows, layout.gates * Hp, weights.input.data(), s.paddedInput, dIn + frame * dInStride,
                        dInStride, false);
      if (truncateFrames > 0 && t % truncateFrames == 0) {
        std::memset(dh, 0, frameLength * sizeof(float));
        if (layout.memory) std::memset(beside, 0, frameLength * sizeof(float));
      }
    }
    const float* before = space.h.data() + std::size_t(begin) * rows * stride;
    outerProduct<Format>(byRow, panelStride, layout.direct * Hp, chunkRows, before, stride, Hp, d.hiddenWeights, Hp, packedTile);
    if constexpr (layout.direct < layout.gates) {
      const float* candidatePanels = byRow + (layout.scaled ? layout.gates : layout.direct) * gatePanels * panelStride;
      const float* candidateInput = layout.scaled ? before : space.gated.data() + std::size_t(begin) * rows * stride;
      outerProduct<Format>(candidatePanels, panelStride, Hp, chunkRows, candidateInput, stride, Hp,
                           d.hiddenWeights + layout.direct * square, Hp, packedTile);
    }
    outerProduct<Format>(byRow, panelStride, layout.gates * Hp, chunkRows, in.x + std::size_t(begin) * rows * in.stride, in.stride,
                         s.paddedInput, d.inputWeights, s.paddedInput, packedTile);
    end = begin;
  }
  return true;
}

template <class Format>
static bool backwardLayer(const LayerSizes& s, const BackwardPanels& weights, const SequenceInput& in, int frames, LayerSpace& space,
                          float* dh, const float* dOut, std::size_t dOutStep, float* dIn, int dInStride, float* gradient,
                          Floats& scratch, int truncateFrames, const std::atomic<bool>* cancelled) {
  return withCell(s.cell, [&](auto cell) {
    return backwardCell<Format, decltype(cell)::value>(s, weights, in, frames, space, dh, dOut, dOutStep, dIn, dInStride, gradient, scratch,
                                                       truncateFrames, cancelled);
  });
}

}  // namespace HEED_ISA
}  // namespace heed
