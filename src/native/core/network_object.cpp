#include "network_object.h"

#include <cstdlib>

#include "arguments.h"
#include "instruction_sets.h"
#include "network_jobs.h"

namespace heed {

namespace {

int wantedThreads() {
  const char* wanted = std::getenv("HEED_THREADS");
  const int threads = wanted ? std::atoi(wanted) : 0;
  return threads >= 1 && threads <= 64 ? threads : 0;
}

// Tells our networks from all other objects, whatever class those claim to be of.
constexpr napi_type_tag networkTag = {0x68656564206e6574ull, 0x9d3c1f47a25be860ull};

}  // namespace

ThreadPool& sharedPool() {
  // Never destroyed: its threads may be at work when the process ends.
  static ThreadPool* pool = new ThreadPool(wantedThreads());
  return *pool;
}

namespace {

const std::shared_ptr<NetworkState>& networkArgument(const Napi::Value& value) {
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&networkTag))
    throw codedError(value.Env(), "usage", "A network of the native core is needed here.");
  return Napi::ObjectWrap<NetworkObject>::Unwrap(value.As<Napi::Object>())->state();
}

}  // namespace

Napi::Function NetworkObject::define(Napi::Env env) {
  return DefineClass(env, "NativeNetwork",
                     {InstanceMethod<&NetworkObject::setParameters>("setParameters"),
                      InstanceMethod<&NetworkObject::setFactors>("setFactors"), InstanceMethod<&NetworkObject::forward>("forward"),
                      InstanceMethod<&NetworkObject::forwardAsync>("forwardAsync"), InstanceMethod<&NetworkObject::cancel>("cancel")});
}

NetworkObject::NetworkObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const Shape shape = shapeArgument(info[0]);
  const std::string name = info[1].IsString() ? info[1].As<Napi::String>().Utf8Value() : "";
  const Kernels* kernels = kernelsNamed(name);
  if (!kernels) throw codedError(info.Env(), "usage", "This machine has no kernels named '" + name + "'.");
  const Precision precision = precisionArgument(info[2]);
  if (!kernels->multiplyIn(precision)) throw codedError(info.Env(), "usage", "The kernels named '" + name + "' do not compute in float16.");
  withCodedErrors(info.Env(), [&] { state_ = std::make_shared<NetworkState>(shape, *kernels, precision); });
  info.This().As<Napi::Object>().TypeTag(&networkTag);
}

Napi::Value NetworkObject::setParameters(const Napi::CallbackInfo& info) {
  const Napi::Float32Array values = floatsArgument(info[0], "parameters", static_cast<long long>(state_->network.parameterCount()));
  const Claim claim(info.Env(), state_);
  withCodedErrors(info.Env(), [&] { claim->network.setParameters(values.Data()); });
  return info.Env().Undefined();
}

// setFactors([{ input?: { rank, left, right }, recurrent? }, …]), one for each layer; copied.
Napi::Value NetworkObject::setFactors(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto layers = static_cast<std::uint32_t>(state_->network.shape().layers);
  if (!info[0].IsArray() || info[0].As<Napi::Array>().Length() != layers)
    throw codedError(env, "shape-mismatch", "Factors must be a list, with an object for each layer.");
  const auto read = [&](const Napi::Object& layer, const char* name, Factors& factors) {
    const Napi::Value given = layer.Get(name);
    if (given.IsUndefined()) return;
    if (!given.IsObject()) throw codedError(env, "shape-mismatch", "The factors of a matrix must be an object.");
    const Napi::Object object = given.As<Napi::Object>();
    factors.rank = integerField(object, "rank", 1, mostRank);
    const Napi::Float32Array left = floatsArgument(object.Get("left"), "left factor", -1);
    factors.left.assign(left.Data(), left.Data() + left.ElementLength());
    const Napi::Float32Array right = floatsArgument(object.Get("right"), "right factor", -1);
    factors.right.assign(right.Data(), right.Data() + right.ElementLength());
  };
  withCodedErrors(env, [&] {
    std::vector<std::pair<Factors, Factors>> factors(layers);
    for (std::uint32_t l = 0; l < layers; l++) {
      const Napi::Value layer = info[0].As<Napi::Array>().Get(l);
      if (!layer.IsObject()) throw codedError(env, "shape-mismatch", "Factors must be a list, with an object for each layer.");
      auto& [input, states] = factors[l];
      read(layer.As<Napi::Object>(), "input", input);
      read(layer.As<Napi::Object>(), "recurrent", states);
      if (!state_->network.factorsFit(l, false, input) || !state_->network.factorsFit(l, true, states))
        throw codedError(env, "shape-mismatch", "These factors have other sizes than the network's layers.");
    }
    const Claim claim(env, state_);
    claim->network.setFactors(factors);
  });
  return env.Undefined();
}

Napi::Value NetworkObject::forward(const Napi::CallbackInfo& info) {
  return withCodedErrors(info.Env(), [&]() -> Napi::Value {
    Batch batch = batchArgument(info[0], state_->network.shape(), state_->room);
    const Claim claim(info.Env(), state_);
    std::vector<float> logits(logitCount(claim->network.shape(), batch));
    const Outcome outcome = claim->network.forward(batch, logits.data(), nullptr, 1, claim->cancelled);
    state_->room = std::move(batch.inputs);
    if (outcome != Outcome::done) throw outcomeError(info.Env(), outcome);
    return copyOut(info.Env(), logits);
  });
}

Napi::Value NetworkObject::forwardAsync(const Napi::CallbackInfo& info) {
  Batch batch = withCodedErrors(info.Env(), [&] { return batchArgument(info[0], state_->network.shape(), state_->room); });
  auto* job = new ForwardJob(info.Env(), Claim(info.Env(), state_), std::move(batch));
  job->Queue();
  return job->promise();
}

// Ends the job that runs, within one frame of its work.
Napi::Value NetworkObject::cancel(const Napi::CallbackInfo& info) {
  state_->cancelled = true;
  return info.Env().Undefined();
}

Napi::Function TrainerObject::define(Napi::Env env) {
  return DefineClass(env, "NativeTrainer",
                     {InstanceMethod<&TrainerObject::step>("step"), InstanceMethod<&TrainerObject::state>("state")});
}

TrainerObject::TrainerObject(const Napi::CallbackInfo& info) : ObjectWrap(info), optimiser_(std::make_shared<Optimiser>()) {
  state_ = networkArgument(info[0]);
  settings_ = trainerSettingsArgument(info[1]);
  const Network& network = state_->network;
  withCodedErrors(info.Env(), [&] {
    optimiser_->first.resize(network.paddedCount());
    optimiser_->second.resize(network.paddedCount());
    if (info[2].IsUndefined()) return;
    if (!info[2].IsObject()) throw codedError(info.Env(), "shape-mismatch", "The optimiser's state must be an object.");
    const Napi::Object given = info[2].As<Napi::Object>();
    const auto count = static_cast<long long>(network.parameterCount());
    network.scatter(floatsArgument(given.Get("firstMoment"), "first moments", count).Data(), optimiser_->first);
    network.scatter(floatsArgument(given.Get("secondMoment"), "second moments", count).Data(), optimiser_->second);
    optimiser_->step = static_cast<std::int64_t>(numberField(given, "step", 0, 9007199254740992.0));
  });
}

Napi::Value TrainerObject::step(const Napi::CallbackInfo& info) {
  const Shape& shape = state_->network.shape();
  Batch batch = withCodedErrors(info.Env(), [&] { return batchArgument(info[0], shape, state_->room); });
  Targets targets = withCodedErrors(info.Env(), [&] { return targetsArgument(info[1], shape, batch); });
  if (state_->network.scoredAnswers(batch, targets) == 0)
    throw codedError(info.Env(), "shape-mismatch", "No frame of this batch is scored, so that there is nothing to learn from it.");
  const double rate = info[2].IsNumber() ? info[2].As<Napi::Number>().DoubleValue() : -1;
  if (!(rate >= 0 && rate < 1e6)) throw codedError(info.Env(), "usage", "The learning rate must be a number from 0 up.");
  const Napi::Float32Array parameters = floatsArgument(info[3], "parameters", static_cast<long long>(state_->network.parameterCount()));
  if (!info[4].IsUndefined())
    floatsArgument(info[4], "input gradient", static_cast<long long>(batch.sequences) * batch.frames * shape.input);
  auto* job = new StepJob(info.Env(), Claim(info.Env(), state_), std::move(batch), std::move(targets), settings_, float(rate),
                          optimiser_, parameters, info[4]);
  job->Queue();
  return job->promise();
}

Napi::Value TrainerObject::state(const Napi::CallbackInfo& info) {
  const Claim claim(info.Env(), state_);
  const std::size_t count = claim->network.parameterCount();
  Napi::Float32Array first = Napi::Float32Array::New(info.Env(), count), second = Napi::Float32Array::New(info.Env(), count);
  claim->network.gather(optimiser_->first, first.Data());
  claim->network.gather(optimiser_->second, second.Data());
  Napi::Object out = Napi::Object::New(info.Env());
  out.Set("step", static_cast<double>(optimiser_->step));
  out.Set("firstMoment", first);
  out.Set("secondMoment", second);
  return out;
}

Napi::Function StreamObject::define(Napi::Env env) {
  return DefineClass(env, "NativeStream", {InstanceMethod<&StreamObject::step>("step"), InstanceMethod<&StreamObject::reset>("reset")});
}

StreamObject::StreamObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  state_ = networkArgument(info[0]);
  weights_ = precisionArgument(info[1]);
  if (weights_ == Precision::float16) throw codedError(info.Env(), "usage", "A stream reads weights of float32 or bfloat16.");
  withCodedErrors(info.Env(), [&] { values_.resize(state_->network.streamStateSize()); });
}

// step(frame, logits): both written and read in place, on this thread, within the call.
Napi::Value StreamObject::step(const Napi::CallbackInfo& info) {
  const Shape& shape = state_->network.shape();
  const Napi::Float32Array frame = floatsArgument(info[0], "frame", shape.input);
  Napi::Float32Array logits = floatsArgument(info[1], "logits", shape.classes);
  const Claim claim(info.Env(), state_);
  withCodedErrors(info.Env(), [&] {
    claim->network.packForward(weights_);
    const int threads = claim->network.threadsForStream(weights_);
    ThreadPool* pool = threads > 1 ? &sharedPool() : nullptr;  // a process with small streams alone makes no threads
    claim->network.streamStep(frame.Data(), values_.data(), history_, frameIndex_, logits.Data(), weights_, pool, threads);
  });
  frameIndex_++;
  return info.Env().Undefined();
}

Napi::Value StreamObject::reset(const Napi::CallbackInfo& info) {
  values_.zero();
  history_.clear();
  frameIndex_ = 0;
  return info.Env().Undefined();
}

}  // namespace heed
