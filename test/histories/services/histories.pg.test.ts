import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { scriptOf } from './generate.ts'
import { runScript, runSeed } from './history.ts'
import { type Lab, openLab } from './lab.ts'
import { shrink } from './shrink.ts'

let database: TestDatabase
let lab: Lab

beforeAll(async () => {
  database = await openTestDatabase()
  lab = await openLab(database.url)
})
afterAll(async () => {
  await lab?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
})

it('seeds', async () => {
  const from = Number(process.env.FROM ?? 1)
  const count = Number(process.env.COUNT ?? 10)
  const began = performance.now()
  let windows = 0
  const bad: string[] = []
  for (let seed = from; seed < from + count; seed += 1) {
    const out = await runSeed(lab, seed)
    windows += out.windows
    if (out.failures.length > 0) {
      bad.push(`seed ${seed}: ${out.failures.map((f) => f.slice(0, 700)).join('\n   ')}`)
      if (process.env.STORY) {
        const small = await shrink(
          scriptOf(seed),
          out.failures,
          async (script) => (await runScript(lab, script)).failures,
        )
        const again = await runScript(lab, small)
        bad.push(again.failures.join('\n'), JSON.stringify(small.events), again.story.join('\n'))
      }
    }
  }
  const ms = performance.now() - began
  const [be] = await lab.db`select pg_backend_pid() as pid`
  const st = (await import('node:fs')).readFileSync(`/proc/${be?.pid}/stat`, 'utf8').split(' ')
  const cpu = process.cpuUsage()
  process.stdout.write(`cpu ms per history: node ${((cpu.user + cpu.system) / 1000 / count).toFixed(0)} pg ${(((Number(st[13]) + Number(st[14])) * 10) / count).toFixed(0)}\n`)
  process.stdout.write(
    `${bad.join('\n')}\n${bad.length} bad of ${count}; ${(ms / count).toFixed(0)} ms each; windows ${windows}\n`,
  )
  expect(bad).toEqual([])
}, 3_000_000)
