#include "thread_pool.h"

#include <system_error>
#include <utility>

#include "denormals.h"

#if defined(__x86_64__) || defined(_M_X64) || defined(__i386__)
#include <immintrin.h>
#endif

namespace heed {

namespace {

using Clock = std::chrono::steady_clock;

// About 50 µs: longer than the phases of a small step are apart, shorter than a time slice.
constexpr int spinLimit = 2000;

// A thread that is woken for an offer comes late for it, and is awake for the next one where that follows within this.
constexpr std::chrono::microseconds soon(30);

// A job in one word, so that a worker learns at a glance whether it is wanted, and enters only the job that it saw: its
// number, how many threads it is for, whether it is over, and how many workers are in it.
constexpr std::uint64_t oneInside = 1, closed = 1u << 15, oneThread = 1u << 16, oneJob = std::uint64_t(1) << 32;

constexpr unsigned numberOf(std::uint64_t job) { return static_cast<unsigned>(job / oneJob); }
constexpr int threadsOf(std::uint64_t job) { return static_cast<int>(job % oneJob / oneThread); }
constexpr int insideOf(std::uint64_t job) { return static_cast<int>(job % closed); }

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

void SharedPhases::await(int slices) const {
  const auto complete = [&] { return finished_.load(std::memory_order_acquire) >= slices; };
  // Who has begun a slice ends it soon, unless the system gave its core to somebody else.
  if (!spinUntil(complete))
    while (!complete()) std::this_thread::yield();
}

ThreadPool::ThreadPool(int threads) : job_(closed) {
  if (threads <= 0) threads = static_cast<int>(std::thread::hardware_concurrency());
  try {
    for (int i = 1; i < threads; i++) {
      workers_.push_back(std::make_unique<Worker>());
      workers_.back()->thread = std::thread([this, i, &self = *workers_.back()] { loop(i, self); });
    }
  } catch (const std::system_error&) {
    workers_.pop_back();  // fewer threads do the same work
  }
}

ThreadPool::~ThreadPool() {
  quit_ = true;
  // A last job, for all, that is over already.
  {
    std::lock_guard<std::mutex> lock(mutex_);
    job_ = (numberOf(job_) + 1) * oneJob + threads() * oneThread + closed;
  }
  for (const auto& worker : workers_) worker->wake.notify_one();
  for (const auto& worker : workers_) worker->thread.join();
}

void ThreadPool::run(int count, const std::function<void(int)>& work) {
  std::lock_guard<std::mutex> lock(jobs_);
  open(count, work, true);
  attempt(work, 0);
  await([&] { return pending_ == 0; });
  close();
}

void ThreadPool::offer(int count, const std::function<void(int)>& work) {
  std::unique_lock<std::mutex> lock(jobs_, std::try_to_lock);
  if (!lock.owns_lock()) return work(0);
  open(count, work, Clock::now() - lastOffer_ < soon);
  attempt(work, 0);
  lastOffer_ = Clock::now();
  close();
}

void ThreadPool::open(int count, const std::function<void(int)>& work, bool wake) {
  pending_ = count - 1;
  if (count <= 1) return;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    work_ = &work;
    job_ = (numberOf(job_) + 1) * oneJob + count * oneThread;
  }
  for (int i = 1; wake && i < count; i++) workers_[i - 1]->wake.notify_one();
}

// Lets nobody in any more, and waits for those inside.
void ThreadPool::close() {
  job_ |= closed;
  await([&] { return insideOf(job_) == 0; });
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

// Either the caller sees here what a worker did, or the worker sees that it sleeps: both are sequentially consistent.
template <class Condition>
void ThreadPool::await(Condition condition) {
  if (spinUntil(condition)) return;
  std::unique_lock<std::mutex> lock(mutex_);
  callerSleeps_ = true;
  done_.wait(lock, condition);
  callerSleeps_ = false;
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

void ThreadPool::loop(int index, Worker& self) {
  unsigned seen = 0;
  for (;;) {
    std::uint64_t job = 0;
    const auto called = [&] {
      job = job_;
      return numberOf(job) != seen && threadsOf(job) > index;
    };
    if (!spinUntil(called)) {
      std::unique_lock<std::mutex> lock(mutex_);
      self.wake.wait(lock, called);
    }
    if (quit_) return;
    seen = numberOf(job);
    const auto open = [&] { return numberOf(job) == seen && !(job & closed); };
    while (open() && !job_.compare_exchange_weak(job, job + oneInside)) {
    }
    if (!open()) continue;
    attempt(*work_, index);
    pending_--;
    job_ -= oneInside;
    if (!callerSleeps_) continue;
    std::lock_guard<std::mutex> lock(mutex_);
    done_.notify_one();
  }
}

}  // namespace heed
