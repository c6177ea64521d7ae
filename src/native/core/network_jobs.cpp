#include "network_jobs.h"

#include <algorithm>
#include <new>
#include <utility>

#include "arguments.h"

namespace heed {

Claim::Claim(Napi::Env env, std::shared_ptr<NetworkState> state) : state_(std::move(state)) {
  if (state_->busy.exchange(true)) {
    state_.reset();
    throw codedError(env, "busy", "This network is at work already; wait for that to end.");
  }
  state_->cancelled = false;
}

Claim::~Claim() {
  if (state_) state_->busy.store(false);
}

Napi::Error outcomeError(Napi::Env env, Outcome outcome) {
  if (outcome == Outcome::outOfMemory) return memoryError(env);
  if (outcome == Outcome::cancelled) return codedError(env, "cancelled", "The work was stopped.");
  return codedError(env, "training-diverged",
                    "Training diverged: the loss or its gradient is not a number any more; the weights are as before this step. "
                    "A lower learning rate may help.");
}

std::size_t logitCount(const Shape& shape, const Batch& batch) {
  return std::size_t(batch.sequences) * shape.answersPerSequence(batch.frames) * shape.classes;
}

Napi::Float32Array copyOut(Napi::Env env, const std::vector<float>& values) {
  Napi::Float32Array out = Napi::Float32Array::New(env, values.size());
  std::copy(values.begin(), values.end(), out.Data());
  return out;
}

Job::Job(Napi::Env env, Claim claim) : AsyncWorker(env), claim_(std::move(claim)), promise_(env) {}

void Job::OnOK() {
  Napi::HandleScope scope(Env());
  try {
    if (outcome_ != Outcome::done) throw outcomeError(Env(), outcome_);
    promise_.Resolve(result(Env()));
  } catch (const Napi::Error& error) {
    promise_.Reject(error.Value());
  }
}

void Job::Execute() {
  try {
    work();
  } catch (const std::bad_alloc&) {
    outcome_ = Outcome::outOfMemory;
  }
}

void Job::OnError(const Napi::Error& error) { promise_.Reject(codedError(Env(), "internal", error.Message()).Value()); }

ForwardJob::ForwardJob(Napi::Env env, Claim claim, Batch batch) : Job(env, std::move(claim)), batch_(std::move(batch)) {}

ForwardJob::~ForwardJob() { claim_->room = std::move(batch_.inputs); }

void ForwardJob::work() {
  logits_.resize(logitCount(claim_->network.shape(), batch_));
  ThreadPool& pool = sharedPool();
  outcome_ = claim_->network.forward(batch_, logits_.data(), &pool, pool.threads(), claim_->cancelled);
}

Napi::Value ForwardJob::result(Napi::Env env) { return copyOut(env, logits_); }

StepJob::StepJob(Napi::Env env, Claim claim, Batch batch, Targets targets, const TrainerSettings& settings, float learningRate,
                 std::shared_ptr<Optimiser> optimiser, const Napi::Float32Array& parameters, const Napi::Value& inputGradient)
    : Job(env, std::move(claim)), batch_(std::move(batch)), targets_(std::move(targets)), settings_(settings),
      learningRate_(learningRate), optimiser_(std::move(optimiser)), parameters_(Napi::Persistent(parameters)) {
  if (inputGradient.IsUndefined()) return;
  const Napi::Float32Array given = inputGradient.As<Napi::Float32Array>();
  inputGradient_.resize(given.ElementLength());
  givenInputGradient_ = Napi::Persistent(given);
}

StepJob::~StepJob() { claim_->room = std::move(batch_.inputs); }

void StepJob::work() {
  result_ = claim_->network.trainStep(batch_, targets_, settings_, learningRate_, *optimiser_, sharedPool(), claim_->cancelled,
                                      inputGradient_.empty() ? nullptr : inputGradient_.data());
  outcome_ = result_.outcome;
}

Napi::Value StepJob::result(Napi::Env env) {
  Napi::Float32Array parameters = parameters_.Value();
  if (parameters.ElementLength() != claim_->network.parameterCount())
    throw codedError(env, "shape-mismatch",
                     "The parameters' array was resized or given away while a training step ran, so that the step could not be "
                     "written back; go on from the last checkpoint.");
  claim_->network.getParameters(parameters.Data());
  if (!inputGradient_.empty()) {
    Napi::Float32Array given = givenInputGradient_.Value();
    if (given.ElementLength() != inputGradient_.size())
      throw codedError(env, "shape-mismatch", "The room for the inputs' gradient was resized or given away while a training step ran.");
    std::copy(inputGradient_.begin(), inputGradient_.end(), given.Data());
  }
  Napi::Object out = Napi::Object::New(env);
  out.Set("loss", result_.loss);
  out.Set("correct", result_.correct);
  out.Set("gradientNorm", result_.gradientNorm);
  return out;
}

}  // namespace heed
