import { expect } from 'vitest'
import type { Answer } from '../../src/starter/answer.ts'
import { DOCUMENTS } from '../../src/starter/documents/index.ts'

/** What the command printed, as whoever reads JSON gets it, is what docs/json.md says. */
export function holds(command: string, json: unknown): void {
  const found = DOCUMENTS[command]?.safeParse(JSON.parse(JSON.stringify(json)))
  expect(
    found?.error?.issues ?? (found?.success === true ? [] : ['there is no such document']),
    command,
  ).toEqual([])
}

/** The same of a whole answer, which is given back. */
export async function answered(command: string, answer: Promise<Answer> | Answer): Promise<Answer> {
  const given = await answer
  holds(command, given.json)
  return given
}
