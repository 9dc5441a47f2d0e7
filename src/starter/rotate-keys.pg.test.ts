import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lendDatabase } from '../../test/support/lent-database.ts'
import { keysIn, keysOfFile } from '../config/secret-keys.ts'
import type { Credentials } from '../providers/contract.ts'
import {
  allConnections,
  connectionById,
  openCredentials,
  outlivesConfiguration,
  saveConfigured,
  saveConnection,
} from '../store/connections.ts'
import type { Db } from '../store/database.ts'
import { claimRenewal, storeRenewed } from '../store/renewals.ts'
import { rotateKeys } from './rotate-keys.ts'
import { loadSecretKeys } from './secret-key.ts'

const NO_DATABASE = { DEALBRIDGE_SECRET_KEY: undefined, DATABASE_URL: undefined, secretFiles: {} }

let dataDir = ''
let keyFile = ''
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'dealbridge-keys-'))
  keyFile = join(dataDir, 'secret-key')
  writeFileSync(keyFile, 'the first key\n', { mode: 0o600 })
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const connection = (name: string, credentials: Credentials) => ({
  name,
  provider: 'todoist',
  baseUrl: 'http://127.0.0.1:9',
  credentials,
  pollSeconds: 30,
  webhooks: false,
})
const rotate = async (db: Db, given: readonly Credentials[] = [], dryRun = false) =>
  rotateKeys({
    db,
    source: await loadSecretKeys(NO_DATABASE, dataDir),
    given,
    dryRun,
    signal: AbortSignal.timeout(30_000),
  })
const opened = async (db: Db, secret: string) =>
  (await allConnections(db)).map((row) => openCredentials(row, secret))
const keys = () => keysIn(readFileSync(keyFile, 'utf8'))

describe('a rotation of the key', () => {
  it('seals everything by a new key, and leaves that one alone in the file', async () => {
    await using lent = await lendDatabase()
    const { db } = lent
    for (const name of ['a', 'b'])
      await saveConnection(db, connection(name, { token: name }), 'the first key')

    expect(await rotate(db, [], true)).toMatchObject({ made: true, resealed: ['a', 'b'] })
    expect(keys()).toEqual(['the first key'])

    expect(await rotate(db)).toMatchObject({
      made: true,
      resealed: ['a', 'b'],
      closed: [],
      droppedFrom: keyFile,
    })
    const [key = '', ...older] = keys()
    expect(older).toEqual([])
    expect(key).not.toBe('the first key')
    expect(await opened(db, key)).toEqual([{ token: 'a' }, { token: 'b' }])
    await expect(opened(db, 'the first key')).rejects.toThrow()
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
  })

  it('that was cut short goes on with the key that it had made', async () => {
    await using lent = await lendDatabase()
    const { db } = lent
    await saveConnection(db, connection('done', { token: 'done' }), 'the second key')
    await saveConnection(db, connection('left', { token: 'left' }), 'the first key')
    writeFileSync(keyFile, 'the second key\nthe first key\n')
    expect(await rotate(db)).toMatchObject({ made: false, resealed: ['left'] })
    expect(keys()).toEqual(['the second key'])
    expect(await opened(db, 'the second key')).toEqual([{ token: 'done' }, { token: 'left' }])
  })

  it('keeps what a running process has under way', async () => {
    await using lent = await lendDatabase()
    const { db } = lent
    const running = keysOfFile(keyFile)
    const id = await saveConnection(db, connection('a', { token: 'old' }), running)
    const read = await connectionById(db, id)
    const renewing = await connectionById(db, id)
    await claimRenewal(db, renewing, { leaseMs: 30_000, repeatMs: 60_000 })

    const rotation = rotate(db)
    await expect.poll(() => keys().length).toBe(2)
    expect(await storeRenewed(db, renewing, { token: 'renewed' }, running)).toBe(true)
    await rotation
    const [key = ''] = keys()
    expect(await opened(db, key)).toEqual([{ token: 'renewed' }])
    // What it had read before is sealed by a key that is in no file any more.
    expect(openCredentials(read, running)).toEqual({ token: 'old' })
  })

  it('knows the configuration again, and says where it cannot', async () => {
    await using lent = await lendDatabase()
    const { db } = lent
    const configured = { token: 'configured' }
    const id = await saveConfigured(db, connection('edited', configured), 'the first key')
    const edited = connection('edited', { token: 'entered' })
    await saveConnection(db, edited, 'the first key')
    await saveConfigured(db, connection('strange', { token: 'strange' }), 'the first key')
    await saveConnection(db, connection('strange', { token: 'entered too' }), 'the first key')

    expect(await rotate(db, [configured])).toMatchObject({ unknown: ['strange'] })
    const [key = ''] = keys()
    const row = await connectionById(db, id)
    expect(await outlivesConfiguration(db, row, configured, key)).toBe(true)
    await saveConfigured(db, connection('edited', configured), key)
    expect(openCredentials(await connectionById(db, id), key)).toEqual({ token: 'entered' })
  })

  it('names what no key opens', async () => {
    await using lent = await lendDatabase()
    await saveConnection(lent.db, connection('lost', { token: 'x' }), 'a key that nobody has')
    expect(await rotate(lent.db)).toMatchObject({ closed: ['lost'], resealed: [] })
  })

  it('asks for the new key where the old one is not its own', async () => {
    await using lent = await lendDatabase()
    const source = { keys: () => ['one'], file: '/run/secrets/key', own: false }
    const given = { db: lent.db, source, given: [], dryRun: false, signal: AbortSignal.timeout(5_000) }
    await expect(rotateKeys(given)).rejects.toMatchObject({ code: 'ONE_KEY', exitCode: 2 })
    const both = { ...given, source: { ...source, keys: () => ['two', 'one'] } }
    expect(await rotateKeys(both)).toMatchObject({ made: false, droppedFrom: null })
  })
})
