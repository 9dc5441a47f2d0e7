import { mkdir, writeFile } from 'node:fs/promises'
import type { WorkflowHandle } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'

/** Recorded histories that today's workflow code must replay. */
export const HISTORIES = new URL('../replay/', import.meta.url)

/**
 * Keeps a history as a fixture of the replay test where `RECORD_HISTORIES` names it, e.g. `task-failed,clean`; `1` is all. On
 * purpose only: see CONTRIBUTING.md.
 */
export async function keepHistory(name: string, handle: WorkflowHandle): Promise<void> {
  const wanted = process.env.RECORD_HISTORIES?.split(',') ?? []
  if (!wanted.includes('1') && !wanted.includes(name)) return
  await mkdir(HISTORIES, { recursive: true })
  const history: unknown = JSON.parse(historyToJSON(await handle.fetchHistory()))
  await writeFile(new URL(`${name}.json`, HISTORIES), `${JSON.stringify(history, withoutMachine, 2)}\n`)
}

/** All that a history holds, as text: payloads are written down in base64. */
export async function wordsOf(handle: WorkflowHandle): Promise<string> {
  const history: unknown = JSON.parse(historyToJSON(await handle.fetchHistory()))
  return JSON.stringify(history, (key, value: unknown) =>
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value,
  )
}

/** What Temporal's page shows of a workflow that stands still. */
export async function detailsOf(handle: WorkflowHandle): Promise<string> {
  const told = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata')
  return told.currentDetails ?? ''
}

/** Paths and names of the machine that recorded it are nobody's business, and no part of a replay. */
function withoutMachine(key: string, value: unknown): unknown {
  if (key === 'stackTrace') return ''
  return typeof value === 'string' ? value.replace(PROCESS_AT_HOST, 'worker') : value
}

const PROCESS_AT_HOST = /^\d+@\S+/u
