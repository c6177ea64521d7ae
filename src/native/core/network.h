// A network in the core: parameters in padded form, the forward pass, BPTT and Adam, with the batch split over threads.
//
// Nothing here knows JavaScript; the addon copies what it is given before a job starts, and results out when it ends.
#pragma once
#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "layout.h"
#include "thread_pool.h"

namespace heed {

enum class Pooling { last, mean, none, attention, multiHead };
enum class Loss { crossEntropy, meanSquaredError };

// How a network attends to its states: heads that share its units between them, none where it pools otherwise.
struct AttentionForm {
  int heads = 0, headSize = 0;
  float scale = 1.f;             // of the scores
  bool asksByLastState = false;  // else the query is learned itself
};

struct Shape {
  int input = 0, hidden = 0, layers = 0, classes = 0;
  Cell cell = Cell::gru;
  Pooling pooling = Pooling::last;

  // The head's answers for each sequence of a batch: one, or without pooling one for each frame.
  int answersPerSequence(int frames) const { return pooling == Pooling::none ? frames : 1; }
  AttentionForm attention() const;
};

struct TrainerSettings {
  float beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-8f, clipNorm = 5.f, dropout = 0.f;
  std::int32_t seed = 1;
  int truncateFrames = 0;  // 0: full BPTT
};

// The masks of one training step: of all that it needs to draw any row of them.
struct DropoutDraw {
  std::uint32_t key = 0;
  std::uint32_t limit = 0;  // random bits below it drop a unit; 0: no dropout
  float kept = 1.f;         // what others are multiplied by

  DropoutDraw() = default;
  DropoutDraw(float share, std::int32_t seed, std::int64_t step);
  bool active() const { return limit > 0; }
  // The key of a row of units: of a sequence of the batch, after layer `boundary`, at one frame.
  std::uint32_t rowKey(int sequence, int boundary, int frame) const;
};

// A batch as the caller has it: inputs [B, T, I], lengths [B].
struct Batch {
  int sequences = 0, frames = 0;
  std::vector<float> inputs;
  std::vector<std::int32_t> lengths;
};

// The class of a frame that is not scored.
constexpr std::int32_t unscored = -1;

struct Targets {
  Loss loss = Loss::crossEntropy;
  std::vector<std::int32_t> classes;  // [B], without pooling [B, T]
  std::vector<float> values;          // [B, C], without pooling [B, T, C]
  std::vector<float> teacher;         // posteriors at the temperature, as values; empty without a teacher
  double temperature = 1, teacherShare = 0;
};

enum class Outcome { done, cancelled, diverged, outOfMemory };

struct StepResult {
  Outcome outcome = Outcome::done;
  double loss = 0, gradientNorm = 0;
  int correct = 0;
};

// Adam's memory, in the padded layout.
struct Optimiser {
  std::int64_t step = 0;
  Floats first, second;
};

class Network {
 public:
  // All parameters zero. The precision is that of the products of training and of batches; a single sequence and a stream are
  // computed in float32 whatever it is.
  Network(const Shape& shape, const Kernels& kernels, Precision precision = Precision::float32);
  ~Network();

  const Shape& shape() const { return shape_; }
  std::size_t parameterCount() const { return parameterCount_; }
  // What a network of this shape would have, without making one.
  static std::size_t parameterCount(const Shape&);

  // Between the flat order of JavaScript's ParameterSet and any vector in the padded layout.
  void scatter(const float* flat, Floats& padded) const;
  void gather(const Floats& padded, float* flat) const;

  void setParameters(const float* flat);
  // The same weights as factors, for streams, one pair for each layer: of W_x and W_h. They hold until the weights are set or
  // trained. Of sizes that `factorsFit`.
  void setFactors(const std::vector<std::pair<Factors, Factors>>&);
  bool factorsFit(int layer, bool ofStates, const Factors&) const;
  void getParameters(float* flat) const { gather(values_, flat); }
  std::size_t paddedCount() const { return values_.size(); }

  // Logits [B, C], without pooling [B, T, C] (padding is left alone). Threads split the batch; without a pool the caller's thread does it all.
  Outcome forward(const Batch&, float* logits, ThreadPool* pool, int threads, const std::atomic<bool>& cancelled);

  // Forward, loss, BPTT, clipping by global norm, Adam. Leaves the parameters alone unless it answers `done`.
  // inputGradient [B, T, I], zeros, or null: the loss's gradient in the inputs, before clipping.
  StepResult trainStep(const Batch&, const Targets&, const TrainerSettings&, float learningRate, Optimiser&, ThreadPool& pool,
                       const std::atomic<bool>& cancelled, float* inputGradient = nullptr);

  // How many answers of the batch have a target: the loss is a mean over them.
  int scoredAnswers(const Batch&, const Targets&) const;

  // One frame of a live sequence. state [layers · Hp (twice that with memory) + 4·Hp (scratch) + Hp (running mean)]; frameIndex counts from 0.
  std::size_t streamStateSize() const;
  // Of one layer: its state, and its memory.
  std::size_t layerStateVectors() const { return cellLayout(shape_.cell).memory ? 2 : 1; }
  // history: the states so far [frames, Hp], where the network attends to them; empty before the first. logits may be null
  // where nobody asks for this frame's. `weights`: as what it reads the layers' weights; all else is float32. Needs
  // packForward(weights) since the last change. Threads of the pool that are awake and idle share the step of a large
  // network, to the same bits.
  void streamStep(const float* frame, float* state, std::vector<float>& history, std::int64_t frameIndex, float* logits,
                  Precision weights = Precision::float32, ThreadPool* pool = nullptr, int threads = 1) const;
  // How many threads a stream's step keeps busy, however many there are. Needs packForward(weights) too.
  int threadsForStream(Precision weights) const;
  // Packs the weights that the forward pass or a stream reads in this precision; does nothing where that is done already.
  void packForward(Precision weights = Precision::float32);

 private:
  struct Share;  // one thread's part of a batch

  void prepare(Share&, const Batch&, int first, int count, bool train) const;
  void drop(const Share&, const Batch&, const DropoutDraw&, int boundary, const float* x, int strideX, float* y, int strideY) const;
  void dropHead(const Share&, const Batch&, const DropoutDraw&, float* pooled) const;
  Outcome forwardOne(const Batch&, float* logits, ThreadPool* pool, int threads, const std::atomic<bool>& cancelled);
  template <class Run>
  void eachPhase(const float* frame, float* state, Precision weights, Run) const;
  void shareStep(const float* frame, float* state, Precision weights, ThreadPool&, int count) const;
  bool forwardShare(Share&, const Batch&, bool train, const DropoutDraw&, const std::atomic<bool>& cancelled) const;
  void ask(const float* last, float* query) const;
  void attend(const float* states, std::size_t step, int frames, const float* query, float* weights, float* pooled) const;
  void attendShare(Share&, const Batch&) const;
  void attendBackward(Share&, const Batch&, float* dStates) const;
  void attendStream(std::vector<float>& history, const float* state, float* pooled) const;
  void headForward(Share&, const Batch&, float* logits) const;
  double headBackward(Share&, const Batch&, const Targets&, const float* logits, const DropoutDraw&, int scored, int& correct) const;
  bool backwardShare(Share&, const Batch&, const DropoutDraw&, int truncateFrames, const std::atomic<bool>& cancelled,
                     float* inputGradient, double scale) const;
  double lossScale(int scored) const;
  void pack(int thread, int threads, bool forward, bool backward);
  std::vector<ForwardPanels>& panelsIn(Precision precision) { return forwardPanels_[static_cast<int>(precision)]; }
  bool& packedIn(Precision precision) { return forwardPacked_[static_cast<int>(precision)]; }
  const LayerKernels& layer() const { return kernels_.layerIn(precision_); }
  int threadsFor(int sequences, int available) const;
  void dropFactors();

  const Shape shape_;
  const Kernels& kernels_;
  const Precision precision_;
  std::vector<LayerSizes> layers_;
  std::vector<std::size_t> layerOffsets_;
  std::size_t queryWeightsOffset_ = 0, queryOffset_ = 0;  // of attention: [H, Hp] where the last state asks, [Hp]
  std::size_t headOffset_ = 0, headBiasOffset_ = 0, parameterCount_ = 0;
  int paddedHidden_ = 0;
  Floats values_;
  Floats state_;  // of forwardOne
  std::vector<float> history_;
  // The weights as the kernels read them. Of the forward pass in every precision: a stream's is its own affair.
  std::vector<ForwardPanels> forwardPanels_[precisionCount];
  std::vector<BackwardPanels> backwardPanels_;
  bool forwardPacked_[precisionCount] = {};
  bool backwardPacked_ = false;
  bool sparsePacked_ = false;  // what streams read of pruned layers
  std::vector<std::unique_ptr<Share>> shares_;
};

}  // namespace heed
