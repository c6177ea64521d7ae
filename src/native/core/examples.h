// Training examples, made from clips in memory by plans: which clip, shifted and varied how, over which background. The
// plans are drawn in TypeScript (src/dataset/example-plan.ts), where the reference renders them too; only the work on
// samples is done here.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "mfcc.h"

namespace heed {

// One plan as TypeScript lays it out: this many doubles, in this order.
struct ExamplePlan {
  double clip;            // index, or −1: nobody speaks
  double start;           // of the window in the clip, in samples; may lie outside
  double playbackRate;
  double tilt;
  double backgroundKind;  // 0 none, 1 a recording, 2 noise
  double recording;
  double position;        // in the recording
  double noiseSeed;
  double noisePole;
  double noiseRms;
  double snrDb;           // of clip to background; not used where nobody speaks
  double lowPassHz;       // 0: none
  double gainDb;
  double ditherSeed;      // below 0: none
  double maskStart;       // frames hidden
  double maskLength;
  double neighbour;       // index of the clip heard beyond the clip's ends, or −1: silence
  double splice;          // index of the clip that takes the place of part of this one, or −1
  double spliceStart;     // of the window in that clip
  double spliceAt;        // the sample of the window where one passes into the other
  double spliceAfter;     // 1: it is heard from there on, 0: up to there
};
constexpr int planLength = sizeof(ExamplePlan) / sizeof(double);

// 16-bit sounds, each in memory of its own: adding one moves none of the others.
class SoundStore {
 public:
  // Keeps a copy.
  int add(const std::int16_t* samples, std::size_t count) {
    std::vector<std::int16_t> own(samples, samples + count);
    sounds_.push_back({own.data(), count, {}});
    sounds_.back().own = std::move(own);
    return size() - 1;
  }
  // Reads them where they are, which must outlast this store.
  int addBorrowed(const std::int16_t* samples, std::size_t count) {
    sounds_.push_back({samples, count, {}});
    return size() - 1;
  }
  int size() const { return static_cast<int>(sounds_.size()); }
  const std::int16_t* data(int index) const { return sounds_[index].samples; }
  long long length(int index) const { return static_cast<long long>(sounds_[index].count); }

 private:
  struct Sound {
    const std::int16_t* samples;
    std::size_t count;
    std::vector<std::int16_t> own;  // empty where they are borrowed; moving it leaves its samples where they are
  };
  std::vector<Sound> sounds_;
};

struct ExampleSource {
  SoundStore clips, recordings;
  int windowLength = 0, windowFrames = 0;
  std::vector<float> mean, deviation;  // [coefficients], or empty: features stay as they are
};

struct ExampleScratch {
  std::vector<float> samples, noise;
};

// Makes one example: samples by the plan, frames by the recipe, normalised, some frames hidden. out [frames, coefficients].
// False where a feature came out as no number.
using MakeExample = bool (*)(const ExampleSource&, const MfccPlan&, const ExamplePlan&, ExampleScratch&, float* out);

}  // namespace heed
