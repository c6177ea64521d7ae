// The forward pass of one recurrent layer; the cells are in cells.h, and of the GRU:
//
//     r = σ(W_r·[h, x] + b_r)      z = σ(W_z·[h, x] + b_z)
//     reset before (Cho et al. 2014):   n = tanh(W_n,x·x + b_n + W_n,h·(r ⊙ h))
//     reset after  (cuDNN, PyTorch):    n = tanh(W_n,x·x + b_n + r ⊙ (W_n,h·h + c))
//
// In 16 bits the left operands x, h and r ⊙ h are rounded row by row into the words that a product reads, a frame at a time;
// states and gates are float32 in any format.
#pragma once
#include "cell_tiles.h"
#include "layer_panels.h"
#include "layout.h"
#include "products.h"

namespace heed {
namespace HEED_ISA {

// Rounds rows of numbers, a multiple of the vector's width, into words; strides in words.
template <class Format>
static void roundRows(const float* x, int strideX, int rows, int columns, float* out, int strideOut) {
  for (int m = 0; m < rows; m++) {
    auto* to = reinterpret_cast<std::uint16_t*>(out + std::size_t(m) * strideOut);
    for (int k = 0; k < columns; k += vectorWidth) Format::put(to + k, load(x + std::size_t(m) * strideX + k));
  }
}

// How many sequences a tile of gates takes: with four gates half as many, so that the sums fit into the registers.
constexpr int gateTileRows(Cell cell) { return cellLayout(cell).gates > 3 ? tileRows / 2 : tileRows; }

template <class Format, Cell cell>
HEED_INLINE void gateTile(const GateTile<Format>& tile, int vectors) {
  constexpr CellLayout layout = cellLayout(cell);
  if constexpr (layout.gated()) gatedTile<Format, cell>(tile);
  else if constexpr (layout.scaled) resetAfterTile<Format>(tile);
  else if constexpr (layout.gates == 1) {
    if (vectors == 3) directTile<Format, cell, gateTileRows(cell), 3>(tile);
    else if (vectors == 2) directTile<Format, cell, gateTileRows(cell), 2>(tile);
    else directTile<Format, cell, gateTileRows(cell), 1>(tile);
  } else directTile<Format, cell, gateTileRows(cell), 1>(tile);
}

template <class Format, Cell cell>
static bool forwardCell(const LayerSizes& s, const float* values, const ForwardPanels& panels, const SequenceInput& in,
                        const float* mask, int frames, LayerSpace& space, bool keep, const std::atomic<bool>* cancelled) {
  constexpr CellLayout layout = cellLayout(cell);
  const int Hp = s.paddedHidden, rows = space.rows, stride = space.stride;
  const LayerView w = viewLayer(s, const_cast<float*>(values));
  const int inputs = wordsOf<Format>(s.input), hidden = wordsOf<Format>(s.hidden);
  const std::size_t panelLength = std::size_t(vectorWidth) * (layout.gates * inputs + layout.together() * hidden);
  const std::size_t stateStep = std::size_t(rows) * stride, gateStep = keep ? std::size_t(rows) * Hp : 0;
  const std::size_t gatedStep = keep ? stateStep : 0, memoryStep = std::size_t(rows) * Hp;
  // Without BPTT a gate is read, if at all, before the next one is stored: one room for all leaves the weights more of the cache.
  const auto gateOf = [&](int gate) { return space.gate[keep ? gate : 0].data(); };
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
    float* gated = layout.gated() ? space.gated.data() + t * gatedStep : nullptr;
    const float *hOperand = h, *gatedOperand = gated;
    // The next state's words go beside the present one's, which other tiles still read.
    const std::size_t nextOperand = t % 2 == 0 ? operandStep : 0;
    if constexpr (!isFloat32<Format>) {
      roundRows<Format>(x, in.stride, rows, s.paddedInput, space.xOperand.data(), strideX);
      x = space.xOperand.data();
      hOperand = space.hOperand.data() + (operandStep - nextOperand);
      gatedOperand = space.gatedOperand.data();
    }
    const std::size_t gates = t * gateStep;
    const float* panel = panels.gates.data();
    forEachBlock(cell, Hp, [&](int unit, int vectors) {
      GateTile<Format> tile{};
      tile.strideX = strideX;
      tile.inputs = inputs;
      tile.strideOperand = strideOperand;
      tile.hidden = hidden;
      tile.panel = panel;
      tile.bias = w.bias + unit;
      tile.recurrentBias = w.recurrentBias + unit;
      tile.paddedHidden = Hp;
      tile.strideH = stride;
      tile.strideGate = Hp;
      for (int m = 0; m < rows; m += gateTileRows(cell)) {
        const std::size_t local = std::size_t(m) * Hp + unit, gate = gates + local, state = std::size_t(m) * stride + unit;
        const std::size_t operandRow = std::size_t(m) * strideOperand;
        tile.x = x + std::size_t(m) * strideX;
        tile.h = hOperand + operandRow;
        tile.mask = mask + std::size_t(t) * rows + m;
        for (int g = 0; g < layout.gates; g++) tile.gate[g] = gateOf(g) + gate;
        tile.before = h + state;
        if constexpr (layout.direct < layout.gates) tile.inputPart = space.inputPart.data() + local;
        if constexpr (layout.scaled) tile.inner = space.inner.data() + gate;
        if constexpr (layout.memory) {
          tile.memoryBefore = space.memory.data() + t * memoryStep + local;
          tile.memory = space.memory.data() + (t + 1) * memoryStep + local;
        }
        tile.out = (layout.gated() ? gated : next) + state;
        tile.operand = layout.gated() ? operandOut(space.gatedOperand, operandRow, unit)
                                      : operandOut(space.hOperand, nextOperand + operandRow, unit);
        gateTile<Format, cell>(tile, vectors);
      }
      panel += panelLength * vectors;
    });
    if constexpr (layout.gated()) {
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
          tile.gated = gatedOperand + operandRow;
          tile.inputPart = space.inputPart.data() + std::size_t(m) * Hp + column;
          tile.z = gateOf(layout.direct - 1) + gate;
          tile.n = gateOf(layout.direct) + gate;
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
  }
  return true;
}

template <class Format>
static bool forwardLayer(const LayerSizes& s, const float* values, const ForwardPanels& panels, const SequenceInput& in,
                         const float* mask, int frames, LayerSpace& space, bool keep, const std::atomic<bool>* cancelled) {
  return withCell(s.cell, [&](auto cell) {
    return forwardCell<Format, decltype(cell)::value>(s, values, panels, in, mask, frames, space, keep, cancelled);
  });
}

}  // namespace HEED_ISA
}  // namespace heed
