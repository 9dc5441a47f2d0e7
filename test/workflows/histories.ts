import { mkdir, writeFile } from 'node:fs/promises'
import type { WorkflowHandle } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'

/** Recorded histories that today's workflow code must replay. */
export const HISTORIES = new URL('../replay/', import.meta.url)

/** With `RECORD_HISTORIES=1`, keeps a history as a fixture of the replay test. On purpose only: see CONTRIBUTING.md. */
export async function keepHistory(name: string, handle: WorkflowHandle): Promise<void> {
  if (process.env.RECORD_HISTORIES !== '1') return
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

/** Paths and names of the machine that recorded it are nobody's business, and no part of a replay. */
function withoutMachine(key: string, value: unknown): unknown {
  if (key === 'stackTrace') return ''
  return typeof value === 'string' ? value.replace(PROCESS_AT_HOST, 'worker') : value
}

const PROCESS_AT_HOST = /^\d+@\S+/u
