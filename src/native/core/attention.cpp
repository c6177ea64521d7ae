// Attention over a sequence's states: src/nn/attention.ts has the equations.
#include <algorithm>
#include <cmath>
#include <limits>

#include "network.h"
#include "network_share.h"

namespace heed {

namespace {

constexpr int mostHeads = 4;
constexpr float noBias[mostHeads] = {};

// One row [Hp] for each head with its units of `vector` [Hp] and zeros elsewhere: a row's product with a whole state is the
// head's with its own units, in whole registers.
std::vector<float> rowsByHead(const AttentionForm& form, const float* vector, int Hp) {
  std::vector<float> rows(std::size_t(form.heads) * Hp);
  for (int k = 0; k < form.heads; k++)
    for (int j = k * form.headSize; j < (k + 1) * form.headSize; j++) rows[std::size_t(k) * Hp + j] = vector[j];
  return rows;
}

}  // namespace

AttentionForm Shape::attention() const {
  if (pooling == Pooling::attention) return {1, hidden, 1.f, false};
  if (pooling == Pooling::multiHead) return {mostHeads, hidden / mostHeads, float(1 / std::sqrt(double(hidden / mostHeads))), true};
  return {};
}

// query [Hp]: what the states are compared with, the scores' scale included.
void Network::ask(const float* last, float* query) const {
  const AttentionForm form = shape_.attention();
  const float* learned = values_.data() + queryOffset_;
  if (form.asksByLastState)
    kernels_.dense(values_.data() + queryWeightsOffset_, learned, shape_.hidden, paddedHidden_, paddedHidden_, last, query);
  for (int j = 0; j < shape_.hidden; j++) query[j] = (form.asksByLastState ? query[j] : learned[j]) * form.scale;
}

// weights [frames, K]: how much each head takes of each frame; they are added up into pooled [Hp], which is zero. States lie
// `step` apart.
void Network::attend(const float* states, std::size_t step, int frames, const float* query, float* weights, float* pooled) const {
  const AttentionForm form = shape_.attention();
  const int K = form.heads, d = form.headSize;
  const std::vector<float> queries = rowsByHead(form, query, paddedHidden_);
  for (int t = 0; t < frames; t++)
    kernels_.dense(queries.data(), noBias, K, paddedHidden_, paddedHidden_, states + t * step, weights + std::size_t(t) * K);
  for (int k = 0; k < K; k++) {
    float highest = -std::numeric_limits<float>::infinity();
    for (int t = 0; t < frames; t++) {
      const float score = weights[std::size_t(t) * K + k];
      if (!(score <= highest)) highest = score;
    }
    double total = 0;
    for (int t = 0; t < frames; t++) total += weights[std::size_t(t) * K + k] = std::exp(weights[std::size_t(t) * K + k] - highest);
    for (int t = 0; t < frames; t++) {
      float& weight = weights[std::size_t(t) * K + k];
      weight = float(weight / total);
      kernels_.addScaled(weight, states + t * step + k * d, pooled + k * d, d);
    }
  }
}

void Network::attendShare(Share& share, const Batch& batch) const {
  const LayerSpace& top = share.layers.back();
  const std::size_t rows = share.rows, step = rows * top.stride;
  const int K = shape_.attention().heads;
  share.queries.resize(rows * paddedHidden_);
  share.weights.resize(rows * batch.frames * K);
  for (int m = 0; m < share.count; m++) {
    const int length = batch.lengths[share.first + m];
    const float* states = top.h.data() + (rows + m) * top.stride;
    float* query = share.queries.data() + std::size_t(m) * paddedHidden_;
    ask(states + (length - 1) * step, query);
    attend(states, step, length, query, share.weights.data() + std::size_t(m) * batch.frames * K,
           share.pooled.data() + std::size_t(m) * paddedHidden_);
  }
}

// From share.dPooled to the gradients of the states, added to dStates [T, rows, Hp], and of the query's parameters.
void Network::attendBackward(Share& share, const Batch& batch, float* dStates) const {
  const AttentionForm form = shape_.attention();
  const LayerSpace& top = share.layers.back();
  const std::size_t rows = share.rows, step = rows * top.stride;
  const int K = form.heads, d = form.headSize, H = shape_.hidden, Hp = paddedHidden_;
  std::vector<float> dWeights(std::size_t(batch.frames) * K), dQuery(Hp);
  for (int m = 0; m < share.count; m++) {
    const int length = batch.lengths[share.first + m];
    const float* states = top.h.data() + (rows + m) * top.stride;
    const float* g = share.dPooled.data() + std::size_t(m) * Hp;
    const float* query = share.queries.data() + std::size_t(m) * Hp;
    const float* weights = share.weights.data() + std::size_t(m) * batch.frames * K;
    float* dState = dStates + std::size_t(m) * Hp;
    const std::vector<float> gradients = rowsByHead(form, g, Hp);
    for (int t = 0; t < length; t++)
      kernels_.dense(gradients.data(), noBias, K, Hp, Hp, states + t * step, dWeights.data() + std::size_t(t) * K);
    dQuery.assign(Hp, 0.f);
    for (int k = 0; k < K; k++) {
      double mean = 0;
      for (int t = 0; t < length; t++) mean += double(weights[std::size_t(t) * K + k]) * dWeights[std::size_t(t) * K + k];
      for (int t = 0; t < length; t++) {
        const float weight = weights[std::size_t(t) * K + k];
        const float dScore = float(weight * (dWeights[std::size_t(t) * K + k] - mean));
        float* to = dState + t * rows * Hp + k * d;
        kernels_.addScaled(weight, g + k * d, to, d);
        kernels_.addScaled(dScore, query + k * d, to, d);
        kernels_.addScaled(dScore * form.scale, states + t * step + k * d, dQuery.data() + k * d, d);
      }
    }
    kernels_.addScaled(1.f, dQuery.data(), share.gradient.data() + queryOffset_, Hp);
    if (!form.asksByLastState) continue;
    for (int i = 0; i < H; i++) {
      const std::size_t row = queryWeightsOffset_ + std::size_t(i) * Hp;
      kernels_.addScaled(dQuery[i], states + (length - 1) * step, share.gradient.data() + row, Hp);
      kernels_.addScaled(dQuery[i], values_.data() + row, dState + (length - 1) * rows * Hp, Hp);
    }
  }
}

// The newest state joins those before it; pooled [Hp] is of all of them.
void Network::attendStream(std::vector<float>& history, const float* state, float* pooled) const {
  history.insert(history.end(), state, state + paddedHidden_);
  if (!pooled) return;
  const int frames = int(history.size() / paddedHidden_);
  std::vector<float> query(paddedHidden_), weights(std::size_t(frames) * shape_.attention().heads);
  ask(history.data() + std::size_t(frames - 1) * paddedHidden_, query.data());
  std::fill_n(pooled, paddedHidden_, 0.f);
  attend(history.data(), paddedHidden_, frames, query.data(), weights.data(), pooled);
}

}  // namespace heed
