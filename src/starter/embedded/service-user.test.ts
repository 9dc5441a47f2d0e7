import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { firstClosedFolder, openDataDir } from './service-user.ts'

/** Somebody else than whoever runs the tests. */
const OTHER = { uid: (process.getuid?.() ?? 0) + 101, gid: (process.getgid?.() ?? 0) + 101 }

test('a data folder below folders that are not there yet can be reached by the user of the embedded Postgres', async () => {
  const home = await mkdtemp(join(tmpdir(), 'dealbridge-home-'))
  await chmod(home, 0o755)
  try {
    const dataDir = join(home, '.local', 'share', 'dealbridge')
    await openDataDir(dataDir, OTHER)
    expect(await firstClosedFolder(dataDir, OTHER)).toBeUndefined()
    const closed = join(home, 'closed')
    await mkdir(closed, { mode: 0o700 })
    await expect(openDataDir(join(closed, 'data'), OTHER)).rejects.toMatchObject({
      code: 'DATA_DIR_UNREACHABLE',
      message: expect.stringContaining(closed),
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})
