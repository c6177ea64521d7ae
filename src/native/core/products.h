// The matrix products of backpropagation: tiles of rows × vectors that stay in registers over the whole inner dimension.
//
// A left operand comes packed in panels of `tileRows` units: [panel][row][tileRows]. The same packing serves both
// products: read down a panel it gives dA·W (a row's units against W's rows), read along it dAᵀ·X (a unit's rows).
#pragma once
#include "layout.h"
#include "simd.h"

namespace heed {
namespace HEED_ISA {

// A row of `vectors` vectors is cut into tiles of three, and two where that leaves no tile of one.
struct TilePlan {
  int threes;
  int twos;
  int ones;
};
HEED_INLINE TilePlan planTiles(int vectors) {
  if (vectors == 1) return {0, 0, 1};
  const int rest = vectors % 3;
  if (rest == 0) return {vectors / 3, 0, 0};
  if (rest == 2) return {vectors / 3, 1, 0};
  return {vectors / 3 - 1, 2, 0};
}

template <class Visit>
HEED_INLINE void forEachTile(int columns, Visit visit) {
  const TilePlan plan = planTiles(columns / vectorWidth);
  int column = 0;
  for (int i = 0; i < plan.threes; i++, column += 3 * vectorWidth) visit(column, 3);
  for (int i = 0; i < plan.twos; i++, column += 2 * vectorWidth) visit(column, 2);
  for (int i = 0; i < plan.ones; i++, column += vectorWidth) visit(column, 1);
}

// Packs W [rows, columns] (row-major, stride) tile by tile: [tile][row][columns of the tile].
static void packRightOperand(const float* W, int stride, int rows, int columns, float* out) {
  forEachTile(columns, [&](int column, int vectors) {
    const int width = vectors * vectorWidth;
    for (int k = 0; k < rows; k++, out += width) std::memcpy(out, W + std::size_t(k) * stride + column, width * sizeof(float));
  });
}

// C [tileRows, NV vectors] (+)= A·B for one tile. A: `panels` panels, panelStride apart, each [row][tileRows].
template <int NV>
static HEED_NOINLINE void productTile(const float* A, std::size_t panelStride, int panels, const float* B, float* C,
                                      int strideC, bool accumulate) {
  Vec acc[tileRows][NV];
  HEED_UNROLL
  for (int m = 0; m < tileRows; m++)
    HEED_UNROLL
    for (int v = 0; v < NV; v++) acc[m][v] = accumulate ? load(C + std::size_t(m) * strideC + v * vectorWidth) : set1(0.f);
  for (int panel = 0; panel < panels; panel++, A += panelStride) {
    for (int q = 0; q < tileRows; q++, B += NV * vectorWidth) {
      Vec b[NV];
      HEED_UNROLL
      for (int v = 0; v < NV; v++) b[v] = load(B + v * vectorWidth);
      HEED_UNROLL
      for (int m = 0; m < tileRows; m++) {
        const Vec a = set1(A[m * tileRows + q]);
        HEED_UNROLL
        for (int v = 0; v < NV; v++) acc[m][v] = fma(a, b[v], acc[m][v]);
      }
    }
  }
  HEED_UNROLL
  for (int m = 0; m < tileRows; m++)
    HEED_UNROLL
    for (int v = 0; v < NV; v++) store(C + std::size_t(m) * strideC + v * vectorWidth, acc[m][v]);
}

// C [rows, columns] (+)= A [rows, units]·B [units, columns]; A in panels, B from packRightOperand.
static void product(const float* A, std::size_t panelStride, int rows, int units, const float* B, int columns, float* C,
                    int strideC, bool accumulate) {
  const int panels = units / tileRows;
  forEachTile(columns, [&](int column, int vectors) {
    for (int m = 0; m < rows; m += tileRows) {
      const float* a = A + std::size_t(m) * tileRows;
      float* c = C + std::size_t(m) * strideC + column;
      if (vectors == 3) productTile<3>(a, panelStride, panels, B, c, strideC, accumulate);
      else if (vectors == 2) productTile<2>(a, panelStride, panels, B, c, strideC, accumulate);
      else productTile<1>(a, panelStride, panels, B, c, strideC, accumulate);
    }
    B += std::size_t(units) * vectors * vectorWidth;
  });
}

// C [tileRows, NV vectors] += Aᵀ·X for one panel A [rows, tileRows] and X [rows, ...].
template <int NV>
static HEED_NOINLINE void outerTile(const float* A, int rows, const float* X, int strideX, float* C, int strideC) {
  Vec acc[tileRows][NV];
  HEED_UNROLL
  for (int m = 0; m < tileRows; m++)
    HEED_UNROLL
    for (int v = 0; v < NV; v++) acc[m][v] = load(C + std::size_t(m) * strideC + v * vectorWidth);
  for (int k = 0; k < rows; k++, A += tileRows, X += strideX) {
    Vec x[NV];
    HEED_UNROLL
    for (int v = 0; v < NV; v++) x[v] = load(X + v * vectorWidth);
    HEED_UNROLL
    for (int m = 0; m < tileRows; m++) {
      const Vec a = set1(A[m]);
      HEED_UNROLL
      for (int v = 0; v < NV; v++) acc[m][v] = fma(a, x[v], acc[m][v]);
    }
  }
  HEED_UNROLL
  for (int m = 0; m < tileRows; m++)
    HEED_UNROLL
    for (int v = 0; v < NV; v++) store(C + std::size_t(m) * strideC + v * vectorWidth, acc[m][v]);
}

// C [units, columns] += Aᵀ·X: a weight gradient over all rows (frames × sequences) of a chunk at once.
static void outerProduct(const float* A, std::size_t panelStride, int units, int rows, const float* X, int strideX, int columns,
                         float* C, int strideC) {
  forEachTile(columns, [&](int column, int vectors) {
    for (int unit = 0; unit < units; unit += tileRows) {
      const float* a = A + std::size_t(unit / tileRows) * panelStride;
      float* c = C + std::size_t(unit) * strideC + column;
      if (vectors == 3) outerTile<3>(a, rows, X + column, strideX, c, strideC);
      else if (vectors == 2) outerTile<2>(a, rows, X + column, strideX, c, strideC);
      else outerTile<1>(a, rows, X + column, strideX, c, strideC);
    }
  });
}

}  // namespace HEED_ISA
}  // namespace heed
