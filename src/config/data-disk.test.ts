import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dataDisk, diskAt } from './data-disk.ts'

test('a disk is told of where the embedded Postgres lies on it, and is full before nothing fits', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'dealbridge-disk-'))
  try {
    expect(await dataDisk(undefined)).toBeNull()
    expect(await dataDisk(dataDir)).toBeNull()
    await mkdir(join(dataDir, 'postgres'))
    expect(await dataDisk(dataDir, 0)).toMatchObject({ state: 'ok' })
    expect(await dataDisk(dataDir, Number.MAX_SAFE_INTEGER)).toMatchObject({ state: 'full' })
    // Before there is one: where it will lie.
    expect(await diskAt(join(dataDir, 'not', 'yet'), 0)).toMatchObject({ state: 'ok' })
    expect(await diskAt(join(dataDir, 'not', 'yet'), Number.MAX_SAFE_INTEGER)).toMatchObject({
      state: 'full',
    })
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})
