// From the gradient of a frame's state to those of its gates' sums, element by element; and of a gate that acts before the
// candidate's product, from what that product's backward pass gives.
//
// With δ the gradient of the state after a frame and a_g the pre-activation of gate g:
//
//     gru, mgu (its f is both r and z):
//                    da_n = δ ⊙ z ⊙ (1 − n²)        da_z = δ ⊙ (n − h) ⊙ z ⊙ (1 − z)
//     reset before:  d(r⊙h) = da_n·W_n,h     da_r = d(r⊙h) ⊙ h ⊙ r ⊙ (1 − r)
//                    δ' = δ ⊙ (1 − z) + d(r⊙h) ⊙ r + da_r·W_r,h + da_z·W_z,h
//     reset after:   da_r = da_n ⊙ (W·h + c) ⊙ r ⊙ (1 − r)     du = da_n ⊙ r
//                    δ' = δ ⊙ (1 − z) + da_r·W_r,h + da_z·W_z,h + du·W_n,h
//     rnn:           da_n = δ ⊙ (1 − n²)            δ' = da_n·W_h
//     lstm:          s = tanh(c')   dc' += δ ⊙ o ⊙ (1 − s²)     dc = dc' ⊙ f      δ' = Σ da_g·W_g,h
//                    da_o = δ ⊙ s ⊙ o ⊙ (1 − o)     da_i = dc' ⊙ n ⊙ i ⊙ (1 − i)
//                    da_f = dc' ⊙ c ⊙ f ⊙ (1 − f)   da_n = dc' ⊙ i ⊙ (1 − n²)
//
// In padding δ is zero, and so is all that is made of it.
#pragma once
#include "layout.h"
#include "number_format.h"
#include "simd.h"

namespace heed {
namespace HEED_ISA {

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
      storeSplit(byRow + panel + std::size_t(row / 2) * tileRows + column, stride, Format::pairs(first, second));
      auto* out = reinterpret_cast<std::uint16_t*>(byUnit + panel) + std::size_t(row) * tileRows + column;
      Format::putSplit(out, 2 * stride, first);
      Format::putSplit(out + tileRows, 2 * stride, second);
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
  float* dMemory;      // [rows, Hp]: the gradient of the memory after this frame, then of that before it (lstm)
  float* dUpdate;      // [rows, Hp]: the part of da_f that the update makes (mgu)
  GradientPanels<Format> panels;
  int row;             // of this frame in the chunk
  float* dBias;
  float* dRecurrentBias;
};

HEED_INLINE void addTo(float* sums, Vec v) { store(sums, add(load(sums), v)); }

// σ'(a) in terms of the gate: g ⊙ (1 − g).
HEED_INLINE Vec slope(Vec gate) { return mul(gate, sub(set1(1.f), gate)); }

// Calls `step(place in a frame [rows, Hp], place in the kept gates, place of h before, out)` for every vector of units of every
// row; what it leaves in out[0 … N) goes into the panels numbered by `panels` and is summed up in `sums`.
template <int N, class Format, class Step>
HEED_INLINE void forEachVector(const BackwardStep<Format>& b, const int (&panels)[N], float* const (&sums)[N], Step step) {
  const int Hp = b.s.paddedHidden, rows = b.space.rows, stride = b.space.stride;
  const std::size_t frame = std::size_t(b.frame) * rows * Hp;
  for (int unit = 0; unit < Hp; unit += vectorWidth) {
    Vec sum[N];
    HEED_UNROLL
    for (int p = 0; p < N; p++) sum[p] = set1(0.f);
    for (int m = 0; m < rows; m += 2) {
      Vec out[2][N];
      HEED_UNROLL
      for (int i = 0; i < 2; i++) {
        const std::size_t local = std::size_t(m + i) * Hp + unit;
        step(local, frame + local, std::size_t(m + i) * stride + unit, out[i]);
        HEED_UNROLL
        for (int p = 0; p < N; p++) sum[p] = add(sum[p], out[i][p]);
      }
      HEED_UNROLL
      for (int p = 0; p < N; p++) b.panels.put(panels[p] * Hp + unit, b.row + m, out[0][p], out[1][p]);
    }
    HEED_UNROLL
    for (int p = 0; p < N; p++) addTo(sums[p] + unit, sum[p]);
  }
}

// The gates' gradients, but for those that wait for the candidate's product; δ becomes what reaches the old state beside the
// products (nothing, in rnn and lstm, where the product then writes it).
template <Cell cell, class Format>
static void gateGradients(const BackwardStep<Format>& b) {
  const int Hp = b.s.paddedHidden, rows = b.space.rows;
  const float* h = b.space.h.data() + std::size_t(b.frame) * rows * b.space.stride;
  const Vec one = set1(1.f);
  const auto delta = [&](std::size_t local) {
    const Vec d = load(b.dh + local);
    return b.dOut ? add(d, load(b.dOut + local)) : d;
  };
  const auto kept = [&](int gate, std::size_t at) { return load(b.space.gate[gate].data() + at); };
  float* const dBias = b.dBias;
  if constexpr (cell == Cell::rnn) {
    forEachVector<1>(b, {0}, {dBias}, [&](std::size_t local, std::size_t at, std::size_t, Vec(&out)[1]) {
      const Vec n = kept(0, at);
      out[0] = mul(delta(local), fnma(n, n, one));
    });
  } else if constexpr (cell == Cell::gru) {
    forEachVector<2>(b, {1, 2}, {dBias + Hp, dBias + 2 * Hp},
                     [&](std::size_t local, std::size_t at, std::size_t state, Vec(&out)[2]) {
                       const Vec d = delta(local), z = kept(1, at), n = kept(2, at);
                       out[0] = mul(mul(mul(d, sub(n, load(h + state))), z), sub(one, z));
                       out[1] = mul(mul(d, z), fnma(n, n, one));
                       store(b.dh + local, fnma(d, z, d));
                     });
  } else if constexpr (cell == Cell::gruResetAfter) {
    forEachVector<4>(b, {0, 1, 2, 3}, {dBias, dBias + Hp, dBias + 2 * Hp, b.dRecurrentBias},
                     [&](std::size_t local, std::size_t at, std::size_t state, Vec(&out)[4]) {
                       const Vec d = delta(local), r = kept(0, at), z = kept(1, at), n = kept(2, at);
                       out[1] = mul(mul(mul(d, sub(n, load(h + state))), z), sub(one, z));
                       out[2] = mul(mul(d, z), fnma(n, n, one));
                       out[0] = mul(mul(mul(out[2], load(b.space.inner.data() + at)), r), sub(one, r));
                       out[3] = mul(out[2], r);
                       store(b.dh + local, fnma(d, z, d));
                     });
  } else if constexpr (cell == Cell::mgu) {
    forEachVector<1>(b, {1}, {dBias + Hp}, [&](std::size_t local, std::size_t at, std::size_t state, Vec(&out)[1]) {
      const Vec d = delta(local), f = kept(0, at), n = kept(1, at);
      out[0] = mul(mul(d, f), fnma(n, n, one));
      store(b.dUpdate + local, mul(mul(d, sub(n, load(h + state))), slope(f)));
      store(b.dh + local, fnma(d, f, d));
    });
  } else {
    const float* before = b.space.memory.data();
    const float* after = before + std::size_t(rows) * Hp;
    forEachVector<4>(b, {0, 1, 2, 3}, {dBias, dBias + Hp, dBias + 2 * Hp, dBias + 3 * Hp},
                     [&](std::size_t local, std::size_t at, std::size_t, Vec(&out)[4]) {
                       const Vec i = kept(0, at), f = kept(1, at), n = kept(2, at), o = kept(3, at);
                       const Vec s = tanh(load(after + at)), d = delta(local);
                       const Vec dc = fma(mul(d, o), fnma(s, s, one), load(b.dMemory + local));
                       out[0] = mul(mul(dc, n), slope(i));
                       out[1] = mul(mul(dc, load(before + at)), slope(f));
                       out[2] = mul(mul(dc, i), fnma(n, n, one));
                       out[3] = mul(mul(d, s), slope(o));
                       store(b.dMemory + local, mul(dc, f));
                     });
  }
}

// Of the gate that acts before the candidate's product, from d(r ⊙ h); δ gains d(r ⊙ h) ⊙ r.
template <Cell cell, class Format>
static void gatedGradients(const BackwardStep<Format>& b, const float* dGated) {
  const float* h = b.space.h.data() + std::size_t(b.frame) * b.space.rows * b.space.stride;
  forEachVector<1>(b, {0}, {b.dBias}, [&](std::size_t local, std::size_t at, std::size_t state, Vec(&out)[1]) {
    const Vec d = load(dGated + local), gate = load(b.space.gate[0].data() + at);
    out[0] = mul(mul(mul(d, load(h + state)), gate), sub(set1(1.f), gate));
    if constexpr (cell == Cell::mgu) out[0] = add(out[0], load(b.dUpdate + local));
    store(b.dh + local, fma(d, gate, load(b.dh + local)));
  });
}

}  // namespace HEED_ISA
}  // namespace heed
