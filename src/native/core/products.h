// The matrix products of backpropagation: tiles of rows × vectors that stay in registers over the whole inner dimension.
//
// A left operand comes packed in panels of `tileRows` units: [panel][row][tileRows]. In float32 the same packing serves both
// products: read down a panel it gives dA·W (a row's units against W's rows), read along it dAᵀ·X (a unit's rows). In
// bfloat16 the first needs pairs of units, [panel][row][tileRows / 2], the other pairs of rows, [panel][row / 2][tileRows].
#pragma once
#include "float16.h"
#include "layout.h"
#include "number_format.h"
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

// Packs one tile of W [rows, ...] (row-major, stride): [row][width], or in bfloat16 [row / 2][width]; rows is even then.
template <class Format>
static void packRightTile(const float* W, int stride, int rows, int width, float* out) {
  for (int k = 0; k < rows; k += Format::perWord, out += width) {
    const float* row = W + std::size_t(k) * stride;
    if constexpr (isFloat32<Format>) std::memcpy(out, row, width * sizeof(float));
    else
      for (int j = 0; j < width; j += vectorWidth) store(out + j, Format::pairs(load(row + j), load(row + stride + j)));
  }
}

// Packs W [rows, columns] tile by tile.
template <class Format>
static void packRightOperand(const float* W, int stride, int rows, int columns, float* out) {
  forEachTile(columns, [&](int column, int vectors) {
    packRightTile<Format>(W + column, stride, rows, vectors * vectorWidth, out);
    out += std::size_t(wordsOf<Format>(rows)) * vectors * vectorWidth;
  });
}

// C [tileRows, NV vectors] (+)= A·B for one tile. A: `panels` panels, panelStride apart, each [row][tileRows].
template <class Format, int NV>
static HEED_NOINLINE void productTile(const float* A, std::size_t panelStride, int panels, const float* B, float* C,
                                      int strideC, bool accumulate) {
  constexpr int words = tileRows / Format::perWord;
  Vec acc[tileRows][NV];
  HEED_UNROLL
  for (int m = 0; m < tileRows; m++)
    HEED_UNROLL
    for (int v = 0; v < NV; v++) acc[m][v] = accumulate ? load(C + std::size_t(m) * strideC + v * vectorWidth) : set1(0.f);
  if constexpr (Format::runWords > 0) {
    const auto left = [=](int m, int k) { return A[(k / words) * panelStride + std::size_t(m * words + k % words)]; };
    addRuns<Format, NV>(B, NV * vectorWidth, panels * words, left, acc);
  }
  for (int panel = 0; panel < panels && Format::runWords == 0; panel++, A += panelStride) {
    for (int q = 0; q < words; q++, B += NV * vectorWidth) {
      Vec b[NV];
      HEED_UNROLL
      for (int v = 0; v < NV; v++) b[v] = load(B + v * vectorWidth);
      HEED_UNROLL
      for (int m = 0; m < tileRows; m++) {
        const Vec a = set1(A[m * words + q]);
        HEED_UNROLL
        for (int v = 0; v < NV; v++) acc[m][v] = Format::multiplyAdd(a, b[v], acc[m][v]);
      }
    }
  }
  HEED_UNROLL
  for (int m = 0; m < tileRows; m++)
    HEED_UNROLL
    for (int v = 0; v < NV; v++) store(C + std::size_t(m) * strideC + v * vectorWidth, acc[m][v]);
}

// C [rows, columns] (+)= A [rows, units]·B [units, columns]; A in panels, B from packRightOperand.
template <class Format>
static void product(const float* A, std::size_t panelStride, int rows, int units, const float* B, int columns, float* C,
                    int strideC, bool accumulate) {
  const int panels = units / tileRows;
  forEachTile(columns, [&](int column, int vectors) {
    for (int m = 0; m < rows; m += tileRows) {
      const float* a = A + std::size_t(m) * wordsOf<Format>(tileRows);
      float* c = C + std::size_t(m) * strideC + column;
      if (vectors == 3) productTile<Format, 3>(a, panelStride, panels, B, c, strideC, accumulate);
      else if (vectors == 2) productTile<Format, 2>(a, panelStride, panels, B, c, strideC, accumulate);
      else productTile<Format, 1>(a, panelStride, panels, B, c, strideC, accumulate);
    }
    B += std::size_t(wordsOf<Format>(units)) * vectors * vectorWidth;
  });
}

// C [tileRows, NV vectors] += Aᵀ·X for one panel A [words, tileRows] and X [words, ...].
template <class Format, int NV>
static HEED_NOINLINE void outerTile(const float* A, int words, const float* X, int strideX, float* C, int strideC) {
  Vec acc[tileRows][NV];
  HEED_UNROLL
  for (int m = 0; m < tileRows; m++)
    HEED_UNROLL
    for (int v = 0; v < NV; v++) acc[m][v] = load(C + std::size_t(m) * strideC + v * vectorWidth);
  if constexpr (Format::runWords > 0)
    addRuns<Format, NV>(X, strideX, words, [=](int m, int k) { return A[std::size_t(k) * tileRows + m]; }, acc);
  for (int k = 0; k < words && Format::runWords == 0; k++, A += tileRows, X += strideX) {
    Vec x[NV];
    HEED_UNROLL
    for (int v = 0; v < NV; v++) x[v] = load(X + v * vectorWidth);
    HEED_UNROLL
    for (int m = 0; m < tileRows; m++) {
      const Vec a = set1(A[m]);
      HEED_UNROLL
      for (int v = 0; v < NV; v++) acc[m][v] = Format::multiplyAdd(a, x[v], acc[m][v]);
    }
  }
  HEED_UNROLL
  for (int m = 0; m < tileRows; m++)
    HEED_UNROLL
    for (int v = 0; v < NV; v++) store(C + std::size_t(m) * strideC + v * vectorWidth, acc[m][v]);
}

// The most words of one tile of X, packed for the outer product over so many rows.
template <class Format>
constexpr std::size_t packedTileWords(int rows) {
  return isFloat32<Format> ? 0 : std::size_t(wordsOf<Format>(rows)) * 3 * vectorWidth;
}

// C [units, columns] += Aᵀ·X: a weight gradient over all rows (frames × sequences) of a chunk at once. X is read as it is in
// float32; in bfloat16 its tiles go through packedTile, from which all panels of A then read.
template <class Format>
static void outerProduct(const float* A, std::size_t panelStride, int units, int rows, const float* X, int strideX, int columns,
                         float* C, int strideC, float* packedTile) {
  const int words = wordsOf<Format>(rows);
  forEachTile(columns, [&](int column, int vectors) {
    const float* x = X + column;
    int stride = strideX;
    if constexpr (!isFloat32<Format>) {
      stride = vectors * vectorWidth;
      packRightTile<Format>(x, strideX, rows, stride, packedTile);
      x = packedTile;
    }
    for (int unit = 0; unit < units; unit += tileRows) {
      const float* a = A + std::size_t(unit / tileRows) * panelStride;
      float* c = C + std::size_t(unit) * strideC + column;
      if (vectors == 3) outerTile<Format, 3>(a, words, x, stride, c, strideC);
      else if (vectors == 2) outerTile<Format, 2>(a, words, x, stride, c, strideC);
      else outerTile<Format, 1>(a, words, x, stride, c, strideC);
    }
  });
}

}  // namespace HEED_ISA
}  // namespace heed
