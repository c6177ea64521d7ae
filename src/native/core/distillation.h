// The loss of an answer that is learned from a teacher; see src/nn/distillation.ts for the sums.
#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

#include "network.h"

namespace heed {

// out[c] = ln softmax(y / temperature)[c].
inline void logSoftmax(const float* y, int classes, double temperature, std::vector<double>& out) {
  const float top = *std::max_element(y, y + classes);
  double total = 0;
  for (int c = 0; c < classes; c++) total += std::exp(out[c] = (double(y[c]) - top) / temperature);
  const double log = std::log(total);
  for (int c = 0; c < classes; c++) out[c] -= log;
}

// The loss of an answer, not yet divided by the batch's scored answers; its gradient, divided by them, into d.
inline double distillationLoss(const Targets& targets, std::size_t answer, const float* y, int classes, int scored, float* d) {
  const double share = targets.teacherShare, T = targets.temperature;
  const float* teacher = targets.teacher.data() + answer * classes;
  const int truth = targets.classes[answer];
  std::vector<double> plain(classes), soft(classes);
  logSoftmax(y, classes, 1, plain);
  logSoftmax(y, classes, T, soft);
  double loss = -(1 - share) * plain[truth];
  for (int c = 0; c < classes; c++) {
    const double q = teacher[c];
    if (q > 0) loss += share * T * T * q * (std::log(q) - soft[c]);
    d[c] = float(((1 - share) * (std::exp(plain[c]) - (c == truth)) + share * T * (std::exp(soft[c]) - q)) / scored);
  }
  return loss;
}

}  // namespace heed
