// The generator of src/random.ts, bit for bit, so that core and reference draw the same numbers.
#pragma once
#include <cstdint>
#include <string>

namespace heed {

// MurmurHash3's 32-bit finaliser.
inline std::uint32_t mixBits(std::uint32_t h) {
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;
  return h ^ (h >> 16);
}

// The random bits number `index` of a key, or the key of a narrower purpose: no draw depends on those before it.
inline std::uint32_t indexedBits(std::uint32_t key, std::uint32_t index) { return mixBits(key ^ (index + 1) * 0x9e3779b9u); }

// sfc32 (Chris Doty-Humphrey, PractRand), seeded through MurmurHash3's 32-bit finaliser.
class Random {
 public:
  Random(std::int32_t seed, const std::string& stream) {
    std::uint32_t hash = std::uint32_t(seed) ^ 0x9e3779b9u;
    for (const char unit : stream) hash = mixBits(hash ^ std::uint32_t(static_cast<unsigned char>(unit)));
    a_ = mixBits(hash + 1);
    b_ = mixBits(hash + 2);
    c_ = mixBits(hash + 3);
    for (int i = 0; i < 12; i++) bits();
  }
  // Uniform in [0, 1).
  double next() { return bits() / 4294967296.0; }

  // 32 random bits.
  std::uint32_t bits() {
    const std::uint32_t t = a_ + b_ + counter_++;
    a_ = b_ ^ (b_ >> 9);
    b_ = c_ + (c_ << 3);
    c_ = ((c_ << 21) | (c_ >> 11)) + t;
    return t;
  }

 private:
  std::uint32_t a_, b_, c_, counter_ = 1;
};

}  // namespace heed
