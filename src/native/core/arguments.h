// Reading arguments from JavaScript, strictly: what does not fit is a coded error, not a guess.
#pragma once
#include <napi.h>

#include <new>
#include <stdexcept>
#include <string>

#include "network.h"

namespace heed {

Napi::Error codedError(Napi::Env env, const char* code, const std::string& message);

// "There is not enough memory …", for work that is put down where it was.
Napi::Error memoryError(Napi::Env env);

// Runs `call`; what the standard library throws (memory that runs out, above all) becomes a coded error.
template <class Call>
auto withCodedErrors(Napi::Env env, Call call) -> decltype(call()) {
  try {
    return call();
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw memoryError(env);
  } catch (const std::length_error&) {
    throw memoryError(env);
  } catch (const std::exception& error) {
    throw codedError(env, "internal", error.what());
  }
}

// Numbers of exactly `count` (any count where count < 0); a detached or shared buffer is refused. What is returned points
// into JavaScript's memory: it holds until JavaScript runs again, which a getter of the next property read may do.
Napi::Float32Array floatsArgument(const Napi::Value& value, const char* name, long long count);
Napi::Float64Array doublesArgument(const Napi::Value& value, const char* name, long long count);
Napi::Int32Array integersArgument(const Napi::Value& value, const char* name, long long count);
// Samples, which may be shared with other threads; see isShared.
Napi::Int16Array samplesArgument(const Napi::Value& value, const char* name);

// Whether the array's memory is a SharedArrayBuffer: that is never moved, shrunk or given away, so it may be read for as long
// as JavaScript's array is held.
bool isShared(const Napi::TypedArray& array);

double numberField(const Napi::Object& object, const char* name, double low, double high);
int integerField(const Napi::Object& object, const char* name, int low, int high);
bool booleanField(const Napi::Object& object, const char* name);
std::string stringField(const Napi::Object& object, const char* name);

Shape shapeArgument(const Napi::Value& value);
TrainerSettings trainerSettingsArgument(const Napi::Value& value);
// 'float32', also where left out, or 'bf16'.
Precision precisionArgument(const Napi::Value& value);

MfccSettings mfccSettingsArgument(const Napi::Value& value);

// { inputs: Float32Array [B, T, I], lengths: Int32Array [B], frameCount }, copied.
// `room` is an earlier batch's memory, taken for the inputs: a megabyte is not asked of the system for each batch.
Batch batchArgument(const Napi::Value& value, const Shape& shape, std::vector<float>& room);

// { loss: 'cross-entropy', classes: Int32Array, teacher? } or { loss: 'mean-squared-error', values: Float32Array }, copied.
Targets targetsArgument(const Napi::Value& value, const Shape& shape, const Batch& batch);

}  // namespace heed
