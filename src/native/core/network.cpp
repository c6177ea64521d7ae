#include "network.h"

#include <algorithm>

#include "denormals.h"
#include "network_share.h"
#include "random.h"

namespace heed {

Network::Network(const Shape& shape, const Kernels& kernels, Precision precision)
    : shape_(shape), kernels_(kernels), precision_(precision) {
  const int unit = std::max(kernels.vectorWidth, kernels.tileRows);
  paddedHidden_ = roundUp(shape.hidden, unit);
  std::size_t offset = 0;
  for (int l = 0; l < shape.layers; l++) {
    LayerSizes sizes;
    sizes.input = l == 0 ? shape.input : shape.hidden;
    sizes.hidden = shape.hidden;
    sizes.paddedInput = l == 0 ? roundUp(shape.input, kernels.vectorWidth) : paddedHidden_;
    sizes.paddedHidden = paddedHidden_;
    sizes.cell = shape.cell;
    layers_.push_back(sizes);
    layerOffsets_.push_back(offset);
    offset += sizes.total();
  }
  const AttentionForm attention = shape.attention();
  queryWeightsOffset_ = offset;
  if (attention.asksByLastState) offset += std::size_t(roundUp(shape.hidden, unit)) * paddedHidden_;
  queryOffset_ = offset;
  if (attention.heads) offset += paddedHidden_;
  headOffset_ = offset;
  headBiasOffset_ = headOffset_ + std::size_t(shape.classes) * paddedHidden_;
  values_.resize(headBiasOffset_ + roundUp(shape.classes, unit));
  parameterCount_ = parameterCount(shape);
  for (auto& panels : forwardPanels_) panels.resize(shape.layers);
  backwardPanels_.resize(shape.layers);
  packForward();
}

std::size_t Network::parameterCount(const Shape& shape) {
  const std::size_t H = shape.hidden, C = shape.classes;
  const CellLayout layout = cellLayout(shape.cell);
  const AttentionForm attention = shape.attention();
  std::size_t count = C * H + C + (attention.heads ? H : 0) + (attention.asksByLastState ? H * H : 0);
  for (int l = 0; l < shape.layers; l++) {
    const std::size_t inputs = l == 0 ? shape.input : shape.hidden;
    count += layout.gates * (H * (H + inputs) + H) + (layout.scaled ? H : 0);
  }
  return count;
}

Network::~Network() = default;

namespace {

// Walks the flat order of JavaScript's ParameterSet (rows act on [h, x]) and the padded layout side by side.
template <class Visit>
void walk(const std::vector<LayerSizes>& layers, const std::vector<std::size_t>& offsets, const Shape& shape,
          std::size_t queryWeightsOffset, std::size_t queryOffset, std::size_t headOffset, std::size_t headBiasOffset, int Hp,
          Visit visit) {
  std::size_t flat = 0;
  const std::size_t H = shape.hidden;
  const CellLayout layout = cellLayout(shape.cell);
  for (std::size_t l = 0; l < layers.size(); l++) {
    const LayerSizes& s = layers[l];
    const std::size_t hidden = offsets[l] + s.inputWeights(), bias = hidden + s.hiddenWeights();
    for (int g = 0; g < layout.gates; g++) {
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
    if (layout.scaled) {
      visit(flat, bias + std::size_t(layout.gates) * Hp, H);
      flat += H;
    }
  }
  const AttentionForm attention = shape.attention();
  for (std::size_t row = 0; attention.asksByLastState && row < H; row++) {
    visit(flat, queryWeightsOffset + row * Hp, H);
    flat += H;
  }
  if (attention.heads) {
    visit(flat, queryOffset, H);
    flat += H;
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
  walk(layers_, layerOffsets_, shape_, queryWeightsOffset_, queryOffset_, headOffset_, headBiasOffset_, paddedHidden_,
       [&](std::size_t from, std::size_t to, std::size_t count) { std::copy_n(flat + from, count, padded.data() + to); });
}

void Network::gather(const Floats& padded, float* flat) const {
  walk(layers_, layerOffsets_, shape_, queryWeightsOffset_, queryOffset_, headOffset_, headBiasOffset_, paddedHidden_,
       [&](std::size_t to, std::size_t from, std::size_t count) { std::copy_n(padded.data() + from, count, flat + to); });
}

void Network::setParameters(const float* flat) {
  scatter(flat, values_);
  for (bool& packed : forwardPacked_) packed = false;
  backwardPacked_ = sparsePacked_ = false;
  dropFactors();
}

bool Network::factorsFit(int layer, bool ofStates, const Factors& factors) const {
  const LayerSizes& s = layers_[layer];
  const std::size_t rank = factors.rank;
  return factors.rank >= 0 && factors.rank <= mostRank && factors.left.size() == rank * s.layout().gates * s.hidden &&
         factors.right.size() == rank * (ofStates ? s.hidden : s.input);
}

void Network::setFactors(const std::vector<std::pair<Factors, Factors>>& factors) {
  const LayerKernels& kernels = kernels_.layerIn(Precision::float32);
  for (int l = 0; l < shape_.layers; l++)
    kernels.packFactors(layers_[l], values_.data() + layerOffsets_[l], factors[l].first, factors[l].second,
                        panelsIn(Precision::float32)[l]);
}

void Network::dropFactors() {
  for (ForwardPanels& panels : panelsIn(Precision::float32)) panels.inputRank = panels.stateRank = 0;
}

// One thread's part of packing the weights as training and batches read them.
void Network::pack(int thread, int threads, bool forward, bool backward) {
  for (int task = thread; task < shape_.layers * 2; task += threads) {
    const int l = task / 2;
    const float* values = values_.data() + layerOffsets_[l];
    if (task % 2 == 0 && forward) layer().packForward(layers_[l], values, panelsIn(precision_)[l]);
    if (task % 2 == 1 && backward) layer().packBackward(layers_[l], values, backwardPanels_[l]);
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
  const CellLayout layout = cellLayout(shape_.cell);
  share.layers.resize(shape_.layers);
  for (int l = 0; l < shape_.layers; l++) {
    LayerSpace& space = share.layers[l];
    const std::size_t saved = train ? T : 1;
    const int stride = Hp + kernels_.vectorWidth;  // breaks the power of two, at which rows would share cache sets
    const bool fits = space.rows == share.rows && space.h.size() == (T + 1) * rows * stride && space.gate[0].size() == saved * rows * Hp;
    if (fits) continue;
    space.rows = 0;  // nothing fits until all of it is there
    space.stride = stride;
    space.h.resize((T + 1) * rows * stride);
    for (int g = 0; g < layout.gates; g++) space.gate[g].resize(saved * rows * Hp);
    if (layout.scaled) space.inner.resize(saved * rows * Hp);
    if (layout.gated()) space.gated.resize(saved * rows * stride);
    if (layout.memory) space.memory.resize((T + 1) * rows * Hp);
    space.inputPart.resize(rows * Hp);
    if (precision_ != Precision::float32) {
      const auto operand = [&](int numbers) { return rows * LayerSpace::operandStride(numbers, kernels_.vectorWidth); };
      space.xOperand.resize(operand(layers_[l].paddedInput));
      space.hOperand.resize(2 * operand(Hp));
      space.gatedOperand.resize(operand(Hp));
    }
    space.rows = share.rows;
  }
}

DropoutDraw::DropoutDraw(float share, std::int32_t seed, std::int64_t step)
    : key(Random(seed, "dropout step " + std::to_string(step)).bits()), limit(std::uint32_t(double(share) * 4294967296.0)),
      kept(float(1 / (1 - double(share)))) {}

std::uint32_t DropoutDraw::rowKey(int sequence, int boundary, int frame) const {
  return indexedBits(indexedBits(indexedBits(key, std::uint32_t(sequence)), std::uint32_t(boundary)), std::uint32_t(frame));
}

// y = x ⊙ mask, both [T, rows, …], for the states that layer `boundary` hands up; zeros behind a sequence's end.
void Network::drop(const Share& share, const Batch& batch, const DropoutDraw& draw, int boundary, const float* x, int strideX,
                   float* y, int strideY) const {
  for (int t = 0; t < batch.frames; t++)
    for (int m = 0; m < share.rows; m++, x += strideX, y += strideY) {
      const int sequence = share.first + m;
      if (m < share.count && t < batch.lengths[sequence])
        kernels_.dropUnits(draw.rowKey(sequence, boundary, t), draw.limit, draw.kept, x, y, paddedHidden_);
      else
        std::fill_n(y, paddedHidden_, 0.f);
    }
}

// The head's mask counts as one more layer's: of one frame, without pooling of all.
void Network::dropHead(const Share& share, const Batch& batch, const DropoutDraw& draw, float* pooled) const {
  const int boundary = shape_.layers - 1;
  if (shape_.pooling == Pooling::none) return drop(share, batch, draw, boundary, pooled, paddedHidden_, pooled, paddedHidden_);
  for (int m = 0; m < share.count; m++, pooled += paddedHidden_)
    kernels_.dropUnits(draw.rowKey(share.first + m, boundary, 0), draw.limit, draw.kept, pooled, pooled, paddedHidden_);
}

bool Network::forwardShare(Share& share, const Batch& batch, bool train, const DropoutDraw& draw,
                           const std::atomic<bool>& cancelled) const {
  const std::size_t rows = share.rows;
  const int T = batch.frames, Hp = paddedHidden_;
  if (draw.active()) share.dropped.resize(shape_.layers - 1);
  const std::vector<ForwardPanels>& panels = forwardPanels_[static_cast<int>(precision_)];
  SequenceInput in{share.x.data(), layers_[0].paddedInput};
  for (int l = 0; l < shape_.layers; l++) {
    LayerSpace& space = share.layers[l];
    if (!layer().forwardLayer(layers_[l], values_.data() + layerOffsets_[l], panels[l], in, share.mask.data(), T, space, train,
                              &cancelled))
      return false;
    in = {space.h.data() + rows * space.stride, space.stride};
    if (draw.active() && l + 1 < shape_.layers) {
      Floats& dropped = share.dropped[l];
      dropped.fit(std::size_t(T) * rows * space.stride);
      drop(share, batch, draw, l, in.x, in.stride, dropped.data(), in.stride);
      in.x = dropped.data();
    }
  }
  const LayerSpace& top = share.layers.back();
  const bool perFrame = shape_.pooling == Pooling::none;
  share.pooled.resize((perFrame ? T : 1) * rows * Hp);
  if (perFrame)
    for (std::size_t row = 0; row < T * rows; row++)
      std::copy_n(top.h.data() + (rows + row) * top.stride, Hp, share.pooled.data() + row * Hp);
  const bool attends = shape_.attention().heads > 0;
  if (attends) attendShare(share, batch);
  for (int m = 0; !perFrame && !attends && m < share.count; m++) {
    float* out = share.pooled.data() + std::size_t(m) * Hp;
    const int length = batch.lengths[share.first + m];
    if (shape_.pooling == Pooling::last) {
      std::copy_n(top.h.data() + (std::size_t(T) * rows + m) * top.stride, Hp, out);
    } else {
      for (int t = 1; t <= length; t++)
        kernels_.addScaled(1.f / length, top.h.data() + (std::size_t(t) * rows + m) * top.stride, out, Hp);
    }
  }
  if (draw.active()) dropHead(share, batch, draw, share.pooled.data());
  return true;
}

void Network::headForward(Share& share, const Batch& batch, float* logits) const {
  share.eachAnswer(shape_, batch, [&](std::size_t row, std::size_t answer) {
    kernels_.dense(values_.data() + headOffset_, values_.data() + headBiasOffset_, shape_.classes, paddedHidden_, paddedHidden_,
                   share.pooled.data() + row * paddedHidden_, logits + answer * shape_.classes);
  });
}

Outcome Network::forward(const Batch& batch, float* logits, ThreadPool* pool, int threads, const std::atomic<bool>& cancelled) {
  const FlushDenormals flush;
  if (batch.sequences == 1) return forwardOne(batch, logits, pool, threads, cancelled);
  const int count = pool ? threadsFor(batch.sequences, std::min(threads, pool->threads())) : 1;
  packForward(precision_);
  while (static_cast<int>(shares_.size()) < count) shares_.push_back(std::make_unique<Share>());
  const int part = roundUp((batch.sequences + count - 1) / count, kernels_.tileRows);
  std::atomic<Outcome> outcome{Outcome::done};
  const auto work = [&](int thread) {
    const int first = std::min(batch.sequences, thread * part);
    Share& share = *shares_[thread];
    attempt(outcome, [&] {
      prepare(share, batch, first, std::min(part, batch.sequences - first), false);
      if (!forwardShare(share, batch, false, DropoutDraw(), cancelled)) return false;
      headForward(share, batch, logits);
      return true;
    });
  };
  if (pool && count > 1) pool->run(count, work);
  else work(0);
  return outcome;
}

void Network::packForward(Precision weights) {
  const LayerKernels& kernels = kernels_.layerIn(weights);
  std::vector<ForwardPanels>& panels = panelsIn(weights);
  if (!packedIn(weights))
    for (int l = 0; l < shape_.layers; l++) kernels.packForward(layers_[l], values_.data() + layerOffsets_[l], panels[l]);
  packedIn(weights) = true;
  if (weights != Precision::float32 || sparsePacked_) return;
  for (int l = 0; l < shape_.layers; l++) kernels.packSparse(layers_[l], values_.data() + layerOffsets_[l], panels[l]);
  sparsePacked_ = true;
}

}  // namespace heed
