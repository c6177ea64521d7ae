// The forward pass of one GRU layer.
//
//     r = σ(W_r·[h, x] + b_r)      z = σ(W_z·[h, x] + b_z)
//     reset before (Cho et al. 2014):   n = tanh(W_n,x·x + b_n + W_n,h·(r ⊙ h))
//     reset after  (cuDNN, PyTorch):    n = tanh(W_n,x·x + b_n + r ⊙ (W_n,h·h + c))
//     h' = h + z ⊙ (n − h)
//
// In bfloat16 the left operands x, h and r ⊙ h are rounded row by row into the words that a product reads, a frame at a time;
// states, gates and sums are float32 in either format.
#pragma once
#include "gru_tiles.h"
#include "layout.h"
#include "products.h"

namespace heed {
namespace HEED_ISA {

// Rounds rows of numbers, a multiple of the vector's width, into words; strides in words.
static void roundRows(const float* x, int strideX, int rows, int columns, float* out, int strideOut) {
  for (int m = 0; m < rows; m++) {
    auto* to = reinterpret_cast<std::uint16_t*>(out + std::size_t(m) * strideOut);
    for (int k = 0; k < columns; k += vectorWidth) storeBf16(to + k, load(x + std::size_t(m) * strideX + k));
  }
}

template <class Format>
static bool forwardLayer(const LayerSizes& s, const float* values, const ForwardPanels& panels, const SequenceInput& in,
                         const float* mask, int frames, LayerSpace& space, bool keep, const std::atomic<bool>* cancelled) {
  const int Hp = s.paddedHidden, rows = space.rows, stride = space.stride;
  const LayerView w = viewLayer(s, const_cast<float*>(values));
  const int inputs = wordsOf<Format>(s.input), hidden = wordsOf<Format>(s.hidden);
  const std::size_t panelLength = std::size_t(vectorWidth) * (3 * inputs + (s.resetAfter ? 3 : 2) * hidden);
  const std::size_t stateStep = std::size_t(rows) * stride, gateStep = keep ? std::size_t(rows) * Hp : 0;
  const std::size_t resetStep = keep ? stateStep : 0;
  // Strides of the operands, in words.
  const int strideX = isFloat32<Format> ? in.stride : LayerSpace::operandStride(s.paddedInput, vectorWidth);
  const int strideOperand = isFloat32<Format> ? stride : LayerSpace::operandStride(Hp, vectorWidth);
  const std::size_t operandStep = std::size_t(rows) * strideOperand;
  const auto operandOut = [&](Floats& operand, std::size_t word, int unit) {
    if constexpr (isFloat32<Format>) return OperandOut<Format>{};
    else return OperandOut<Format>{reinterpret_cast<std::uint16_t*>(operand.data() + word) + unit, std::size_t(2) * strideOperand};
  };
  if constexpr (!isFloat32<Format>) std::memset(space.hOperand.data(), 0, operandStep * sizeof(float));
  for (int t = 0; t < frames; t++) {
    if (cancelled->load(std::memory_order_relaxed)) return false;
    const float* x = in.x + std::size_t(t) * rows * in.stride;
    const float* h = space.h.data() + t * stateStep;
    float* next = space.h.data() + (t + 1) * stateStep;
    float* resetH = s.resetAfter ? nullptr : space.resetH.data() + t * resetStep;
    const float *hOperand = h, *resetOperand = resetH;
    // The next state's words go beside the present one's, which other tiles still read.
    const std::size_t nextOperand = t % 2 == 0 ? operandStep : 0;
    if constexpr (!isFloat32<Format>) {
      roundRows(x, in.stride, rows, s.paddedInput, space.xOperand.data(), strideX);
      x = space.xOperand.data();
      hOperand = space.hOperand.data() + (operandStep - nextOperand);
      resetOperand = space.resetOperand.data();
    }
    const std::size_t gates = t * gateStep;
    for (int unit = 0; unit < Hp; unit += vectorWidth) {
      GateTile<Format> tile{};
      tile.strideX = strideX;
      tile.inputs = inputs;
      tile.strideOperand = strideOperand;
      tile.hidden = hidden;
      tile.panel = panels.gates.data() + (unit / vectorWidth) * panelLength;
      tile.bias = w.bias + unit;
      tile.recurrentBias = w.recurrentBias + unit;
      tile.paddedHidden = Hp;
      tile.strideH = stride;
      tile.strideGate = Hp;
      for (int m = 0; m < rows; m += tileRows) {
        const std::size_t gate = gates + std::size_t(m) * Hp + unit, state = std::size_t(m) * stride + unit;
        const std::size_t operandRow = std::size_t(m) * strideOperand;
        tile.x = x + std::size_t(m) * strideX;
        tile.h = hOperand + operandRow;
        tile.mask = mask + std::size_t(t) * rows + m;
        tile.r = space.r.data() + gate;
        tile.z = space.z.data() + gate;
        tile.inputPart = space.inputPart.data() + std::size_t(m) * Hp + unit;
        tile.before = h + state;
        if (s.resetAfter) {
          tile.n = space.n.data() + gate;
          tile.inner = space.inner.data() + gate;
          tile.out = next + state;
          tile.operand = operandOut(space.hOperand, nextOperand + operandRow, unit);
          resetAfterTile(tile);
        } else {
          tile.out = resetH + state;
          tile.operand = operandOut(space.resetOperand, operandRow, unit);
          gatesTile(tile);
        }
      }
    }
    if (s.resetAfter) continue;
    CandidateTile<Format> tile{};
    tile.strideOperand = strideOperand;
    tile.hidden = hidden;
    tile.panel = panels.candidate.data();
    tile.strideGate = Hp;
    tile.strideH = stride;
    forEachTile(Hp, [&](int column, int vectors) {
      for (int m = 0; m < rows; m += tileRows) {
        const std::size_t gate = gates + std::size_t(m) * Hp + column, state = std::size_t(m) * stride + column;
        const std::size_t operandRow = std::size_t(m) * strideOperand;
        tile.resetH = resetOperand + operandRow;
        tile.inputPart = space.inputPart.data() + std::size_t(m) * Hp + column;
        tile.z = space.z.data() + gate;
        tile.n = space.n.data() + gate;
        tile.h = h + state;
        tile.next = next + state;
        tile.operand = operandOut(space.hOperand, nextOperand + operandRow, column);
        if (vectors == 3) candidateTile<Format, 3>(tile);
        else if (vectors == 2) candidateTile<Format, 2>(tile);
        else candidateTile<Format, 1>(tile);
      }
      tile.panel += std::size_t(hidden) * vectors * vectorWidth;
    });
  }
  return true;
}

}  // namespace HEED_ISA
}  // namespace heed
