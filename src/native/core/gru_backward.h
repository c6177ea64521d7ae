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
#include "products.h"
#include "simd.h"

namespace heed {
namespace HEED_ISA {

// Panels of gate gradients, in this order; du (reset after) comes last.
enum Panel { resetPanel = 0, updatePanel = 1, candidatePanel = 2, innerPanel = 3 };

// Frames per chunk: their packed gradients and inputs stay in the second-level cache.
constexpr int chunkFrames = 4;

static void packBackward(const LayerSizes& s, const float* values, PackedLayer& packed) {
  const int Hp = s.paddedHidden;
  const LayerView w = viewLayer(s, const_cast<float*>(values));
  const std::size_t square = std::size_t(Hp) * Hp;
  packed.backGates.resize(2 * square);
  packRightOperand(w.hiddenWeights, Hp, 2 * Hp, Hp, packed.backGates.data());
  packed.backCandidate.resize(square);
  packRightOperand(w.hiddenWeights + 2 * square, Hp, Hp, Hp, packed.backCandidate.data());
  packed.backInput.resize(s.inputWeights());
  packRightOperand(w.inputWeights, s.paddedInput, gateCount * Hp, s.paddedInput, packed.backInput.data());
}

// Writes one vector of a row's gate gradients into the panels, or into both of the panels that it covers.
HEED_INLINE void storePacked(float* panels, std::size_t panelStride, int unit, int row, Vec v) {
  static_assert(vectorWidth <= 2 * tileRows, "a vector covers two panels at the most");
  float* out = panels + std::size_t(unit / tileRows) * panelStride + std::size_t(row) * tileRows + unit % tileRows;
  storeSplit(out, panelStride, v);
}

struct BackwardStep {
  const LayerSizes& s;
  LayerSpace& space;
  int frame;
  float* dh;           // [rows, Hp]
  const float* dOut;   // [rows, Hp] or null
  float* panels;       // gate q's panels start q·Hp/tileRows panels in
  std::size_t panelStride;
  int row;             // of this frame in the chunk
  float* dBias;
  float* dRecurrentBias;
};

// Gradients of update gate and candidate; δ becomes δ ⊙ (1 − z). With resetAfter the reset gate's too.
static void gateGradients(const BackwardStep& b) {
  const int Hp = b.s.paddedHidden, rows = b.space.rows, stride = b.space.stride;
  const float* h = b.space.h.data() + std::size_t(b.frame) * rows * stride;
  const std::size_t frame = std::size_t(b.frame) * rows * Hp;
  const Vec one = set1(1.f);
  for (int unit = 0; unit < Hp; unit += vectorWidth) {
    Vec sumR = set1(0.f), sumZ = sumR, sumN = sumR, sumU = sumR;
    for (int m = 0; m < rows; m++) {
      const std::size_t local = std::size_t(m) * Hp + unit, gate = frame + local;
      Vec d = load(b.dh + local);
      if (b.dOut) d = add(d, load(b.dOut + local));
      const Vec z = load(b.space.z.data() + gate), n = load(b.space.n.data() + gate);
      const Vec before = load(h + std::size_t(m) * stride + unit);
      const Vec dn = mul(mul(d, z), fnma(n, n, one));
      const Vec dz = mul(mul(mul(d, sub(n, before)), z), sub(one, z));
      store(b.dh + local, fnma(d, z, d));
      storePacked(b.panels, b.panelStride, candidatePanel * Hp + unit, b.row + m, dn);
      storePacked(b.panels, b.panelStride, updatePanel * Hp + unit, b.row + m, dz);
      sumN = add(sumN, dn);
      sumZ = add(sumZ, dz);
      if (b.s.resetAfter) {
        const Vec r = load(b.space.r.data() + gate);
        const Vec dr = mul(mul(mul(dn, load(b.space.inner.data() + gate)), r), sub(one, r));
        const Vec du = mul(dn, r);
        storePacked(b.panels, b.panelStride, resetPanel * Hp + unit, b.row + m, dr);
        storePacked(b.panels, b.panelStride, innerPanel * Hp + unit, b.row + m, du);
        sumR = add(sumR, dr);
        sumU = add(sumU, du);
      }
    }
    const auto addTo = [&](float* p, Vec v) { store(p, add(load(p), v)); };
    addTo(b.dBias + updateGate * Hp + unit, sumZ);
    addTo(b.dBias + candidateGate * Hp + unit, sumN);
    if (b.s.resetAfter) {
      addTo(b.dBias + resetGate * Hp + unit, sumR);
      addTo(b.dRecurrentBias + unit, sumU);
    }
  }
}

// The reset gate's gradient from d(r ⊙ h) (reset before); δ gains d(r ⊙ h) ⊙ r.
static void resetGradients(const BackwardStep& b, const float* dResetH) {
  const int Hp = b.s.paddedHidden, rows = b.space.rows, stride = b.space.stride;
  const float* h = b.space.h.data() + std::size_t(b.frame) * rows * stride;
  const float* r = b.space.r.data() + std::size_t(b.frame) * rows * Hp;
  const Vec one = set1(1.f);
  for (int unit = 0; unit < Hp; unit += vectorWidth) {
    Vec sumR = set1(0.f);
    for (int m = 0; m < rows; m++) {
      const std::size_t local = std::size_t(m) * Hp + unit;
      const Vec d = load(dResetH + local), gate = load(r + local);
      const Vec dr = mul(mul(mul(d, load(h + std::size_t(m) * stride + unit)), gate), sub(one, gate));
      store(b.dh + local, fma(d, gate, load(b.dh + local)));
      storePacked(b.panels, b.panelStride, resetPanel * Hp + unit, b.row + m, dr);
      sumR = add(sumR, dr);
    }
    float* p = b.dBias + resetGate * Hp + unit;
    store(p, add(load(p), sumR));
  }
}

static bool backwardLayer(const LayerSizes& s, const PackedLayer& packed, const SequenceInput& in, int frames, LayerSpace& space,
                          float* dh, const float* dOut, float* dIn, int dInStride, float* gradient, Floats& scratch,
                          int truncateFrames, const std::atomic<bool>* cancelled) {
  const int Hp = s.paddedHidden, rows = space.rows, stride = space.stride;
  const std::size_t gatePanels = Hp / tileRows, square = std::size_t(Hp) * Hp;
  const int panelGates = s.resetAfter ? 4 : 3;
  const std::size_t packedLength = std::size_t(panelGates) * Hp * chunkFrames * rows;
  if (scratch.size() < packedLength + std::size_t(rows) * Hp) scratch.resize(packedLength + std::size_t(rows) * Hp);
  float* panels = scratch.data();
  float* dResetH = panels + packedLength;
  const LayerView d = viewLayer(s, gradient);

  for (int end = frames; end > 0;) {
    if (cancelled->load(std::memory_order_relaxed)) return false;
    const int begin = std::max(0, end - chunkFrames), chunkRows = (end - begin) * rows;
    const std::size_t panelStride = std::size_t(chunkRows) * tileRows;
    for (int t = end - 1; t >= begin; t--) {
      const int row = (t - begin) * rows;
      const std::size_t frame = std::size_t(t) * rows;
      const BackwardStep step{s, space, t, dh, dOut ? dOut + frame * Hp : nullptr, panels, panelStride, row, d.bias, d.recurrentBias};
      gateGradients(step);
      const float* at = panels + std::size_t(row) * tileRows;
      const float* candidate = at + candidatePanel * gatePanels * panelStride;
      if (s.resetAfter) {
        product(at + innerPanel * gatePanels * panelStride, panelStride, rows, Hp, packed.backCandidate.data(), Hp, dh, Hp, true);
      } else {
        product(candidate, panelStride, rows, Hp, packed.backCandidate.data(), Hp, dResetH, Hp, false);
        resetGradients(step, dResetH);
      }
      product(at, panelStride, rows, 2 * Hp, packed.backGates.data(), Hp, dh, Hp, true);
      if (dIn)
        product(at, panelStride, rows, gateCount * Hp, packed.backInput.data(), s.paddedInput, dIn + frame * dInStride, dInStride, false);
      if (truncateFrames > 0 && t % truncateFrames == 0) std::memset(dh, 0, std::size_t(rows) * Hp * sizeof(float));
    }
    const float* before = space.h.data() + std::size_t(begin) * rows * stride;
    outerProduct(panels, panelStride, 2 * Hp, chunkRows, before, stride, Hp, d.hiddenWeights, Hp);
    const float* innerPanels = panels + (s.resetAfter ? innerPanel : candidatePanel) * gatePanels * panelStride;
    const float* innerInput = s.resetAfter ? before : space.resetH.data() + std::size_t(begin) * rows * stride;
    outerProduct(innerPanels, panelStride, Hp, chunkRows, innerInput, stride, Hp, d.hiddenWeights + 2 * square, Hp);
    outerProduct(panels, panelStride, gateCount * Hp, chunkRows, in.x + std::size_t(begin) * rows * in.stride, in.stride,
                 s.paddedInput, d.inputWeights, s.paddedInput);
    end = begin;
  }
  return true;
}

}  // namespace HEED_ISA
}  // namespace heed
