// The part of MFCC extraction that is compiled once per instruction set. Inner loops run over lanes, one frame each, and
// become vector instructions by themselves.
#pragma once
#include <algorithm>
#include <cstring>
#include <vector>

#include "mfcc.h"
#include "simd.h"

namespace heed {
namespace HEED_ISA {

constexpr int lanes = vectorWidth >= 4 ? vectorWidth / 2 : 1;

// One double of each frame.
#if defined(__GNUC__)
typedef double Lanes __attribute__((vector_size(lanes * sizeof(double))));
#else
struct alignas(lanes * sizeof(double)) Lanes {
  double v[lanes];
  double& operator[](int l) { return v[l]; }
  double operator[](int l) const { return v[l]; }
};
template <class Operation>
HEED_INLINE Lanes eachLane(Operation operation) {
  Lanes out;
  for (int l = 0; l < lanes; l++) out.v[l] = operation(l);
  return out;
}
HEED_INLINE Lanes operator+(const Lanes& a, const Lanes& b) {
  return eachLane([&](int l) { return a.v[l] + b.v[l]; });
}
HEED_INLINE Lanes operator-(const Lanes& a, const Lanes& b) {
  return eachLane([&](int l) { return a.v[l] - b.v[l]; });
}
HEED_INLINE Lanes operator*(const Lanes& a, const Lanes& b) {
  return eachLane([&](int l) { return a.v[l] * b.v[l]; });
}
HEED_INLINE Lanes operator*(double a, const Lanes& b) {
  return eachLane([&](int l) { return a * b.v[l]; });
}
HEED_INLINE Lanes& operator+=(Lanes& a, const Lanes& b) { return a = a + b; }
#endif

// One Stockham pass of radix 4 (Swarztrauber 1984): reads x, writes y in the order the next pass wants.
HEED_INLINE void radix4(const Lanes* xr, const Lanes* xi, Lanes* yr, Lanes* yi, int n, int s, const double* w) {
  const int m = n / 4;
  for (int p = 0; p < m; p++, w += 6)
    for (int q = 0; q < s; q++) {
      const int a = q + s * p, b = a + s * m, c = b + s * m, d = c + s * m, out = q + s * 4 * p;
      const Lanes sumR = xr[a] + xr[c], sumI = xi[a] + xi[c], differenceR = xr[a] - xr[c], differenceI = xi[a] - xi[c];
      const Lanes oddR = xr[b] + xr[d], oddI = xi[b] + xi[d];
      // i·(b − d)
      const Lanes turnedR = xi[d] - xi[b], turnedI = xr[b] - xr[d];
      const Lanes r1 = differenceR - turnedR, i1 = differenceI - turnedI;
      const Lanes r2 = sumR - oddR, i2 = sumI - oddI;
      const Lanes r3 = differenceR + turnedR, i3 = differenceI + turnedI;
      yr[out] = sumR + oddR;
      yi[out] = sumI + oddI;
      yr[out + s] = w[0] * r1 - w[1] * i1;
      yi[out + s] = w[1] * r1 + w[0] * i1;
      yr[out + 2 * s] = w[2] * r2 - w[3] * i2;
      yi[out + 2 * s] = w[3] * r2 + w[2] * i2;
      yr[out + 3 * s] = w[4] * r3 - w[5] * i3;
      yi[out + 3 * s] = w[5] * r3 + w[4] * i3;
    }
}

HEED_INLINE void radix2(const Lanes* xr, const Lanes* xi, Lanes* yr, Lanes* yi, int s) {
  for (int q = 0; q < s; q++) {
    yr[q] = xr[q] + xr[q + s];
    yi[q] = xi[q] + xi[q + s];
    yr[q + s] = xr[q] - xr[q + s];
    yi[q + s] = xi[q] - xi[q + s];
  }
}

// ln(1 + x) for x ≥ 0, within 1e-12: the exponent from the bits, the mantissa by the series of 2·artanh.
HEED_INLINE double logOnePlus(double x) {
  const double y = 1 + x;
  std::uint64_t bits;
  std::memcpy(&bits, &y, 8);
  // Mantissa into [√½, √2): adding the distance to √½'s bits carries into the exponent just where it should.
  const std::uint64_t shifted = bits + (0x3ff0000000000000ull - 0x3fe6a09e667f3bcdull);
  const std::uint64_t exponentBits = (shifted >> 52) | 0x4330000000000000ull;
  double exponent;
  std::memcpy(&exponent, &exponentBits, 8);
  exponent -= 4503599627370496.0 + 1023.0;
  const std::uint64_t mantissaBits = (shifted & 0x000fffffffffffffull) + 0x3fe6a09e667f3bcdull;
  double m;
  std::memcpy(&m, &mantissaBits, 8);
  const double s = (m - 1) / (m + 1), q = s * s;
  const double series = 1 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9 + q * (1.0 / 11 + q * (1.0 / 13))))));
  return exponent * 0.69314718055994530942 + 2 * s * series;
}

struct MfccScratch {
  std::vector<Lanes> xr, xi, yr, yi, power, bands;
};

// The rows of the cosine table are even or odd about their middle: with the bands' sums and differences about theirs, half
// the products do.
static void cosineTransform(const MfccPlan& plan, Lanes* bands, int count, float* mfcc) {
  const int B = plan.settings.melBands, K = plan.settings.coefficients, half = (B + 1) / 2;
  for (int n = 0; n < B / 2; n++) {
    const Lanes low = bands[n], high = bands[B - 1 - n];
    bands[n] = low + high;
    bands[B - 1 - n] = low - high;
  }
  // Four rows at a time, even ones and odd ones apart, so that four sums are under way.
  const auto rows = [&](int first, int rowCount) {
    const double* c[4];
    for (int r = 0; r < 4; r++) c[r] = plan.cosine.data() + std::size_t(first + 2 * std::min(r, rowCount - 1)) * B;
    Lanes sum[4] = {};
    const bool odd = first % 2 != 0;
    for (int n = 0; n < half; n++) {
      if (odd && n == B / 2) break;
      const Lanes band = bands[odd ? B - 1 - n : n];
      HEED_UNROLL
      for (int r = 0; r < 4; r++) sum[r] += c[r][n] * band;
    }
    for (int r = 0; r < rowCount; r++)
      for (int l = 0; l < count; l++) mfcc[std::size_t(l) * K + first + 2 * r] = float(sum[r][l]);
  };
  for (int parity = 0; parity < 2; parity++)
    for (int first = parity; first < K; first += 8) rows(first, std::min(4, (K - first + 1) / 2));
}

// `count` ≤ lanes frames; the lanes beyond repeat the last one.
static void mfccLanes(const MfccPlan& plan, const float* samples, int count, float* mfcc, float* logMel, MfccScratch& scratch) {
  const MfccSettings& s = plan.settings;
  const int M = plan.points;
  Lanes *xr = scratch.xr.data(), *xi = scratch.xi.data(), *yr = scratch.yr.data(), *yi = scratch.yi.data();
  const float* frame[lanes];
  for (int l = 0; l < lanes; l++) frame[l] = samples + std::size_t(std::min(l, count - 1)) * s.hopLength;
  for (int i = 0; i < M; i++) {
    Lanes even, odd;
    HEED_UNROLL
    for (int l = 0; l < lanes; l++) {
      even[l] = frame[l][2 * i];
      odd[l] = frame[l][2 * i + 1];
    }
    xr[i] = plan.window[2 * i] * even;
    xi[i] = plan.window[2 * i + 1] * odd;
  }
  const double* w = plan.twiddles.data();
  int stride = 1;
  for (int n = M; n > 1;) {
    if (n == 2) {
      radix2(xr, xi, yr, yi, stride);
      n = 1;
      stride *= 2;
    } else {
      radix4(xr, xi, yr, yi, n, stride, w);
      w += 6 * (n / 4);
      n /= 4;
      stride *= 4;
    }
    std::swap(xr, yr);
    std::swap(xi, yi);
  }
  // The real signal's spectrum from the packed one's: X_k = E_k + e^(−πik/M)·O_k.
  Lanes* power = scratch.power.data();
  for (int k = 0; k < M; k++) {
    const int mirror = (M - k) & (M - 1);
    const double c = plan.split[2 * k], d = plan.split[2 * k + 1];
    const Lanes evenR = 0.5 * (xr[k] + xr[mirror]), evenI = 0.5 * (xi[k] - xi[mirror]);
    const Lanes oddR = 0.5 * (xi[k] + xi[mirror]), oddI = 0.5 * (xr[mirror] - xr[k]);
    const Lanes re = evenR + c * oddR - d * oddI, im = evenI + d * oddR + c * oddI;
    power[k] = re * re + im * im;
  }
  Lanes* bands = scratch.bands.data();
  const double* weight = plan.bandWeights.data();
  for (int band = 0; band < s.melBands; band++) {
    Lanes sum = {};
    for (int bin = plan.bandBegin[band]; bin < plan.bandEnd[band]; bin++, weight++) sum += *weight * power[bin];
    double lane[lanes];
    for (int l = 0; l < lanes; l++) lane[l] = sum[l];
    for (int l = 0; l < lanes; l++) lane[l] = logOnePlus(lane[l]);
    for (int l = 0; l < lanes; l++) bands[band][l] = lane[l];
    if (logMel)
      for (int l = 0; l < count; l++) logMel[std::size_t(l) * s.melBands + band] = float(lane[l]);
  }
  cosineTransform(plan, bands, count, mfcc);
}

static bool mfccFrames(const MfccPlan& plan, const float* samples, int frames, float* mfcc, float* logMel) {
  const MfccSettings& s = plan.settings;
  const std::size_t length = std::size_t(frames - 1) * s.hopLength + s.frameLength;
  // Times zero a NaN or an infinity is NaN, all else is zero.
  Vec check = set1(0.f);
  std::size_t i = 0;
  for (; i + vectorWidth <= length; i += vectorWidth) check = fma(load(samples + i), set1(0.f), check);
  float rest = sum(check);
  for (; i < length; i++) rest += samples[i] * 0.f;
  if (!(rest == 0.f)) return false;
  thread_local MfccScratch scratch;
  for (std::vector<Lanes>* v : {&scratch.xr, &scratch.xi, &scratch.yr, &scratch.yi, &scratch.power}) v->resize(plan.points);
  scratch.bands.resize(s.melBands);
  for (int f = 0; f < frames; f += lanes)
    mfccLanes(plan, samples + std::size_t(f) * s.hopLength, std::min(lanes, frames - f), mfcc + std::size_t(f) * s.coefficients,
              logMel ? logMel + std::size_t(f) * s.melBands : nullptr, scratch);
  return true;
}

}  // namespace HEED_ISA
}  // namespace heed
