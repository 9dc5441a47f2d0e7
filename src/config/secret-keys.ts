import { readFileSync } from 'node:fs'
import type { Config } from './parse.ts'

/**
 * The keys in force, newest first: the first one seals, each of them opens. Asked for at each use, for a key may be changed
 * while a process runs.
 */
export type SecretKeys = () => readonly string[]

/** One key, or several that are in force at once. */
export type SecretKey = string | SecretKeys

/** The keys of a text: one a line, newest first. */
export function keysIn(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

export function keysOf(key: SecretKey): readonly string[] {
  return typeof key === 'string' ? [key] : key()
}

/**
 * Those of a file, read at each use. What it had before still opens, until this process ends: something may have been read that
 * is sealed anew meanwhile. So it does while the file cannot be read.
 */
export function keysOfFile(path: string): SecretKeys {
  let last: readonly string[] = []
  return () => {
    try {
      const found = keysIn(readFileSync(path, 'utf8'))
      last = [...found, ...last.filter((key) => !found.includes(key))]
    } catch (error) {
      if (last.length === 0) throw error
    }
    return last
  }
}

/** Those of DEALBRIDGE_SECRET_KEY or DEALBRIDGE_SECRET_KEY_FILE; undefined when neither is set. */
export function configuredKeys(
  config: Pick<Config, 'DEALBRIDGE_SECRET_KEY' | 'secretFiles'>,
): SecretKeys | undefined {
  const path = config.secretFiles.DEALBRIDGE_SECRET_KEY
  if (path !== undefined) return keysOfFile(path)
  const text = config.DEALBRIDGE_SECRET_KEY
  if (text === undefined) return undefined
  const keys = keysIn(text)
  return () => keys
}
