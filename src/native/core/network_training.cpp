// A training step: loss, BPTT, clipping and Adam.
#include <algorithm>
#include <cmath>

#include "distillation.h"
#include "network.h"
#include "network_share.h"

namespace heed {

int Network::scoredAnswers(const Batch& batch, const Targets& targets) const {
  if (shape_.pooling != Pooling::none) return batch.sequences;
  int scored = 0;
  for (int b = 0; b < batch.sequences; b++) {
    const int length = batch.lengths[b];
    const std::int32_t* classes = targets.classes.data() + std::size_t(b) * batch.frames;
    scored += targets.loss == Loss::crossEntropy ? length - int(std::count(classes, classes + length, unscored)) : length;
  }
  return scored;
}

// What the loss is multiplied by before its gradients are taken, so that few of them are too small for the products' format,
// and none too large that is not far beyond the ordinary: an answer's own, before it is divided by their number, 16 to 32.
double Network::lossScale(int scored) const {
  return precision_ == Precision::float16 ? 16 * std::exp2(std::ceil(std::log2(double(std::max(1, scored))))) : 1;
}

// Loss of this share (summed, already divided by the batch's scored answers) and the head's gradients, scaled; d(pooled) into
// share.dPooled.
double Network::headBackward(Share& share, const Batch& batch, const Targets& targets, const float* logits, const DropoutDraw& draw,
                             int scored, int& correct) const {
  const int C = shape_.classes, Hp = paddedHidden_;
  const double scale = lossScale(scored);
  share.dPooled.resize(share.pooled.size());
  std::vector<float> d(C);
  double loss = 0;
  correct = 0;
  share.eachAnswer(shape_, batch, [&](std::size_t row, std::size_t answer) {
    const float* y = logits + answer * C;
    if (!targets.teacher.empty()) {
      if (targets.classes[answer] == unscored) return;
      loss += distillationLoss(targets, answer, y, C, scored, d.data());
      correct += std::max_element(y, y + C) - y == targets.classes[answer];
    } else if (targets.loss == Loss::crossEntropy) {
      const int truth = targets.classes[answer];
      if (truth == unscored) return;
      const float top = *std::max_element(y, y + C);
      double total = 0;
      for (int c = 0; c < C; c++) total += std::exp(double(y[c]) - top);
      loss += std::log(total) + top - y[truth];
      correct += std::max_element(y, y + C) - y == truth;
      for (int c = 0; c < C; c++) d[c] = float((std::exp(double(y[c]) - top) / total - (c == truth)) / scored);
    } else {
      // Mean over classes as over the answers, as PyTorch's MSELoss.
      for (int c = 0; c < C; c++) {
        const double error = double(y[c]) - targets.values[answer * C + c];
        loss += error * error / C;
        d[c] = float(2 * error / (double(C) * scored));
      }
    }
    if (scale != 1)
      for (float& each : d) each *= float(scale);
    for (int c = 0; c < C; c++) {
      kernels_.addScaled(d[c], share.pooled.data() + row * Hp, share.gradient.data() + headOffset_ + std::size_t(c) * Hp, Hp);
      kernels_.addScaled(d[c], values_.data() + headOffset_ + std::size_t(c) * Hp, share.dPooled.data() + row * Hp, Hp);
      share.gradient[headBiasOffset_ + c] += d[c];
    }
  });
  if (draw.active()) dropHead(share, batch, draw, share.dPooled.data());
  return loss / scored;
}

bool Network::backwardShare(Share& share, const Batch& batch, const DropoutDraw& draw, int truncateFrames,
                            const std::atomic<bool>& cancelled, float* inputGradient, double scale) const {
  const int T = batch.frames, Hp = paddedHidden_, top = shape_.layers - 1;
  const std::size_t rows = share.rows;
  share.dh.resize(rows * Hp);
  const float* dOut = nullptr;
  std::size_t dOutStep = rows * Hp;
  // The pooled state's gradient goes to the frames that made it. Where every sequence fills the batch, the last frame's is
  // simply where BPTT begins, and a mean's is the same for all frames; elsewhere it must not pass through padding, which
  // truncation could cut.
  const bool full = std::all_of(batch.lengths.begin() + share.first, batch.lengths.begin() + share.first + share.count,
                                [&](int length) { return length == T; });
  const bool mean = shape_.pooling == Pooling::mean;
  if (shape_.attention().heads) {
    Floats& d = share.dFrames[top % 2];
    d.resize(std::size_t(T) * rows * Hp);
    attendBackward(share, batch, d.data());
    dOut = d.data();
  } else if (shape_.pooling == Pooling::none) {
    dOut = share.dPooled.data();
  } else if (full && !mean) {
    std::copy_n(share.dPooled.data(), rows * Hp, share.dh.data());
  } else {
    Floats& d = share.dFrames[top % 2];
    const int frames = full ? 1 : T;
    d.resize(frames * rows * Hp);
    if (full) dOutStep = 0;
    for (int m = 0; m < share.count; m++) {
      const int length = batch.lengths[share.first + m];
      for (int t = mean ? 0 : length - 1; t < std::min(frames, length); t++)
        kernels_.addScaled(mean ? 1.f / length : 1.f, share.dPooled.data() + std::size_t(m) * Hp, d.data() + (t * rows + m) * Hp, Hp);
    }
    dOut = d.data();
  }
  for (int l = top; l >= 0; l--) {
    const LayerSpace* below = l > 0 ? &share.layers[l - 1] : nullptr;
    SequenceInput in{share.x.data(), layers_[0].paddedInput};
    float* dIn = nullptr;
    int dInStride = Hp;
    if (!below && inputGradient) {
      dInStride = layers_[0].paddedInput;
      share.dInputs.resize(std::size_t(T) * rows * dInStride);
      dIn = share.dInputs.data();
    }
    if (below) {
      in = {draw.active() ? share.dropped[l - 1].data() : below->h.data() + rows * below->stride, below->stride};
      Floats& d = share.dFrames[(l - 1) % 2];
      d.fit(std::size_t(T) * rows * Hp);
      dIn = d.data();
    }
    if (l < top) share.dh.zero();
    if (!layer().backwardLayer(layers_[l], backwardPanels_[l], in, T, share.layers[l], share.dh.data(), dOut, dOutStep, dIn, dInStride,
                               share.gradient.data() + layerOffsets_[l], share.scratch, truncateFrames, &cancelled))
      return false;
    if (below && draw.active()) drop(share, batch, draw, l - 1, dIn, Hp, dIn, Hp);
    dOut = dIn;
    dOutStep = rows * Hp;
  }
  if (inputGradient) {
    const int I = shape_.input, Ip = layers_[0].paddedInput;
    for (int m = 0; m < share.count; m++)
      for (int t = 0; t < batch.lengths[share.first + m]; t++)
        std::transform(share.dInputs.data() + (t * rows + m) * Ip, share.dInputs.data() + (t * rows + m) * Ip + I,
                       inputGradient + (std::size_t(share.first + m) * T + t) * I, [=](float d) { return d * float(1 / scale); });
  }
  return true;
}

StepResult Network::trainStep(const Batch& batch, const Targets& targets, const TrainerSettings& settings, float learningRate,
                              Optimiser& optimiser, ThreadPool& pool, const std::atomic<bool>& cancelled, float* inputGradient) {
  const int count = threadsFor(batch.sequences, pool.threads());
  while (static_cast<int>(shares_.size()) < count) shares_.push_back(std::make_unique<Share>());
  const int part = roundUp((batch.sequences + count - 1) / count, kernels_.tileRows);
  const std::size_t total = values_.size();
  std::vector<float> logits(std::size_t(batch.sequences) * shape_.answersPerSequence(batch.frames) * shape_.classes);
  const int scored = scoredAnswers(batch, targets);
  const DropoutDraw draw = settings.dropout > 0 ? DropoutDraw(settings.dropout, settings.seed, optimiser.step + 1) : DropoutDraw();
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
        if (!forwardShare(share, batch, true, draw, cancelled)) return false;
        headForward(share, batch, logits.data());
        share.loss = headBackward(share, batch, targets, logits.data(), draw, scored, share.correct);
        return backwardShare(share, batch, draw, settings.truncateFrames, cancelled, inputGradient, lossScale(scored));
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
      result.gradientNorm = std::sqrt(norm) / lossScale(scored);
      if (std::isfinite(result.loss) && std::isfinite(norm)) optimiser.step++;
      else outcome = Outcome::diverged;
    }
    barrier.wait();
    if (outcome != Outcome::done) return;
    const double correction1 = 1 - std::pow(double(settings.beta1), double(optimiser.step));
    const double correction2 = 1 - std::pow(double(settings.beta2), double(optimiser.step));
    const double scale = result.gradientNorm > settings.clipNorm ? settings.clipNorm / result.gradientNorm : 1.0;
    kernels_.adam(values_.data() + from, gradient + from, optimiser.first.data() + from, optimiser.second.data() + from, to - from,
                  float(scale / lossScale(scored)), float(learningRate / correction1), float(1 / correction2), settings.beta1, settings.beta2,
                  settings.epsilon);
    barrier.wait();
    pack(thread, count, true, true);
  });
  result.outcome = outcome;
  if (outcome == Outcome::done) {
    for (bool& packed : forwardPacked_) packed = false;  // those of the old weights
    sparsePacked_ = false;
    dropFactors();
  }
  if (outcome != Outcome::outOfMemory) packedIn(precision_) = backwardPacked_ = true;
  return result;
}

}  // namespace heed
