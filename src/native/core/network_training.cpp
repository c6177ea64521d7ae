// A training step: loss, BPTT, clipping and Adam.
#include <algorithm>
#include <cmath>

#include "network.h"
#include "network_share.h"

namespace heed {

// Loss of this share (summed, already divided by B) and the head's gradients; d(pooled) into share.dPooled.
double Network::headBackward(Share& share, const Batch& batch, const Targets& targets, const float* logits, float dropout, int& correct) const {
  const int C = shape_.classes, Hp = paddedHidden_;
  share.dPooled.resize(std::size_t(share.rows) * Hp);
  std::vector<float> d(C);
  double loss = 0;
  correct = 0;
  for (int m = 0; m < share.count; m++) {
    const int b = share.first + m;
    const float* y = logits + std::size_t(b) * C;
    if (targets.loss == Loss::crossEntropy) {
      const float top = *std::max_element(y, y + C);
      double total = 0;
      for (int c = 0; c < C; c++) total += std::exp(double(y[c]) - top);
      const int truth = targets.classes[b];
      loss += std::log(total) + top - y[truth];
      correct += std::max_element(y, y + C) - y == truth;
      for (int c = 0; c < C; c++) d[c] = float((std::exp(double(y[c]) - top) / total - (c == truth)) / batch.sequences);
    } else {
      // Mean over classes as over the batch, as PyTorch's MSELoss.
      for (int c = 0; c < C; c++) {
        const double error = double(y[c]) - targets.values[std::size_t(b) * C + c];
        loss += error * error / C;
        d[c] = float(2 * error / (double(C) * batch.sequences));
      }
    }
    for (int c = 0; c < C; c++) {
      kernels_.addScaled(d[c], share.pooled.data() + std::size_t(m) * Hp, share.gradient.data() + headOffset_ + std::size_t(c) * Hp, Hp);
      kernels_.addScaled(d[c], values_.data() + headOffset_ + std::size_t(c) * Hp, share.dPooled.data() + std::size_t(m) * Hp, Hp);
      share.gradient[headBiasOffset_ + c] += d[c];
    }
  }
  if (dropout > 0) kernels_.multiply(share.dPooled.data(), share.headMask.data(), share.dPooled.size());
  return loss / batch.sequences;
}

bool Network::backwardShare(Share& share, const Batch& batch, float dropout, int truncateFrames, const std::atomic<bool>& cancelled) const {
  const int T = batch.frames, Hp = paddedHidden_, top = shape_.layers - 1;
  const std::size_t rows = share.rows;
  share.dh.resize(rows * Hp);
  const float* dOut = nullptr;
  // The pooled state's gradient goes to the frames that made it. Where every sequence fills the batch, the last frame's is
  // simply where BPTT begins; elsewhere it must not pass through padding, which truncation could cut.
  const bool full = std::all_of(batch.lengths.begin() + share.first, batch.lengths.begin() + share.first + share.count,
                                [&](int length) { return length == T; });
  if (shape_.pooling == Pooling::last && full) {
    std::copy_n(share.dPooled.data(), rows * Hp, share.dh.data());
  } else {
    Floats& d = share.dFrames[top % 2];
    d.resize(std::size_t(T) * rows * Hp);
    for (int m = 0; m < share.count; m++) {
      const int length = batch.lengths[share.first + m];
      const bool mean = shape_.pooling == Pooling::mean;
      for (int t = mean ? 0 : length - 1; t < length; t++)
        kernels_.addScaled(mean ? 1.f / length : 1.f, share.dPooled.data() + std::size_t(m) * Hp, d.data() + (t * rows + m) * Hp, Hp);
    }
    dOut = d.data();
  }
  for (int l = top; l >= 0; l--) {
    const LayerSpace* below = l > 0 ? &share.layers[l - 1] : nullptr;
    SequenceInput in{share.x.data(), layers_[0].paddedInput};
    float* dIn = nullptr;
    if (below) {
      in = {dropout > 0 ? share.dropped[l - 1].data() : below->h.data() + rows * below->stride, below->stride};
      Floats& d = share.dFrames[(l - 1) % 2];
      d.resize(std::size_t(T) * rows * Hp);
      dIn = d.data();
    }
    if (l < top) share.dh.zero();
    if (!layer().backwardLayer(layers_[l], backwardPanels_[l], in, T, share.layers[l], share.dh.data(), dOut, dIn, Hp,
                               share.gradient.data() + layerOffsets_[l], share.scratch, truncateFrames, &cancelled))
      return false;
    if (below && dropout > 0)
      for (std::size_t row = 0; row < T * rows; row++)
        kernels_.multiply(dIn + row * Hp, share.masks[l - 1].data() + row * below->stride, Hp);
    dOut = dIn;
  }
  return true;
}

StepResult Network::trainStep(const Batch& batch, const Targets& targets, const TrainerSettings& settings, float learningRate,
                              Optimiser& optimiser, ThreadPool& pool, const std::atomic<bool>& cancelled) {
  const int count = threadsFor(batch.sequences, pool.threads());
  while (static_cast<int>(shares_.size()) < count) shares_.push_back(std::make_unique<Share>());
  const int part = roundUp((batch.sequences + count - 1) / count, kernels_.tileRows);
  const std::size_t total = values_.size();
  std::vector<float> logits(std::size_t(batch.sequences) * shape_.classes);
  StepResult result;
  std::atomic<Outcome> outcome{Outcome::done};
  Barrier barrier(count);

  pool.run(count, [&](int thread) {
    Share& share = *shares_[thread];
    const int first = std::min(batch.sequences, thread * part);
    attempt(outcome, [&] {
      pack(thread, count, !packedIn(precision_), !backwardPacked_);
      prepare(share, batch, first, std::min(part, batch.sequences - first), true);
      share.gradient.resize(total);
      return true;
    });
    barrier.wait();
    if (outcome == Outcome::done)
      attempt(outcome, [&] {
        if (!forwardShare(share, batch, true, settings.dropout, settings.seed, optimiser.step + 1, cancelled)) return false;
        headForward(share, batch, logits.data());
        share.loss = headBackward(share, batch, targets, logits.data(), settings.dropout, share.correct);
        return backwardShare(share, batch, settings.dropout, settings.truncateFrames, cancelled);
      });
    barrier.wait();
    // Every thread sees the same here: what ended the work was written before the barrier.
    if (outcome != Outcome::done) return;
    // Each thread sums its slice of all gradients, in the threads' order.
    const std::size_t from = total * thread / count / 64 * 64, to = thread == count - 1 ? total : total * (thread + 1) / count / 64 * 64;
    float* gradient = shares_[0]->gradient.data();
    for (int other = 1; other < count; other++)
      kernels_.accumulate(gradient + from, shares_[other]->gradient.data() + from, to - from);
    share.normPart = kernels_.sumOfSquares(gradient + from, to - from);
    barrier.wait();
    if (thread == 0) {
      double norm = 0;
      for (int i = 0; i < count; i++) {
        norm += shares_[i]->normPart;
        result.loss += shares_[i]->loss;
        result.correct += shares_[i]->correct;
      }
      result.gradientNorm = std::sqrt(norm);
      if (std::isfinite(result.loss) && std::isfinite(norm)) optimiser.step++;
      else outcome = Outcome::diverged;
    }
    barrier.wait();
    if (outcome != Outcome::done) return;
    const double correction1 = 1 - std::pow(double(settings.beta1), double(optimiser.step));
    const double correction2 = 1 - std::pow(double(settings.beta2), double(optimiser.step));
    const double scale = result.gradientNorm > settings.clipNorm ? settings.clipNorm / result.gradientNorm : 1.0;
    kernels_.adam(values_.data() + from, gradient + from, optimiser.first.data() + from, optimiser.second.data() + from, to - from,
                  float(scale), float(learningRate / correction1), float(1 / correction2), settings.beta1, settings.beta2,
                  settings.epsilon);
    barrier.wait();
    pack(thread, count, true, true);
  });
  result.outcome = outcome;
  if (outcome == Outcome::done)
    for (bool& packed : forwardPacked_) packed = false;  // those of the old weights
  if (outcome != Outcome::outOfMemory) packedIn(precision_) = backwardPacked_ = true;
  return result;
}

}  // namespace heed
