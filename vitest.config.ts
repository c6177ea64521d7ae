import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: ['test/e2e/**'],
          // The colours are tested as they are written; of other style sheets nothing is read.
          css: { include: [/tokens\.css/] },
          testTimeout: 30_000,
          // A test that starts Chromium waits for it here; beside another file on two cores that takes long.
          hookTimeout: 60_000,
          // Two cores: one file per core at a time.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'end to end',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/e2e/setup.ts',
          testTimeout: 120_000,
          // What a window shows may come late on a busy machine; a test that is right does not wait.
          expect: { poll: { timeout: 15_000 } },
          hookTimeout: 120_000,
          // On a machine that others use, sound can stutter once.
          retry: process.env.CI === undefined ? 0 : 1,
          // Sound plays in real time: nothing else may compete for the cores.
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
