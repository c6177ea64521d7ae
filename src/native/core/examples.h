// Training examples, made from clips in memory by plans: which clip, shifted and varied how, over which background. The
// plans are drawn in TypeScript (src/dataset/example-plan.ts), where the reference renders them too; only the work on
// samples is done here.
#pragma once
#include <cstdint>
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
};
constexpr int planLength = sizeof(ExamplePlan) / sizeof(double);

// 16-bit sounds, one after another.
class SoundStore {
 public:
  int add(const std::int16_t* samples, std::size_t count) {
    const std::size_t offset = samples_.size();
    samples_.insert(samples_.end(), samples, samples + count);
    offsets_.push_back(offset);
    return static_cast<int>(offsets_.size()) - 1;
  }
  void reserve(std::size_t count) { samples_.reserve(count); }
  int size() const { return static_cast<int>(offsets_.size()); }
  const std::int16_t* data(int index) const { return samples_.data() + offsets_[index]; }
  long long length(int index) const {
    const std::size_t end = index + 1 < size() ? offsets_[index + 1] : samples_.size();
    return static_cast<long long>(end - offsets_[index]);
  }

 private:
  std::vector<std::int16_t> samples_;
  std::vector<std::size_t> offsets_;
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
