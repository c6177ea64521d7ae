#include "example_object.h"

#include <cmath>

#include "arguments.h"
#include "instruction_sets.h"
#include "network_object.h"

namespace heed {

namespace {

// Makes a batch on the pool, one example at a time on each thread, and copies it into JavaScript's array at the end.
class MakeJob : public Napi::AsyncWorker {
 public:
  MakeJob(Napi::Env env, const Napi::Object& owner, std::shared_ptr<ExampleState> state, std::vector<ExamplePlan> plans,
          const Napi::Float32Array& out)
      : AsyncWorker(env), owner_(Napi::Persistent(owner)), state_(std::move(state)), plans_(std::move(plans)), out_(Napi::Persistent(out)),
        promise_(env) {}
  ~MakeJob() override { state_->busy.store(false); }
  Napi::Promise promise() const { return promise_.Promise(); }

  void Execute() override {
    try {
      make();
    } catch (const std::bad_alloc&) {
      outOfMemory_ = true;
    }
  }

  void make() {
    const std::size_t length = std::size_t(state_->source.windowFrames) * state_->mfcc->settings.coefficients;
    ThreadPool& pool = sharedPool();
    std::vector<float>& values = state_->values;
    values.resize(plans_.size() * length);
    state_->scratch.resize(pool.threads());
    std::atomic<std::size_t> next{0};
    std::atomic<bool> fine{true};
    pool.run(std::min<int>(pool.threads(), int(plans_.size())), [&](int thread) {
      ExampleScratch& scratch = state_->scratch[thread];
      for (std::size_t i = next++; i < plans_.size(); i = next++)
        if (!state_->kernels->makeExample(state_->source, *state_->mfcc, plans_[i], scratch, values.data() + i * length)) fine = false;
    });
    fine_ = fine;
  }

  void OnOK() override {
    Napi::HandleScope scope(Env());
    Napi::Float32Array out = out_.Value();
    if (outOfMemory_)
      promise_.Reject(memoryError(Env()).Value());
    else if (!fine_)
      promise_.Reject(codedError(Env(), "sound-invalid", "An example came out as no number; a recording is damaged.").Value());
    else if (out.ElementLength() < state_->values.size())
      promise_.Reject(codedError(Env(), "shape-mismatch", "The array for the examples became too small while they were made.").Value());
    else {
      std::copy(state_->values.begin(), state_->values.end(), out.Data());
      promise_.Resolve(Env().Undefined());
    }
  }
  void OnError(const Napi::Error& error) override {
    promise_.Reject(codedError(Env(), "internal", error.Message()).Value());
  }

 private:
  Napi::ObjectReference owner_;  // holds the borrowed sounds
  std::shared_ptr<ExampleState> state_;
  std::vector<ExamplePlan> plans_;
  bool fine_ = true, outOfMemory_ = false;
  Napi::Reference<Napi::Float32Array> out_;
  Napi::Promise::Deferred promise_;
};

// A plan that points outside what there is would read foreign memory.
bool possible(const ExamplePlan& plan, const ExampleSource& source) {
  const double* fields = &plan.clip;
  for (int i = 0; i < planLength; i++)
    if (!std::isfinite(fields[i])) return false;
  const auto among = [&](double index) { return index == -1 || (index >= 0 && index < source.clips.size()); };
  const bool clip = among(plan.clip) && among(plan.neighbour) && among(plan.splice);
  const auto near = [](double position) { return std::fabs(position) < 1e9; };
  const bool window = near(plan.start) && near(plan.spliceStart) && near(plan.spliceAt) && plan.playbackRate > 0.1 && plan.playbackRate < 10;
  const bool kind = plan.backgroundKind == 0 || plan.backgroundKind == 1 || plan.backgroundKind == 2;
  const bool recording = plan.backgroundKind != 1 || (plan.recording >= 0 && plan.recording < source.recordings.size() &&
                                                      plan.position >= 0 && plan.position < double(source.recordings.length(int(plan.recording))));
  const bool noise = plan.noisePole >= 0 && plan.noisePole < 1 && plan.noiseSeed >= 0 && plan.noiseSeed < 4294967296.0 && plan.ditherSeed < 4294967296.0;
  const bool mask = plan.maskStart >= 0 && plan.maskLength >= 0 && plan.maskStart + plan.maskLength <= source.windowFrames;
  return clip && window && kind && recording && noise && mask;
}

}  // namespace

Napi::Function ExampleObject::define(Napi::Env env) {
  return DefineClass(env, "NativeExamples",
                     {InstanceMethod<&ExampleObject::addClip>("addClip"), InstanceMethod<&ExampleObject::addRecording>("addRecording"),
                      InstanceMethod<&ExampleObject::setNormaliser>("setNormaliser"), InstanceMethod<&ExampleObject::make>("make")});
}

ExampleObject::ExampleObject(const Napi::CallbackInfo& info) : ObjectWrap(info), state_(std::make_shared<ExampleState>()) {
  const MfccSettings settings = mfccSettingsArgument(info[0]);
  state_->kernels = kernelsNamed(info[1].IsString() ? info[1].As<Napi::String>().Utf8Value() : "");
  if (!state_->kernels) throw codedError(info.Env(), "usage", "This machine has no such kernels.");
  state_->source.windowFrames = integerField(info[0].As<Napi::Object>(), "windowFrames", 1, 10000);
  state_->source.windowLength = (state_->source.windowFrames - 1) * settings.hopLength + settings.frameLength;
  borrowed_ = Napi::Persistent(Napi::Array::New(info.Env()));
  withCodedErrors(info.Env(), [&] { state_->mfcc = std::make_unique<MfccPlan>(settings); });
}

Napi::Value ExampleObject::add(const Napi::CallbackInfo& info, SoundStore& store) {
  if (state_->busy) throw codedError(info.Env(), "busy", "Examples are being made; wait for that to end.");
  const Napi::Int16Array samples = samplesArgument(info[0], "samples");
  const int index = withCodedErrors(info.Env(), [&] {
    if (!isShared(samples)) return store.add(samples.Data(), samples.ElementLength());
    const Napi::Array borrowed = borrowed_.Value();
    borrowed.Set(borrowed.Length(), samples);
    return store.addBorrowed(samples.Data(), samples.ElementLength());
  });
  return Napi::Number::New(info.Env(), index);
}

Napi::Value ExampleObject::addClip(const Napi::CallbackInfo& info) { return add(info, state_->source.clips); }
Napi::Value ExampleObject::addRecording(const Napi::CallbackInfo& info) { return add(info, state_->source.recordings); }

Napi::Value ExampleObject::setNormaliser(const Napi::CallbackInfo& info) {
  if (state_->busy) throw codedError(info.Env(), "busy", "Examples are being made; wait for that to end.");
  if (info[0].IsUndefined()) {
    state_->source.mean.clear();
    state_->source.deviation.clear();
    return info.Env().Undefined();
  }
  const int K = state_->mfcc->settings.coefficients;
  const Napi::Float32Array mean = floatsArgument(info[0], "means", K), deviation = floatsArgument(info[1], "deviations", K);
  state_->source.mean.assign(mean.Data(), mean.Data() + K);
  state_->source.deviation.assign(deviation.Data(), deviation.Data() + K);
  return info.Env().Undefined();
}

// make(plans: Float64Array [examples · planLength], out: Float32Array [examples, frames, coefficients])
Napi::Value ExampleObject::make(const Napi::CallbackInfo& info) {
  const Napi::Float64Array given = doublesArgument(info[0], "plans", -1);
  const std::size_t count = given.ElementLength() / planLength;
  if (count < 1 || count * planLength != given.ElementLength() || count > (1u << 20))
    throw codedError(info.Env(), "shape-mismatch", "A plan is " + std::to_string(planLength) + " numbers.");
  std::vector<ExamplePlan> plans(count);
  std::copy_n(given.Data(), given.ElementLength(), &plans[0].clip);
  for (const ExamplePlan& plan : plans)
    if (!possible(plan, state_->source)) throw codedError(info.Env(), "usage", "A plan asks for what is not there.");
  const std::size_t length = count * state_->source.windowFrames * state_->mfcc->settings.coefficients;
  const Napi::Float32Array out = floatsArgument(info[1], "examples", -1);
  if (out.ElementLength() < length) throw codedError(info.Env(), "shape-mismatch", "There is no room for the examples.");
  if (state_->busy.exchange(true)) throw codedError(info.Env(), "busy", "Examples are being made already; wait for that to end.");
  auto* job = new MakeJob(info.Env(), info.This().As<Napi::Object>(), state_, std::move(plans), out);
  job->Queue();
  return job->promise();
}

}  // namespace heed
