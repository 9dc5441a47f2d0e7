import { mkdir, writeFile } from 'node:fs/promises'
import type { WorkflowHandle } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'

/** Recorded histories that today's workflow code must replay. */
export const HISTORIES = new URL('../replay/', import.meta.url)

/** With `RECORD_HISTORIES=1`, keeps a history as a fixture of the replay test. On purpose only: see CONTRIBUTING.md. */
export async function keepHistory(name: string, handle: WorkflowHandle): Promise<void> {
  if (process.env.RECORD_HISTORIES !== '1') return
  await mkdir(HISTORIES, { recursive: true })
  await writeFile(new URL(`${name}.json`, HISTORIES), `${historyToJSON(await handle.fetchHistory())}\n`)
}
