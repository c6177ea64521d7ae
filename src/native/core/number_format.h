// In which format a product takes its operands: float32, or pairs of numbers of 16 bits.
//
// A bfloat16 is the upper half of a float32; float16 (float16.h) has fewer bits of exponent and more of fraction. Two numbers
// that follow each other in a product's inner dimension share a 32-bit word, the first in its lower half, so that a tile runs
// over words alike in all formats: half as many of 16 bits, each worth two multiply-adds. Words travel as floats; nothing but
// a format looks into them.
#pragma once
#include "simd.h"

namespace heed {
namespace HEED_ISA {

// Rounded to the nearest, ties to even; a NaN stays a NaN.
HEED_INLINE std::uint32_t toBf16(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (value != value) return (bits >> 16) | 0x40;
  return (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
}

HEED_INLINE float bf16Word(float lower, float upper) {
  const std::uint32_t bits = toBf16(lower) | toBf16(upper) << 16;
  float word;
  std::memcpy(&word, &bits, sizeof word);
  return word;
}

#if defined(HEED_ISA_AVX512BF16)
HEED_INLINE __m512i widenBf16(Vec v) { return _mm512_cvtepu16_epi32(bitsOf(_mm512_cvtneps_pbh(v))); }
HEED_INLINE Vec bf16Words(Vec lower, Vec upper) {
  return _mm512_castsi512_ps(_mm512_or_si512(widenBf16(lower), _mm512_slli_epi32(widenBf16(upper), 16)));
}
HEED_INLINE void storeBf16(std::uint16_t* p, Vec v) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), bitsOf(_mm512_cvtneps_pbh(v)));
}
HEED_INLINE void storeSplitBf16(std::uint16_t* p, std::size_t stride, Vec v) {
  const __m256i bits = bitsOf(_mm512_cvtneps_pbh(v));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_castsi256_si128(bits));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p + stride), _mm256_extracti128_si256(bits, 1));
}
// sum + a.lower·b.lower + a.upper·b.upper, word by word
HEED_INLINE Vec dotBf16(Vec a, Vec b, Vec sum) { return _mm512_dpbf16_ps(sum, pairsOf(a), pairsOf(b)); }
#else
// Without instructions of its own bfloat16 is slower than float32, and the same to within the sums' rounding.
HEED_INLINE Vec bf16Words(Vec lower, Vec upper) {
  float low[vectorWidth], high[vectorWidth];
  store(low, lower);
  store(high, upper);
  for (int i = 0; i < vectorWidth; i++) low[i] = bf16Word(low[i], high[i]);
  return load(low);
}
HEED_INLINE void storeBf16(std::uint16_t* p, Vec v) {
  float lanes[vectorWidth];
  std::uint16_t rounded[vectorWidth];
  store(lanes, v);
  for (int i = 0; i < vectorWidth; i++) rounded[i] = static_cast<std::uint16_t>(toBf16(lanes[i]));
  std::memcpy(p, rounded, sizeof rounded);
}
HEED_INLINE void storeSplitBf16(std::uint16_t* p, std::size_t stride, Vec v) {
  std::uint16_t rounded[vectorWidth];
  storeBf16(rounded, v);
  constexpr int part = vectorWidth <= tileRows ? vectorWidth : vectorWidth / 2;
  std::memcpy(p, rounded, part * sizeof(std::uint16_t));
  if (part < vectorWidth) std::memcpy(p + stride, rounded + vectorWidth - part, part * sizeof(std::uint16_t));
}
HEED_INLINE Vec dotBf16(Vec a, Vec b, Vec sum) {
  const Bf16Pair x = splitBf16(a), y = splitBf16(b);
  return fma(x.upper, y.upper, fma(x.lower, y.lower, sum));
}
#endif

struct Float32 {
  static constexpr int perWord = 1;
  // A product's sums are float32 throughout.
  static constexpr int runWords = 0;
  static HEED_MEMBER_INLINE Vec multiplyAdd(Vec a, Vec b, Vec sum) { return fma(a, b, sum); }
  // The word of a row's number k, and where the format pairs them of the next one, which is 0 at the row's end.
  static HEED_MEMBER_INLINE float word(const float* row, int k, int) { return row[k]; }
};

struct BFloat16 {
  static constexpr int perWord = 2;
  static constexpr int runWords = 0;
  static HEED_MEMBER_INLINE Vec multiplyAdd(Vec a, Vec b, Vec sum) { return dotBf16(a, b, sum); }
  static HEED_MEMBER_INLINE float pair(float lower, float upper) { return bf16Word(lower, upper); }
  static HEED_MEMBER_INLINE float word(const float* row, int k, int count) {
    return pair(row[k], k + 1 < count ? row[k + 1] : 0.f);
  }
  // Word by word (lower, upper).
  static HEED_MEMBER_INLINE Vec pairs(Vec lower, Vec upper) { return bf16Words(lower, upper); }
  // A vector's numbers one after the other: half as many words, each of two neighbours.
  static HEED_MEMBER_INLINE void put(std::uint16_t* p, Vec v) { storeBf16(p, v); }
  // The same for panels of tileRows numbers: where a vector covers two, its halves go `stride` numbers apart.
  static HEED_MEMBER_INLINE void putSplit(std::uint16_t* p, std::size_t stride, Vec v) { storeSplitBf16(p, stride, v); }
};

template <class Format>
constexpr bool isFloat32 = Format::perWord == 1;

// How many words hold so many numbers.
template <class Format>
constexpr int wordsOf(int numbers) {
  return (numbers + Format::perWord - 1) / Format::perWord;
}

}  // namespace HEED_ISA
}  // namespace heed
