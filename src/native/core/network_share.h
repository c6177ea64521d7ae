// What one thread needs for its part of a batch.
#pragma once
#include <atomic>
#include <new>
#include <stdexcept>
#include <vector>

#include "network.h"

namespace heed {

// One thread's part of a batch: its inputs frame by frame, its activations and its gradient. Kept between steps.
struct Network::Share {
  int first = 0, count = 0, rows = 0;
  Floats x;                      // [T, rows, paddedInput]
  Floats mask;                   // [T, rows]
  std::vector<LayerSpace> layers;
  std::vector<Floats> dropped;   // [T, rows, stride]: what the next layer sees under dropout
  Floats pooled;                 // [rows, Hp], without pooling [T, rows, Hp]; after dropout
  Floats queries, weights;       // of attention: [rows, Hp], [rows, T, K]
  Floats dh, dPooled, dFrames[2], dInputs, gradient, scratch;
  double loss = 0, normPart = 0;
  int correct = 0;

  // Calls `visit` with each answer of this share: its row in `pooled`, and its place among the batch's answers.
  template <class Visit>
  void eachAnswer(const Shape& shape, const Batch& batch, Visit visit) const {
    for (int m = 0; m < count; m++) {
      const std::size_t b = first + m;
      if (shape.pooling != Pooling::none) {
        visit(std::size_t(m), b);
        continue;
      }
      for (int t = 0; t < batch.lengths[b]; t++) visit(std::size_t(t) * rows + m, b * batch.frames + t);
    }
  }
};

// Runs one phase of a thread's work. That it was cancelled (it answers false) or that memory ran out becomes the job's
// outcome: the other threads wait at barriers, where an exception would leave them.
template <class Phase>
void attempt(std::atomic<Outcome>& outcome, Phase phase) {
  try {
    if (!phase()) outcome = Outcome::cancelled;
  } catch (const std::bad_alloc&) {
    outcome = Outcome::outOfMemory;
  } catch (const std::length_error&) {
    outcome = Outcome::outOfMemory;
  }
}

}  // namespace heed
