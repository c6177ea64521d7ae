#include "arguments.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace heed {

Napi::Error codedError(Napi::Env env, const char* code, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  return error;
}

Napi::Error memoryError(Napi::Env env) {
  return codedError(env, "out-of-memory", "There is not enough memory for this; nothing was changed. Smaller batches need less.");
}

namespace {

// As people write numbers: 1, 0.99999, 16777216.
std::string plain(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.16g", number);
  return text;
}

Napi::Error mismatch(Napi::Env env, const std::string& message) { return codedError(env, "shape-mismatch", message); }

Napi::Object objectArgument(const Napi::Value& value, const char* name) {
  if (!value.IsObject()) throw mismatch(value.Env(), std::string("The ") + name + " must be an object.");
  return value.As<Napi::Object>();
}

enum class Sharing { refused, allowed };

template <class Array>
Array typedArgument(const Napi::Value& value, const char* name, long long count, napi_typedarray_type type, const char* kind,
                    Sharing sharing = Sharing::refused) {
  const Napi::Env env = value.Env();
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type)
    throw mismatch(env, std::string("The ") + name + " must be a " + kind + ".");
  const Array array = value.As<Array>();
  const bool shared = isShared(array);
  if (shared && sharing == Sharing::refused)
    throw mismatch(env, std::string("The ") + name + " cannot be read: their buffer is shared with other threads.");
  if (!shared && array.ArrayBuffer().IsDetached())
    throw mismatch(env, std::string("The ") + name + " cannot be read: their buffer was given away.");
  if (count >= 0 && static_cast<long long>(array.ElementLength()) != count)
    throw mismatch(env, std::string("The ") + name + " must be " + std::to_string(count) + " numbers, not " +
                            std::to_string(array.ElementLength()) + ".");
  return array;
}

}  // namespace

bool isShared(const Napi::TypedArray& array) { return !array.ArrayBuffer().IsArrayBuffer(); }

Napi::Float32Array floatsArgument(const Napi::Value& value, const char* name, long long count) {
  return typedArgument<Napi::Float32Array>(value, name, count, napi_float32_array, "Float32Array");
}

Napi::Float64Array doublesArgument(const Napi::Value& value, const char* name, long long count) {
  return typedArgument<Napi::Float64Array>(value, name, count, napi_float64_array, "Float64Array");
}

Napi::Int16Array samplesArgument(const Napi::Value& value, const char* name) {
  return typedArgument<Napi::Int16Array>(value, name, -1, napi_int16_array, "Int16Array", Sharing::allowed);
}

Napi::Int32Array integersArgument(const Napi::Value& value, const char* name, long long count) {
  return typedArgument<Napi::Int32Array>(value, name, count, napi_int32_array, "Int32Array");
}

double numberField(const Napi::Object& object, const char* name, double low, double high) {
  const Napi::Value value = object.Get(name);
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  if (!(number >= low && number <= high))
    throw mismatch(object.Env(), std::string("The ") + name + " must be a number from " + plain(low) + " to " + plain(high) + ".");
  return number;
}

int integerField(const Napi::Object& object, const char* name, int low, int high) {
  const double number = numberField(object, name, low, high);
  if (number != std::floor(number)) throw mismatch(object.Env(), std::string("The ") + name + " must be a whole number.");
  return static_cast<int>(number);
}

bool booleanField(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsBoolean()) throw mismatch(object.Env(), std::string("The ") + name + " must be true or false.");
  return value.As<Napi::Boolean>().Value();
}

std::string stringField(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsString()) throw mismatch(object.Env(), std::string("The ") + name + " must be text.");
  return value.As<Napi::String>().Utf8Value();
}

// A gigabyte of weights.
static constexpr std::size_t largestNetwork = std::size_t(1) << 28;

// By the names of src/nn/cells/cell.ts.
static Cell cellField(const Napi::Object& object) {
  const std::string name = stringField(object, "cell");
  if (name == "rnn") return Cell::rnn;
  if (name == "gru") return Cell::gru;
  if (name == "gru-reset-after") return Cell::gruResetAfter;
  if (name == "lstm") return Cell::lstm;
  if (name == "mgu") return Cell::mgu;
  throw mismatch(object.Env(), "The cell must be rnn, gru, gru-reset-after, lstm or mgu.");
}

// By the names of src/nn/network.ts.
static Pooling poolingField(const Napi::Object& object) {
  const std::string name = stringField(object, "pooling");
  if (name == "last") return Pooling::last;
  if (name == "mean") return Pooling::mean;
  if (name == "none") return Pooling::none;
  if (name == "attention") return Pooling::attention;
  if (name == "multi-head") return Pooling::multiHead;
  throw mismatch(object.Env(), "The pooling must be last, mean, attention, multi-head or none.");
}

Shape shapeArgument(const Napi::Value& value) {
  const Napi::Object object = objectArgument(value, "shape");
  Shape shape;
  shape.input = integerField(object, "inputSize", 1, 65536);
  shape.hidden = integerField(object, "hiddenSize", 1, 16384);
  shape.layers = integerField(object, "layerCount", 1, 64);
  shape.classes = integerField(object, "classCount", 1, 65536);
  shape.cell = cellField(object);
  shape.pooling = poolingField(object);
  if (shape.pooling == Pooling::multiHead && shape.attention().heads * shape.attention().headSize != shape.hidden)
    throw mismatch(object.Env(), "With multi-head pooling the hidden units must be a multiple of 4, not " + std::to_string(shape.hidden) + ".");
  if (Network::parameterCount(shape) > largestNetwork)
    throw mismatch(object.Env(), "A network of this shape would have " + std::to_string(Network::parameterCount(shape)) +
                                     " parameters; at most " + std::to_string(largestNetwork) + " can be used.");
  return shape;
}

TrainerSettings trainerSettingsArgument(const Napi::Value& value) {
  const Napi::Object object = objectArgument(value, "trainer's settings");
  const double infinity = std::numeric_limits<double>::infinity();
  TrainerSettings settings;
  settings.beta1 = float(numberField(object, "beta1", 0, 0.99999));
  settings.beta2 = float(numberField(object, "beta2", 0, 0.9999999));
  // Never quite zero: units that only fill up a vector have no gradient, and 0 / 0 would not stay among them.
  settings.epsilon = std::max(1e-30f, float(numberField(object, "epsilon", 0, 1)));
  settings.clipNorm = float(numberField(object, "clipNorm", 0, infinity));
  settings.dropout = float(numberField(object, "dropout", 0, 0.99));
  settings.seed = static_cast<std::int32_t>(static_cast<std::int64_t>(numberField(object, "seed", -9007199254740992.0, 9007199254740992.0)));
  const double truncate = numberField(object, "truncateFrames", 1, infinity);
  settings.truncateFrames = truncate < 2147483647.0 ? static_cast<int>(truncate) : 0;
  return settings;
}

Precision precisionArgument(const Napi::Value& value) {
  if (value.IsUndefined()) return Precision::float32;
  const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  if (name == "float32") return Precision::float32;
  if (name == "bfloat16") return Precision::bfloat16;
  if (name == "float16") return Precision::float16;
  throw codedError(value.Env(), "usage", "The native core computes in float32, bfloat16 or float16.");
}

MfccSettings mfccSettingsArgument(const Napi::Value& value) {
  const Napi::Object given = objectArgument(value, "feature settings");
  MfccSettings settings;
  settings.sampleRateHz = integerField(given, "sampleRateHz", 1000, 192000);
  settings.frameLength = integerField(given, "frameLength", 64, 4096);
  settings.hopLength = integerField(given, "hopLength", 1, settings.frameLength);
  settings.melBands = integerField(given, "melBands", 2, 128);
  settings.coefficients = integerField(given, "coefficients", 1, settings.melBands);
  settings.scale = numberField(given, "scale", 1e-9, 1e9);
  if (settings.frameLength & (settings.frameLength - 1))
    throw codedError(value.Env(), "feature-settings", "The frameLength must be a power of two.");
  return settings;
}

Batch batchArgument(const Napi::Value& value, const Shape& shape, std::vector<float>& room) {
  const Napi::Object object = objectArgument(value, "batch");
  Batch batch;
  batch.frames = integerField(object, "frameCount", 1, 1 << 24);
  // Both properties are read before either array is looked into: a getter could shrink or detach the other one.
  const Napi::Value givenLengths = object.Get("lengths"), givenInputs = object.Get("inputs");
  const Napi::Int32Array lengths = integersArgument(givenLengths, "lengths", -1);
  if (lengths.ElementLength() < 1 || lengths.ElementLength() > (1 << 20))
    throw mismatch(value.Env(), "A batch must hold from 1 to 1048576 sequences, not " + std::to_string(lengths.ElementLength()) + ".");
  batch.sequences = static_cast<int>(lengths.ElementLength());
  const long long count = static_cast<long long>(batch.sequences) * batch.frames * shape.input;
  const Napi::Float32Array inputs = floatsArgument(givenInputs, "inputs", count);
  batch.lengths.assign(lengths.Data(), lengths.Data() + batch.sequences);
  for (const std::int32_t length : batch.lengths)
    if (length < 1 || length > batch.frames)
      throw mismatch(value.Env(), "A sequence's length must be from 1 to " + std::to_string(batch.frames) + ", not " + std::to_string(length) + ".");
  batch.inputs = std::move(room);
  batch.inputs.assign(inputs.Data(), inputs.Data() + count);
  return batch;
}

// { posteriors: Float32Array [answers, C], temperature, share }
static void readTeacher(const Napi::Object& object, const Shape& shape, long long answers, Targets& targets) {
  targets.temperature = numberField(object, "temperature", 1e-3, 1000);
  targets.teacherShare = numberField(object, "share", 0, 1);
  const Napi::Float32Array posteriors = floatsArgument(object.Get("posteriors"), "posteriors", answers * shape.classes);
  targets.teacher.assign(posteriors.Data(), posteriors.Data() + answers * shape.classes);
}

Targets targetsArgument(const Napi::Value& value, const Shape& shape, const Batch& batch) {
  const Napi::Object object = objectArgument(value, "targets");
  const std::string loss = stringField(object, "loss");
  const long long answers = static_cast<long long>(batch.sequences) * shape.answersPerSequence(batch.frames);
  const bool perFrame = shape.pooling == Pooling::none;
  Targets targets;
  if (loss == "cross-entropy") {
    const Napi::Int32Array classes = integersArgument(object.Get("classes"), "classes", answers);
    targets.classes.assign(classes.Data(), classes.Data() + answers);
    for (const std::int32_t c : targets.classes)
      if (c < (perFrame ? unscored : 0) || c >= shape.classes)
        throw mismatch(value.Env(), "A class must be from 0 to " + std::to_string(shape.classes - 1) + ", not " + std::to_string(c) + ".");
    if (!object.Get("teacher").IsUndefined()) readTeacher(objectArgument(object.Get("teacher"), "teacher"), shape, answers, targets);
  } else if (loss == "mean-squared-error") {
    targets.loss = Loss::meanSquaredError;
    const long long count = answers * shape.classes;
    const Napi::Float32Array values = floatsArgument(object.Get("values"), "values", count);
    targets.values.assign(values.Data(), values.Data() + count);
  } else {
    throw mismatch(value.Env(), "The loss must be cross-entropy or mean-squared-error, not " + loss + ".");
  }
  return targets;
}

}  // namespace heed
