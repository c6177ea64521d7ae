// The core's own threads. A job runs on the caller and on waiting threads; who waits spins for some microseconds, then
// sleeps, so that a busy second process gets its share and an idle engine costs nothing.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace heed {

// Threads of one job wait here for each other, as often as they like.
class Barrier {
 public:
  explicit Barrier(int threads) : threads_(threads) {}
  void wait();

 private:
  const int threads_;
  std::atomic<int> arrived_{0};
  std::atomic<unsigned> generation_{0};
  std::mutex mutex_;
  std::condition_variable released_;
};

// Phases that follow on each other, each cut into slices that threads take: every thread its own, so that its core keeps that
// one's data, then what nobody else has begun. A thread that comes late, or not at all, holds nobody up.
class SharedPhases {
 public:
  static constexpr int mostSlices = 16;
  explicit SharedPhases(int slices) : slices_(slices) {}

  // Returns when this phase is complete. Each thread goes through all phases, from 0 up.
  template <class Compute>
  void run(int phase, int own, Compute compute) {
    for (int i = 0; i < slices_; i++) {
      const int slice = (own + i) % slices_;
      if (!begin(phase, slice)) continue;
      compute(slice);
      finished_.fetch_add(1, std::memory_order_acq_rel);
    }
    await((phase + 1) * slices_);
  }

 private:
  bool begin(int phase, int slice) {
    int expected = phase;
    return begun_[slice].load(std::memory_order_relaxed) == phase &&
           begun_[slice].compare_exchange_strong(expected, phase + 1, std::memory_order_relaxed);
  }
  void await(int slices) const;

  const int slices_;
  std::atomic<int> finished_{0};             // slices, of all phases
  std::atomic<int> begun_[mostSlices] = {};  // phases, of each slice
};

class ThreadPool {
 public:
  // `threads` counts the caller; 0 takes one per core. Where the system refuses threads there are fewer.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Runs work(0) … work(count − 1), each on a thread of its own, 0 on the caller; count ≤ threads(). One job at a time: a
  // second caller waits. What `work` throws is thrown here once all have ended; work that waits at a Barrier must not throw.
  void run(int count, const std::function<void(int)>& work);

  // Runs work(0) on the caller, and work(1) … work(count − 1) on those threads that come before it has ended: on none where
  // they are at another job, or asleep. They are woken where offers follow closely on each other: for a single one it takes
  // too long.
  void offer(int count, const std::function<void(int)>& work);

 private:
  struct Worker {
    std::condition_variable wake;
    std::thread thread;
  };
  void open(int count, const std::function<void(int)>& work, bool wake);
  void close();
  template <class Condition>
  void await(Condition condition);
  void loop(int index, Worker& self);
  void attempt(const std::function<void(int)>& work, int index);

  std::vector<std::unique_ptr<Worker>> workers_;
  std::mutex jobs_;  // held by the job that runs
  std::mutex mutex_;
  std::condition_variable done_;
  std::atomic<std::uint64_t> job_;  // the latest job: see thread_pool.cpp
  std::atomic<int> pending_{0};     // parts of it that have to be done yet
  std::atomic<bool> callerSleeps_{false}, quit_{false};
  const std::function<void(int)>* work_ = nullptr;
  std::chrono::steady_clock::time_point lastOffer_;
  std::exception_ptr thrown_;
};

}  // namespace heed
