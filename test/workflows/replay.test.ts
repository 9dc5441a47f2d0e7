import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Worker, type WorkflowBundleOption } from '@temporalio/worker'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { quietRuntime } from '../support/quiet-runtime.ts'
import { workflowBundle } from '../support/workflow-bundle.ts'
import { HISTORIES } from './histories.ts'

const type = z.object({ workflowType: z.object({ name: z.string() }) })
const began = z.object({
  events: z.tuple([z.object({ workflowExecutionStartedEventAttributes: type })], z.unknown()),
})

let bundle: WorkflowBundleOption

beforeAll(async () => {
  quietRuntime()
  bundle = await workflowBundle()
})

const fixtures = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'))
const load = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(name, HISTORIES), 'utf8'))
/** The type of the workflow whose history it is. */
const kindOf = (history: unknown) =>
  began.parse(history).events[0].workflowExecutionStartedEventAttributes.workflowType.name
/** Of each history by its name, why it is refused, if it is; over one worker, which takes longer to begin than most replays. */
async function refusals(histories: Readonly<Record<string, unknown>>) {
  const asked = Object.entries(histories).map(([workflowId, history]) => ({ workflowId, history }))
  const found = new Map<string, Error | undefined>()
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: bundle }, asked))
    found.set(workflowId, error)
  return found
}

describe('recorded histories', () => {
  it('are there of every kind of workflow', async () => {
    const source = await readFile(new URL('../../src/workflows/index.ts', import.meta.url), 'utf8')
    const kinds = [...source.matchAll(/export \{ (\w+) \}/gu)].flatMap(([, kind]) => kind ?? [])
    const recorded = await Promise.all(fixtures.map(async (name) => kindOf(await load(name))))
    expect(kinds.length).toBeGreaterThan(5)
    expect(kinds.filter((kind) => !recorded.includes(kind))).toEqual([])
    expect(recorded.filter((kind) => !kinds.includes(kind))).toEqual([])
  })

  describe('that are kept', () => {
    let refused: ReadonlyMap<string, Error | undefined>
    beforeAll(async () => {
      const loaded = await Promise.all(fixtures.map(async (name) => [name, await load(name)] as const))
      refused = await refusals(Object.fromEntries(loaded))
    })

    it.each(fixtures)('%s replays', (name) => {
      expect(refused.has(name)).toBe(true)
      const refusal = refused.get(name)
      if (refusal !== undefined) throw refusal
    })
  })

  it('that differ from the code are refused', async () => {
    const text = await readFile(new URL('task-settled.json', HISTORIES), 'utf8')
    const history = JSON.parse(text) as { events: { eventType: string }[] }
    const events = history.events.filter((event) => !event.eventType.includes('MARKER'))
    expect((await refusals({ other: { events } })).get('other')).toBeInstanceOf(Error)
  })
})
