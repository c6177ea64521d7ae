// What runs a network: on JavaScript's thread, or on the pool as a job that answers a promise. A network has one at a time.
#pragma once
#include <napi.h>

#include <memory>
#include <vector>

#include "network_object.h"

namespace heed {

// Takes the network for one job, or refuses (busy); gives it back when it goes.
class Claim {
 public:
  Claim(Napi::Env env, std::shared_ptr<NetworkState> state);
  Claim(Claim&&) = default;
  ~Claim();
  NetworkState& operator*() const { return *state_; }
  NetworkState* operator->() const { return state_.get(); }

 private:
  std::shared_ptr<NetworkState> state_;
};

// What JavaScript is told of a job that was not done.
Napi::Error outcomeError(Napi::Env env, Outcome outcome);

// How many numbers answer a batch.
std::size_t logitCount(const Shape& shape, const Batch& batch);

Napi::Float32Array copyOut(Napi::Env env, const std::vector<float>& values);

// Started from libuv's thread, answered on JavaScript's.
class Job : public Napi::AsyncWorker {
 public:
  Job(Napi::Env env, Claim claim);
  Napi::Promise promise() const { return promise_.Promise(); }
  void OnOK() override;
  void Execute() override;
  void OnError(const Napi::Error& error) override;

 protected:
  virtual void work() = 0;
  virtual Napi::Value result(Napi::Env env) = 0;
  Claim claim_;
  Outcome outcome_ = Outcome::done;

 private:
  Napi::Promise::Deferred promise_;
};

class ForwardJob : public Job {
 public:
  ForwardJob(Napi::Env env, Claim claim, Batch batch);
  ~ForwardJob() override;
  void work() override;

 protected:
  Napi::Value result(Napi::Env env) override;

 private:
  Batch batch_;
  std::vector<float> logits_;
};

class StepJob : public Job {
 public:
  // inputGradient: an array for the loss's gradient in the inputs, or undefined.
  StepJob(Napi::Env env, Claim claim, Batch batch, Targets targets, const TrainerSettings& settings, float learningRate,
          std::shared_ptr<Optimiser> optimiser, const Napi::Float32Array& parameters, const Napi::Value& inputGradient);
  ~StepJob() override;
  void work() override;

 protected:
  // The new parameters go into JavaScript's array, if it still is what it was.
  Napi::Value result(Napi::Env env) override;

 private:
  Batch batch_;
  Targets targets_;
  TrainerSettings settings_;
  float learningRate_;
  std::shared_ptr<Optimiser> optimiser_;
  std::vector<float> inputGradient_;  // empty where it is not wanted
  Napi::Reference<Napi::Float32Array> givenInputGradient_;
  Napi::Reference<Napi::Float32Array> parameters_;
  StepResult result_;
};

}  // namespace heed
