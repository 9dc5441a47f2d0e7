import { expect } from 'vitest'
import { BACK, type Prompter, WizardLeft } from '../../src/starter/setup/prompter.ts'

/** The question under which a script answers while something is waited for: by `b`. */
export const WAITING = '(waiting)'

export type Scripted = Prompter & {
  /** Answers whose questions have not come. */
  readonly left: readonly (readonly [string, string])[]
}

/**
 * Answers each question that contains these words, in their order: an empty answer takes what is usual, `b` goes back; leaves after
 * the last one. `said` is given everything that a person would see.
 */
export function scriptedPrompter(
  said: string[],
  ...answers: readonly (readonly [string, string])[]
): Scripted {
  const left = [...answers]
  const next = async (question: string, usual: string) => {
    said.push(question)
    const answer = left.shift()
    if (answer === undefined) throw new WizardLeft()
    expect(question).toContain(answer[0])
    if (answer[1] === 'b') return BACK
    return answer[1] === '' ? usual : answer[1]
  }
  return {
    left,
    say: (...lines) => void said.push(...lines),
    ask: next,
    askSecret: (question) => next(question, ''),
    async waitFor(work) {
      if (left[0]?.[0] !== WAITING) return work(new AbortController().signal)
      left.shift()
      const givenUp = new AbortController()
      const done = work(givenUp.signal)
      givenUp.abort()
      await expect(done).rejects.toBeDefined()
      return BACK
    },
    close: () => undefined,
  }
}
