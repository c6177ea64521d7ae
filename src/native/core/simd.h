// Vector types, one width per instruction set. This header is compiled several times, each time with another
// HEED_ISA_* macro and other compiler flags; everything in it lives in a namespace of that instruction set.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

// AVX-512 with instructions for float16 has those for bfloat16 too, and is AVX-512 in all else.
#if defined(HEED_ISA_AVX512FP16)
#define HEED_ISA_AVX512BF16
#endif
#if defined(HEED_ISA_AVX512BF16)
#define HEED_ISA_AVX512
#endif

#if defined(HEED_ISA_AVX512) || defined(HEED_ISA_AVX2) || defined(HEED_ISA_SSE2)
#include <immintrin.h>
#elif defined(HEED_ISA_NEON)
#include <arm_neon.h>
#endif

#if defined(_MSC_VER) && !defined(__clang__)
#define HEED_NOINLINE __declspec(noinline)
#define HEED_INLINE static __forceinline
#define HEED_MEMBER_INLINE __forceinline
#define HEED_UNROLL
#define HEED_UNROLL_TWICE
#else
#define HEED_NOINLINE __attribute__((noinline))
#define HEED_INLINE static inline __attribute__((always_inline))
#define HEED_MEMBER_INLINE inline __attribute__((always_inline))
#define HEED_UNROLL _Pragma("GCC unroll 16")
#define HEED_UNROLL_TWICE _Pragma("GCC unroll 2")
#endif

namespace heed {
namespace HEED_ISA {

// Rows of a product's tile: with tileVectors columns of accumulators they just fill the register file.
#if defined(HEED_ISA_AVX512)
constexpr int vectorWidth = 16;
constexpr int tileRows = 8;
using Vec = __m512;
HEED_INLINE Vec set1(float x) { return _mm512_set1_ps(x); }
HEED_INLINE Vec load(const float* p) { return _mm512_loadu_ps(p); }
HEED_INLINE void store(float* p, Vec v) { _mm512_storeu_ps(p, v); }
HEED_INLINE Vec add(Vec a, Vec b) { return _mm512_add_ps(a, b); }
HEED_INLINE Vec sub(Vec a, Vec b) { return _mm512_sub_ps(a, b); }
HEED_INLINE Vec mul(Vec a, Vec b) { return _mm512_mul_ps(a, b); }
HEED_INLINE Vec div(Vec a, Vec b) { return _mm512_div_ps(a, b); }
HEED_INLINE Vec fma(Vec a, Vec b, Vec c) { return _mm512_fmadd_ps(a, b, c); }
HEED_INLINE Vec fnma(Vec a, Vec b, Vec c) { return _mm512_fnmadd_ps(a, b, c); }
HEED_INLINE Vec min(Vec a, Vec b) { return _mm512_min_ps(a, b); }
HEED_INLINE Vec max(Vec a, Vec b) { return _mm512_max_ps(a, b); }
HEED_INLINE Vec sqrt(Vec a) { return _mm512_sqrt_ps(a); }
HEED_INLINE Vec round(Vec a) { return _mm512_roundscale_ps(a, 8); }
HEED_INLINE Vec scale2(Vec a, Vec exponent) { return _mm512_scalef_ps(a, exponent); }
HEED_INLINE Vec reciprocal(Vec x) {
  const Vec r = _mm512_rcp14_ps(x);
  return fma(r, fnma(x, r, set1(1.f)), r);
}
HEED_INLINE float sum(Vec a) { return _mm512_reduce_add_ps(a); }
HEED_INLINE void storeSplit(float* p, std::size_t stride, Vec v) {
  _mm256_storeu_ps(p, _mm512_castps512_ps256(v));
  _mm256_storeu_ps(p + stride, _mm512_extractf32x8_ps(v, 1));
}
#elif defined(HEED_ISA_AVX2)
constexpr int vectorWidth = 8;
constexpr int tileRows = 4;
using Vec = __m256;
HEED_INLINE Vec set1(float x) { return _mm256_set1_ps(x); }
HEED_INLINE Vec load(const float* p) { return _mm256_loadu_ps(p); }
HEED_INLINE void store(float* p, Vec v) { _mm256_storeu_ps(p, v); }
HEED_INLINE Vec add(Vec a, Vec b) { return _mm256_add_ps(a, b); }
HEED_INLINE Vec sub(Vec a, Vec b) { return _mm256_sub_ps(a, b); }
HEED_INLINE Vec mul(Vec a, Vec b) { return _mm256_mul_ps(a, b); }
HEED_INLINE Vec div(Vec a, Vec b) { return _mm256_div_ps(a, b); }
HEED_INLINE Vec fma(Vec a, Vec b, Vec c) { return _mm256_fmadd_ps(a, b, c); }
HEED_INLINE Vec fnma(Vec a, Vec b, Vec c) { return _mm256_fnmadd_ps(a, b, c); }
HEED_INLINE Vec min(Vec a, Vec b) { return _mm256_min_ps(a, b); }
HEED_INLINE Vec max(Vec a, Vec b) { return _mm256_max_ps(a, b); }
HEED_INLINE Vec sqrt(Vec a) { return _mm256_sqrt_ps(a); }
HEED_INLINE Vec round(Vec a) { return _mm256_round_ps(a, 8); }
HEED_INLINE Vec scale2(Vec a, Vec exponent) {
  const __m256i bits = _mm256_slli_epi32(_mm256_cvtps_epi32(exponent), 23);
  return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a), bits));
}
HEED_INLINE Vec reciprocal(Vec x) {
  const Vec r = _mm256_rcp_ps(x);
  return fma(r, fnma(x, r, set1(1.f)), r);
}
HEED_INLINE float sum(Vec a) {
  __m128 q = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  q = _mm_add_ps(q, _mm_movehl_ps(q, q));
  return _mm_cvtss_f32(_mm_add_ss(q, _mm_movehdup_ps(q)));
}
HEED_INLINE void storeSplit(float* p, std::size_t stride, Vec v) {
  _mm_storeu_ps(p, _mm256_castps256_ps128(v));
  _mm_storeu_ps(p + stride, _mm256_extractf128_ps(v, 1));
}
#elif defined(HEED_ISA_SSE2)
constexpr int vectorWidth = 4;
constexpr int tileRows = 4;
using Vec = __m128;
HEED_INLINE Vec set1(float x) { return _mm_set1_ps(x); }
HEED_INLINE Vec load(const float* p) { return _mm_loadu_ps(p); }
HEED_INLINE void store(float* p, Vec v) { _mm_storeu_ps(p, v); }
HEED_INLINE Vec add(Vec a, Vec b) { return _mm_add_ps(a, b); }
HEED_INLINE Vec sub(Vec a, Vec b) { return _mm_sub_ps(a, b); }
HEED_INLINE Vec mul(Vec a, Vec b) { return _mm_mul_ps(a, b); }
HEED_INLINE Vec div(Vec a, Vec b) { return _mm_div_ps(a, b); }
HEED_INLINE Vec fma(Vec a, Vec b, Vec c) { return _mm_add_ps(_mm_mul_ps(a, b), c); }
HEED_INLINE Vec fnma(Vec a, Vec b, Vec c) { return _mm_sub_ps(c, _mm_mul_ps(a, b)); }
HEED_INLINE Vec min(Vec a, Vec b) { return _mm_min_ps(a, b); }
HEED_INLINE Vec max(Vec a, Vec b) { return _mm_max_ps(a, b); }
HEED_INLINE Vec sqrt(Vec a) { return _mm_sqrt_ps(a); }
HEED_INLINE Vec round(Vec a) { return _mm_cvtepi32_ps(_mm_cvtps_epi32(a)); }
HEED_INLINE Vec scale2(Vec a, Vec exponent) {
  return _mm_castsi128_ps(_mm_add_epi32(_mm_castps_si128(a), _mm_slli_epi32(_mm_cvtps_epi32(exponent), 23)));
}
HEED_INLINE Vec reciprocal(Vec x) { return _mm_div_ps(set1(1.f), x); }
HEED_INLINE float sum(Vec a) {
  const __m128 q = _mm_add_ps(a, _mm_movehl_ps(a, a));
  return _mm_cvtss_f32(_mm_add_ss(q, _mm_shuffle_ps(q, q, 1)));
}
#elif defined(HEED_ISA_NEON)
constexpr int vectorWidth = 4;
constexpr int tileRows = 8;
using Vec = float32x4_t;
HEED_INLINE Vec set1(float x) { return vdupq_n_f32(x); }
HEED_INLINE Vec load(const float* p) { return vld1q_f32(p); }
HEED_INLINE void store(float* p, Vec v) { vst1q_f32(p, v); }
HEED_INLINE Vec add(Vec a, Vec b) { return vaddq_f32(a, b); }
HEED_INLINE Vec sub(Vec a, Vec b) { return vsubq_f32(a, b); }
HEED_INLINE Vec mul(Vec a, Vec b) { return vmulq_f32(a, b); }
HEED_INLINE Vec div(Vec a, Vec b) { return vdivq_f32(a, b); }
HEED_INLINE Vec fma(Vec a, Vec b, Vec c) { return vfmaq_f32(c, a, b); }
HEED_INLINE Vec fnma(Vec a, Vec b, Vec c) { return vfmsq_f32(c, a, b); }
HEED_INLINE Vec min(Vec a, Vec b) { return vminq_f32(a, b); }
HEED_INLINE Vec max(Vec a, Vec b) { return vmaxq_f32(a, b); }
HEED_INLINE Vec sqrt(Vec a) { return vsqrtq_f32(a); }
HEED_INLINE Vec round(Vec a) { return vrndnq_f32(a); }
HEED_INLINE Vec scale2(Vec a, Vec exponent) {
  return vreinterpretq_f32_s32(vaddq_s32(vreinterpretq_s32_f32(a), vshlq_n_s32(vcvtnq_s32_f32(exponent), 23)));
}
HEED_INLINE Vec reciprocal(Vec x) { return vdivq_f32(set1(1.f), x); }
HEED_INLINE float sum(Vec a) { return vaddvq_f32(a); }
#else
// No vector unit that we know: one lane of plain floats.
constexpr int vectorWidth = 1;
constexpr int tileRows = 4;
using Vec = float;
HEED_INLINE Vec set1(float x) { return x; }
HEED_INLINE Vec load(const float* p) { return *p; }
HEED_INLINE void store(float* p, Vec v) { *p = v; }
HEED_INLINE Vec add(Vec a, Vec b) { return a + b; }
HEED_INLINE Vec sub(Vec a, Vec b) { return a - b; }
HEED_INLINE Vec mul(Vec a, Vec b) { return a * b; }
HEED_INLINE Vec div(Vec a, Vec b) { return a / b; }
HEED_INLINE Vec fma(Vec a, Vec b, Vec c) { return a * b + c; }
HEED_INLINE Vec fnma(Vec a, Vec b, Vec c) { return c - a * b; }
HEED_INLINE Vec min(Vec a, Vec b) { return a < b ? a : b; }
HEED_INLINE Vec max(Vec a, Vec b) { return a > b ? a : b; }
HEED_INLINE Vec sqrt(Vec a) { return std::sqrt(a); }
HEED_INLINE Vec round(Vec a) { return std::nearbyint(a); }
HEED_INLINE Vec scale2(Vec a, Vec exponent) { return std::ldexp(a, static_cast<int>(exponent)); }
HEED_INLINE Vec reciprocal(Vec x) { return 1.f / x; }
HEED_INLINE float sum(Vec a) { return a; }
#endif

// Fetches a cache line that is read soon; any address will do.
HEED_INLINE void prefetch(const float* p) {
#if defined(HEED_ISA_AVX512) || defined(HEED_ISA_AVX2) || defined(HEED_ISA_SSE2)
  _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T0);
#elif defined(__GNUC__)
  __builtin_prefetch(p);
#else
  (void)p;
#endif
}

// Two bfloat16 numbers in each 32-bit lane, as floats.
struct Bf16Pair {
  Vec lower, upper;
};
#if defined(HEED_ISA_AVX512)
HEED_INLINE Bf16Pair splitBf16(Vec v) {
  const __m512i words = _mm512_castps_si512(v);
  return {_mm512_castsi512_ps(_mm512_slli_epi32(words, 16)),
          _mm512_castsi512_ps(_mm512_and_si512(words, _mm512_set1_epi32(-65536)))};
}
#elif defined(HEED_ISA_AVX2)
HEED_INLINE Bf16Pair splitBf16(Vec v) {
  const __m256i words = _mm256_castps_si256(v);
  return {_mm256_castsi256_ps(_mm256_slli_epi32(words, 16)),
          _mm256_castsi256_ps(_mm256_and_si256(words, _mm256_set1_epi32(-65536)))};
}
#elif defined(HEED_ISA_SSE2)
HEED_INLINE Bf16Pair splitBf16(Vec v) {
  const __m128i words = _mm_castps_si128(v);
  return {_mm_castsi128_ps(_mm_slli_epi32(words, 16)), _mm_castsi128_ps(_mm_and_si128(words, _mm_set1_epi32(-65536)))};
}
#elif defined(HEED_ISA_NEON)
HEED_INLINE Bf16Pair splitBf16(Vec v) {
  const uint32x4_t words = vreinterpretq_u32_f32(v);
  return {vreinterpretq_f32_u32(vshlq_n_u32(words, 16)), vreinterpretq_f32_u32(vandq_u32(words, vdupq_n_u32(0xffff0000u)))};
}
#else
HEED_INLINE Bf16Pair splitBf16(Vec v) {
  std::uint32_t word;
  std::memcpy(&word, &v, sizeof word);
  const std::uint32_t low = word << 16, high = word & 0xffff0000u;
  Bf16Pair pair;
  std::memcpy(&pair.lower, &low, sizeof low);
  std::memcpy(&pair.upper, &high, sizeof high);
  return pair;
}
#endif
#if defined(HEED_ISA_AVX512BF16)
// The same bits under the types of the bfloat16 instructions, which no two compilers cast alike.
HEED_INLINE __m512bh pairsOf(Vec v) {
  __m512bh pairs;
  std::memcpy(&pairs, &v, sizeof pairs);
  return pairs;
}
HEED_INLINE __m256i bitsOf(__m256bh v) {
  __m256i bits;
  std::memcpy(&bits, &v, sizeof bits);
  return bits;
}
#endif

#if !defined(HEED_ISA_AVX512) && !defined(HEED_ISA_AVX2)
// A vector is no longer than a tile has rows here, so there is nothing to split.
HEED_INLINE void storeSplit(float* p, std::size_t, Vec v) { store(p, v); }
#endif

// 2^t for |t| ≤ 126: the integer part into the exponent, the rest by the polynomial of degree 6 that Cephes' exp2f uses.
HEED_INLINE Vec exp2(Vec t) {
  const Vec whole = round(t);
  const Vec f = sub(t, whole);
  Vec p = set1(1.535336188e-4f);
  p = fma(p, f, set1(1.339887440e-3f));
  p = fma(p, f, set1(9.618437358e-3f));
  p = fma(p, f, set1(5.550332471e-2f));
  p = fma(p, f, set1(2.402264791e-1f));
  p = fma(p, f, set1(6.931472029e-1f));
  p = fma(p, f, set1(1.f));
  return scale2(p, whole);
}

// σ(x) = 1 / (1 + e^−x), within 2e-7. A NaN stays a NaN (min and max keep their second operand), so that it is noticed.
HEED_INLINE Vec sigmoid(Vec x) {
  const Vec t = max(set1(-60.f), min(set1(60.f), mul(x, set1(-1.44269504f))));
  return reciprocal(add(set1(1.f), exp2(t)));
}

// tanh(x) = (e^2x − 1) / (e^2x + 1), within 3e-7 absolute. Exactly 0 at 0, whatever the reciprocal's last bit: padded units
// stay zero by it.
HEED_INLINE Vec tanh(Vec x) {
  const Vec t = max(set1(-60.f), min(set1(60.f), mul(x, set1(2.88539008f))));
  const Vec e = exp2(t);
  return mul(sub(e, set1(1.f)), reciprocal(add(e, set1(1.f))));
}

}  // namespace HEED_ISA
}  // namespace heed
