// The native core as a Node add-on.
#include <napi.h>

#include "example_object.h"
#include "fma_peak_function.h"
#include "instruction_sets.h"
#include "mfcc_object.h"
#include "network_object.h"

namespace {

// Counts up whenever a class, method or argument here changes; src/native/addon.ts refuses a binary of another number.
constexpr int addonVersion = 4;

// { version, instructionSets: the names of the kernels that run here, best first; planLength; the classes }
Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  const auto kernels = heed::availableKernels();
  Napi::Array names = Napi::Array::New(env, kernels.size());
  for (std::size_t i = 0; i < kernels.size(); i++) names.Set(static_cast<std::uint32_t>(i), kernels[i]->name);
  exports.Set("version", addonVersion);
  exports.Set("instructionSets", names);
  exports.Set("NativeNetwork", heed::NetworkObject::define(env));
  exports.Set("NativeTrainer", heed::TrainerObject::define(env));
  exports.Set("NativeStream", heed::StreamObject::define(env));
  exports.Set("NativeExamples", heed::ExampleObject::define(env));
  exports.Set("planLength", heed::planLength);
  exports.Set("NativeMfcc", heed::MfccObject::define(env));
  exports.Set("peakFma", Napi::Function::New<heed::peakFma>(env, "peakFma"));
  return exports;
}

}  // namespace

NODE_API_MODULE(heed, initialise)
