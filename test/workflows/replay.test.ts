import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { HISTORIES } from './histories.ts'

const type = z.object({ workflowType: z.object({ name: z.string() }) })
const began = z.object({
  events: z.tuple([z.object({ workflowExecutionStartedEventAttributes: type })], z.unknown()),
})

let workflowBundle: WorkflowBundleWithSourceMap

beforeAll(async () => {
  const logger = new DefaultLogger('ERROR')
  Runtime.install({ logger, shutdownSignals: [] })
  const workflowsPath = fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url))
  workflowBundle = await bundleWorkflowCode({ workflowsPath, logger })
})

const fixtures = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'))
const load = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(name, HISTORIES), 'utf8'))
/** The type of the workflow whose history it is. */
const kindOf = (history: unknown) =>
  began.parse(history).events[0].workflowExecutionStartedEventAttributes.workflowType.name
const replay = async (history: unknown) => Worker.runReplayHistory({ workflowBundle }, history, 'replayed')

describe('recorded histories', () => {
  it('are there of every kind of workflow', async () => {
    const source = await readFile(new URL('../../src/workflows/index.ts', import.meta.url), 'utf8')
    const kinds = [...source.matchAll(/export \{ (\w+) \}/gu)].flatMap(([, kind]) => kind ?? [])
    const recorded = await Promise.all(fixtures.map(async (name) => kindOf(await load(name))))
    expect(kinds.length).toBeGreaterThan(5)
    expect(kinds.filter((kind) => !recorded.includes(kind))).toEqual([])
    expect(recorded.filter((kind) => !kinds.includes(kind))).toEqual([])
  })

  it.each(fixtures)('%s replays', async (name) => {
    await replay(await load(name))
  })

  it('that differ from the code are refused', async () => {
    const text = await readFile(new URL('task-settled.json', HISTORIES), 'utf8')
    const history = JSON.parse(text) as { events: { eventType: string }[] }
    const events = history.events.filter((event) => !event.eventType.includes('MARKER'))
    await expect(replay({ events })).rejects.toThrow()
  })
})
