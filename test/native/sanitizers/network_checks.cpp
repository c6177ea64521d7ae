// Networks: gradients against central differences, streams against whole sequences, threads against each other, and what
// a step leaves behind that did not end well.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <thread>

#include "check.h"
#include "instruction_sets.h"
#include "network.h"

using namespace heed;

namespace {

const std::atomic<bool> never{false};

struct Problem {
  Shape shape;
  Batch batch;
  Targets targets;
  std::vector<float> parameters;
  TrainerSettings settings;
};

Problem makeProblem(const Shape& shape, int sequences, int frames, Loss loss, Numbers& numbers) {
  Problem p{shape, {}, {}, numbers.floats(Network::parameterCount(shape), 0.5), {}};
  p.batch.sequences = sequences;
  p.batch.frames = frames;
  p.batch.inputs = numbers.floats(std::size_t(sequences) * frames * shape.input, 1);
  for (int b = 0; b < sequences; b++) p.batch.lengths.push_back(1 + numbers.whole(frames));
  p.targets.loss = loss;
  if (loss == Loss::meanSquaredError) p.targets.values = numbers.floats(std::size_t(sequences) * shape.classes, 1);
  else
    for (int b = 0; b < sequences; b++) p.targets.classes.push_back(numbers.whole(shape.classes));
  p.settings.clipNorm = std::numeric_limits<float>::infinity();
  return p;
}

// A network in training, with its own optimiser.
class Learner {
 public:
  Learner(const Problem& p, const Kernels& kernels, Precision precision = Precision::float32)
      : problem(p), network(p.shape, kernels, precision) {
    network.setParameters(p.parameters.data());
    optimiser.first.resize(network.paddedCount());
    optimiser.second.resize(network.paddedCount());
  }
  StepResult step(ThreadPool& pool, float rate, const std::atomic<bool>& cancelled = never) {
    return network.trainStep(problem.batch, problem.targets, problem.settings, rate, optimiser, pool, cancelled);
  }
  std::vector<float> parameters() const { return flat([&](float* out) { network.getParameters(out); }); }
  std::vector<float> moments() const { return flat([&](float* out) { network.gather(optimiser.first, out); }); }
  Problem problem;
  Network network;
  Optimiser optimiser;

 private:
  template <class Fill>
  std::vector<float> flat(Fill fill) const {
    std::vector<float> out(network.parameterCount());
    fill(out.data());
    return out;
  }
};

float largestDifference(const std::vector<float>& a, const std::vector<float>& b) {
  float largest = 0;
  for (std::size_t i = 0; i < a.size(); i++) {
    const float d = std::fabs(a[i] - b[i]);
    if (!(d <= largest)) largest = d;  // a NaN counts as different
  }
  return largest;
}

bool sameBits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

// With a learning rate of zero Adam's first moment is a tenth of the gradient.
void gradientsAgreeWithCentralDifferences(const Problem& problem, const Kernels& kernels, ThreadPool& pool, Numbers& numbers) {
  Learner learner(problem, kernels);
  CHECK(learner.step(pool, 0).outcome == Outcome::done);
  std::vector<float> gradient = learner.moments();
  float largest = 1e-3f;
  for (float& g : gradient) largest = std::max(largest, std::fabs(g *= 10));
  CHECK(sameBits(learner.parameters(), problem.parameters));
  for (int i = 0; i < 6; i++) {
    const int at = numbers.whole(static_cast<int>(gradient.size()));
    const auto lossAt = [&](float change) {
      Problem moved = problem;
      moved.parameters[at] += change;
      return Learner(moved, kernels).step(pool, 0).loss;
    };
    const float change = 0.01f;
    const double difference = (lossAt(change) - lossAt(-change)) / (2.0 * change);
    CHECK(std::fabs(difference - gradient[at]) < 2e-3 * largest, "%s: parameter %d: %g by differences, %g by BPTT", kernels.name, at,
          difference, double(gradient[at]));
  }
}

// With products of 16 bits logits and gradients are float32's but for the rounding, and the same bits twice.
void reducedAgreesWithFloat32(const Problem& problem, const Kernels& kernels, Precision precision, ThreadPool& pool) {
  if (!kernels.multiplyIn(precision)) return;
  Learner full(problem, kernels), own(problem, kernels, precision), again(problem, kernels, precision);
  std::vector<float> expected(std::size_t(problem.batch.sequences) * problem.shape.classes), logits(expected.size());
  CHECK(full.network.forward(problem.batch, expected.data(), &pool, pool.threads(), never) == Outcome::done);
  CHECK(own.network.forward(problem.batch, logits.data(), &pool, pool.threads(), never) == Outcome::done);
  CHECK(largestDifference(expected, logits) < 0.05f, "%s: logits in 16 bits", kernels.name);
  full.step(pool, 0);
  own.step(pool, 0);
  float largest = 1e-4f;
  for (const float moment : full.moments()) largest = std::max(largest, std::fabs(moment));
  const float off = largestDifference(full.moments(), own.moments());
  // The simple recurrent cell passes its rounding on from frame to frame, and so strays furthest.
  CHECK(off < 0.1f * largest, "%s: gradients in 16 bits are off by %g of %g (cell %d, pooling %d)", kernels.name, double(off),
        double(largest), int(problem.shape.cell), int(problem.shape.pooling));
  again.step(pool, 0);
  for (int i = 0; i < 2; i++) own.step(pool, 1e-3f), again.step(pool, 1e-3f);
  CHECK(sameBits(own.parameters(), again.parameters()));
  CHECK(!sameBits(own.parameters(), problem.parameters));
}

void streamsAgreeWithSequences(const Problem& problem, const Kernels& kernels) {
  Learner learner(problem, kernels);
  const int frames = problem.batch.frames, classes = problem.shape.classes, inputs = problem.shape.input;
  Floats state, bf16State;
  state.resize(learner.network.streamStateSize());
  bf16State.resize(learner.network.streamStateSize());
  std::vector<float> history, bf16History;
  learner.network.packForward(Precision::float32);
  learner.network.packForward(Precision::bfloat16);
  Network offline(problem.shape, kernels);
  offline.setParameters(problem.parameters.data());
  for (int t = 0; t < frames; t++) {
    Batch batch;
    batch.sequences = 1;
    batch.frames = t + 1;
    batch.lengths = {t + 1};
    batch.inputs.assign(problem.batch.inputs.begin(), problem.batch.inputs.begin() + (t + 1) * inputs);
    std::vector<float> expected(classes), streamed(classes);
    CHECK(offline.forward(batch, expected.data(), nullptr, 1, never) == Outcome::done);
    const std::vector<float> frame(batch.inputs.end() - inputs, batch.inputs.end());
    learner.network.streamStep(frame.data(), state.data(), history, t, streamed.data());
    CHECK(largestDifference(expected, streamed) < 1e-5f, "%s: frame %d", kernels.name, t);
    // A weight in bfloat16 is off by up to 1 part in 256.
    learner.network.streamStep(frame.data(), bf16State.data(), bf16History, t, streamed.data(), Precision::bfloat16);
    CHECK(largestDifference(expected, streamed) < 0.05f, "%s: frame %d in bf16", kernels.name, t);
  }
}

void threadsAgree(const Problem& problem, const Kernels& kernels, ThreadPool* const (&pools)[3]) {
  std::vector<float> alone, aloneLogits;
  for (ThreadPool* pool : pools) {
    Learner once(problem, kernels), again(problem, kernels);
    std::vector<float> logits(std::size_t(problem.batch.sequences) * problem.shape.classes);
    CHECK(once.network.forward(problem.batch, logits.data(), pool, pool->threads(), never) == Outcome::done);
    for (int i = 0; i < 3; i++) {
      const StepResult a = once.step(*pool, 1e-3f), b = again.step(*pool, 1e-3f);
      CHECK(a.loss == b.loss && a.gradientNorm == b.gradientNorm && a.correct == b.correct);
    }
    CHECK(sameBits(once.parameters(), again.parameters()), "%s: %d threads", kernels.name, pool->threads());
    CHECK(!sameBits(once.parameters(), problem.parameters));
    if (alone.empty()) {
      alone = once.parameters();
      aloneLogits = logits;
    }
    CHECK(largestDifference(aloneLogits, logits) < 1e-5f);
    // Where a gradient is nearly zero Adam still moves by the whole rate, to whichever side it happens to lie on.
    CHECK(largestDifference(alone, once.parameters()) < 2e-3f * 3);
    Learner still(problem, kernels), single(problem, kernels);
    still.step(*pool, 0);
    single.step(*pools[0], 0);
    CHECK(largestDifference(still.moments(), single.moments()) < 1e-5f);
  }
}

// A step that does not end well leaves parameters and moments alone, and the next one is as if it had not been.
template <class Spoil>
void leavesNothingBehind(const Problem& problem, const Kernels& kernels, ThreadPool& pool, Outcome expected, Spoil spoil) {
  Learner learner(problem, kernels), untouched(problem, kernels);
  const StepResult result = spoil(learner);
  CHECK(result.outcome == expected, "%s: outcome %d, not %d", kernels.name, int(result.outcome), int(expected));
  CHECK(sameBits(learner.parameters(), problem.parameters));
  CHECK(learner.optimiser.step == 0);
  learner.problem = problem;
  learner.step(pool, 1e-3f);
  untouched.step(pool, 1e-3f);
  CHECK(sameBits(learner.parameters(), untouched.parameters()), "%s: after outcome %d", kernels.name, int(expected));
  CHECK(sameBits(learner.moments(), untouched.moments()));
}

void endsBadlyWithoutHarm(const Problem& problem, const Kernels& kernels, ThreadPool& pool) {
  leavesNothingBehind(problem, kernels, pool, Outcome::diverged, [&](Learner& learner) {
    for (std::size_t i = 0; i < learner.problem.batch.inputs.size(); i += 5)
      learner.problem.batch.inputs[i] = std::numeric_limits<float>::quiet_NaN();
    return learner.step(pool, 1e-3f);
  });
  leavesNothingBehind(problem, kernels, pool, Outcome::cancelled, [&](Learner& learner) {
    const std::atomic<bool> cancelled{true};
    std::vector<float> logits(std::size_t(problem.batch.sequences) * problem.shape.classes);
    CHECK(learner.network.forward(problem.batch, logits.data(), &pool, pool.threads(), cancelled) == Outcome::cancelled);
    return learner.step(pool, 1e-3f, cancelled);
  });
}

// run.mjs lets no allocation be larger than 256 MiB; the states of these frames would be.
void survivesWithoutMemory(const Kernels& kernels, ThreadPool& pool, Numbers& numbers) {
  const Problem problem = makeProblem({1, 64, 1, 2, Cell::gru, Pooling::last}, 9, 5, Loss::crossEntropy, numbers);
  leavesNothingBehind(problem, kernels, pool, Outcome::outOfMemory, [&](Learner& learner) {
    Batch& batch = learner.problem.batch;
    batch.frames = 130'000;
    batch.inputs.assign(std::size_t(batch.sequences) * batch.frames, 0.f);
    return learner.step(pool, 1e-3f);
  });
}

// Cancelled from another thread while the step runs: either outcome is right, half a step is not.
void cancelsInMidStep(const Kernels& kernels, ThreadPool& pool, Numbers& numbers) {
  const Problem problem = makeProblem({16, 48, 2, 4, Cell::gru, Pooling::last}, 24, 60, Loss::crossEntropy, numbers);
  Learner learner(problem, kernels);
  std::vector<float> before = learner.parameters();
  int stopped = 0;
  for (int i = 0; i < 30; i++) {
    std::atomic<bool> cancelled{false};
    std::thread canceller([&] {
      std::this_thread::sleep_for(std::chrono::microseconds(300 * i));
      cancelled = true;
    });
    const std::int64_t step = learner.optimiser.step;
    const Outcome outcome = learner.step(pool, 1e-3f, cancelled).outcome;
    canceller.join();
    const std::vector<float> after = learner.parameters();
    CHECK(outcome == Outcome::done || outcome == Outcome::cancelled);
    CHECK(sameBits(before, after) == (outcome == Outcome::cancelled));
    CHECK(learner.optimiser.step == step + (outcome == Outcome::done));
    stopped += outcome == Outcome::cancelled;
    before = after;
  }
  CHECK(stopped > 0);
}

// Two networks that share a pool, stepped from two threads, learn what each would learn alone.
void networksShareAPool(const Kernels& kernels, ThreadPool& pool, Numbers& numbers) {
  const Problem problem = makeProblem({5, 19, 1, 3, Cell::gruResetAfter, Pooling::mean}, 20, 6, Loss::crossEntropy, numbers);
  Learner alone(problem, kernels), one(problem, kernels), two(problem, kernels);
  for (int i = 0; i < 20; i++) alone.step(pool, 1e-3f);
  std::thread other([&] {
    for (int i = 0; i < 20; i++) one.step(pool, 1e-3f);
  });
  for (int i = 0; i < 20; i++) two.step(pool, 1e-3f);
  other.join();
  CHECK(sameBits(alone.parameters(), one.parameters()));
  CHECK(sameBits(alone.parameters(), two.parameters()));
}

std::vector<float> streamed(const Problem& problem, Learner& learner, Precision weights, ThreadPool* pool) {
  Floats state;
  state.resize(learner.network.streamStateSize());
  std::vector<float> history, logits(std::size_t(problem.batch.frames) * problem.shape.classes);
  learner.network.packForward(weights);
  for (int t = 0; t < problem.batch.frames; t++)
    learner.network.streamStep(problem.batch.inputs.data() + std::size_t(t) * problem.shape.input, state.data(), history, t,
                               logits.data() + std::size_t(t) * problem.shape.classes, weights, pool, pool ? pool->threads() : 1);
  return logits;
}

// Threads that share the steps of a large network compute the same bits as one, whatever else the pool does.
void threadsShareStreams(const Kernels& kernels, ThreadPool* const (&pools)[3], Numbers& numbers) {
  for (const Cell cell : {Cell::rnn, Cell::gru, Cell::gruResetAfter, Cell::lstm, Cell::mgu})
    for (const int hidden : {64, cell == Cell::rnn ? 461 : 307}) {
      const Problem problem = makeProblem({21, hidden, 2, 3, cell, hidden > 64 ? Pooling::mean : Pooling::last}, 1, 9,
                                          Loss::crossEntropy, numbers);
      const Problem other = makeProblem({5, 19, 1, 3, cell, Pooling::mean}, 20, 6, Loss::crossEntropy, numbers);
      Learner learner(problem, kernels);
      for (const Precision weights : {Precision::float32, Precision::bfloat16}) {
        const std::vector<float> alone = streamed(problem, learner, weights, nullptr);
        CHECK((learner.network.threadsForStream(weights) > 1) == (hidden > 64), "%d units", hidden);
        for (ThreadPool* pool : pools)
          CHECK(sameBits(streamed(problem, learner, weights, pool), alone), "%s: cell %d on %d threads", kernels.name, int(cell),
                pool->threads());
        Learner trained(other, kernels);
        std::thread training([&] {
          for (int i = 0; i < 10; i++) trained.step(*pools[2], 1e-3f);
        });
        for (int i = 0; i < 3; i++) CHECK(sameBits(streamed(problem, learner, weights, pools[2]), alone), "%s: busy", kernels.name);
        training.join();
      }
      std::vector<float> expected(problem.shape.classes), logits(problem.shape.classes);
      CHECK(learner.network.forward(problem.batch, expected.data(), nullptr, 1, never) == Outcome::done);
      CHECK(learner.network.forward(problem.batch, logits.data(), pools[2], 3, never) == Outcome::done);
      CHECK(sameBits(expected, logits));
    }
}

void zeroBeforeParametersAreGiven(const Kernels& kernels) {
  const Shape shape{3, 5, 2, 4, Cell::gru, Pooling::last};
  const Network network(shape, kernels);
  Floats state;
  state.resize(network.streamStateSize());
  std::vector<float> history;
  const std::vector<float> frame(3, 1.f);
  std::vector<float> logits(4, 1.f);
  network.streamStep(frame.data(), state.data(), history, 0, logits.data());
  for (const float logit : logits) CHECK(logit == 0.f);
}

}  // namespace

void checkNetworks() {
  ThreadPool one(1), two(2), three(3);
  ThreadPool* const pools[] = {&one, &two, &three};
  const int sizes[][4] = {{1, 1, 1, 2}, {3, 7, 1, 5}, {13, 17, 2, 3}, {9, 32, 3, 4}};  // inputs, hidden, layers, classes
  for (const Kernels* kernels : availableKernels()) {
    Numbers numbers(7);
    zeroBeforeParametersAreGiven(*kernels);
    int variant = 0;
    for (const auto& [input, hidden, layers, classes] : sizes)
      for (const Cell cell : {Cell::rnn, Cell::gru, Cell::gruResetAfter, Cell::lstm, Cell::mgu})
        for (const Pooling pooling : {Pooling::last, Pooling::mean, Pooling::attention, Pooling::multiHead}) {
          if (pooling == Pooling::multiHead && hidden % 4) continue;
          const Loss loss = variant % 2 ? Loss::meanSquaredError : Loss::crossEntropy;
          Problem problem = makeProblem({input, hidden, layers, classes, cell, pooling}, 19, 7, loss, numbers);
          ThreadPool& pool = *pools[variant % 3];
          streamsAgreeWithSequences(problem, *kernels);
          gradientsAgreeWithCentralDifferences(problem, *kernels, pool, numbers);
          problem.settings.dropout = 0.4f;
          gradientsAgreeWithCentralDifferences(problem, *kernels, pool, numbers);
          // Cut past the end, BPTT is whole.
          Problem cut = problem;
          cut.settings.truncateFrames = 7;
          Learner whole(problem, *kernels), uncut(cut, *kernels);
          whole.step(pool, 0);
          uncut.step(pool, 0);
          CHECK(sameBits(whole.moments(), uncut.moments()));
          problem.settings.truncateFrames = 3;
          for (const Precision precision : {Precision::bfloat16, Precision::float16})
            reducedAgreesWithFloat32(problem, *kernels, precision, pool);
          threadsAgree(problem, *kernels, pools);
          if (hidden > 1) endsBadlyWithoutHarm(problem, *kernels, pool);
          variant++;
        }
    survivesWithoutMemory(*kernels, two, numbers);
    cancelsInMidStep(*kernels, two, numbers);
    networksShareAPool(*kernels, three, numbers);
    threadsShareStreams(*kernels, pools, numbers);
  }
}
