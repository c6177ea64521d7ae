// The core's own threads. A job runs on the caller and on waiting threads; who waits spins for some microseconds, then
// sleeps, so that a busy second process gets its share and an idle engine costs nothing.
#pragma once
#include <atomic>
#include <condition_variable>
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

 private:
  void loop(int index);
  void attempt(const std::function<void(int)>& work, int index);

  std::vector<std::thread> workers_;
  std::mutex jobs_;  // held by the job that runs
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(int)>* work_ = nullptr;
  std::atomic<unsigned> generation_{0};
  std::atomic<int> pending_{0};
  int count_ = 0;
  std::exception_ptr thrown_;
  bool quit_ = false;
};

}  // namespace heed
