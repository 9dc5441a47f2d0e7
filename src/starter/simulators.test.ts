import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLog } from '../config/log.ts'
import type { RunningChild } from './child.ts'
import { simulatorsChild } from './simulators.ts'

/** Takes the two ports like the real program, answers anything, and writes down how it was called. */
const PROGRAM = `
import { createServer } from 'node:http'
import { writeFileSync } from 'node:fs'
const args = process.argv.slice(2)
process.stderr.write('a banner of its own')
writeFileSync(process.env.DEALBRIDGE_DATA_DIR + '/called.json', JSON.stringify(args))
for (const option of ['--fub-port', '--todoist-port'])
  createServer((_, response) => response.end('{}')).listen(Number(args[args.indexOf(option) + 1]), '127.0.0.1')
`

let dataDir: string
let running: RunningChild | undefined

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'dealbridge-simulators-'))
})
afterEach(async () => {
  await running?.stop(2_000)
  rmSync(dataDir, { recursive: true, force: true })
})

it('keeps the state of the demo in the data folder, on ports that stay the same', async () => {
  const program = join(dataDir, 'program.mjs')
  writeFileSync(program, PROGRAM)
  const log = createLog({ level: 'warn', format: 'json' })
  const start = async () => {
    const child = await simulatorsChild({ program, dataDir, env: process.env, log })
    running = await child.start(new AbortController().signal)
    return running
  }
  const first = await start()
  const called = JSON.parse(readFileSync(join(dataDir, 'called.json'), 'utf8')) as string[]
  expect(called.slice(called.indexOf('--state'))).toEqual(['--state', join(dataDir, 'simulators')])
  expect(called).not.toContain('--seed')
  expect(readFileSync(join(dataDir, 'logs', 'simulators.log'), 'utf8')).toBe('a banner of its own')
  await first.stop(2_000)
  const second = await start()
  expect(second.addresses).toEqual(first.addresses)
})
