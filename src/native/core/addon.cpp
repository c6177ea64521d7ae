// The native core as a Node add-on.
#include <napi.h>

#include "example_object.h"
#include "fma_peak_function.h"
#include "instruction_sets.h"
#include "mfcc_object.h"
#include "network_object.h"

namespace {

// Counts up whenever a class, method or argument here changes; src/native/addon.ts refuses a binary of another number.
constexpr int addonVersion = 11;

// { version, instructionSets: the names of the kernels that run here, best first; bf16InstructionSets: those of them that have
// instructions for bfloat16, float16InstructionSets: and for float16; planLength; the classes }
Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  const auto kernels = heed::availableKernels();
  Napi::Array names = Napi::Array::New(env), withBf16 = Napi::Array::New(env), withFloat16 = Napi::Array::New(env);
  for (const heed::Kernels* each : kernels) {
    names.Set(names.Length(), each->name);
    if (each->bf16Instructions) withBf16.Set(withBf16.Length(), each->name);
    if (each->multiplyIn(heed::Precision::float16)) withFloat16.Set(withFloat16.Length(), each->name);
  }
  exports.Set("version", addonVersion);
  exports.Set("instructionSets", names);
  exports.Set("bf16InstructionSets", withBf16);
  exports.Set("float16InstructionSets", withFloat16);
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
