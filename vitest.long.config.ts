import { defineConfig } from 'vitest/config'

/** What has no place in a run of a few minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    globalSetup: ['test/global-setup.ts'],
    include: ['src/**/*.long.test.ts'],
    env: { TZ: 'UTC' },
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 240_000,
    hookTimeout: 180_000,
  },
})
