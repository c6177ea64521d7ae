// Linear interpolation between 16-bit samples at positions a constant step apart, in units of 2^−32 samples: whole numbers
// are quicker to take apart than floating-point ones.
#pragma once
#include <cstdint>

#include "simd.h"

namespace heed {
namespace HEED_ISA {

// out[i] = the clip at position + i·step, full scale 1. All positions lie between two samples of the clip.
static void interpolate(const std::int16_t* clip, long long length, std::uint64_t position, std::uint64_t step, float* out, int count) {
  int i = 0;
#if defined(HEED_ISA_AVX512)
  // Sixteen positions, at most two samples apart, lie within one vector of samples: a permutation fetches both neighbours of
  // each, and the step's whole and fractional parts are added up in 32 bits.
  if (step <= std::uint64_t(2) << 32) {
    alignas(64) std::uint32_t wholes[16], fractions[16];
    for (int lane = 0; lane < 16; lane++) {
      wholes[lane] = std::uint32_t((lane * step) >> 32);
      fractions[lane] = std::uint32_t(lane * step);
    }
    const __m512i laneWhole = _mm512_load_si512(wholes), laneFraction = _mm512_load_si512(fractions);
    const __m512i one = _mm512_set1_epi32(1), neighbours = _mm512_set1_epi32(0x10000);
    for (; i + 16 <= count && (long long)(position >> 32) + 32 <= length; i += 16, position += 16 * step) {
      const __m512i fraction = _mm512_add_epi32(_mm512_set1_epi32(int(std::uint32_t(position))), laneFraction);
      const __mmask16 carry = _mm512_cmplt_epu32_mask(fraction, laneFraction);
      const __m512i index = _mm512_mask_add_epi32(laneWhole, carry, laneWhole, one);
      const __m512i both = _mm512_add_epi32(_mm512_or_si512(index, _mm512_slli_epi32(index, 16)), neighbours);
      const __m512i pair = _mm512_permutexvar_epi16(both, _mm512_loadu_si512(clip + (position >> 32)));
      const Vec a = _mm512_cvtepi32_ps(_mm512_srai_epi32(_mm512_slli_epi32(pair, 16), 16));
      const Vec b = _mm512_cvtepi32_ps(_mm512_srai_epi32(pair, 16));
      const Vec weight = mul(_mm512_cvtepi32_ps(_mm512_srli_epi32(fraction, 8)), set1(1 / 16777216.f));
      store(out + i, mul(fma(weight, sub(b, a), a), set1(1 / 32768.f)));
    }
  }
#endif
  for (; i < count; i++, position += step) {
    const std::int16_t* at = clip + (position >> 32);
    const float a = at[0], b = at[1];
    out[i] = (a + float(std::uint32_t(position) >> 8) * (1 / 16777216.f) * (b - a)) * (1 / 32768.f);
  }
  static_cast<void>(length);
}

}  // namespace HEED_ISA
}  // namespace heed
