// Numbers below 1.2e-38 count as zero while one of these lives, on the thread that made it. Gradients fade away over many
// frames, and on some processors every operation on such a denormal number takes a hundred times as long as others.
#pragma once
#if defined(__x86_64__) || defined(_M_X64) || defined(__SSE2__)
#include <xmmintrin.h>
#elif defined(__aarch64__) && !defined(_MSC_VER)
#include <cstdint>
#endif

namespace heed {

class FlushDenormals {
 public:
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

#if defined(__x86_64__) || defined(_M_X64) || defined(__SSE2__)
  FlushDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | flushResults | flushOperands); }
  ~FlushDenormals() { _mm_setcsr(before_); }

 private:
  static constexpr unsigned flushResults = 0x8000, flushOperands = 0x0040;  // FTZ and DAZ of MXCSR
  const unsigned before_;
#elif defined(__aarch64__) && !defined(_MSC_VER)
  FlushDenormals() {
    asm volatile("mrs %0, fpcr" : "=r"(before_));
    asm volatile("msr fpcr, %0" : : "r"(before_ | flush));
  }
  ~FlushDenormals() { asm volatile("msr fpcr, %0" : : "r"(before_)); }

 private:
  static constexpr std::uint64_t flush = std::uint64_t(1) << 24;  // FZ
  std::uint64_t before_;
#else
  FlushDenormals() {}
#endif
};

}  // namespace heed
