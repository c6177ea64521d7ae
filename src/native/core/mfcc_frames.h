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

constexpr int lanes = vectorWidth >= 8 ? vectorWidth / 2 : 4;

struct alignas(64) Lanes {
  double v[lanes];
};

// One Stockham pass of radix 4 (Swarztrauber 1984): reads x, writes y in the order the next pass wants.
HEED_INLINE void radix4(const Lanes* xr, const Lanes* xi, Lanes* yr, Lanes* yi, int n, int s, const double* w) {
  const int m = n / 4;
  for (int p = 0; p < m; p++, w += 6)
    for (int q = 0; q < s; q++) {
      const int a = q + s * p, b = a + s * m, c = b + s * m, d = c + s * m, out = q + s * 4 * p;
      for (int l = 0; l < lanes; l++) {
        const double sumR = xr[a].v[l] + xr[c].v[l], sumI = xi[a].v[l] + xi[c].v[l];
        const double differenceR = xr[a].v[l] - xr[c].v[l], differenceI = xi[a].v[l] - xi[c].v[l];
        const double oddR = xr[b].v[l] + xr[d].v[l], oddI = xi[b].v[l] + xi[d].v[l];
        // i·(b − d)
        const double turnedR = xi[d].v[l] - xi[b].v[l], turnedI = xr[b].v[l] - xr[d].v[l];
        const double r1 = differenceR - turnedR, i1 = differenceI - turnedI;
        const double r2 = sumR - oddR, i2 = sumI - oddI;
        const double r3 = differenceR + turnedR, i3 = differenceI + turnedI;
        yr[out].v[l] = sumR + oddR;
        yi[out].v[l] = sumI + oddI;
        yr[out + s].v[l] = r1 * w[0] - i1 * w[1];
        yi[out + s].v[l] = r1 * w[1] + i1 * w[0];
        yr[out + 2 * s].v[l] = r2 * w[2] - i2 * w[3];
        yi[out + 2 * s].v[l] = r2 * w[3] + i2 * w[2];
        yr[out + 3 * s].v[l] = r3 * w[4] - i3 * w[5];
        yi[out + 3 * s].v[l] = r3 * w[5] + i3 * w[4];
      }
    }
}

HEED_INLINE void radix2(const Lanes* xr, const Lanes* xi, Lanes* yr, Lanes* yi, int s) {
  for (int q = 0; q < s; q++)
    for (int l = 0; l < lanes; l++) {
      yr[q].v[l] = xr[q].v[l] + xr[q + s].v[l];
      yi[q].v[l] = xi[q].v[l] + xi[q + s].v[l];
      yr[q + s].v[l] = xr[q].v[l] - xr[q + s].v[l];
      yi[q + s].v[l] = xi[q].v[l] - xi[q + s].v[l];
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

// `count` ≤ lanes frames; the lanes beyond repeat the last one.
static void mfccLanes(const MfccPlan& plan, const float* samples, int count, float* mfcc, float* logMel, MfccScratch& scratch) {
  const MfccSettings& s = plan.settings;
  const int M = plan.points;
  Lanes *xr = scratch.xr.data(), *xi = scratch.xi.data(), *yr = scratch.yr.data(), *yi = scratch.yi.data();
  for (int l = 0; l < lanes; l++) {
    const float* frame = samples + std::size_t(std::min(l, count - 1)) * s.hopLength;
    for (int i = 0; i < M; i++) {
      xr[i].v[l] = frame[2 * i] * plan.window[2 * i];
      xi[i].v[l] = frame[2 * i + 1] * plan.window[2 * i + 1];
    }
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
    for (int l = 0; l < lanes; l++) {
      const double evenR = 0.5 * (xr[k].v[l] + xr[mirror].v[l]), evenI = 0.5 * (xi[k].v[l] - xi[mirror].v[l]);
      const double oddR = 0.5 * (xi[k].v[l] + xi[mirror].v[l]), oddI = 0.5 * (xr[mirror].v[l] - xr[k].v[l]);
      const double re = evenR + oddR * c - oddI * d, im = evenI + oddR * d + oddI * c;
      power[k].v[l] = re * re + im * im;
    }
  }
  Lanes* bands = scratch.bands.data();
  const double* weight = plan.bandWeights.data();
  for (int band = 0; band < s.melBands; band++) {
    Lanes sum{};
    for (int bin = plan.bandBegin[band]; bin < plan.bandEnd[band]; bin++, weight++)
      for (int l = 0; l < lanes; l++) sum.v[l] += *weight * power[bin].v[l];
    for (int l = 0; l < lanes; l++) bands[band].v[l] = logOnePlus(sum.v[l]);
  }
  for (int k = 0; k < s.coefficients; k++) {
    const double* c = plan.cosine.data() + std::size_t(k) * s.melBands;
    Lanes sum{};
    for (int n = 0; n < s.melBands; n++)
      for (int l = 0; l < lanes; l++) sum.v[l] += c[n] * bands[n].v[l];
    for (int l = 0; l < count; l++) mfcc[std::size_t(l) * s.coefficients + k] = float(sum.v[l]);
  }
  if (logMel)
    for (int n = 0; n < s.melBands; n++)
      for (int l = 0; l < count; l++) logMel[std::size_t(l) * s.melBands + n] = float(bands[n].v[l]);
}

static bool mfccFrames(const MfccPlan& plan, const float* samples, int frames, float* mfcc, float* logMel) {
  const MfccSettings& s = plan.settings;
  const std::size_t length = std::size_t(frames - 1) * s.hopLength + s.frameLength;
  float check = 0;
  for (std::size_t i = 0; i < length; i++) check += samples[i] * 0.f;  // NaN for NaN and ±∞, else 0
  if (!(check == 0.f)) return false;
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
