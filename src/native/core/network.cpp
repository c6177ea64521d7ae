#include "network.h"

#include <algorithm>
#include <cmath>

#include "random.h"

namespace heed {

// One thread's part of a batch: its inputs frame by frame, its activations and its gradient. Kept between steps.
struct Network::Share {
  int first = 0, count = 0, rows = 0;
  Floats x;                      // [T, rows, paddedInput]
  Floats mask;                   // [T, rows]
  std::vector<LayerSpace> layers;
  std::vector<Floats> masks;    // [T, rows, stride] per layer boundary: dropout's 0 or 1 / (1 − share)
  std::vector<Floats> dropped;  // [T, rows, stride]: what the next layer sees under dropout
  Floats headMask;              // [rows, Hp]
  Floats pooled;                 // [rows, Hp], after dropout
  Floats logits, dLogits;        // [rows, C]
  Floats dh, dPooled, dFrames[2], gradient, scratch;
  double loss = 0, normPart = 0;
  int correct = 0;
  bool finished = true;
};

Network::Network(const Shape& shape, const Kernels& kernels) : shape_(shape), kernels_(kernels) {
  const int unit = std::max(kernels.vectorWidth, kernels.tileRows);
  paddedHidden_ = roundUp(shape.hidden, unit);
  std::size_t offset = 0;
  for (int l = 0; l < shape.layers; l++) {
    LayerSizes sizes;
    sizes.input = l == 0 ? shape.input : shape.hidden;
    sizes.hidden = shape.hidden;
    sizes.paddedInput = l == 0 ? roundUp(shape.input, kernels.vectorWidth) : paddedHidden_;
    sizes.paddedHidden = paddedHidden_;
    sizes.resetAfter = shape.resetAfter;
    layers_.push_back(sizes);
    layerOffsets_.push_back(offset);
    offset += sizes.total();
    const std::size_t H = shape.hidden;
    parameterCount_ += gateCount * (H * (H + sizes.input) + H) + (shape.resetAfter ? H : 0);
  }
  headOffset_ = offset;
  headBiasOffset_ = headOffset_ + std::size_t(shape.classes) * paddedHidden_;
  values_.resize(headBiasOffset_ + roundUp(shape.classes, unit));
  parameterCount_ += std::size_t(shape.classes) * shape.hidden + shape.classes;
  packed_.resize(shape.layers);
}

Network::~Network() = default;

namespace {

// Walks the flat order of JavaScript's ParameterSet (rows act on [h, x]) and the padded layout side by side.
template <class Visit>
void walk(const std::vector<LayerSizes>& layers, const std::vector<std::size_t>& offsets, const Shape& shape,
          std::size_t headOffset, std::size_t headBiasOffset, int Hp, Visit visit) {
  std::size_t flat = 0;
  const std::size_t H = shape.hidden;
  for (std::size_t l = 0; l < layers.size(); l++) {
    const LayerSizes& s = layers[l];
    const std::size_t hidden = offsets[l] + s.inputWeights(), bias = hidden + s.hiddenWeights();
    for (int g = 0; g < gateCount; g++) {
      for (std::size_t row = 0; row < H; row++) {
        const std::size_t padded = std::size_t(g) * Hp + row;
        visit(flat, hidden + padded * Hp, H);
        flat += H;
        visit(flat, offsets[l] + padded * s.paddedInput, std::size_t(s.input));
        flat += s.input;
      }
      visit(flat, bias + std::size_t(g) * Hp, H);
      flat += H;
    }
    if (shape.resetAfter) {
      visit(flat, bias + std::size_t(gateCount) * Hp, H);
      flat += H;
    }
  }
  for (int c = 0; c < shape.classes; c++) {
    visit(flat, headOffset + std::size_t(c) * Hp, H);
    flat += H;
  }
  visit(flat, headBiasOffset, std::size_t(shape.classes));
}

}  // namespace

void Network::scatter(const float* flat, Floats& padded) const {
  padded.resize(values_.size());
  walk(layers_, layerOffsets_, shape_, headOffset_, headBiasOffset_, paddedHidden_,
       [&](std::size_t from, std::size_t to, std::size_t count) { std::copy_n(flat + from, count, padded.data() + to); });
}

void Network::gather(const Floats& padded, float* flat) const {
  walk(layers_, layerOffsets_, shape_, headOffset_, headBiasOffset_, paddedHidden_,
       [&](std::size_t to, std::size_t from, std::size_t count) { std::copy_n(padded.data() + from, count, flat + to); });
}

void Network::setParameters(const float* flat) {
  scatter(flat, values_);
  backwardPacked_ = false;
  repack(0, 1, false);
}

void Network::repack(int thread, int threads, bool backward) {
  const int kinds = backward ? 2 : 1;
  for (int task = thread; task < shape_.layers * kinds; task += threads) {
    const int l = task / kinds;
    const float* values = values_.data() + layerOffsets_[l];
    if (task % kinds == 0) kernels_.packForward(layers_[l], values, packed_[l]);
    else kernels_.packBackward(layers_[l], values, packed_[l]);
  }
}

int Network::threadsFor(int sequences, int available) const {
  const int tiles = (sequences + kernels_.tileRows - 1) / kernels_.tileRows;
  return std::max(1, std::min(available, tiles));
}

void Network::prepare(Share& share, const Batch& batch, int first, int count, bool train) const {
  const int T = batch.frames, I = shape_.input, Ip = layers_[0].paddedInput, Hp = paddedHidden_;
  share.first = first;
  share.count = count;
  share.rows = roundUp(std::max(count, 1), kernels_.tileRows);
  const std::size_t rows = share.rows;
  share.x.resize(std::size_t(T) * rows * Ip);
  share.mask.resize(std::size_t(T) * rows);
  for (int m = 0; m < count; m++) {
    const float* in = batch.inputs.data() + std::size_t(first + m) * T * I;
    const int length = batch.lengths[first + m];
    for (int t = 0; t < length; t++) {
      std::copy_n(in + std::size_t(t) * I, I, share.x.data() + (t * rows + m) * Ip);
      share.mask[t * rows + m] = 1.f;
    }
  }
  share.layers.resize(shape_.layers);
  for (int l = 0; l < shape_.layers; l++) {
    LayerSpace& space = share.layers[l];
    const std::size_t saved = train ? T : 1;
    const int stride = Hp + kernels_.vectorWidth;  // breaks the power of two, at which rows would share cache sets
    const bool fits = space.rows == share.rows && space.h.size() == (T + 1) * rows * stride && space.r.size() == saved * rows * Hp;
    if (fits) continue;
    space.rows = share.rows;
    space.stride = stride;
    space.h.resize((T + 1) * rows * stride);
    for (Floats* f : {&space.r, &space.z, &space.n}) f->resize(saved * rows * Hp);
    if (shape_.resetAfter) space.inner.resize(saved * rows * Hp);
    else space.resetH.resize(saved * rows * stride);
    space.inputPart.resize(rows * Hp);
  }
}

// Draws the masks of this share's sequences, and passes over those of the sequences before them.
void Network::drawMasks(Share& share, const Batch& batch, float dropout, std::int32_t seed, std::int64_t step) const {
  const int H = shape_.hidden, between = shape_.layers - 1, stride = share.layers[0].stride;
  const std::size_t rows = share.rows;
  share.masks.resize(between);
  share.dropped.resize(between);
  for (int l = 0; l < between; l++) {
    share.masks[l].resize(batch.frames * rows * stride);
    share.dropped[l].resize(batch.frames * rows * stride);
  }
  share.headMask.resize(rows * paddedHidden_);
  Random random(seed, "dropout step " + std::to_string(step));
  const float kept = float(1 / (1 - double(dropout)));
  const double limit = dropout;
  for (int b = 0; b < share.first + share.count; b++) {
    const int m = b - share.first;
    const auto draw = [&](float* mask) {
      for (int j = 0; j < H; j++) {
        const float value = random.next() < limit ? 0.f : kept;
        if (mask) mask[j] = value;
      }
    };
    for (int l = 0; l < between; l++)
      for (int t = 0; t < batch.lengths[b]; t++) draw(m < 0 ? nullptr : share.masks[l].data() + (t * rows + m) * stride);
    draw(m < 0 ? nullptr : share.headMask.data() + std::size_t(m) * paddedHidden_);
  }
}

bool Network::forwardShare(Share& share, const Batch& batch, bool train, float dropout, std::int32_t seed, std::int64_t step,
                           const std::atomic<bool>& cancelled) const {
  const std::size_t rows = share.rows;
  const int T = batch.frames, Hp = paddedHidden_;
  if (dropout > 0) drawMasks(share, batch, dropout, seed, step);
  SequenceInput in{share.x.data(), layers_[0].paddedInput};
  for (int l = 0; l < shape_.layers; l++) {
    LayerSpace& space = share.layers[l];
    if (!kernels_.forwardLayer(layers_[l], values_.data() + layerOffsets_[l], packed_[l], in, share.mask.data(), T, space, train,
                               &cancelled))
      return false;
    in = {space.h.data() + rows * space.stride, space.stride};
    if (dropout > 0 && l + 1 < shape_.layers) {
      Floats& dropped = share.dropped[l];
      std::copy_n(in.x, dropped.size(), dropped.data());
      kernels_.multiply(dropped.data(), share.masks[l].data(), dropped.size());
      in.x = dropped.data();
    }
  }
  const LayerSpace& top = share.layers.back();
  share.pooled.resize(rows * Hp);
  for (int m = 0; m < share.count; m++) {
    float* out = share.pooled.data() + std::size_t(m) * Hp;
    const int length = batch.lengths[share.first + m];
    if (shape_.pooling == Pooling::last) {
      std::copy_n(top.h.data() + (std::size_t(T) * rows + m) * top.stride, Hp, out);
    } else {
      for (int t = 1; t <= length; t++)
        kernels_.addScaled(1.f / length, top.h.data() + (std::size_t(t) * rows + m) * top.stride, out, Hp);
    }
  }
  if (dropout > 0) kernels_.multiply(share.pooled.data(), share.headMask.data(), share.pooled.size());
  return true;
}

void Network::headForward(Share& share, const Batch&, float* logits) const {
  for (int m = 0; m < share.count; m++)
    kernels_.dense(values_.data() + headOffset_, values_.data() + headBiasOffset_, shape_.classes, paddedHidden_, paddedHidden_,
                   share.pooled.data() + std::size_t(m) * paddedHidden_, logits + std::size_t(share.first + m) * shape_.classes);
}

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
    if (!kernels_.backwardLayer(layers_[l], packed_[l], in, T, share.layers[l], share.dh.data(), dOut, dIn, Hp,
                                share.gradient.data() + layerOffsets_[l], share.scratch, truncateFrames, &cancelled))
      return false;
    if (below && dropout > 0)
      for (std::size_t row = 0; row < T * rows; row++)
        kernels_.multiply(dIn + row * Hp, share.masks[l - 1].data() + row * below->stride, Hp);
    dOut = dIn;
  }
  return true;
}

Outcome Network::forward(const Batch& batch, float* logits, ThreadPool* pool, int threads, const std::atomic<bool>& cancelled) {
  const int count = pool ? threadsFor(batch.sequences, std::min(threads, pool->threads())) : 1;
  while (static_cast<int>(shares_.size()) < count) shares_.push_back(std::make_unique<Share>());
  const int part = roundUp((batch.sequences + count - 1) / count, kernels_.tileRows);
  const auto work = [&](int thread) {
    const int first = std::min(batch.sequences, thread * part);
    Share& share = *shares_[thread];
    prepare(share, batch, first, std::min(part, batch.sequences - first), false);
    share.finished = forwardShare(share, batch, false, 0.f, 0, 0, cancelled);
    if (share.finished) headForward(share, batch, logits);
  };
  if (pool && count > 1) pool->run(count, work);
  else work(0);
  for (int i = 0; i < count; i++)
    if (!shares_[i]->finished) return Outcome::cancelled;
  return Outcome::done;
}

StepResult Network::trainStep(const Batch& batch, const Targets& targets, const TrainerSettings& settings, float learningRate,
                              Optimiser& optimiser, ThreadPool& pool, const std::atomic<bool>& cancelled) {
  const int count = threadsFor(batch.sequences, pool.threads());
  while (static_cast<int>(shares_.size()) < count) shares_.push_back(std::make_unique<Share>());
  const int part = roundUp((batch.sequences + count - 1) / count, kernels_.tileRows);
  const std::size_t total = values_.size();
  std::vector<float> logits(std::size_t(batch.sequences) * shape_.classes);
  StepResult result;
  Barrier barrier(count);

  pool.run(count, [&](int thread) {
    Share& share = *shares_[thread];
    const int first = std::min(batch.sequences, thread * part);
    if (!backwardPacked_) {
      for (int l = thread; l < shape_.layers; l += count)
        kernels_.packBackward(layers_[l], values_.data() + layerOffsets_[l], packed_[l]);
    }
    prepare(share, batch, first, std::min(part, batch.sequences - first), true);
    share.gradient.resize(total);
    barrier.wait();
    share.finished = forwardShare(share, batch, true, settings.dropout, settings.seed, optimiser.step + 1, cancelled);
    if (share.finished) {
      headForward(share, batch, logits.data());
      share.loss = headBackward(share, batch, targets, logits.data(), settings.dropout, share.correct);
      share.finished = backwardShare(share, batch, settings.dropout, settings.truncateFrames, cancelled);
    }
    barrier.wait();
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
        if (!shares_[i]->finished) result.outcome = Outcome::cancelled;
      }
      result.gradientNorm = std::sqrt(norm);
      if (result.outcome == Outcome::done && !(std::isfinite(result.loss) && std::isfinite(norm))) result.outcome = Outcome::diverged;
      if (result.outcome == Outcome::done) optimiser.step++;
    }
    barrier.wait();
    if (result.outcome != Outcome::done) return;
    const double correction1 = 1 - std::pow(double(settings.beta1), double(optimiser.step));
    const double correction2 = 1 - std::pow(double(settings.beta2), double(optimiser.step));
    const double scale = result.gradientNorm > settings.clipNorm ? settings.clipNorm / result.gradientNorm : 1.0;
    kernels_.adam(values_.data() + from, gradient + from, optimiser.first.data() + from, optimiser.second.data() + from, to - from,
                  float(scale), float(learningRate / correction1), float(1 / correction2), settings.beta1, settings.beta2,
                  settings.epsilon);
    barrier.wait();
    repack(thread, count, true);
  });
  backwardPacked_ = true;
  return result;
}

std::size_t Network::streamStateSize() const { return std::size_t(shape_.layers + 5) * paddedHidden_; }

void Network::streamStep(const float* frame, float* state, int frameIndex, float* logits) const {
  const int Hp = paddedHidden_;
  float* scratch = state + std::size_t(shape_.layers) * Hp;
  float* mean = scratch + 4 * std::size_t(Hp);
  const float* x = frame;
  for (int l = 0; l < shape_.layers; l++) {
    float* h = state + std::size_t(l) * Hp;
    kernels_.streamStep(layers_[l], values_.data() + layerOffsets_[l], packed_[l], x, h, scratch);
    x = h;
  }
  if (shape_.pooling == Pooling::mean) {
    const float weight = 1.f / (frameIndex + 1);
    for (int j = 0; j < Hp; j++) mean[j] += weight * (x[j] - mean[j]);
    x = mean;
  }
  kernels_.dense(values_.data() + headOffset_, values_.data() + headBiasOffset_, shape_.classes, Hp, Hp, x, logits);
}

}  // namespace heed
