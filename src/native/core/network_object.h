// The JavaScript face of a Network. Whatever JavaScript hands in is checked and copied before a job starts, and results
// are copied out when it has ended, on JavaScript's own thread: no job ever touches memory that JavaScript could move,
// resize or free.
#pragma once
#include <napi.h>

#include <atomic>
#include <memory>

#include "network.h"

namespace heed {

// Shared by the JavaScript object, its trainers and the jobs that run on it.
struct NetworkState {
  NetworkState(const Shape& shape, const Kernels& kernels, Precision precision) : network(shape, kernels, precision) {}
  Network network;
  std::atomic<bool> busy{false};
  std::atomic<bool> cancelled{false};
  std::vector<float> room;  // the last batch's inputs, to be filled anew; used on JavaScript's thread alone
};

// The pool of this process: HEED_THREADS threads (1 … 64) where that is set when the first job starts, else one per core.
ThreadPool& sharedPool();

class NetworkObject : public Napi::ObjectWrap<NetworkObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit NetworkObject(const Napi::CallbackInfo& info);

  const std::shared_ptr<NetworkState>& state() const { return state_; }

 private:
  Napi::Value setParameters(const Napi::CallbackInfo& info);
  Napi::Value setFactors(const Napi::CallbackInfo& info);
  Napi::Value forward(const Napi::CallbackInfo& info);
  Napi::Value forwardAsync(const Napi::CallbackInfo& info);
  Napi::Value cancel(const Napi::CallbackInfo& info);

  std::shared_ptr<NetworkState> state_;
};

class TrainerObject : public Napi::ObjectWrap<TrainerObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit TrainerObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value step(const Napi::CallbackInfo& info);
  Napi::Value state(const Napi::CallbackInfo& info);

  std::shared_ptr<NetworkState> state_;
  std::shared_ptr<Optimiser> optimiser_;
  TrainerSettings settings_;
};

class StreamObject : public Napi::ObjectWrap<StreamObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit StreamObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value step(const Napi::CallbackInfo& info);
  Napi::Value reset(const Napi::CallbackInfo& info);

  std::shared_ptr<NetworkState> state_;
  Floats values_;
  std::vector<float> history_;
  Precision weights_ = Precision::float32;
  std::int64_t frameIndex_ = 0;
};

}  // namespace heed
