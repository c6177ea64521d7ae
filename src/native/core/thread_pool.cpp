#include "thread_pool.h"

#include <system_error>
#include <utility>

#include "denormals.h"

#if defined(__x86_64__) || defined(_M_X64) || defined(__i386__)
#include <immintrin.h>
#endif

namespace heed {

namespace {

// About 50 µs: longer than the phases of a small step are apart, shorter than a time slice.
constexpr int spinLimit = 2000;

void relax() {
#if defined(__x86_64__) || defined(_M_X64) || defined(__i386__)
  _mm_pause();
#elif defined(__aarch64__) && !defined(_MSC_VER)
  asm volatile("yield");
#else
  std::this_thread::yield();
#endif
}

template <class Condition>
bool spinUntil(Condition condition) {
  for (int i = 0; i < spinLimit; i++) {
    if (condition()) return true;
    relax();
  }
  return condition();
}

}  // namespace

void Barrier::wait() {
  const unsigned generation = generation_.load(std::memory_order_acquire);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) == threads_ - 1) {
    arrived_.store(0, std::memory_order_relaxed);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      generation_.store(generation + 1, std::memory_order_release);
    }
    released_.notify_all();
    return;
  }
  const auto passed = [&] { return generation_.load(std::memory_order_acquire) != generation; };
  if (spinUntil(passed)) return;
  std::unique_lock<std::mutex> lock(mutex_);
  released_.wait(lock, passed);
}

ThreadPool::ThreadPool(int threads) {
  if (threads <= 0) threads = static_cast<int>(std::thread::hardware_concurrency());
  try {
    for (int i = 1; i < threads; i++) workers_.emplace_back([this, i] { loop(i); });
  } catch (const std::system_error&) {
    // Fewer threads do the same work.
  }
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    quit_ = true;
    generation_.fetch_add(1, std::memory_order_release);
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run(int count, const std::function<void(int)>& work) {
  std::lock_guard<std::mutex> job(jobs_);
  if (count > 1) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = &work;
      count_ = count;
      pending_.store(static_cast<int>(workers_.size()), std::memory_order_relaxed);
      generation_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
  }
  attempt(work, 0);
  const auto finished = [&] { return pending_.load(std::memory_order_acquire) == 0; };
  const bool spun = count <= 1 || spinUntil(finished);
  std::unique_lock<std::mutex> lock(mutex_);
  if (!spun) done_.wait(lock, finished);
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

void ThreadPool::attempt(const std::function<void(int)>& work, int index) {
  const FlushDenormals flush;
  try {
    work(index);
  } catch (...) {
    std::lock_guard<std::mutex> lock(mutex_);
    thrown_ = std::current_exception();
  }
}

void ThreadPool::loop(int index) {
  unsigned seen = 0;
  for (;;) {
    const auto called = [&] { return generation_.load(std::memory_order_acquire) != seen; };
    if (!spinUntil(called)) {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, called);
    }
    const std::function<void(int)>* work = nullptr;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      seen = generation_.load(std::memory_order_acquire);
      if (quit_) return;
      if (index < count_) work = work_;
    }
    if (work) attempt(*work, index);
    if (pending_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      std::lock_guard<std::mutex> lock(mutex_);
      done_.notify_one();
    }
  }
}

}  // namespace heed
