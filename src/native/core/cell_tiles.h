// The tiles of a recurrent layer's forward pass: so many sequences × one vector of units (or up to three, of a cell with one
// gate), the gates of a tile sharing the broadcast inputs; and × up to three vectors in the product of a candidate that waits for
// a gate. In a frame that is masked the state stays, and BPTT then finds a zero gradient there by itself.
#pragma once
#include "float16.h"
#include "layout.h"
#include "number_format.h"
#include "simd.h"

namespace heed {
namespace HEED_ISA {

// Where a tile leaves what it computes for the next product: words of their own, in float32 nowhere, for the float32 states
// are the operand. `at` points at the tile's first row and unit.
template <class Format>
struct OperandOut {
  std::uint16_t* at;
  std::size_t stride;  // of rows, in numbers
  HEED_MEMBER_INLINE void put(int row, int unit, Vec v) const {
    if constexpr (!isFloat32<Format>) Format::put(at + row * stride + unit, v);
  }
};

template <class Format>
struct GateTile {
  const float* x;  // words, as h is
  int strideX, inputs;
  const float* h;
  int strideOperand, hidden;
  const float* panel;
  const float* bias;  // at this block's first unit; gates paddedHidden apart
  const float* recurrentBias;
  int paddedHidden;
  const float* mask;
  // outputs, at this tile's first row and unit, rows strideGate apart; where nothing is kept for BPTT all gates go to one place
  float* gate[mostGates];
  float *inner, *inputPart;
  const float* memoryBefore;
  float* memory;
  const float* before;  // h at this tile's units
  float* out;           // the next state, or what the candidate's product takes (gated)
  int strideH, strideGate;
  OperandOut<Format> operand;  // of what goes to out
};

// How many words ahead of its reading a panel is fetched from the second-level cache; nearer or further was slower.
constexpr int prefetchWords = 12;

// acc[m][l] += Σ x[m, k] · panel[k, l] for the first N of a tile's L lanes; returns the panel's place behind.
template <class Format, int N, int R, int L>
HEED_INLINE const float* addColumns(const float* panel, const float* x, std::size_t stride, int count, Vec (&acc)[R][L]) {
  if constexpr (Format::runWords > 0)
    return addRuns<Format, N>(panel, N * vectorWidth, count, [=](int m, int k) { return x[m * stride + k]; }, acc);
  HEED_UNROLL_TWICE
  for (int k = 0; k < count; k++, panel += N * vectorWidth) {
    Vec w[N];
    HEED_UNROLL
    for (int l = 0; l < N; l++) prefetch(panel + (prefetchWords * N + l) * vectorWidth);
    HEED_UNROLL
    for (int l = 0; l < N; l++) w[l] = load(panel + l * vectorWidth);
    HEED_UNROLL
    for (int m = 0; m < R; m++) {
      const Vec v = set1(x[m * stride + k]);
      HEED_UNROLL
      for (int l = 0; l < N; l++) acc[m][l] = Format::multiplyAdd(v, w[l], acc[m][l]);
    }
  }
  return panel;
}

// acc = b + W·x for all gates, each of NV vectors of units; returns the panel's place behind the inputs' weights.
template <class Format, int NV, int R, int L>
HEED_INLINE const float* addInputs(const GateTile<Format>& t, Vec (&acc)[R][L]) {
  HEED_UNROLL
  for (int l = 0; l < L; l++) {
    const Vec b = load(t.bias + std::size_t(l / NV) * t.paddedHidden + (l % NV) * vectorWidth);
    HEED_UNROLL
    for (int m = 0; m < R; m++) acc[m][l] = b;
  }
  return addColumns<Format, L>(t.panel, t.x, t.strideX, t.inputs, acc);
}

// `value` in a frame that there is (mask 1), `before` in padding (mask 0).
HEED_INLINE Vec unlessMasked(float mask, Vec value, Vec before) { return fma(set1(mask), value, mul(set1(1.f - mask), before)); }

// The whole of a cell whose gates all see the state as it is (rnn, lstm), for R sequences.
template <class Format, Cell cell, int R, int NV>
static HEED_NOINLINE void directTile(const GateTile<Format>& t) {
  constexpr int lanes = cellLayout(cell).gates * NV;
  Vec acc[R][lanes];
  const float* panel = addInputs<Format, NV>(t, acc);
  addColumns<Format, lanes>(panel, t.h, t.strideOperand, t.hidden, acc);
  for (int m = 0; m < R; m++) {
    const std::size_t gate = std::size_t(m) * t.strideGate, state = std::size_t(m) * t.strideH;
    if constexpr (cell == Cell::rnn) {
      for (int v = 0; v < NV; v++) {
        const int unit = v * vectorWidth;
        const Vec n = tanh(acc[m][v]);
        const Vec next = unlessMasked(t.mask[m], n, load(t.before + state + unit));
        store(t.gate[0] + gate + unit, n);
        store(t.out + state + unit, next);
        t.operand.put(m, unit, next);
      }
    } else {
      const Vec i = sigmoid(acc[m][0]), f = sigmoid(acc[m][1]), n = tanh(acc[m][2]), o = sigmoid(acc[m][3]);
      const Vec before = load(t.memoryBefore + gate);
      const Vec c = unlessMasked(t.mask[m], fma(f, before, mul(i, n)), before);
      const Vec next = unlessMasked(t.mask[m], mul(o, tanh(c)), load(t.before + state));
      store(t.gate[0] + gate, i);
      store(t.gate[1] + gate, f);
      store(t.gate[2] + gate, n);
      store(t.gate[3] + gate, o);
      store(t.memory + gate, c);
      store(t.out + state, next);
      t.operand.put(m, 0, next);
    }
  }
}

// The gates, the candidate's input part, and the gated state that its product takes (gru, mgu). Masked, the gate that takes the
// candidate is 0.
template <class Format, Cell cell>
static HEED_NOINLINE void gatedTile(const GateTile<Format>& t) {
  constexpr CellLayout layout = cellLayout(cell);
  Vec acc[tileRows][layout.gates];
  const float* panel = addInputs<Format, 1>(t, acc);
  HEED_UNROLL
  for (int m = 0; m < tileRows; m++) store(t.inputPart + std::size_t(m) * t.paddedHidden, acc[m][layout.direct]);
  addColumns<Format, layout.direct>(panel, t.h, t.strideOperand, t.hidden, acc);
  for (int m = 0; m < tileRows; m++) {
    const std::size_t gate = std::size_t(m) * t.strideGate;
    const Vec before = load(t.before + std::size_t(m) * t.strideH);
    Vec gated;
    if constexpr (cell == Cell::gru) {
      const Vec r = sigmoid(acc[m][0]);
      store(t.gate[0] + gate, r);
      store(t.gate[1] + gate, mul(sigmoid(acc[m][1]), set1(t.mask[m])));
      gated = mul(r, before);
    } else {
      const Vec f = mul(sigmoid(acc[m][0]), set1(t.mask[m]));
      store(t.gate[0] + gate, f);
      gated = mul(f, before);
    }
    store(t.out + std::size_t(m) * t.strideH, gated);
    t.operand.put(m, 0, gated);
  }
}

// n = tanh(input part + W_n,h·gated); h' = h + z ⊙ (n − h), for tileRows sequences and NV vectors of units.
template <class Format>
struct CandidateTile {
  const float* gated;  // words
  int strideOperand, hidden;
  const float* panel;
  const float* inputPart;
  const float* z;
  float* n;
  int strideGate;  // of inputPart, z and n
  const float* h;
  float* next;
  int strideH;
  OperandOut<Format> operand;  // of the next state
};

template <class Format, int NV>
static HEED_NOINLINE void candidateTile(const CandidateTile<Format>& t) {
  Vec acc[tileRows][NV];
  HEED_UNROLL
  for (int m = 0; m < tileRows; m++)
    HEED_UNROLL
    for (int v = 0; v < NV; v++) acc[m][v] = load(t.inputPart + std::size_t(m) * t.strideGate + v * vectorWidth);
  addColumns<Format, NV>(t.panel, t.gated, t.strideOperand, t.hidden, acc);
  for (int m = 0; m < tileRows; m++)
    for (int v = 0; v < NV; v++) {
      const std::size_t gate = std::size_t(m) * t.strideGate + v * vectorWidth;
      const std::size_t state = std::size_t(m) * t.strideH + v * vectorWidth;
      const Vec candidate = tanh(acc[m][v]);
      const Vec before = load(t.h + state);
      const Vec next = fma(load(t.z + gate), sub(candidate, before), before);
      store(t.n + gate, candidate);
      store(t.next + state, next);
      t.operand.put(m, v * vectorWidth, next);
    }
}

// The whole of a GRU that resets after the product.
template <class Format>
static HEED_NOINLINE void resetAfterTile(const GateTile<Format>& t) {
  Vec acc[tileRows][3];
  const float* panel = addInputs<Format, 1>(t, acc);
  {
    const Vec c = load(t.recurrentBias);
    HEED_UNROLL
    for (int m = 0; m < tileRows; m++) {
      store(t.inputPart + std::size_t(m) * t.paddedHidden, acc[m][2]);
      acc[m][2] = c;
    }
  }
  addColumns<Format, 3>(panel, t.h, t.strideOperand, t.hidden, acc);
  for (int m = 0; m < tileRows; m++) {
    const std::size_t gate = std::size_t(m) * t.strideGate;
    const Vec r = sigmoid(acc[m][0]);
    const Vec z = mul(sigmoid(acc[m][1]), set1(t.mask[m]));
    const Vec n = tanh(fma(r, acc[m][2], load(t.inputPart + std::size_t(m) * t.paddedHidden)));
    store(t.gate[0] + gate, r);
    store(t.gate[1] + gate, z);
    store(t.gate[2] + gate, n);
    store(t.inner + gate, acc[m][2]);
    const Vec before = load(t.before + std::size_t(m) * t.strideH);
    const Vec next = fma(z, sub(n, before), before);
    store(t.out + std::size_t(m) * t.strideH, next);
    t.operand.put(m, 0, next);
  }
}

}  // namespace HEED_ISA
}  // namespace heed
