// The part of example making that is compiled once per instruction set. Each step is its namesake in src/dataset/augment/.
#pragma once
#include <algorithm>
#include <cmath>

#include "examples.h"
#include "mfcc_frames.h"
#include "optimiser.h"
#include "random.h"

namespace heed {
namespace HEED_ISA {

// A window of a clip, played faster or slower around its middle, with linear interpolation. Outside the clip lies its
// neighbour: the end of it before, the beginning after, and zeros beyond; a neighbour without length is silence.
static void cutWindow(const std::int16_t* clip, long long length, const std::int16_t* neighbour, long long neighbourLength, double start,
                      double rate, float* out, int count) {
  const double middle = count / 2.0, first = start + middle - middle * rate;
  const auto at = [&](long long i) {
    if (i >= 0 && i < length) return float(clip[i]);
    const long long beside = i < 0 ? neighbourLength + i : i - length;
    return beside >= 0 && beside < neighbourLength ? float(neighbour[beside]) : 0.f;
  };
  if (rate == 1 && first == std::floor(first)) {
    for (int i = 0; i < count; i++) out[i] = at(static_cast<long long>(first) + i) / 32768.f;
    return;
  }
  // Positions with both neighbours inside the clip need no checks.
  const int inside = int(std::clamp(std::ceil(-first / rate), 0.0, double(count)));
  const int beyond = int(std::clamp(std::floor((length - 1.001 - first) / rate), double(inside), double(count)));
  const auto checked = [&](int i) {
    const double position = first + i * rate, before = std::floor(position);
    const float a = at(static_cast<long long>(before)), b = at(static_cast<long long>(before) + 1);
    out[i] = (a + float(position - before) * (b - a)) / 32768.f;
  };
  for (int i = 0; i < inside; i++) checked(i);
  // There the position is kept in 2^−32 samples: whole numbers are quicker to take apart.
  constexpr double one = 4294967296.0;
  std::uint64_t position = inside < beyond ? std::uint64_t(std::max(0.0, first + inside * rate) * one) : 0;
  const std::uint64_t step = std::uint64_t(rate * one);
  for (int i = inside; i < beyond; i++, position += step) {
    const std::int16_t* at = clip + (position >> 32);
    const float a = at[0], b = at[1];
    out[i] = (a + float(std::uint32_t(position) >> 8) * (1 / 16777216.f) * (b - a)) * (1 / 32768.f);
  }
  for (int i = beyond; i < count; i++) checked(i);
}

static void tiltSpectrum(float* x, int count, float tilt) {
  const float scale = 1 / (1 + std::fabs(tilt));
  for (int i = count - 1; i > 0; i--) x[i] = scale * (x[i] + tilt * x[i - 1]);
  x[0] *= scale;
}

// Butterworth, second order (Bristow-Johnson, Audio EQ Cookbook, Q = 1/√2).
static void lowPass(float* samples, int count, double cutoffHz, double sampleRateHz) {
  const double omega = 2 * std::acos(-1.0) * cutoffHz / sampleRateHz, cosine = std::cos(omega);
  const double alpha = std::sin(omega) * std::sqrt(0.5);
  const double b = (1 - cosine) / (1 + alpha), a1 = -2 * cosine / (1 + alpha), a2 = (1 - alpha) / (1 + alpha);
  double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
  for (int i = 0; i < count; i++) {
    const double x = samples[i], y = b * (x / 2 + x1 + x2 / 2) - a1 * y1 - a2 * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    samples[i] = float(y);
  }
}

static void cutRecording(const std::int16_t* recording, long long length, long long position, float* out, int count) {
  long long at = position;
  if (at + count <= length) {
    for (int i = 0; i < count; i++) out[i] = recording[at + i] * (1 / 32768.f);
    return;
  }
  for (int i = 0; i < count; i++) {
    out[i] = recording[at] / 32768.f;
    at = at + 1 < length ? at + 1 : 0;
  }
}

// White noise through y = x + pole·y, scaled so that the result has this RMS.
static void fillWithNoise(std::uint32_t seed, double pole, double rms, float* out, int count) {
  Random random(static_cast<std::int32_t>(seed), "noise");
  const double amplitude = rms * std::sqrt(3 * (1 - pole * pole));
  double y = 0;
  for (int i = 0; i < count; i++) {
    y = amplitude * (2 * random.next() - 1) + pole * y;
    out[i] = float(y);
  }
}

static double meanSquare(const float* x, int count) {
  return sumOfSquares(x, std::size_t(count)) / count;
}

// Triangular noise of one 16-bit step: of each draw's four bytes, one minus another for each of two samples.
static void addDither(std::uint32_t seed, float* x, int count) {
  Random random(static_cast<std::int32_t>(seed), "dither");
  constexpr float scale = 1 / 256.f / 32768.f;
  for (int i = 0; i < count; i += 2) {
    const std::uint32_t bits = random.bits();
    x[i] += scale * float(std::int32_t(bits & 0xff) - std::int32_t(bits >> 8 & 0xff));
    if (i + 1 < count) x[i + 1] += scale * float(std::int32_t(bits >> 16 & 0xff) - std::int32_t(bits >> 24));
  }
}

static bool makeExample(const ExampleSource& source, const MfccPlan& mfcc, const ExamplePlan& plan, ExampleScratch& scratch,
                        float* out) {
  const int count = source.windowLength;
  scratch.samples.resize(count);
  scratch.noise.resize(count);
  float *x = scratch.samples.data(), *noise = scratch.noise.data();
  const bool speaks = plan.clip >= 0;
  if (speaks) {
    const int clip = int(plan.clip);
    const int neighbour = int(plan.neighbour);
    cutWindow(source.clips.data(clip), source.clips.length(clip), neighbour < 0 ? nullptr : source.clips.data(neighbour),
              neighbour < 0 ? 0 : source.clips.length(neighbour), plan.start, plan.playbackRate, x, count);
    if (plan.tilt != 0) tiltSpectrum(x, count, float(plan.tilt));
  } else {
    std::fill_n(x, count, 0.f);
  }
  if (plan.backgroundKind != 0) {
    if (plan.backgroundKind == 1) {
      const int recording = int(plan.recording);
      cutRecording(source.recordings.data(recording), source.recordings.length(recording), static_cast<long long>(plan.position), noise, count);
    } else {
      fillWithNoise(std::uint32_t(plan.noiseSeed), plan.noisePole, plan.noiseRms, noise, count);
    }
    if (speaks) {
      const double signal = meanSquare(x, count), background = meanSquare(noise, count);
      if (signal > 0 && background > 0) addScaled(float(std::sqrt(signal / background) / std::pow(10.0, plan.snrDb / 20)), noise, x, count);
    } else {
      std::copy_n(noise, count, x);
    }
  }
  if (plan.lowPassHz > 0) lowPass(x, count, plan.lowPassHz, mfcc.settings.sampleRateHz);
  if (plan.gainDb != 0) {
    const float gain = float(std::pow(10.0, plan.gainDb / 20));
    for (int i = 0; i < count; i++) x[i] = std::max(-1.f, std::min(1.f, x[i] * gain));
  }
  if (plan.ditherSeed >= 0) addDither(std::uint32_t(plan.ditherSeed), x, count);
  if (!mfccFrames(mfcc, x, source.windowFrames, out, nullptr)) return false;
  const int K = mfcc.settings.coefficients;
  if (!source.mean.empty())
    for (int t = 0; t < source.windowFrames; t++)
      for (int k = 0; k < K; k++) out[t * K + k] = (out[t * K + k] - source.mean[k]) / source.deviation[k];
  std::fill_n(out + std::size_t(plan.maskStart) * K, std::size_t(plan.maskLength) * K, 0.f);
  return true;
}

}  // namespace HEED_ISA
}  // namespace heed
