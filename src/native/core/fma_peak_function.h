// peakFma(instructionSet, threads, rounds, precision) for JavaScript: how fast this machine could compute, for the benchmark.
#pragma once
#include <napi.h>

namespace heed {

// Runs `rounds` rounds on each of `threads` threads (at most the pool's), within the call, and returns the floating-point
// operations of them all.
Napi::Value peakFma(const Napi::CallbackInfo& info);

}  // namespace heed
