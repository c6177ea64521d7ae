// The tiles of a GRU layer's forward pass: tileRows sequences × one vector of units, the three gates of a tile sharing the
// broadcast inputs; and × up to three vectors in the candidate's second product. A frame that is masked gets z = 0: its state
// stays, and BPTT then finds a zero gradient there by itself.
#pragma once
#include "layout.h"
#include "number_format.h"
#include "simd.h"

namespace heed {
namespace HEED_ISA {

// Where a tile leaves what it computes for the next product: in bfloat16 in words of their own, in float32 nowhere, for the
// float32 states are the operand. `at` points at the tile's first row and unit.
template <class Format>
struct OperandOut {
  std::uint16_t* at;
  std::size_t stride;  // of rows, in numbers
  HEED_MEMBER_INLINE void put(int row, int unit, Vec v) const {
    if constexpr (!isFloat32<Format>) storeBf16(at + row * stride + unit, v);
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
  // outputs, at this tile's first row and unit
  float *r, *z, *n, *inner, *inputPart;
  const float* before;  // h at this tile's units
  float* out;           // r ⊙ h (reset before) or the next state (reset after)
  int strideH, strideGate;
  OperandOut<Format> operand;  // of what goes to out
};

// acc = b + W·x for the three gates; returns the panel's place behind the inputs' weights.
template <class Format>
HEED_INLINE const float* addInputs(const GateTile<Format>& t, Vec (&acc)[tileRows][3]) {
  const Vec br = load(t.bias), bz = load(t.bias + t.paddedHidden), bn = load(t.bias + 2 * t.paddedHidden);
  HEED_UNROLL
  for (int m = 0; m < tileRows; m++) {
    acc[m][0] = br;
    acc[m][1] = bz;
    acc[m][2] = bn;
  }
  const float* panel = t.panel;
  const float* x = t.x;
  const std::size_t stride = t.strideX;
  for (int k = 0; k < t.inputs; k++, panel += 3 * vectorWidth) {
    const Vec w0 = load(panel), w1 = load(panel + vectorWidth), w2 = load(panel + 2 * vectorWidth);
    HEED_UNROLL
    for (int m = 0; m < tileRows; m++) {
      const Vec v = set1(x[m * stride + k]);
      acc[m][0] = Format::multiplyAdd(v, w0, acc[m][0]);
      acc[m][1] = Format::multiplyAdd(v, w1, acc[m][1]);
      acc[m][2] = Format::multiplyAdd(v, w2, acc[m][2]);
    }
  }
  return panel;
}

// Reset and update gates, and the candidate's input part (reset before).
template <class Format>
static HEED_NOINLINE void gatesTile(const GateTile<Format>& t) {
  Vec acc[tileRows][3];
  const float* panel = addInputs(t, acc);
  HEED_UNROLL
  for (int m = 0; m < tileRows; m++) store(t.inputPart + std::size_t(m) * t.paddedHidden, acc[m][2]);
  const float* h = t.h;
  const std::size_t sh = t.strideOperand;
  for (int k = 0; k < t.hidden; k++, panel += 2 * vectorWidth) {
    const Vec w0 = load(panel), w1 = load(panel + vectorWidth);
    HEED_UNROLL
    for (int m = 0; m < tileRows; m++) {
      const Vec v = set1(h[m * sh + k]);
      acc[m][0] = Format::multiplyAdd(v, w0, acc[m][0]);
      acc[m][1] = Format::multiplyAdd(v, w1, acc[m][1]);
    }
  }
  for (int m = 0; m < tileRows; m++) {
    const Vec r = sigmoid(acc[m][0]);
    const Vec z = mul(sigmoid(acc[m][1]), set1(t.mask[m]));
    store(t.r + std::size_t(m) * t.strideGate, r);
    store(t.z + std::size_t(m) * t.strideGate, z);
    const Vec resetH = mul(r, load(t.before + std::size_t(m) * t.strideH));
    store(t.out + std::size_t(m) * t.strideH, resetH);
    t.operand.put(m, 0, resetH);
  }
}

// n = tanh(input part + W_n,h·(r ⊙ h)); h' = h + z ⊙ (n − h), for tileRows sequences and NV vectors of units.
template <class Format>
struct CandidateTile {
  const float* resetH;  // words
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
  const float* panel = t.panel;
  const float* resetH = t.resetH;
  const std::size_t sh = t.strideOperand;
  Vec acc[tileRows][NV];
  HEED_UNROLL
  for (int m = 0; m < tileRows; m++)
    HEED_UNROLL
    for (int v = 0; v < NV; v++) acc[m][v] = load(t.inputPart + std::size_t(m) * t.strideGate + v * vectorWidth);
  for (int k = 0; k < t.hidden; k++, panel += NV * vectorWidth) {
    Vec w[NV];
    HEED_UNROLL
    for (int v = 0; v < NV; v++) w[v] = load(panel + v * vectorWidth);
    HEED_UNROLL
    for (int m = 0; m < tileRows; m++) {
      const Vec a = set1(resetH[m * sh + k]);
      HEED_UNROLL
      for (int v = 0; v < NV; v++) acc[m][v] = Format::multiplyAdd(a, w[v], acc[m][v]);
    }
  }
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

// The whole cell in one tile (reset after).
template <class Format>
static HEED_NOINLINE void resetAfterTile(const GateTile<Format>& t) {
  Vec acc[tileRows][3];
  const float* panel = addInputs(t, acc);
  {
    const Vec c = load(t.recurrentBias);
    HEED_UNROLL
    for (int m = 0; m < tileRows; m++) {
      store(t.inputPart + std::size_t(m) * t.paddedHidden, acc[m][2]);
      acc[m][2] = c;
    }
  }
  const float* h = t.h;
  const std::size_t sh = t.strideOperand;
  for (int k = 0; k < t.hidden; k++, panel += 3 * vectorWidth) {
    const Vec w0 = load(panel), w1 = load(panel + vectorWidth), w2 = load(panel + 2 * vectorWidth);
    HEED_UNROLL
    for (int m = 0; m < tileRows; m++) {
      const Vec v = set1(h[m * sh + k]);
      acc[m][0] = Format::multiplyAdd(v, w0, acc[m][0]);
      acc[m][1] = Format::multiplyAdd(v, w1, acc[m][1]);
      acc[m][2] = Format::multiplyAdd(v, w2, acc[m][2]);
    }
  }
  for (int m = 0; m < tileRows; m++) {
    const std::size_t gate = std::size_t(m) * t.strideGate;
    const Vec r = sigmoid(acc[m][0]);
    const Vec z = mul(sigmoid(acc[m][1]), set1(t.mask[m]));
    const Vec n = tanh(fma(r, acc[m][2], load(t.inputPart + std::size_t(m) * t.paddedHidden)));
    store(t.r + gate, r);
    store(t.z + gate, z);
    store(t.n + gate, n);
    store(t.inner + gate, acc[m][2]);
    const Vec before = load(t.before + std::size_t(m) * t.strideH);
    const Vec next = fma(z, sub(n, before), before);
    store(t.out + std::size_t(m) * t.strideH, next);
    t.operand.put(m, 0, next);
  }
}

}  // namespace HEED_ISA
}  // namespace heed
