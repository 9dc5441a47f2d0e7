import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { isSameProcess } from './stop.ts'

/** Which process it was: an id alone may have been given to another program since. */
export const processRecord = z.object({ pid: z.int().positive(), startTime: z.string().min(1) })
export type ProcessRecord = z.infer<typeof processRecord>

export async function writeProcessRecord(path: string, record: ProcessRecord): Promise<void> {
  const half = `${path}.new`
  await writeFile(half, `${JSON.stringify({ pid: record.pid, startTime: record.startTime })}\n`)
  await rename(half, path)
}

/** The recorded process if it still runs; undefined (and the file removed) when it does not. */
export async function readLiveProcess(path: string): Promise<ProcessRecord | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const record = processRecord.safeParse(parseJson(text))
  if (record.success && (await isSameProcess(record.data.pid, record.data.startTime))) return record.data
  await rm(path, { force: true })
  return undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
