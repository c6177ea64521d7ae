// The little that the core's own test needs: checks that count, and numbers from a seed.
#pragma once
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <vector>

inline std::atomic<int> failures{0}, checks{0};

#define CHECK(condition, ...)                                                 \
  do {                                                                        \
    checks++;                                                                 \
    if (!(condition)) {                                                       \
      failures++;                                                             \
      std::printf("%s:%d: not so: %s  ", __FILE__, __LINE__, #condition);     \
      std::printf("" __VA_ARGS__);                                            \
      std::printf("\n");                                                      \
    }                                                                         \
  } while (false)

// Numbers that look random (Knuth's linear congruential generator, the high bits).
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed * 2862933555777941757ull + 3037000493ull) {}
  // Whole, 0 … below − 1.
  int whole(int below) { return static_cast<int>(next() % std::uint32_t(below)); }
  // Uniform in [low, high).
  double between(double low, double high) { return low + (high - low) * next() / 4294967296.0; }
  // Exactly `count` floats in [−size, size): a kernel that reads one too many is seen.
  std::vector<float> floats(std::size_t count, double size) {
    std::vector<float> values(count);
    for (float& value : values) value = float(between(-size, size));
    values.shrink_to_fit();
    return values;
  }

 private:
  std::uint32_t next() {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<std::uint32_t>(state_ >> 32);
  }
  std::uint64_t state_;
};

void checkPool();
void checkNetworks();
void checkSounds();
