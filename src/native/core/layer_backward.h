// Backpropagation through time of one GRU layer.
//
// With δ the gradient of the state after a frame and a_g the pre-activation of gate g:
//
//     da_n = δ ⊙ z ⊙ (1 − n²)        da_z = δ ⊙ (n − h) ⊙ z ⊙ (1 − z)
//     reset before:  d(r⊙h) = da_n·W_n,h     da_r = d(r⊙h) ⊙ h ⊙ r ⊙ (1 − r)
//                    δ' = δ ⊙ (1 − z) + d(r⊙h) ⊙ r + da_r·W_r,h + da_z·W_z,h
//     reset after:   da_r = da_n ⊙ (W·h + c) ⊙ r ⊙ (1 − r)     du = da_n ⊙ r
//                    δ' = δ ⊙ (1 − z) + da_r·W_r,h + da_z·W_z,h + du·W_n,h
//
// Weight gradients are sums over frames and sequences; they are taken a chunk of frames at a time, as one product each.
#pragma once
#include <algorithm>

#include "layout.h"
#include "number_format.h"
#include "products.h"
#include "simd.h"

namespace heed {
namespace HEED_ISA {

// Panels of gate gradients, in this order; du (reset after) comes last.
enum Panel { resetPanel = 0, updatePanel = 1, candidatePanel = 2, innerPanel = 3 };

// Frames per chunk: their packed gradients and inputs stay in the second-level cache.
constexpr int chunkFrames = 4;

template <class Format>
static void packBackward(const LayerSizes& s, const float* values, BackwardPanels& panels) {
  const int Hp = s.paddedHidden;
  const LayerView w = viewLayer(s, const_cast<float*>(values));
  const std::size_t square = std::size_t(Hp) * Hp;
  panels.gates.resize(2 * square / Format::perWord);
  packRightOperand<Format>(w.hiddenWeights, Hp, 2 * Hp, Hp, panels.gates.data());
  panels.candidate.resize(square / Format::perWord);
  packRightOperand<Format>(w.hiddenWeights + 2 * square, Hp, Hp, Hp, panels.candidate.data());
  panels.input.resize(s.inputWeights() / Format::perWord);
  packRightOperand<Format>(w.inputWeights, s.paddedInput, gateCount * Hp, s.paddedInput, panels.input.data());
}

// The gate gradients of a chunk, packed as the left operands of both products; see products.h. In float32 both are one.
template <class Format>
struct GradientPanels {
  float* byUnit;  // dA of dA·W; gate q's panels start q·Hp/tileRows panels in
  float* byRow;   // dA of dAᵀ·X
  std::size_t stride;

  // Writes one vector of units of two rows that follow each other, the first an even one, into the panel or into both of
  // the panels that it covers.
  HEED_MEMBER_INLINE void put(int unit, int row, Vec first, Vec second) const {
    static_assert(vectorWidth <= 2 * tileRows, "a vector covers two panels at the most");
    const std::size_t panel = std::size_t(unit / tileRows) * stride;
    const int column = unit % tileRows;
    if constexpr (isFloat32<Format>) {
      float* out = byUnit + panel + std::size_t(row) * tileRows + column;
      storeSplit(out, stride, first);
      storeSplit(out + tileRows, stride, second);
    } else {
      storeSplit(byRow + panel + std::size_t(row / 2) * tileRows + column, stride, bf16Words(first, second));
      auto* out = reinterpret_cast<std::uint16_t*>(byUnit + panel) + std::size_t(row) * tileRows + column;
      storeSplitBf16(out, 2 * stride, first);
      storeSplitBf16(out + tileRows, 2 * stride, second);
    }
  }
};

template <class Format>
struct BackwardStep {
  const LayerSizes& s;
  LayerSpace& space;
  int frame;
  float* dh;           // [rows, Hp]
  const float* dOut;   // [rows, Hp] or null
  GradientPanels<Format> panels;
  int row;             // of this frame in the chunk
  float* dBias;
  float* dRecurrentBias;
};

HEED_INLINE void addTo(float* sums, Vec v) { store(sums, add(load(sums), v)); }

// Gradients of update gate and candidate; δ becomes δ ⊙ (1 − z). With resetAfter the reset gate's too.
template <class Format>
static void gateGradients(const BackwardStep<Format>& b) {
  const int Hp = b.s.paddedHidden, rows = b.space.rows, stride = b.space.stride;
  const float* h = b.space.h.data() + std::size_t(b.frame) * rows * stride;
  const std::size_t frame = std::size_t(b.frame) * rows * Hp;
  const Vec one = set1(1.f);
  for (int unit = 0; unit < Hp; unit += vectorWidth) {
    Vec sumR = set1(0.f), sumZ = sumR, sumN = sumR, sumU = sumR;
    for (int m = 0; m < rows; m += 2) {
      Vec dn[2], dz[2], dr[2], du[2];
      HEED_UNROLL
      for (int i = 0; i < 2; i++) {
        const std::size_t local = std::size_t(m + i) * Hp + unit, gate = frame + local;
        Vec d = load(b.dh + local);
        if (b.dOut) d = add(d, load(b.dOut + local));
        const Vec z = load(b.space.z.data() + gate), n = load(b.space.n.data() + gate);
        const Vec before = load(h + std::size_t(m + i) * stride + unit);
        dn[i] = mul(mul(d, z), fnma(n, n, one));
        dz[i] = mul(mul(mul(d, sub(n, before)), z), sub(one, z));
        store(b.dh + local, fnma(d, z, d));
        sumN = add(sumN, dn[i]);
        sumZ = add(sumZ, dz[i]);
        if (b.s.resetAfter) {
          const Vec r = load(b.space.r.data() + gate);
          dr[i] = mul(mul(mul(dn[i], load(b.space.inner.data() + gate)), r), sub(one, r));
          du[i] = mul(dn[i], r);
          sumR = add(sumR, dr[i]);
          sumU = add(sumU, du[i]);
        }
      }
      b.panels.put(candidatePanel * Hp + unit, b.row + m, dn[0], dn[1]);
      b.panels.put(updatePanel * Hp + unit, b.row + m, dz[0], dz[1]);
      if (b.s.resetAfter) {
        b.panels.put(resetPanel * Hp + unit, b.row + m, dr[0], dr[1]);
        b.panels.put(innerPanel * Hp + unit, b.row + m, du[0], du[1]);
      }
    }
    addTo(b.dBias + updateGate * Hp + unit, sumZ);
    addTo(b.dBias + candidateGate * Hp + unit, sumN);
    if (b.s.resetAfter) {
      addTo(b.dBias + resetGate * Hp + unit, sumR);
      addTo(b.dRecurrentBias + unit, sumU);
    }
  }
}

// The reset gate's gradient from d(r ⊙ h) (reset before); δ gains d(r ⊙ h) ⊙ r.
template <class Format>
static void resetGradients(const BackwardStep<Format>& b, const float* dResetH) {
  const int Hp = b.s.paddedHidden, rows = b.space.rows, stride = b.space.stride;
  const float* h = b.space.h.data() + std::size_t(b.frame) * rows * stride;
  const float* r = b.space.r.data() + std::size_t(b.frame) * rows * Hp;
  const Vec one = set1(1.f);
  for (int unit = 0; unit < Hp; unit += vectorWidth) {
    Vec sumR = set1(0.f);
    for (int m = 0; m < rows; m += 2) {
      Vec dr[2];
      HEED_UNROLL
      for (int i = 0; i < 2; i++) {
        const std::size_t local = std::size_t(m + i) * Hp + unit;
        const Vec d = load(dResetH + local), gate = load(r + local);
        dr[i] = mul(mul(mul(d, load(h + std::size_t(m + i) * stride + unit)), gate), sub(one, gate));
        store(b.dh + local, fma(d, gate, load(b.dh + local)));
        sumR = add(sumR, dr[i]);
      }
      b.panels.put(resetPanel * Hp + unit, b.row + m, dr[0], dr[1]);
    }
    addTo(b.dBias + resetGate * Hp + unit, sumR);
  }
}

template <class Format>
static bool backwardLayer(const LayerSizes& s, const BackwardPanels& weights, const SequenceInput& in, int frames, LayerSpace& space,
                          float* dh, const float* dOut, std::size_t dOutStep, float* dIn, int dInStride, float* gradient,
                          Floats& scratch, int truncateFrames, const std::atomic<bool>* cancelled) {
  const int Hp = s.paddedHidden, rows = space.rows, stride = space.stride;
  const std::size_t gatePanels = Hp / tileRows, square = std::size_t(Hp) * Hp;
  const int panelGates = s.resetAfter ? 4 : 3;
  const int longestChunk = chunkFrames * rows;
  // Both packings in bfloat16 take as much as the one in float32.
  const std::size_t packedLength = std::size_t(panelGates) * Hp * longestChunk;
  const std::size_t length = packedLength + std::size_t(rows) * Hp + packedTileWords<Format>(longestChunk);
  if (scratch.size() < length) scratch.resize(length);
  float* dResetH = scratch.data() + packedLength;
  float* packedTile = dResetH + std::size_t(rows) * Hp;
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
      const BackwardStep<Format> step{s, space, t, dh, dOut ? dOut + t * dOutStep : nullptr, panels, row, d.bias, d.recurrentBias};
      gateGradients(step);
      const float* at = panels.byUnit + std::size_t(row) * wordsOf<Format>(tileRows);
      const float* candidate = at + candidatePanel * gatePanels * panelStride;
      if (s.resetAfter) {
        const float* inner = at + innerPanel * gatePanels * panelStride;
        product<Format>(inner, panelStride, rows, Hp, weights.candidate.data(), Hp, dh, Hp, true);
      } else {
        product<Format>(candidate, panelStride, rows, Hp, weights.candidate.data(), Hp, dResetH, Hp, false);
        resetGradients(step, dResetH);
      }
      product<Format>(at, panelStride, rows, 2 * Hp, weights.gates.data(), Hp, dh, Hp, true);
      if (dIn)
        product<Format>(at, panelStride, rows, gateCount * Hp, weights.input.data(), s.paddedInput, dIn + frame * dInStride,
                        dInStride, false);
      if (truncateFrames > 0 && t % truncateFrames == 0) std::memset(dh, 0, std::size_t(rows) * Hp * sizeof(float));
    }
    const float* before = space.h.data() + std::size_t(begin) * rows * stride;
    outerProduct<Format>(byRow, panelStride, 2 * Hp, chunkRows, before, stride, Hp, d.hiddenWeights, Hp, packedTile);
    const float* innerPanels = byRow + (s.resetAfter ? innerPanel : candidatePanel) * gatePanels * panelStride;
    const float* innerInput = s.resetAfter ? before : space.resetH.data() + std::size_t(begin) * rows * stride;
    outerProduct<Format>(innerPanels, panelStride, Hp, chunkRows, innerInput, stride, Hp, d.hiddenWeights + 2 * square, Hp, packedTile);
    outerProduct<Format>(byRow, panelStride, gateCount * Hp, chunkRows, in.x + std::size_t(begin) * rows * in.stride, in.stride,
                         s.paddedInput, d.inputWeights, s.paddedInput, packedTile);
    end = begin;
  }
  return true;
}

}  // namespace HEED_ISA
}  // namespace heed
