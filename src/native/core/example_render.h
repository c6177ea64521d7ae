// The part of example making that is compiled once per instruction set. Each step is its namesake in src/dataset/augment/.
#pragma once
#include <algorithm>
#include <cmath>

#include "examples.h"
#include "interpolate.h"
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
    const long long from = static_cast<long long>(first);
    const int inside = int(std::clamp(-from, 0ll, static_cast<long long>(count)));
    const int beyond = int(std::clamp(length - from, static_cast<long long>(inside), static_cast<long long>(count)));
    for (int i = 0; i < inside; i++) out[i] = at(from + i) * (1 / 32768.f);
    for (int i = inside; i < beyond; i++) out[i] = clip[from + i] * (1 / 32768.f);
    for (int i = beyond; i < count; i++) out[i] = at(from + i) * (1 / 32768.f);
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
  constexpr double one = 4294967296.0;
  if (inside < beyond)
    interpolate(clip, length, std::uint64_t(std::max(0.0, first + inside * rate) * one), std::uint64_t(rate * one), out + inside,
                beyond - inside);
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
    // In this order only one multiply-add waits for the sample before.
    const double x = samples[i], y = (b * (x / 2 + x1 + x2 / 2) - a2 * y2) - a1 * y1;
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
  const std::uint32_t key = Random(static_cast<std::int32_t>(seed), "dither").bits();
  constexpr float scale = 1 / 256.f / 32768.f;
  // The first half of the samples takes the draws' lower bytes, the second their upper ones: vectors stay whole.
  const int half = (count + 1) / 2;
  for (int i = 0; i < count - half; i++) {
    const std::uint32_t bits = indexedBits(key, std::uint32_t(i));
    x[i] += scale * float(std::int32_t(bits & 0xff) - std::int32_t(bits >> 8 & 0xff));
    x[half + i] += scale * float(std::int32_t(bits >> 16 & 0xff) - std::int32_t(bits >> 24));
  }
  if (count > 2 * (count - half)) {
    const std::uint32_t bits = indexedBits(key, std::uint32_t(half - 1));
    x[half - 1] += scale * float(std::int32_t(bits & 0xff) - std::int32_t(bits >> 8 & 0xff));
  }
}

// Another sound in the place of x from the sample `at` on, or up to there, as loud, with a crossfade of 10 ms.
static void spliceInto(float* x, const float* other, int count, double at, bool after) {
  constexpr float perSample = 1 / 160.f;
  const double energy = sumOfSquares(x, std::size_t(count)), otherEnergy = sumOfSquares(other, std::size_t(count));
  const float gain = energy > 0 && otherEnergy > 0 ? float(std::sqrt(energy / otherEnergy)) : 1.f;
  const float from = float(at);
  for (int i = 0; i < count; i++) {
    const float behind = std::max(0.f, std::min(1.f, (float(i) - from) * perSample + 0.5f));
    const float share = after ? behind : 1 - behind;
    x[i] = (1 - share) * x[i] + share * gain * other[i];
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
    if (plan.splice >= 0) {
      const int other = int(plan.splice);
      cutWindow(source.clips.data(other), source.clips.length(other), nullptr, 0, plan.spliceStart, plan.playbackRate, noise, count);
      spliceInto(x, noise, count, plan.spliceAt, plan.spliceAfter == 1);
    }
    if (plan.tilt != 0) tiltSpectrum(x, count, float(plan.tilt));
  } else {
    std::fill_n(x, count, 0.f);
  }
  if (plan.backgroundKind != 0) {
    if (plan.backgroundKind == 1) {
      const int recording = int(plan.recording);
      const std::int16_t* samples = source.recordings.data(recording);
      const long long length = source.recordings.length(recording);
      if (speaks || plan.playbackRate == 1)
        cutRecording(samples, length, static_cast<long long>(plan.position), noise, count);
      else
        cutWindow(samples, length, samples, length, plan.position, plan.playbackRate, noise, count);
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
