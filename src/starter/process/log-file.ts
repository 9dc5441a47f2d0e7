import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const ROTATE_ABOVE_BYTES = 5_000_000

/**
 * The file a detached child writes its output to: a pipe would break with the death of the process that reads it,
 * and the child is meant to live on. One older file is kept.
 */
export function openLogFile(dataDir: string, service: string): { path: string; fd: number; close(): void } {
  const folder = join(dataDir, 'logs')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${service}.log`)
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_ABOVE_BYTES)
    renameSync(path, `${path}.1`)
  const fd = openSync(path, 'a', 0o600)
  return { path, fd, close: () => closeSync(fd) }
}

/** The last lines of a log, for an error message. */
export async function lastLines(path: string, count: number): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-count)
}
