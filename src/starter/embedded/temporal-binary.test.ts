import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../../config/log.ts'
import { findTemporalBinary, type TemporalInstaller } from './temporal-binary.ts'
import { downloadTemporal } from './temporal-download.ts'

const log = createLog({ level: 'silent', format: 'json' })
const good = '#!/bin/sh\necho temporal version 9.9.9\n'
const bad = '#!/bin/sh\nexit 3\n'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dealbridge-binary-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function program(path: string, script: string): string {
  const whole = join(folder, path)
  mkdirSync(join(whole, '..'), { recursive: true })
  writeFileSync(whole, script)
  chmodSync(whole, 0o755)
  return whole
}

const find = (search: Partial<Parameters<typeof findTemporalBinary>[0]>) =>
  findTemporalBinary({
    cacheDir: join(folder, 'cache'),
    searchPath: join(folder, 'path'),
    installers: [],
    log,
    ...search,
  })

const fails = (source: 'download' | 'pip', reason: string): TemporalInstaller => ({
  source,
  describe: `by ${source}`,
  install: () => Promise.reject(new Error(reason)),
})

describe('the temporal program', () => {
  it('is the one that was named, and an unusable one is an error', async () => {
    const cliPath = program('own/temporal', good)
    program('path/temporal', good)
    expect(await find({ cliPath })).toEqual({
      path: cliPath,
      source: 'TEMPORAL_CLI_PATH',
      version: 'temporal version 9.9.9',
    })
    program('own/temporal', bad)
    await expect(find({ cliPath })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(cliPath),
    })
  })

  it('is taken from PATH before the cache, unless it does not work', async () => {
    const path = program('path/temporal', good)
    const cached = program('cache/temporal-1.9.1', good)
    expect(await find({})).toMatchObject({ path, source: 'PATH' })
    program('path/temporal', bad)
    expect(await find({})).toMatchObject({ path: cached, source: 'cache' })
  })

  it('is fetched by the first way that works, and then cached', async () => {
    const installers: TemporalInstaller[] = [
      fails('download', 'no route'),
      { source: 'pip', describe: 'by pip', install: async () => void program('cache/temporal-1.9.1', good) },
    ]
    expect(await find({ installers })).toMatchObject({ source: 'pip' })
    expect(await find({ installers })).toMatchObject({ source: 'cache' })
  })

  it('that cannot be had is an error which lists every attempt', async () => {
    const failure = find({ installers: [fails('download', 'no route'), fails('pip', 'no python')] })
    await expect(failure).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/on PATH: not found.*cache.*by download: no route.*by pip: no python/s),
    })
  })
})

describe("the vendor's download", () => {
  let server: Server
  let requests: string[]
  let vendor: string
  beforeEach(async () => {
    requests = []
    program('archive/temporal', good)
    execFileSync('tar', ['-czf', join(folder, 'temporal.tar.gz'), '-C', join(folder, 'archive'), 'temporal'])
    server = createServer((request, response) => {
      requests.push(request.url ?? '')
      if (request.url?.startsWith('/cli/')) {
        response.end(JSON.stringify({ archiveUrl: `${vendor}/../archive`, fileToExtract: 'temporal' }))
      } else if (request.url === '/archive') response.end(readFileSync(join(folder, 'temporal.tar.gz')))
      else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    vendor = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/cli`
  })
  afterEach(() => server.close())

  it('takes the program out of the archive', async () => {
    const target = join(folder, 'temporal')
    await downloadTemporal({ version: '9.9.9', target, vendor })
    expect(execFileSync(target, ['--version']).toString()).toContain('9.9.9')
    expect(requests[0]).toMatch(/^\/cli\/v9\.9\.9\?arch=\w+&platform=\w+&format=tar\.gz$/)
  })

  it('names what it could not reach', async () => {
    const target = join(folder, 'temporal')
    await expect(
      downloadTemporal({ version: '1', target, vendor: 'http://127.0.0.1:1/cli' }),
    ).rejects.toThrow('127.0.0.1:1')
    await expect(downloadTemporal({ version: '1', target, vendor: `${vendor}/../none` })).rejects.toThrow(
      '404',
    )
  })
})
