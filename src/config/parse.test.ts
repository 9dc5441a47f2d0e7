import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Config, ConfigError, readConfig } from './parse.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'dealbridge-config-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const read = (env: NodeJS.ProcessEnv): Config => readConfig({ env, cwd, isTerminal: false })

function problemsOf(env: NodeJS.ProcessEnv): Record<string, string> {
  try {
    read(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    expect(error.exitCode).toBe(2)
    return Object.fromEntries(error.problems.map(({ name, message }) => [name, message]))
  }
  return {}
}

describe('values', () => {
  it('come out typed, with defaults where nothing is set', () => {
    const config = read({
      FUB_POLL_INTERVAL_SECONDS: '0.2',
      TODOIST_BASE_URL: 'http://127.0.0.1:4102/',
      API_PORT: '0',
    })
    expect(config).toMatchObject({
      FUB_POLL_INTERVAL_SECONDS: 0.2,
      TODOIST_POLL_INTERVAL_SECONDS: 30,
      TODOIST_BASE_URL: 'http://127.0.0.1:4102',
      API_PORT: 0,
      API_HOST: '127.0.0.1',
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'info',
      FUB_USE_WEBHOOKS: false,
    })
    expect(config.DATABASE_URL).toBeUndefined()
  })

  it('that are empty count as not set', () => {
    expect(read({ API_PORT: '', FUB_API_KEY: ' ' })).toMatchObject({ API_PORT: 8100, FUB_API_KEY: undefined })
  })

  it.each([
    ['API_PORT', '99999'],
    ['API_PORT', '80x'],
    ['DEALBRIDGE_POSTGRES_PORT', '0'],
    ['STALE_READ_SECONDS', '-1'],
    ['FUB_POLL_INTERVAL_SECONDS', '0'],
    ['DELETE_GRACE_SECONDS', '1e9'],
    ['FUB_BASE_URL', '/v1'],
    ['FUB_BASE_URL', 'api.example.com/v1'],
    ['TODOIST_BASE_URL', 'http://127.0.0.1:4102/api/v1'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['TODOIST_USE_WEBHOOKS', 'maybe'],
    ['LOG_LEVEL', 'loud'],
    ['TASK_SYNC_ENV', 'staging'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(problemsOf({ [name]: value })[name]).toMatch(/^must be /)
  })

  it('are all checked before anything is reported', () => {
    const problems = problemsOf({ API_PORT: 'x', STALE_READ_SECONDS: 'y', DEALBRIDGE_DATADIR: '/tmp/z' })
    expect(Object.keys(problems).sort()).toEqual(['API_PORT', 'DEALBRIDGE_DATADIR', 'STALE_READ_SECONDS'])
    expect(problems.DEALBRIDGE_DATADIR).toContain('did you mean DEALBRIDGE_DATA_DIR?')
    expect(problems.API_PORT).toContain('not "x"')
  })

  it('that are secret are not repeated in an error', () => {
    expect(problemsOf({ DATABASE_URL: 'hunter2' }).DATABASE_URL).not.toContain('hunter2')
  })
})

describe('defaults that depend on other options', () => {
  it('turn on webhooks of Follow Up Boss once system and public address are known', () => {
    const system = { FUB_SYSTEM_NAME: 'n', FUB_SYSTEM_KEY: 'k' }
    expect(read(system).FUB_USE_WEBHOOKS).toBe(false)
    expect(read({ ...system, PUBLIC_URL: 'https://x.example/db' }).FUB_USE_WEBHOOKS).toBe(true)
    expect(
      read({ ...system, PUBLIC_URL: 'https://x.example', FUB_USE_WEBHOOKS: 'false' }).FUB_USE_WEBHOOKS,
    ).toBe(false)
  })

  it('take the secret of the app for that of its deliveries', () => {
    const both = {
      FUB_USE_WEBHOOKS: 'true',
      FUB_SYSTEM_KEY: 'k',
      TODOIST_USE_WEBHOOKS: 'yes',
      TODOIST_CLIENT_SECRET: 's',
    }
    const config = read(both)
    expect(config.TODOIST_WEBHOOK_SECRET).toBe('s')
    expect(config.hints).toEqual([])
  })

  it('ask for a token where others can reach the API', () => {
    expect(problemsOf({ API_HOST: '0.0.0.0' }).API_TOKEN).toContain('required')
    expect(problemsOf({ API_HOST: '0.0.0.0', API_TOKEN: 't' })).toEqual({})
    expect(problemsOf({ API_HOST: 'localhost' })).toEqual({})
  })
})

describe('files', () => {
  it('.env serves what the environment does not set', () => {
    writeFileSync(join(cwd, '.env'), 'API_PORT=8200\nFUB_API_KEY="from file"\n')
    const config = read({ API_PORT: '8300' })
    expect(config).toMatchObject({ API_PORT: 8300, FUB_API_KEY: 'from file' })
    expect(config.environment).toMatchObject({ API_PORT: '8300', FUB_API_KEY: 'from file' })
  })

  it('TASK_SYNC_ENV adds its own file, here or below config, and its defaults', () => {
    mkdirSync(join(cwd, 'config'))
    writeFileSync(
      join(cwd, '.env'),
      'TASK_SYNC_ENV=prod\nAPI_PORT=1\nFUB_SYSTEM_NAME=common\nTODOIST_WEBHOOK_SECRET=s',
    )
    writeFileSync(join(cwd, 'config', '.env.prod'), 'API_PORT=2\nFUB_SYSTEM_NAME=below')
    writeFileSync(join(cwd, '.env.prod'), 'API_PORT=3')
    expect(read({})).toMatchObject({
      API_PORT: 3,
      FUB_SYSTEM_NAME: 'below',
      LOG_LEVEL: 'info',
      TODOIST_USE_WEBHOOKS: true,
    })
    expect(read({ TASK_SYNC_ENV: 'dev' })).toMatchObject({
      API_PORT: 1,
      LOG_LEVEL: 'debug',
      TODOIST_USE_WEBHOOKS: false,
    })
  })

  it('hold secrets, by NAME_FILE', () => {
    writeFileSync(join(cwd, 'key'), 'k1\n')
    const config = read({ FUB_API_KEY_FILE: 'key', DEALBRIDGE_SECRET_KEY_FILE: join(cwd, 'key') })
    expect(config).toMatchObject({ FUB_API_KEY: 'k1', DEALBRIDGE_SECRET_KEY: 'k1' })
    expect(config.environment).toEqual({ FUB_API_KEY: 'k1', DEALBRIDGE_SECRET_KEY: 'k1' })
    expect(problemsOf({ FUB_API_KEY_FILE: 'nowhere' }).FUB_API_KEY_FILE).toContain('cannot be read')
    expect(problemsOf({ FUB_API_KEY_FILE: 'key', FUB_API_KEY: 'x' }).FUB_API_KEY_FILE).toContain('both')
    writeFileSync(join(cwd, '.env'), 'FUB_API_KEY_FILE=key\n')
    expect(read({ FUB_API_KEY: 'k2' }).FUB_API_KEY).toBe('k2')
    expect(problemsOf({ DEALBRIDGE_DATA_DIR_FILE: 'key' })).toHaveProperty('DEALBRIDGE_DATA_DIR_FILE')
  })

  it('that cannot be read are named', () => {
    mkdirSync(join(cwd, '.env'))
    expect(problemsOf({})[join(cwd, '.env')]).toContain('cannot be read')
  })
})

describe('hints', () => {
  it('point from DB_PATH to DATABASE_URL, and at names that look like slips', () => {
    const { hints } = read({ DB_PATH: './tasks.db', FUB_POLL_INTERVAL: '3', TODOIST_USE_WEBHOOKS: 'true' })
    expect(hints.join('\n')).toMatch(/DATABASE_URL.*FUB_POLL_INTERVAL_SECONDS\?.*TODOIST_WEBHOOK_SECRET/s)
  })
})
