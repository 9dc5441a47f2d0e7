import { defineConfig } from 'vitest/config'
import base from '../../vitest.config.ts'

/** The tests of a mutant: as always, but in mode `plain` no service is started, and what is cached stays in the copy. */
export default defineConfig(({ mode }) => ({
  ...base,
  cacheDir: '.cache',
  test: { ...base.test, ...(mode === 'plain' ? { globalSetup: [] } : {}) },
}))
