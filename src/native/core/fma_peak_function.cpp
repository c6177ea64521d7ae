#include "fma_peak_function.h"

#include <algorithm>
#include <vector>

#include "arguments.h"
#include "instruction_sets.h"
#include "network_object.h"

namespace heed {

namespace {

// About a second on one core: a call must end.
constexpr double mostRounds = 1 << 28;

}  // namespace

Napi::Value peakFma(const Napi::CallbackInfo& info) {
  const Kernels* kernels = kernelsNamed(info[0].IsString() ? info[0].As<Napi::String>().Utf8Value() : "");
  if (!kernels) throw codedError(info.Env(), "usage", "This machine has no such kernels.");
  const double threads = info[1].IsNumber() ? info[1].As<Napi::Number>().DoubleValue() : 0;
  const double rounds = info[2].IsNumber() ? info[2].As<Napi::Number>().DoubleValue() : 0;
  if (!(threads >= 1 && threads <= 4096) || !(rounds >= 1 && rounds <= mostRounds))
    throw codedError(info.Env(), "usage", "The peak is measured on at least one thread, over at least one round.");
  const auto peak = kernels->layerIn(precisionArgument(info[3])).peak;
  if (!peak) throw codedError(info.Env(), "usage", "These kernels do not compute in float16.");
  const auto perThread = static_cast<long long>(rounds);
  const auto one = [&](double& operations) {
    std::vector<float> seed(kernels->vectorWidth, 1.f);
    operations = peak(perThread, seed.data());
  };
  double total = 0;
  if (threads < 2) {
    one(total);
  } else {
    ThreadPool& pool = sharedPool();
    std::vector<double> operations(std::min(static_cast<int>(threads), pool.threads()));
    pool.run(static_cast<int>(operations.size()), [&](int thread) { one(operations[thread]); });
    for (const double count : operations) total += count;
  }
  return Napi::Number::New(info.Env(), total);
}

}  // namespace heed
