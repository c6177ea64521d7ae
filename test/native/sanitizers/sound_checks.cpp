// Features against the recipe's definition, and training examples from all kinds of plans.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "check.h"
#include "examples.h"
#include "instruction_sets.h"
#include "thread_pool.h"

using namespace heed;

namespace {

// The recipe as mfcc.h words it, with a plain discrete Fourier transform.
std::vector<double> definedCoefficients(const MfccSettings& s, const float* frame) {
  const double pi = std::acos(-1.0);
  const int N = s.frameLength;
  std::vector<double> bands(s.melBands), coefficients(s.coefficients), power(N / 2);
  for (int k = 0; k < N / 2; k++) {
    double re = 0, im = 0;
    for (int i = 0; i < N; i++) {
      const double x = frame[i] * s.scale * float(0.5 - 0.5 * std::cos(2 * pi * i / (N - 1)));
      re += x * std::cos(2 * pi * k * i / N);
      im -= x * std::sin(2 * pi * k * i / N);
    }
    power[k] = re * re + im * im;
  }
  const auto edge = [&](int i) {
    const double mel = i * 1125 * std::log(1 + s.sampleRateHz / 2.0 / 700) / (s.melBands + 1);
    return int(std::floor((N + 1) * 700 * (std::exp(mel / 1125) - 1) / s.sampleRateHz));
  };
  for (int band = 0; band < s.melBands; band++) {
    const int low = edge(band), peak = edge(band + 1), high = edge(band + 2);
    double sum = 0;
    for (int k = low; k < high && k < N / 2; k++)
      sum += power[k] * (k < peak ? double(k - low) / (peak - low) : double(high - k) / (high - peak));
    bands[band] = std::log(1 + sum);
  }
  for (int k = 0; k < s.coefficients; k++)
    for (int n = 0; n < s.melBands; n++) coefficients[k] += 2 * bands[n] * std::cos(pi / s.melBands * (n + 0.5) * k);
  return coefficients;
}

void framesFollowTheRecipe(const Kernels& kernels, Numbers& numbers) {
  const MfccSettings all[] = {{16000, 64, 33, 5, 5, 32768}, {16000, 128, 40, 20, 13, 32768}, {16000, 256, 256, 26, 26, 1}};
  for (const MfccSettings& s : all) {
    const MfccPlan plan(s);
    const int frames = 11;
    const std::size_t length = std::size_t(frames - 1) * s.hopLength + s.frameLength;
    const std::vector<float> samples = numbers.floats(length, 0.3);
    std::vector<float> mfcc(std::size_t(frames) * s.coefficients), one(s.coefficients), logMel(std::size_t(frames) * s.melBands);
    CHECK(kernels.mfccFrames(plan, samples.data(), frames, mfcc.data(), logMel.data()));
    for (int t = 0; t < frames; t++) {
      const std::vector<float> frame(samples.begin() + t * s.hopLength, samples.begin() + t * s.hopLength + s.frameLength);
      CHECK(kernels.mfccFrames(plan, frame.data(), 1, one.data(), nullptr));
      CHECK(std::memcmp(one.data(), &mfcc[std::size_t(t) * s.coefficients], one.size() * sizeof(float)) == 0);
      const std::vector<double> defined = definedCoefficients(s, frame.data());
      for (int k = 0; k < s.coefficients; k++)
        CHECK(std::fabs(defined[k] - one[k]) < 1e-4, "%s: coefficient %d: %g, not %g", kernels.name, k, double(one[k]), defined[k]);
    }
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      std::vector<float> spoilt = samples;
      spoilt.back() = bad;
      CHECK(!kernels.mfccFrames(plan, spoilt.data(), frames, mfcc.data(), nullptr));
    }
  }
}

std::vector<std::int16_t> sound(std::size_t length, Numbers& numbers) {
  std::vector<std::int16_t> samples(length);
  for (std::int16_t& sample : samples) sample = static_cast<std::int16_t>(numbers.whole(60000) - 30000);
  return samples;
}

void soundsAreKeptApart(Numbers& numbers) {
  SoundStore store;
  std::vector<std::vector<std::int16_t>> sounds;
  for (const int length : {0, 1, 700, 0, 3000, 2}) {
    sounds.push_back(sound(length, numbers));
    CHECK(store.add(sounds.back().data(), sounds.back().size()) == int(sounds.size()) - 1);
  }
  for (int i = 0; i < store.size(); i++) {
    CHECK(store.length(i) == static_cast<long long>(sounds[i].size()));
    CHECK(std::equal(sounds[i].begin(), sounds[i].end(), store.data(i)));
  }
}

ExampleSource makeSource(const MfccSettings& s, Numbers& numbers) {
  ExampleSource source;
  const auto add = [&](SoundStore& store, int length) {
    const std::vector<std::int16_t> samples = sound(length, numbers);
    store.add(samples.data(), samples.size());
  };
  for (const int length : {0, 1, 500, 2000, 6000}) add(source.clips, length);
  for (const int length : {1, 700, 9000}) add(source.recordings, length);
  source.windowFrames = 9;
  source.windowLength = (source.windowFrames - 1) * s.hopLength + s.frameLength;
  return source;
}

ExamplePlan plainPlan(int clip, double start) {
  ExamplePlan plan{};
  plan.clip = clip;
  plan.start = start;
  plan.playbackRate = 1;
  plan.ditherSeed = -1;
  plan.neighbour = plan.splice = -1;
  return plan;
}

// Without variations an example is the clip's window, sample for sample, zero outside of the clip.
void plainExamplesAreTheClipsWindow(const Kernels& kernels, const ExampleSource& source, const MfccPlan& mfcc) {
  ExampleScratch scratch;
  const std::size_t length = std::size_t(source.windowFrames) * mfcc.settings.coefficients;
  std::vector<float> made(length), expected(length), window(source.windowLength);
  for (int clip = 0; clip < source.clips.size(); clip++)
    for (const int start : {-400000, -300, 0, 123, 1900, 400000}) {
      for (int i = 0; i < source.windowLength; i++) {
        const long long at = start + i;
        window[i] = at >= 0 && at < source.clips.length(clip) ? source.clips.data(clip)[at] / 32768.f : 0.f;
      }
      CHECK(kernels.makeExample(source, mfcc, plainPlan(clip, start), scratch, made.data()));
      CHECK(kernels.mfccFrames(mfcc, window.data(), source.windowFrames, expected.data(), nullptr));
      CHECK(std::memcmp(made.data(), expected.data(), length * sizeof(float)) == 0, "%s: clip %d from %d", kernels.name, clip, start);
    }
}

ExamplePlan anyPlan(const ExampleSource& source, Numbers& numbers) {
  ExamplePlan plan = plainPlan(numbers.whole(source.clips.size() + 1) - 1, numbers.between(-9000, 9000));
  if (numbers.whole(4) == 0) plan.start = numbers.between(-1e9, 1e9);
  if (numbers.whole(2)) plan.start = std::floor(plan.start);
  if (numbers.whole(2)) plan.playbackRate = numbers.between(0.11, 9.9);
  plan.tilt = numbers.whole(2) ? numbers.between(-1, 1) : 0;
  plan.backgroundKind = numbers.whole(3);
  plan.recording = numbers.whole(source.recordings.size());
  plan.position = std::floor(numbers.between(0, double(source.recordings.length(int(plan.recording)))));
  plan.noiseSeed = std::floor(numbers.between(0, 4294967295.0));
  plan.noisePole = numbers.between(0, 0.999);
  plan.noiseRms = numbers.between(0, 0.2);
  plan.snrDb = numbers.between(-40, 60);
  plan.lowPassHz = numbers.whole(2) ? numbers.between(200, 7900) : 0;
  plan.gainDb = numbers.between(-40, 40);
  plan.ditherSeed = numbers.whole(2) ? std::floor(numbers.between(0, 4294967295.0)) : -1;
  plan.neighbour = numbers.whole(source.clips.size() + 1) - 1;
  plan.splice = numbers.whole(source.clips.size() + 1) - 1;
  plan.spliceStart = numbers.between(-9000, 9000);
  plan.spliceAt = numbers.whole(4) ? numbers.between(-300, 3000) : numbers.between(-1e9, 1e9);
  plan.spliceAfter = numbers.whole(2);
  plan.maskStart = numbers.whole(source.windowFrames);
  plan.maskLength = numbers.whole(source.windowFrames - int(plan.maskStart) + 1);
  return plan;
}

// On three threads at once as on one, and hidden where the plan hides.
void anyPlanMakesAnExample(const Kernels& kernels, ExampleSource source, const MfccPlan& mfcc, ThreadPool& pool, Numbers& numbers) {
  const int K = mfcc.settings.coefficients;
  source.mean = numbers.floats(K, 5);
  source.deviation.assign(K, 3.f);
  std::vector<ExamplePlan> plans;
  for (int i = 0; i < 150; i++) plans.push_back(anyPlan(source, numbers));
  const std::size_t length = std::size_t(source.windowFrames) * K;
  std::vector<std::vector<float>> made(plans.size(), std::vector<float>(length));
  std::vector<char> fine(plans.size());
  std::atomic<std::size_t> next{0};
  pool.run(pool.threads(), [&](int) {
    ExampleScratch scratch;
    for (std::size_t i = next++; i < plans.size(); i = next++)
      fine[i] = kernels.makeExample(source, mfcc, plans[i], scratch, made[i].data());
  });
  ExampleScratch scratch;
  std::vector<float> again(length);
  for (std::size_t i = 0; i < plans.size(); i++) {
    CHECK(fine[i], "%s: plan %d", kernels.name, int(i));
    CHECK(kernels.makeExample(source, mfcc, plans[i], scratch, again.data()));
    CHECK(std::memcmp(again.data(), made[i].data(), length * sizeof(float)) == 0);
    for (int t = 0; t < source.windowFrames; t++)
      for (int k = 0; k < K; k++) {
        const float value = made[i][std::size_t(t) * K + k];
        CHECK(std::isfinite(value));
        if (t >= plans[i].maskStart && t < plans[i].maskStart + plans[i].maskLength) CHECK(value == 0.f);
      }
  }
}

}  // namespace

void checkSounds() {
  Numbers numbers(11);
  soundsAreKeptApart(numbers);
  const MfccSettings settings{16000, 128, 60, 20, 13, 32768};
  const MfccPlan mfcc(settings);
  const ExampleSource source = makeSource(settings, numbers);
  ThreadPool pool(3);
  for (const Kernels* kernels : availableKernels()) {
    framesFollowTheRecipe(*kernels, numbers);
    plainExamplesAreTheClipsWindow(*kernels, source, mfcc);
    anyPlanMakesAnExample(*kernels, source, mfcc, pool, numbers);
  }
}
