import { defineConfig } from 'vitest/config'

const FILES = ['src', 'simulators', 'test', 'bench', 'soak', 'scripts'].map(
  (folder) => `${folder}/**/*.test.ts`,
)
/**
 * Files that change something of their whole process: Temporal's runtime, of which there is one, and the dispatchers of
 * undici (test/histories/services/in-process.ts).
 */
const ALONE = [
  '{src,test}/**/*.temporal.test.ts',
  'src/**/*.e2e.test.ts',
  'test/workflows/**/*.test.ts',
  'test/histories/**/*.test.ts',
]

// Not inherited: a project that inherits does all of the set-up again.
const each = { env: { TZ: 'UTC' }, pool: 'forks', testTimeout: 60_000, hookTimeout: 60_000 } as const

export default defineConfig({
  test: {
    globalSetup: ['test/global-setup.ts'],
    maxWorkers: 2,
    projects: [
      { test: { ...each, name: 'alone', include: ALONE } },
      // One after another in processes that load the program once: to load it for each takes longer than most of them.
      { test: { ...each, name: 'together', include: FILES, exclude: ALONE, isolate: false } },
    ],
  },
})
