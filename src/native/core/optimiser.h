// Vector sums: the head's dense product, gradient norms and Adam.
#pragma once
#include "layout.h"
#include "simd.h"

namespace heed {
namespace HEED_ISA {

static void dense(const float* weights, const float* bias, int classes, int inputs, int stride, const float* x, float* y) {
  for (int c = 0; c < classes; c++) {
    const float* w = weights + std::size_t(c) * stride;
    Vec acc = set1(0.f);
    for (int k = 0; k < inputs; k += vectorWidth) acc = fma(load(w + k), load(x + k), acc);
    y[c] = sum(acc) + bias[c];
  }
}

static void addScaled(float a, const float* x, float* y, std::size_t count) {
  const Vec scale = set1(a);
  std::size_t i = 0;
  for (; i + vectorWidth <= count; i += vectorWidth) store(y + i, fma(scale, load(x + i), load(y + i)));
  for (; i < count; i++) y[i] += a * x[i];
}

static void accumulate(float* x, const float* y, std::size_t count) {
  std::size_t i = 0;
  for (; i + vectorWidth <= count; i += vectorWidth) store(x + i, add(load(x + i), load(y + i)));
  for (; i < count; i++) x[i] += y[i];
}

// In blocks of floats summed up in double: as exact as it needs to be, and quick.
static double sumOfSquares(const float* x, std::size_t count) {
  double total = 0;
  std::size_t i = 0;
  while (i + vectorWidth <= count) {
    Vec acc = set1(0.f);
    const std::size_t end = i + 64 * vectorWidth < count ? i + 64 * vectorWidth : count;
    for (; i + vectorWidth <= end; i += vectorWidth) {
      const Vec v = load(x + i);
      acc = fma(v, v, acc);
    }
    total += sum(acc);
  }
  for (; i < count; i++) total += double(x[i]) * x[i];
  return total;
}

static void adam(float* values, const float* gradient, float* first, float* second, std::size_t count, float gradientScale,
                 float stepSize, float secondCorrection, float beta1, float beta2, float epsilon) {
  const Vec scale = set1(gradientScale), b1 = set1(beta1), b2 = set1(beta2), c1 = set1(1.f - beta1), c2 = set1(1.f - beta2);
  const Vec step = set1(stepSize), correction = set1(secondCorrection), eps = set1(epsilon);
  std::size_t i = 0;
  for (; i + vectorWidth <= count; i += vectorWidth) {
    const Vec g = mul(load(gradient + i), scale);
    const Vec m = fma(b1, load(first + i), mul(c1, g));
    const Vec v = fma(b2, load(second + i), mul(c2, mul(g, g)));
    store(first + i, m);
    store(second + i, v);
    store(values + i, sub(load(values + i), div(mul(step, m), add(sqrt(mul(v, correction)), eps))));
  }
  for (; i < count; i++) {
    const float g = gradient[i] * gradientScale;
    first[i] = beta1 * first[i] + (1.f - beta1) * g;
    second[i] = beta2 * second[i] + (1.f - beta2) * g * g;
    values[i] -= stepSize * first[i] / (std::sqrt(second[i] * secondCorrection) + epsilon);
  }
}

}  // namespace HEED_ISA
}  // namespace heed
