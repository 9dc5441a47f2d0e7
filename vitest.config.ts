import { defineConfig } from 'vitest/config'

const FILES = ['src', 'simulators', 'test', 'bench', 'soak', 'scripts'].map(
  (folder) => `${folder}/**/*.test.ts`,
)
/** What takes a minute alone, because it waits for what a dead worker has begun: vitest.long.config.ts. */
const LONG = ['**/*.long.test.ts', '**/node_modules/**']

/**
 * Files that change something of their whole process, and so share one with their like alone: Temporal's runtime, of which
 * there is one; the dispatchers of undici (test/histories/services/in-process.ts). Programs have processes of their own.
 */
const ALONE = ['src/**/*.e2e.test.ts']
const HISTORIES = ['test/histories/**/*.test.ts']
const TEMPORAL = ['{src,test}/**/*.temporal.test.ts', 'test/workflows/**/*.test.ts']
/** Small files that take long, because they ask real servers: begun early, so that they do not end last. */
const SERVERS = ['test/contract/caldav-*.test.ts', 'test/caldav/**/*.test.ts']

// Not inherited: a project that inherits does all of the set-up again.
const each = { env: { TZ: 'UTC' }, pool: 'forks', testTimeout: 60_000, hookTimeout: 60_000 } as const
// One after another in processes that load the program once: to load it for each takes longer than most of them.
const together = { ...each, isolate: false } as const

export default defineConfig({
  test: {
    globalSetup: ['test/global-setup.ts'],
    maxWorkers: 2,
    // They run in the order of their names.
    projects: [
      { test: { ...each, name: 'alone', include: ALONE } },
      { test: { ...together, name: 'histories', include: HISTORIES } },
      { test: { ...together, name: 'servers', include: SERVERS } },
      { test: { ...together, name: 'temporal', include: TEMPORAL } },
      {
        test: {
          ...together,
          name: 'together',
          include: FILES,
          exclude: [...ALONE, ...HISTORIES, ...SERVERS, ...TEMPORAL, ...LONG],
        },
      },
    ],
  },
})
