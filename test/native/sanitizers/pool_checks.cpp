// The thread pool under stress: many tiny jobs, several callers, barriers, work that throws.
#include <chrono>
#include <stdexcept>
#include <thread>

#include "check.h"
#include "thread_pool.h"

using heed::Barrier;
using heed::SharedPhases;
using heed::ThreadPool;

namespace {

void runsEveryPartOnce(ThreadPool& pool, int jobs) {
  std::vector<int> done(pool.threads());
  for (int job = 0; job < jobs; job++) {
    const int count = 1 + job % pool.threads();
    pool.run(count, [&](int part) { done[part]++; });
    // Now and then the pool falls asleep in between.
    if (job % 1000 == 999) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  int total = 0, expected = 0;
  for (int part = 0; part < pool.threads(); part++) total += done[part];
  for (int job = 0; job < jobs; job++) expected += 1 + job % pool.threads();
  CHECK(total == expected, "%d parts of %d", total, expected);
}

void takesJobsFromSeveralCallers(ThreadPool& pool) {
  std::vector<int> sums(3);
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 3; caller++)
    callers.emplace_back([&pool, &sum = sums[caller]] {
      for (int job = 0; job < 500; job++) {
        std::vector<int> parts(pool.threads());
        pool.run(pool.threads(), [&](int part) { parts[part] = 1; });
        for (const int part : parts) sum += part;
      }
    });
  for (std::thread& caller : callers) caller.join();
  for (const int sum : sums) CHECK(sum == 500 * pool.threads());
}

// What every thread writes before a barrier, every thread reads after it.
void barriersSeparatePhases(ThreadPool& pool) {
  const int threads = pool.threads();
  for (int job = 0; job < 50; job++) {
    Barrier barrier(threads);
    std::vector<int> written(threads);
    std::vector<int> wrong(threads);
    pool.run(threads, [&](int thread) {
      for (int phase = 1; phase <= 20; phase++) {
        written[thread] = phase;
        barrier.wait();
        for (const int other : written) wrong[thread] += other != phase;
        barrier.wait();
        if (job == 0 && thread == 0 && phase % 5 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
    for (const int count : wrong) CHECK(count == 0);
  }
}

// Whoever comes, every slice of every phase is computed once, after all slices of the phases before it.
void phasesAreCompleteWhoeverComes(ThreadPool& pool) {
  constexpr int phaseCount = 7;
  int helped = 0;
  for (int job = 0; job < 3000; job++) {
    const int threads = 1 + job % pool.threads();
    SharedPhases phases(threads);
    std::vector<int> done(threads), wrong(threads);
    std::atomic<int> others{0};
    pool.offer(threads, [&](int thread) {
      if (thread > 0) others++;
      // Now and then a thread stays away for some time.
      if (job % 500 == 100 + thread) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      for (int phase = 0; phase < phaseCount; phase++)
        phases.run(phase, thread, [&](int slice) {
          // Another slice's count may be this phase's already: it is not looked at.
          wrong[slice] += done[slice] != phase;
          done[slice]++;
        });
    });
    for (int slice = 0; slice < threads; slice++) CHECK(done[slice] == phaseCount && wrong[slice] == 0);
    helped += others;
    if (job % 1000 == 999) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(pool.threads() == 1 || helped > 0);
}

// What is written in one phase is read in the next, by whoever computes there.
void phasesSeeThoseBefore(ThreadPool& pool) {
  const int threads = pool.threads();
  for (int job = 0; job < 500; job++) {
    SharedPhases phases(threads);
    std::vector<long long> here(threads, 1), next(threads);
    pool.offer(threads, [&](int thread) {
      int phase = 0;
      for (int round = 0; round < 10; round++) {
        phases.run(phase++, thread, [&](int slice) {
          next[slice] = 0;
          for (const long long value : here) next[slice] += value;
        });
        phases.run(phase++, thread, [&](int slice) { here[slice] = next[slice]; });
      }
    });
    long long expected = 1;
    for (int round = 0; round < 10; round++) expected *= threads;
    for (const long long value : here) CHECK(value == expected);
  }
}

// A pool that is at a job takes no other; the caller does what it can.
void offersNothingWhileAtWork(ThreadPool& pool) {
  std::atomic<bool> begun{false}, ended{false};
  std::thread other([&] {
    pool.run(pool.threads(), [&](int) {
      begun = true;
      while (!ended) std::this_thread::yield();
    });
  });
  while (!begun) std::this_thread::yield();
  std::vector<int> done(pool.threads());
  pool.offer(pool.threads(), [&](int part) { done[part]++; });
  for (int part = 0; part < pool.threads(); part++) CHECK(done[part] == (part == 0));
  ended = true;
  other.join();
}

void passesOnWhatWorkThrows(ThreadPool& pool) {
  for (int thrower = 0; thrower < pool.threads(); thrower++) {
    bool caught = false;
    std::atomic<int> ran{0};
    try {
      pool.run(pool.threads(), [&](int part) {
        ran++;
        if (part == thrower) throw std::runtime_error("part failed");
      });
    } catch (const std::runtime_error&) {
      caught = true;
    }
    CHECK(caught, "thrown by part %d", thrower);
    CHECK(ran == pool.threads());
  }
  bool caught = false;
  try {
    pool.offer(pool.threads(), [](int part) {
      if (part == 0) throw std::runtime_error("part failed");
    });
  } catch (const std::runtime_error&) {
    caught = true;
  }
  CHECK(caught);
  runsEveryPartOnce(pool, 10);
}

// On every thread of a job, and no longer than the job lasts: the caller's own sums must stay as they are.
void countsDenormalsAsZero(ThreadPool& pool) {
  const volatile float small = 1.2e-38f;
  std::vector<int> zero(pool.threads());
  pool.run(pool.threads(), [&](int part) {
    const volatile float smaller = small * 0.1f;
    zero[part] = smaller == 0;
  });
#if defined(__SSE2__) || defined(__aarch64__)
  for (const int is : zero) CHECK(is == 1);
#endif
  const volatile float smaller = small * 0.1f;
  CHECK(smaller > 0);
}

}  // namespace

void checkPool() {
  for (int threads = 1; threads <= 3; threads++) {
    ThreadPool pool(threads);
    CHECK(pool.threads() == threads);
    runsEveryPartOnce(pool, 4000);
    takesJobsFromSeveralCallers(pool);
    barriersSeparatePhases(pool);
    phasesAreCompleteWhoeverComes(pool);
    phasesSeeThoseBefore(pool);
    offersNothingWhileAtWork(pool);
    passesOnWhatWorkThrows(pool);
    countsDenormalsAsZero(pool);
  }
  for (int i = 0; i < 50; i++) {
    ThreadPool pool(3);
    if (i % 2) runsEveryPartOnce(pool, 1);
  }
}
