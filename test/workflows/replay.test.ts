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
import { HISTORIES } from './histories.ts'

let workflowBundle: WorkflowBundleWithSourceMap

beforeAll(async () => {
  const logger = new DefaultLogger('ERROR')
  Runtime.install({ logger, shutdownSignals: [] })
  const workflowsPath = fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url))
  workflowBundle = await bundleWorkflowCode({ workflowsPath, logger })
})

const fixtures = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'))
const replay = async (history: unknown) => Worker.runReplayHistory({ workflowBundle }, history, 'replayed')

describe('recorded histories', () => {
  it.each(fixtures)('%s replays', async (name) => {
    await replay(JSON.parse(await readFile(new URL(name, HISTORIES), 'utf8')))
  })

  it('that differ from the code are refused', async () => {
    const text = await readFile(new URL('task-settled.json', HISTORIES), 'utf8')
    const history = JSON.parse(text) as { events: { eventType: string }[] }
    const events = history.events.filter((event) => !event.eventType.includes('MARKER'))
    await expect(replay({ events })).rejects.toThrow()
  })
})
