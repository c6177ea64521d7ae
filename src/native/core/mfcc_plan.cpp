#include <cmath>

#include "mfcc.h"

namespace heed {

MfccPlan::MfccPlan(const MfccSettings& s) : settings(s), points(s.frameLength / 2) {
  const double pi = std::acos(-1.0);
  const int N = s.frameLength;
  // Meyda's window is an array of 32-bit floats, and symmetric.
  for (int i = 0; i < N; i++) window.push_back(double(float(0.5 - 0.5 * std::cos(2 * pi * i / (N - 1)))) * s.scale);

  for (int n = points; n > 1; n /= (n >= 4 ? 4 : 2)) {
    if (n == 2) break;
    for (int p = 0; p < n / 4; p++)
      for (int power = 1; power <= 3; power++) {
        const double angle = -2 * pi * p * power / n;
        twiddles.push_back(std::cos(angle));
        twiddles.push_back(std::sin(angle));
      }
  }
  for (int k = 0; k < points; k++) {
    split.push_back(std::cos(-pi * k / points));
    split.push_back(std::sin(-pi * k / points));
  }

  // mel(f) = 1125·ln(1 + f/700); band edges fall on bins floor((N + 1)·f / rate).
  const auto mel = [](double hz) { return 1125 * std::log(1 + hz / 700); };
  const auto hz = [](double m) { return 700 * (std::exp(m / 1125) - 1); };
  std::vector<int> edge;
  for (int i = 0; i < s.melBands + 2; i++)
    edge.push_back(int(std::floor((N + 1) * hz(i * mel(s.sampleRateHz / 2.0) / (s.melBands + 1)) / s.sampleRateHz)));
  for (int band = 0; band < s.melBands; band++) {
    const int low = edge[band], peak = edge[band + 1], high = edge[band + 2], end = high < points ? high : points;
    bandBegin.push_back(low);
    bandEnd.push_back(end);
    for (int bin = low; bin < end; bin++)
      bandWeights.push_back(bin < peak ? double(bin - low) / (peak - low) : double(high - bin) / (high - peak));
  }
  for (int k = 0; k < s.coefficients; k++)
    for (int n = 0; n < s.melBands; n++) cosine.push_back(2 * std::cos(pi / s.melBands * (n + 0.5) * k));
}

}  // namespace heed
