// The JavaScript face of example making: batches are made on the pool, from sounds in shared memory where they are, and from
// copies of others.
#pragma once
#include <napi.h>

#include <atomic>
#include <memory>

#include "layout.h"

namespace heed {

struct ExampleState {
  ExampleSource source;
  std::unique_ptr<MfccPlan> mfcc;
  const Kernels* kernels = nullptr;
  std::atomic<bool> busy{false};
  // A job's memory, kept for the next one; `busy` says whose it is.
  std::vector<float> values;
  std::vector<ExampleScratch> scratch;  // [threads]
};

class ExampleObject : public Napi::ObjectWrap<ExampleObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit ExampleObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value addClip(const Napi::CallbackInfo& info);
  Napi::Value addRecording(const Napi::CallbackInfo& info);
  Napi::Value setNormaliser(const Napi::CallbackInfo& info);
  Napi::Value make(const Napi::CallbackInfo& info);
  Napi::Value add(const Napi::CallbackInfo& info, SoundStore& store);

  std::shared_ptr<ExampleState> state_;
  Napi::Reference<Napi::Array> borrowed_;  // the sounds that are read where they are
};

}  // namespace heed
