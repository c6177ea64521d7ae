#include "mfcc_object.h"

#include "arguments.h"
#include "instruction_sets.h"

namespace heed {

namespace {

// A whole number argument from 0 up.
long long indexArgument(const Napi::Value& value, const char* name) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  if (!(number >= 0 && number <= 9007199254740992.0) || number != double(static_cast<long long>(number)))
    throw codedError(value.Env(), "shape-mismatch", std::string("The ") + name + " must be a whole number from 0 up.");
  return static_cast<long long>(number);
}

// Room for `count` numbers from `start` on.
float* roomArgument(const Napi::Value& value, const Napi::Value& start, long long count, const char* name) {
  Napi::Float32Array array = floatsArgument(value, name, -1);
  const long long from = indexArgument(start, (std::string("place in the ") + name).c_str());
  if (from + count > static_cast<long long>(array.ElementLength()))
    throw codedError(value.Env(), "shape-mismatch", std::string("There is no room for the ") + name + ".");
  return array.Data() + from;
}

}  // namespace

Napi::Function MfccObject::define(Napi::Env env) {
  return DefineClass(env, "NativeMfcc", {InstanceMethod<&MfccObject::extract>("extract")});
}

MfccObject::MfccObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const MfccSettings settings = mfccSettingsArgument(info[0]);
  kernels_ = kernelsNamed(info[1].IsString() ? info[1].As<Napi::String>().Utf8Value() : "");
  if (!kernels_) throw codedError(info.Env(), "usage", "This machine has no such kernels.");
  withCodedErrors(info.Env(), [&] { plan_ = std::make_unique<MfccPlan>(settings); });
}

// extract(samples, start, frames, mfcc, mfccStart, logMel | undefined, logMelStart)
Napi::Value MfccObject::extract(const Napi::CallbackInfo& info) {
  const MfccSettings& s = plan_->settings;
  const long long frames = indexArgument(info[2], "number of frames");
  if (frames < 1 || frames > (1 << 24)) throw codedError(info.Env(), "shape-mismatch", "The number of frames must be from 1 up.");
  const float* samples = roomArgument(info[0], info[1], (frames - 1) * s.hopLength + s.frameLength, "samples");
  float* mfcc = roomArgument(info[3], info[4], frames * s.coefficients, "coefficients");
  float* logMel = info[5].IsUndefined() ? nullptr : roomArgument(info[5], info[6], frames * s.melBands, "log-mel bands");
  if (!kernels_->mfccFrames(*plan_, samples, static_cast<int>(frames), mfcc, logMel))
    throw codedError(info.Env(), "sound-invalid", "This sound holds numbers that are not finite; it was not used.");
  return info.Env().Undefined();
}

}  // namespace heed
