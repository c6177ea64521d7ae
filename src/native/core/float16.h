// Products of float16 (IEEE 754 binary16) where the processor adds them up in float16 too, twice as many a second as in
// float32.
//
// A float16 has 11 bits, so that a long sum in it would lose what is added last. A tile therefore sums in float16 over runs of
// `runWords` words only, and adds every run to sums in float32. What overflows becomes an infinity, as in float32, and what
// is lost at the other end of the scale training avoids by scaling the loss (Micikevicius et al. 2018, "Mixed precision
// training", section 3.2).
#pragma once
#include "number_format.h"
#include "simd.h"

namespace heed {
namespace HEED_ISA {

#if defined(HEED_ISA_AVX512FP16)
HEED_INLINE __m256i toFloat16(Vec v) { return _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT); }

// The sums of one run of a tile of R rows (an even number) × N vectors, two partial sums a word.
template <int R, int N>
struct Float16Run {
  __m512h sums[R][N];

  HEED_MEMBER_INLINE void clear() {
    HEED_UNROLL
    for (int m = 0; m < R; m++)
      HEED_UNROLL
      for (int v = 0; v < N; v++) sums[m][v] = _mm512_setzero_ph();
  }
  HEED_MEMBER_INLINE void multiplyAdd(int row, Vec left, const Vec (&right)[N]) {
    HEED_UNROLL
    for (int v = 0; v < N; v++)
      sums[row][v] = _mm512_fmadd_ph(_mm512_castps_ph(left), _mm512_castps_ph(right[v]), sums[row][v]);
  }
  // acc += sums. Two rows at a time: of one the words' lower halves are summed up, of the other the upper ones, then both sorted
  // apart and widened.
  template <int L>
  HEED_MEMBER_INLINE void addTo(Vec (&acc)[R][L]) const {
    static_assert(R % 2 == 0, "rows are taken in pairs");
    const __m512i apart = _mm512_set_epi16(31, 29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1, 30, 28, 26, 24, 22, 20, 18,
                                           16, 14, 12, 10, 8, 6, 4, 2, 0);
    HEED_UNROLL
    for (int m = 0; m < R; m += 2)
      HEED_UNROLL
      for (int v = 0; v < N; v++) {
        const __m512i a = _mm512_castph_si512(sums[m][v]), b = _mm512_castph_si512(sums[m + 1][v]);
        const __m512i straight = _mm512_mask_blend_epi16(0xaaaaaaaa, a, b), crossed = _mm512_mask_blend_epi16(0xaaaaaaaa, b, a);
        const __m512h both = _mm512_add_ph(_mm512_castsi512_ph(straight), _mm512_castsi512_ph(_mm512_rol_epi32(crossed, 16)));
        const __m512i sorted = _mm512_permutexvar_epi16(apart, _mm512_castph_si512(both));
        acc[m][v] = add(acc[m][v], _mm512_cvtph_ps(_mm512_castsi512_si256(sorted)));
        acc[m + 1][v] = add(acc[m + 1][v], _mm512_cvtph_ps(_mm512_extracti64x4_epi64(sorted, 1)));
      }
  }
};

struct Float16 {
  static constexpr int perWord = 2;
  // Longer runs gain little (a run's end costs as much as six of its words), and round more.
  static constexpr int runWords = 32;
  template <int R, int N>
  using Run = Float16Run<R, N>;

  static HEED_MEMBER_INLINE Vec multiplyAdd(Vec a, Vec b, Vec sum) {
    return _mm512_castph_ps(_mm512_fmadd_ph(_mm512_castps_ph(a), _mm512_castps_ph(b), _mm512_castps_ph(sum)));
  }
  static HEED_MEMBER_INLINE float pair(float lower, float upper) {
    const auto bits = std::uint32_t(_cvtss_sh(lower, 0)) | std::uint32_t(_cvtss_sh(upper, 0)) << 16;
    float word;
    std::memcpy(&word, &bits, sizeof word);
    return word;
  }
  static HEED_MEMBER_INLINE float word(const float* row, int k, int count) {
    return pair(row[k], k + 1 < count ? row[k + 1] : 0.f);
  }
  static HEED_MEMBER_INLINE Vec pairs(Vec lower, Vec upper) {
    const __m512i low = _mm512_cvtepu16_epi32(toFloat16(lower)), high = _mm512_cvtepu16_epi32(toFloat16(upper));
    return _mm512_castsi512_ps(_mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
  }
  static HEED_MEMBER_INLINE void put(std::uint16_t* p, Vec v) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), toFloat16(v));
  }
  static HEED_MEMBER_INLINE void putSplit(std::uint16_t* p, std::size_t stride, Vec v) {
    const __m256i bits = toFloat16(v);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_castsi256_si128(bits));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p + stride), _mm256_extracti128_si256(bits, 1));
  }
};
#endif

// acc[m][l] += Σ_k left(m, k) · right[k][l] for the first N of a tile's L lanes, run by run. left(m, k) is a word; right's words
// are `step` apart. Returns the place behind right's last.
template <class Format, int N, int R, int L, class Left>
HEED_INLINE const float* addRuns(const float* right, std::size_t step, int words, Left left, Vec (&acc)[R][L]) {
  for (int from = 0; from < words; from += Format::runWords) {
    const int end = from + Format::runWords < words ? from + Format::runWords : words;
    typename Format::template Run<R, N> run;
    run.clear();
    for (int k = from; k < end; k++, right += step) {
      Vec r[N];
      HEED_UNROLL
      for (int v = 0; v < N; v++) r[v] = load(right + v * vectorWidth);
      HEED_UNROLL
      for (int m = 0; m < R; m++) run.multiplyAdd(m, set1(left(m, k)), r);
    }
    run.addTo(acc);
  }
  return right;
}

}  // namespace HEED_ISA
}  // namespace heed
