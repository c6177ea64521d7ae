#include "instruction_sets.h"

#if (defined(__x86_64__) || defined(_M_X64)) && defined(_MSC_VER)
#include <immintrin.h>
#include <intrin.h>
#elif defined(HEED_HAS_AVX512FP16)
#include <cpuid.h>
#endif

namespace heed {

#if defined(__x86_64__) || defined(_M_X64)
namespace sse2 {
const Kernels& kernels();
}
namespace avx2 {
const Kernels& kernels();
}
namespace avx512 {
const Kernels& kernels();
}
namespace avx512bf16 {
const Kernels& kernels();
}
#if defined(HEED_HAS_AVX512FP16)
namespace avx512fp16 {
const Kernels& kernels();
}
#endif

namespace {

struct Processor {
  bool avx2 = false, avx512 = false, avx512bf16 = false, avx512fp16 = false;
};

#if defined(_MSC_VER)
// The operating system must save the wide registers too, which XGETBV tells.
Processor detect() {
  Processor p;
  int info[4];
  __cpuid(info, 0);
  const int highest = info[0];
  __cpuid(info, 1);
  const bool osxsave = info[2] & (1 << 27), fma = info[2] & (1 << 12);
  if (!osxsave || highest < 7) return p;
  const unsigned long long saved = _xgetbv(0);
  __cpuidex(info, 7, 0);
  p.avx2 = fma && (info[1] & (1 << 5)) && (saved & 6) == 6;
  const int wanted = (1 << 16) | (1 << 17) | (1 << 30) | (1 << 31);  // F, DQ, BW, VL
  p.avx512 = p.avx2 && (info[1] & wanted) == wanted && (saved & 0xe6) == 0xe6;
  const int subleaves = info[0];
  if (subleaves >= 1) {
    __cpuidex(info, 7, 1);
    p.avx512bf16 = p.avx512 && (info[0] & (1 << 5));
  }
  return p;
}
#else
Processor detect() {
  __builtin_cpu_init();
  Processor p;
  p.avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  p.avx512 = p.avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  p.avx512bf16 = p.avx512 && __builtin_cpu_supports("avx512bf16");
#if defined(HEED_HAS_AVX512FP16)
  unsigned a, b, c, d;
  // What saves the wide registers saves them whatever they hold.
  p.avx512fp16 = p.avx512bf16 && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & (1 << 23));
#endif
  return p;
}
#endif

}  // namespace

std::vector<const Kernels*> availableKernels() {
  static const Processor processor = detect();
  std::vector<const Kernels*> found;
#if defined(HEED_HAS_AVX512FP16)
  if (processor.avx512fp16) found.push_back(&avx512fp16::kernels());
#endif
  if (processor.avx512bf16) found.push_back(&avx512bf16::kernels());
  if (processor.avx512) found.push_back(&avx512::kernels());
  if (processor.avx2) found.push_back(&avx2::kernels());
  found.push_back(&sse2::kernels());
  return found;
}

#elif defined(__aarch64__) || defined(_M_ARM64)
namespace neon {
const Kernels& kernels();
}
std::vector<const Kernels*> availableKernels() { return {&neon::kernels()}; }

#else
namespace scalar {
const Kernels& kernels();
}
std::vector<const Kernels*> availableKernels() { return {&scalar::kernels()}; }
#endif

const Kernels* kernelsNamed(const std::string& name) {
  for (const Kernels* kernels : availableKernels())
    if (name == kernels->name) return kernels;
  return nullptr;
}

}  // namespace heed
