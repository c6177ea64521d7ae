// Live sequences: a network's step from frame to frame, on one thread or on several that share its weights.
#include <algorithm>
#include <functional>

#include "denormals.h"
#include "network.h"
#include "thread_pool.h"

namespace heed {

namespace {

// A thread takes part in a step where at least so much of the weights falls to it, and so a step of less than 1 MiB stays on
// one. Its weights then stay in that core's own cache, of 1 or 2 MiB on today's processors, from frame to frame, and reading
// them takes several times as long as meeting the other threads.
constexpr std::size_t leastWeightBytes = std::size_t(512) << 10;

}  // namespace

std::size_t Network::streamStateSize() const { return (shape_.layers * layerStateVectors() + 5) * paddedHidden_; }

int Network::threadsForStream(Precision weights) const {
  std::size_t words = 0;
  for (const ForwardPanels& panels : forwardPanels_[static_cast<int>(weights)]) {
    // Their columns are found one after the other.
    if (panels.isSparse() || panels.isFactored()) return 1;
    words += panels.gates.size() + panels.candidate.size();
  }
  const auto shares = static_cast<int>(words * sizeof(float) / leastWeightBytes);
  return std::max(1, std::min({shares, paddedHidden_ / kernels_.vectorWidth, SharedPhases::mostSlices}));
}

// Gives `run` the phases of the layers' step one after the other: each needs all that was computed in those before it.
template <class Run>
void Network::eachPhase(const float* frame, float* state, Precision weights, Run run) const {
  const LayerKernels& kernels = kernels_.layerIn(weights);
  const std::vector<ForwardPanels>& panels = forwardPanels_[static_cast<int>(weights)];
  const std::size_t layerState = layerStateVectors() * paddedHidden_;
  float* scratch = state + shape_.layers * layerState;
  const float* x = frame;
  for (int l = 0; l < shape_.layers; l++) {
    float* h = state + l * layerState;
    run([&](UnitSlice slice) {
      kernels.streamGates(slice, layers_[l], values_.data() + layerOffsets_[l], panels[l], x, h, scratch);
    });
    run([&](UnitSlice slice) { kernels.streamState(slice, layers_[l], panels[l], h, scratch); });
    x = h;
  }
}

// The layers' step, on so many threads: those that do not come leave theirs to the caller.
void Network::shareStep(const float* frame, float* state, Precision weights, ThreadPool& pool, int count) const {
  const int Hp = paddedHidden_;
  SharedPhases phases(count);
  const auto work = [&](int thread) {
    int phase = 0;
    eachPhase(frame, state, weights, [&](auto compute) {
      phases.run(phase++, thread, [&](int slice) { compute(UnitSlice{Hp * slice / count, Hp * (slice + 1) / count}); });
    });
  };
  pool.offer(count, std::cref(work));
}

void Network::streamStep(const float* frame, float* state, std::vector<float>& history, std::int64_t frameIndex, float* logits,
                         Precision weights, ThreadPool* pool, int threads) const {
  const FlushDenormals flush;
  const int Hp = paddedHidden_, count = pool ? std::min({threads, pool->threads(), threadsForStream(weights)}) : 1;
  if (count > 1) shareStep(frame, state, weights, *pool, count);
  else eachPhase(frame, state, weights, [&](auto compute) { compute(UnitSlice{0, Hp}); });
  const std::size_t layerState = layerStateVectors() * Hp;
  float* pooled = state + shape_.layers * layerState + 4 * std::size_t(Hp);
  const float* x = state + (shape_.layers - 1) * layerState;
  if (shape_.pooling == Pooling::mean) {
    const float weight = 1.f / float(frameIndex + 1);
    for (int j = 0; j < Hp; j++) pooled[j] += weight * (x[j] - pooled[j]);
    x = pooled;
  } else if (shape_.attention().heads) {
    attendStream(history, x, logits ? pooled : nullptr);
    x = pooled;
  }
  if (!logits) return;
  kernels_.dense(values_.data() + headOffset_, values_.data() + headBiasOffset_, shape_.classes, Hp, Hp, x, logits);
}

// One sequence is one row of a tile, whose other rows would be computed for nothing: frame by frame it is several times as
// quick.
Outcome Network::forwardOne(const Batch& batch, float* logits, ThreadPool* pool, int threads, const std::atomic<bool>& cancelled) {
  state_.resize(streamStateSize());
  history_.clear();
  packForward();
  const int length = batch.lengths[0];
  const bool perFrame = shape_.pooling == Pooling::none;
  for (int t = 0; t < length; t++) {
    if (cancelled.load(std::memory_order_relaxed)) return Outcome::cancelled;
    float* answer = perFrame ? logits + std::size_t(t) * shape_.classes : t + 1 == length ? logits : nullptr;
    streamStep(batch.inputs.data() + std::size_t(t) * shape_.input, state_.data(), history_, t, answer, Precision::float32, pool,
               threads);
  }
  return Outcome::done;
}

}  // namespace heed
