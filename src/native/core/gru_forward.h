// The forward pass of one GRU layer.
//
//     r = σ(W_r·[h, x] + b_r)      z = σ(W_z·[h, x] + b_z)
//     reset before (Cho et al. 2014):   n = tanh(W_n,x·x + b_n + W_n,h·(r ⊙ h))
//     reset after  (cuDNN, PyTorch):    n = tanh(W_n,x·x + b_n + r ⊙ (W_n,h·h + c))
//     h' = h + z ⊙ (n − h)
//
// A tile is tileRows sequences × one vector of units; the three gates of a tile share the broadcast inputs. A frame that
// is masked gets z = 0: its state stays, and BPTT then finds a zero gradient there by itself.
#pragma once
#include "layout.h"
#include "simd.h"
#include "products.h"

namespace heed {
namespace HEED_ISA {

static void packForward(const LayerSizes& s, const float* values, PackedLayer& packed) {
  const int H = s.hidden, Hp = s.paddedHidden, D = s.input;
  const LayerView w = viewLayer(s, const_cast<float*>(values));
  const int hiddenGates = s.resetAfter ? 3 : 2;
  packed.gates.resize(std::size_t(Hp) * (3 * D + hiddenGates * H));
  float* out = packed.gates.data();
  for (int unit = 0; unit < Hp; unit += vectorWidth) {
    for (int k = 0; k < D; k++)
      for (int g = 0; g < 3; g++)
        for (int j = 0; j < vectorWidth; j++) *out++ = w.inputWeights[std::size_t(g * Hp + unit + j) * s.paddedInput + k];
    for (int k = 0; k < H; k++)
      for (int g = 0; g < hiddenGates; g++)
        for (int j = 0; j < vectorWidth; j++) *out++ = w.hiddenWeights[std::size_t(g * Hp + unit + j) * Hp + k];
  }
  if (s.resetAfter) return;
  packed.candidate.resize(std::size_t(Hp) * H);
  out = packed.candidate.data();
  forEachTile(Hp, [&](int column, int vectors) {
    for (int k = 0; k < H; k++)
      for (int j = 0; j < vectors * vectorWidth; j++)
        *out++ = w.hiddenWeights[std::size_t(candidateGate * Hp + column + j) * Hp + k];
  });
}

struct GateTile {
  const float* x;
  int strideX, inputs;
  const float* h;
  int strideH, hidden;
  const float* panel;
  const float* bias;  // at this block's first unit; gates paddedHidden apart
  const float* recurrentBias;
  int paddedHidden;
  const float* mask;
  // outputs, at this tile's first row and unit
  float *r, *z, *n, *inner, *inputPart;
  const float* before;  // h at this tile's units
  float* out;           // r ⊙ h (reset before) or the next state (reset after)
  int strideGate;
};

// acc = b + W·x for the three gates; returns the panel's place behind the inputs' weights.
HEED_INLINE const float* addInputs(const GateTile& t, Vec (&acc)[tileRows][3]) {
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
      acc[m][0] = fma(v, w0, acc[m][0]);
      acc[m][1] = fma(v, w1, acc[m][1]);
      acc[m][2] = fma(v, w2, acc[m][2]);
    }
  }
  return panel;
}

// Reset and update gates, and the candidate's input part (reset before).
static HEED_NOINLINE void gatesTile(const GateTile& t) {
  Vec acc[tileRows][3];
  const float* panel = addInputs(t, acc);
  HEED_UNROLL
  for (int m = 0; m < tileRows; m++) store(t.inputPart + std::size_t(m) * t.paddedHidden, acc[m][2]);
  const float* h = t.h;
  const std::size_t sh = t.strideH;
  for (int k = 0; k < t.hidden; k++, panel += 2 * vectorWidth) {
    const Vec w0 = load(panel), w1 = load(panel + vectorWidth);
    HEED_UNROLL
    for (int m = 0; m < tileRows; m++) {
      const Vec v = set1(h[m * sh + k]);
      acc[m][0] = fma(v, w0, acc[m][0]);
      acc[m][1] = fma(v, w1, acc[m][1]);
    }
  }
  for (int m = 0; m < tileRows; m++) {
    const Vec r = sigmoid(acc[m][0]);
    const Vec z = mul(sigmoid(acc[m][1]), set1(t.mask[m]));
    store(t.r + std::size_t(m) * t.strideGate, r);
    store(t.z + std::size_t(m) * t.strideGate, z);
    store(t.out + std::size_t(m) * t.strideH, mul(r, load(t.before + std::size_t(m) * t.strideH)));
  }
}

// n = tanh(input part + W_n,h·(r ⊙ h)); h' = h + z ⊙ (n − h), for tileRows sequences and NV vectors of units.
template <int NV>
static HEED_NOINLINE void candidateTile(const float* resetH, int strideH, int hidden, const float* panel, const float* inputPart,
                                        int strideInput, const float* z, float* n, int strideGate, const float* h, float* next) {
  Vec acc[tileRows][NV];
  HEED_UNROLL
  for (int m = 0; m < tileRows; m++)
    HEED_UNROLL
    for (int v = 0; v < NV; v++) acc[m][v] = load(inputPart + std::size_t(m) * strideInput + v * vectorWidth);
  for (int k = 0; k < hidden; k++, panel += NV * vectorWidth) {
    Vec w[NV];
    HEED_UNROLL
    for (int v = 0; v < NV; v++) w[v] = load(panel + v * vectorWidth);
    HEED_UNROLL
    for (int m = 0; m < tileRows; m++) {
      const Vec a = set1(resetH[std::size_t(m) * strideH + k]);
      HEED_UNROLL
      for (int v = 0; v < NV; v++) acc[m][v] = fma(a, w[v], acc[m][v]);
    }
  }
  for (int m = 0; m < tileRows; m++)
    for (int v = 0; v < NV; v++) {
      const std::size_t gate = std::size_t(m) * strideGate + v * vectorWidth;
      const std::size_t state = std::size_t(m) * strideH + v * vectorWidth;
      const Vec candidate = tanh(acc[m][v]);
      const Vec before = load(h + state);
      store(n + gate, candidate);
      store(next + state, fma(load(z + gate), sub(candidate, before), before));
    }
}

// The whole cell in one tile (reset after).
static HEED_NOINLINE void resetAfterTile(const GateTile& t) {
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
  const std::size_t sh = t.strideH;
  for (int k = 0; k < t.hidden; k++, panel += 3 * vectorWidth) {
    const Vec w0 = load(panel), w1 = load(panel + vectorWidth), w2 = load(panel + 2 * vectorWidth);
    HEED_UNROLL
    for (int m = 0; m < tileRows; m++) {
      const Vec v = set1(h[m * sh + k]);
      acc[m][0] = fma(v, w0, acc[m][0]);
      acc[m][1] = fma(v, w1, acc[m][1]);
      acc[m][2] = fma(v, w2, acc[m][2]);
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
    store(t.out + std::size_t(m) * t.strideH, fma(z, sub(n, before), before));
  }
}

static bool forwardLayer(const LayerSizes& s, const float* values, const PackedLayer& packed, const SequenceInput& in,
                         const float* mask, int frames, LayerSpace& space, bool keep, const std::atomic<bool>* cancelled) {
  const int Hp = s.paddedHidden, rows = space.rows, stride = space.stride;
  const LayerView w = viewLayer(s, const_cast<float*>(values));
  const std::size_t panelLength = std::size_t(vectorWidth) * (3 * s.input + (s.resetAfter ? 3 : 2) * s.hidden);
  const std::size_t stateStep = std::size_t(rows) * stride, gateStep = keep ? std::size_t(rows) * Hp : 0;
  const std::size_t resetStep = keep ? stateStep : 0;
  for (int t = 0; t < frames; t++) {
    if (cancelled->load(std::memory_order_relaxed)) return false;
    const float* x = in.x + std::size_t(t) * rows * in.stride;
    float* h = space.h.data() + t * stateStep;
    float* next = h + stateStep;
    float* resetH = s.resetAfter ? nullptr : space.resetH.data() + t * resetStep;
    const std::size_t gates = t * gateStep;
    for (int unit = 0; unit < Hp; unit += vectorWidth) {
      GateTile tile{};
      tile.strideX = in.stride;
      tile.inputs = s.input;
      tile.strideH = stride;
      tile.hidden = s.hidden;
      tile.panel = packed.gates.data() + (unit / vectorWidth) * panelLength;
      tile.bias = w.bias + unit;
      tile.recurrentBias = w.recurrentBias + unit;
      tile.paddedHidden = Hp;
      tile.strideGate = Hp;
      for (int m = 0; m < rows; m += tileRows) {
        const std::size_t gate = gates + std::size_t(m) * Hp + unit, state = std::size_t(m) * stride + unit;
        tile.x = x + std::size_t(m) * in.stride;
        tile.h = h + std::size_t(m) * stride;
        tile.mask = mask + std::size_t(t) * rows + m;
        tile.r = space.r.data() + gate;
        tile.z = space.z.data() + gate;
        tile.inputPart = space.inputPart.data() + std::size_t(m) * Hp + unit;
        tile.before = h + state;
        if (s.resetAfter) {
          tile.n = space.n.data() + gate;
          tile.inner = space.inner.data() + gate;
          tile.out = next + state;
          resetAfterTile(tile);
        } else {
          tile.out = resetH + state;
          gatesTile(tile);
        }
      }
    }
    if (s.resetAfter) continue;
    const float* panel = packed.candidate.data();
    forEachTile(Hp, [&](int column, int vectors) {
      for (int m = 0; m < rows; m += tileRows) {
        const std::size_t gate = gates + std::size_t(m) * Hp + column, state = std::size_t(m) * stride + column;
        const auto run = vectors == 3 ? candidateTile<3> : vectors == 2 ? candidateTile<2> : candidateTile<1>;
        run(resetH + std::size_t(m) * stride, stride, s.hidden, panel, space.inputPart.data() + std::size_t(m) * Hp + column, Hp,
            space.z.data() + gate, space.n.data() + gate, Hp, h + state, next + state);
      }
      panel += std::size_t(s.hidden) * vectors * vectorWidth;
    });
  }
  return true;
}

}  // namespace HEED_ISA
}  // namespace heed
