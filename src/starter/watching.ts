import { setTimeout as pause } from 'node:timers/promises'
import type { Answer } from './answer.ts'
import type { Outcome } from './commands/shared.ts'
import { printJson } from './output.ts'

/** Between two looks (milliseconds). */
const EVERY_MS = 1_000
/** Home, then clear from there to the end. */
const CLEAR = '\u001b[H\u001b[2J'

export type Watching = {
  /** Ends it. */
  readonly signal: AbortSignal
  readonly look: () => Promise<Answer>
  readonly json: boolean
  /** An answer without what changes by itself, such as ages; by default all of it. */
  readonly steady?: (answer: Answer) => Answer
  readonly out?: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>
  readonly everyMs?: number
}

/**
 * Looks again and again until the signal fires: a terminal is drawn anew, anybody else gets a line for each line of the answer that
 * is new or has gone, or with `json` the whole document whenever it has changed.
 */
export async function watchAnswers(watching: Watching): Promise<Outcome> {
  const {
    signal,
    look,
    json,
    steady = (answer) => answer,
    out = process.stdout,
    everyMs = EVERY_MS,
  } = watching
  let before: { readonly drawn: string; readonly told: readonly string[]; readonly document: string } | null =
    null
  while (!signal.aborted) {
    const answer = await look()
    const { json: document, lines } = steady(answer)
    const now = { drawn: answer.lines.join('\n'), told: lines, document: JSON.stringify(document) }
    if (json) {
      if (now.document !== before?.document) printJson(answer.json, out)
    } else if (out.isTTY === true) {
      if (now.drawn !== before?.drawn) out.write(`${CLEAR}${now.drawn}\n`)
    } else for (const line of changedLines(before?.told ?? [], now.told)) out.write(`${line}\n`)
    before = now
    await pause(everyMs, undefined, { signal }).catch(() => {})
  }
  return 0
}

/** Lines that are new, and those that have gone. */
export function changedLines(before: readonly string[], now: readonly string[]): string[] {
  const [known, there] = [new Set(before), new Set(now)]
  return [
    ...before
      .filter((line) => !there.has(line) && line.trim() !== '')
      .map((line) => `no more: ${line.trim()}`),
    ...now.filter((line) => !known.has(line)),
  ]
}
