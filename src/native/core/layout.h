// What every instruction set agrees on: sizes, buffers and the table of kernels.
//
// Axis names: B batch, T frames, I inputs, H hidden units, C classes. Sizes that a kernel reads in whole vectors are
// padded with zeros ("paddedHidden"); padded units stay exactly zero in every product and every gradient.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "cells.h"
#include "examples.h"
#include "mfcc.h"

namespace heed {

// Zeroed floats aligned to a page, so that no two threads share a cache line and loads never straddle one. Many of them lie on
// pages of two megabytes, where the system has such: fewer addresses to look up, and no two parts that fall on the same cache sets.
class Floats {
 public:
  Floats() = default;
  Floats(const Floats&) = delete;
  Floats& operator=(const Floats&) = delete;
  Floats(Floats&& other) noexcept : data_(other.data_), base_(other.base_), size_(other.size_), capacity_(other.capacity_) {
    other.data_ = nullptr;
    other.base_ = nullptr;
    other.size_ = other.capacity_ = 0;
  }
  ~Floats() { std::free(base_); }

  // Makes room for `count` zeros; what was there is gone. Keeps the memory where it is large enough.
  void resize(std::size_t count) {
    if (count > capacity_) {
      std::free(base_);
      data_ = nullptr;
      size_ = capacity_ = 0;  // what is left where memory runs out is empty, not freed memory
      const std::size_t bytes = count * sizeof(float), page = bytes < hugePage / 4 ? smallPage : hugePage;
      const std::size_t length = page == hugePage ? (bytes + page - 1) / page * page : bytes;
      base_ = std::malloc(length + page);
      if (!base_) throw std::bad_alloc();
      const auto address = (reinterpret_cast<std::uintptr_t>(base_) + page - 1) / page * page;
      data_ = reinterpret_cast<float*>(address);
#if defined(MADV_HUGEPAGE)
      if (page == hugePage) madvise(data_, length, MADV_HUGEPAGE);
#endif
      capacity_ = count;
    }
    size_ = count;
    zero();
  }
  // Makes room for `count` numbers, whatever they are.
  void fit(std::size_t count) {
    if (count > capacity_) resize(count);
    size_ = count;
  }
  void zero() {
    if (size_) std::memset(data_, 0, size_ * sizeof(float));
  }
  float* data() { return data_; }
  const float* data() const { return data_; }
  std::size_t size() const { return size_; }
  float& operator[](std::size_t i) { return data_[i]; }
  float operator[](std::size_t i) const { return data_[i]; }

 private:
  static constexpr std::size_t smallPage = 4096, hugePage = std::size_t(2) << 20;
  float* data_ = nullptr;
  void* base_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

inline int roundUp(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

// One recurrent layer's weights, padded, row-major, its G gates stacked: Wx [G·Hp, Dp], Wh [G·Hp, Hp], b [G·Hp], c [Hp].
// c is the bias inside r ⊙ (W·h + c); it is used where the cell scales its candidate's product.
struct LayerSizes {
  int input = 0;
  int hidden = 0;
  int paddedInput = 0;
  int paddedHidden = 0;
  Cell cell = Cell::gru;

  CellLayout layout() const { return cellLayout(cell); }
  std::size_t inputWeights() const { return std::size_t(layout().gates) * paddedHidden * paddedInput; }
  std::size_t hiddenWeights() const { return std::size_t(layout().gates) * paddedHidden * paddedHidden; }
  std::size_t biases() const { return std::size_t(layout().gates + 1) * paddedHidden; }
  std::size_t total() const { return inputWeights() + hiddenWeights() + biases(); }
};

struct LayerView {
  float* inputWeights;
  float* hiddenWeights;
  float* bias;           // [G·Hp]
  float* recurrentBias;  // [Hp]
};

inline LayerView viewLayer(const LayerSizes& sizes, float* values) {
  float* hidden = values + sizes.inputWeights();
  float* bias = hidden + sizes.hiddenWeights();
  return {values, hidden, bias, bias + std::size_t(sizes.layout().gates) * sizes.paddedHidden};
}

// In which format products take their operands. States, gates and all that is not a product are float32 in any, and so are sums,
// but for those of short runs in float16.
enum class Precision { float32, bfloat16, float16 };
constexpr int precisionCount = 3;

// The same weights in the order in which the kernels read them; in 16 bits two inputs share a word.
struct ForwardPanels {
  Floats gates;      // per block of units: all gates for every input, then those that are taken along for every unit
  Floats candidate;  // W_n,h in panels, for the second product of a cell whose candidate waits for a gate
  // The same without columns of zeros, for streams; empty where there are too few of them.
  Floats sparseGates, sparseCandidate;
  // For streams of a layer of low rank: the left factors as the weights above (a matrix without factors is there whole), and the
  // right ones. A rank is 0 where the matrix has no factors.
  Floats factoredGates, factoredCandidate, inputRight, stateRight;
  int inputRank = 0, stateRank = 0;

  bool isSparse() const { return sparseGates.size() > 0; }
  bool isFactored() const { return inputRank > 0 || stateRank > 0; }
};

// A matrix [rows, columns] as left [rows, rank] times right [rank, columns]; rank 0 for none.
struct Factors {
  int rank = 0;
  std::vector<float> left, right;
};
// Factors of a higher rank do not serve: what a vector is reduced to stands on the stack.
constexpr int mostRank = 2048;

struct BackwardPanels {
  Floats gates;      // W_h as the right operand of the backward product: the rows of the direct gates
  Floats candidate;  // W_n,h likewise, where the candidate is none of them
  Floats input;      // W_x likewise
};

// One thread's part of the batch in one layer. rows is a multiple of the tile's rows; stride is the distance of two rows of h.
struct LayerSpace {
  int rows = 0;
  int stride = 0;
  Floats h;             // [T + 1, rows, stride], h[0] = 0
  Floats memory;        // [T + 1, rows, Hp], memory[0] = 0 (lstm)
  Floats gated;         // [T, rows, stride]  r ⊙ h (gru, mgu) — the candidate's left operand
  Floats gate[mostGates];  // [T, rows, Hp] each, in the cell's order
  Floats inner;         // [T, rows, Hp]  W·h + c (reset after)
  Floats inputPart;     // [rows, Hp] the candidate's input part while one step is under way
  // One frame's left operands in 16 bits, in words: [rows, operandStride]; of h the present and the next frame's.
  Floats xOperand, hOperand, gatedOperand;

  // Breaks the power of two, at which rows would share cache sets.
  static int operandStride(int numbers, int vectorWidth) { return (numbers + 2 * vectorWidth) / 2; }
};

struct SequenceInput {
  const float* x;  // [T, rows, stride]
  int stride;
};

// The units from … to − 1 of a layer: what one thread computes of a live sequence's step.
struct UnitSlice {
  int from, to;
};

// The passes over one layer, with products in one precision.
struct LayerKernels {
  // Packs the units' panels for the forward pass, and the right operands of the backward pass.
  void (*packForward)(const LayerSizes&, const float* values, ForwardPanels&);
  void (*packBackward)(const LayerSizes&, const float* values, BackwardPanels&);

  // All frames of one layer for one thread's rows. mask [T, rows] is 1 for valid frames. keep: store what BPTT needs.
  // False when `cancelled` was set while it ran.
  bool (*forwardLayer)(const LayerSizes&, const float* values, const ForwardPanels&, const SequenceInput&, const float* mask,
                       int frames, LayerSpace&, bool keep, const std::atomic<bool>* cancelled);

  // BPTT of one layer. dh [rows, Hp] holds the gradient of the final state and is used up; dOut [T, rows, Hp] or null is
  // added frame by frame, frames dOutStep apart (0: the same for all); dIn [T, rows, inputStride] or null receives the inputs' gradient; gradient is laid out as the
  // layer's values and is added to. Gradients do not cross multiples of truncateFrames.
  bool (*backwardLayer)(const LayerSizes&, const BackwardPanels&, const SequenceInput&, int frames, LayerSpace&, float* dh,
                        const float* dOut, std::size_t dOutStep, float* dIn, int dInStride, float* gradient, Floats& scratch, int truncateFrames,
                        const std::atomic<bool>* cancelled);

  // One frame of one sequence, in two phases: h [Hp] becomes the next state; the memory, where there is one, lies behind it.
  // scratch [4·Hp]. Threads that share a step have each a slice of the units, and meet after each phase; a layer that is sparse
  // or factored is not cut. In bfloat16 only the weights are rounded; in float16 there are no streams, and these are null.
  void (*streamGates)(UnitSlice, const LayerSizes&, const float* values, const ForwardPanels&, const float* x, float* h,
                      float* scratch);
  void (*streamState)(UnitSlice, const LayerSizes&, const ForwardPanels&, float* h, float* scratch);

  // Lists what is not zero in panels that were packed, for streams of a pruned layer.
  void (*packSparse)(const LayerSizes&, const float* values, ForwardPanels&);

  // Packs a layer's factors for streams: of W_x [G·H, D] and W_h [G·H, H], the gates in the cell's order.
  void (*packFactors)(const LayerSizes&, const float* values, const Factors& input, const Factors& state, ForwardPanels&);

  // So many rounds of multiply-adds on registers; returns the floating-point operations. seed [vectorWidth]
  double (*peak)(long long rounds, float* seed);
};

// Everything that is compiled once per instruction set.
struct Kernels {
  const char* name;
  int vectorWidth;
  int tileRows;
  // Whether the processor multiplies pairs of bfloat16 itself; else it is done by shifting, more slowly than in float32.
  bool bf16Instructions;
  // Of float16 all are null where the processor has no instructions for it.
  LayerKernels layer[precisionCount];

  // y[c] = W[c]·x + b[c]
  void (*dense)(const float* weights, const float* bias, int classes, int inputs, int stride, const float* x, float* y);
  // y += a·x
  void (*addScaled)(float a, const float* x, float* y, std::size_t count);
  // Σ x², in double
  double (*sumOfSquares)(const float* x, std::size_t count);
  // y = x ⊙ mask, dropout's for one row; see dropout.h
  void (*dropUnits)(std::uint32_t rowKey, std::uint32_t limit, float kept, const float* x, float* y, int count);
  // x += y
  void (*accumulate)(float* x, const float* y, std::size_t count);
  // Adam (Kingma & Ba 2015, algorithm 1) on gradients multiplied by gradientScale.
  void (*adam)(float* values, const float* gradient, float* first, float* second, std::size_t count, float gradientScale,
               float stepSize, float secondCorrection, float beta1, float beta2, float epsilon);
  MfccFrames mfccFrames;
  MakeExample makeExample;

  const LayerKernels& layerIn(Precision precision) const { return layer[static_cast<int>(precision)]; }
  bool multiplyIn(Precision precision) const { return layerIn(precision).forwardLayer != nullptr; }
};

}  // namespace heed
