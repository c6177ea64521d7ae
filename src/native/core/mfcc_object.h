// The JavaScript face of MFCC extraction.
#pragma once
#include <napi.h>

#include <memory>

#include "layout.h"

namespace heed {

class MfccObject : public Napi::ObjectWrap<MfccObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit MfccObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value extract(const Napi::CallbackInfo& info);

  std::unique_ptr<MfccPlan> plan_;
  const Kernels* kernels_ = nullptr;
};

}  // namespace heed
