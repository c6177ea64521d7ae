// MFCC frames by Meyda's recipe, several frames at once: lane l of every vector works on frame l.
//
// Symmetric Hann window, power spectrum without the Nyquist bin, triangular mel bands, ln(1 + x), unnormalised DCT-II
// times two. In double throughout, as Meyda is: a band 80 dB below the loudest would lose its digits in float.
#pragma once
#include <complex>
#include <cstddef>
#include <vector>

namespace heed {

struct MfccSettings {
  int sampleRateHz = 16000, frameLength = 512, hopLength = 160, melBands = 40, coefficients = 40;
  double scale = 32768;
};

// The recipe's tables, made once per settings.
struct MfccPlan {
  explicit MfccPlan(const MfccSettings& settings);

  MfccSettings settings;
  int points;                          // of the complex transform: half a frame
  std::vector<double> window;          // [frameLength], scale included
  std::vector<double> twiddles;        // Stockham stages one after another: per butterfly w, w², w³ as re, im
  std::vector<double> split;           // e^(−πik/points) as re, im, k < points: from the packed transform to the real one's
  std::vector<int> bandBegin, bandEnd; // [melBands] bins
  std::vector<double> bandWeights;     // the bands' weights one after another
  std::vector<double> cosine;          // [coefficients, melBands]
};

// What one instruction set does with a plan: `frames` frames, hopLength apart, from samples on; mfcc [frames, coefficients],
// logMel [frames, melBands] or null. False where a sample is not finite.
using MfccFrames = bool (*)(const MfccPlan&, const float* samples, int frames, float* mfcc, float* logMel);

}  // namespace heed
