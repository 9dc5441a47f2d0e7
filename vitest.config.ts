import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src', 'simulators', 'test', 'bench', 'soak', 'scripts'].map(
      (folder) => `${folder}/**/*.test.ts`,
    ),
    globalSetup: ['test/global-setup.ts'],
    env: { TZ: 'UTC' },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
