import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chooseDataDir, type DataDirFacts } from './data-dir.ts'
import { loadSecretKeys } from './secret-key.ts'

const facts = (some: Partial<DataDirFacts>): DataDirFacts => ({
  platform: 'linux',
  env: {},
  home: '/home/ann',
  isRoot: false,
  homeIsOpen: true,
  ...some,
})

describe('the data folder', () => {
  it.each([
    ['as configured', '/srv/db', facts({}), '/srv/db'],
    ['below home on Linux', undefined, facts({}), '/home/ann/.local/share/dealbridge'],
    ['where XDG says', undefined, facts({ env: { XDG_DATA_HOME: '/data' } }), '/data/dealbridge'],
    [
      'with the applications on macOS',
      undefined,
      facts({ platform: 'darwin' }),
      '/home/ann/Library/Application Support/dealbridge',
    ],
    ['below an open home as root', undefined, facts({ isRoot: true }), '/home/ann/.local/share/dealbridge'],
  ])('is %s', (_, configured, machine, path) => {
    expect(chooseDataDir(configured, machine)).toEqual({ path })
  })

  it('lies outside a home that is closed to the system user of Postgres, and says so', () => {
    const chosen = chooseDataDir(undefined, facts({ isRoot: true, homeIsOpen: false, home: '/root' }))
    expect(chosen).toMatchObject({ path: '/var/lib/dealbridge', note: expect.stringContaining('/root') })
  })
})

describe('the secret key', () => {
  it('is made once and kept for the owner alone', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'dealbridge-key-'))
    const config = { DEALBRIDGE_SECRET_KEY: undefined, DATABASE_URL: undefined, secretFiles: {} }
    const load = async () => (await loadSecretKeys(config, dataDir)).keys()
    const keys = (await Promise.all([load(), load(), load()])).flat()
    expect(new Set(keys).size).toBe(1)
    expect(Buffer.from(keys[0] ?? '', 'base64')).toHaveLength(32)
    expect(statSync(join(dataDir, 'secret-key')).mode & 0o777).toBe(0o600)
    rmSync(dataDir, { recursive: true })
  })

  it('must be given when the database is elsewhere', async () => {
    const config = { DEALBRIDGE_SECRET_KEY: undefined, DATABASE_URL: 'postgres://db/x', secretFiles: {} }
    const load = loadSecretKeys(config, '/nowhere')
    await expect(load).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('DEALBRIDGE_SECRET_KEY'),
    })
  })
})
