export const FINDING_STATES = ['ok', 'warning', 'problem'] as const
export type FindingState = (typeof FINDING_STATES)[number]

/**
 * What a check has found. `check`: of what kind, `about`: of which connection, route, file, ... (empty: of all of it). `found`: what
 * is so, and what it means. `todo`: what to do about it. `exit`: 2 it is a matter of configuration, 4 something cannot be reached.
 * `mend`: repairs it, and gives back what was done in words; absent where a person has to.
 */
export type Finding = {
  readonly check: string
  readonly about: string
  readonly state: FindingState
  readonly found: string
  readonly todo?: string
  readonly exit?: 2 | 4
  readonly mend?: () => Promise<string>
}

type More = Pick<Finding, 'exit' | 'mend'>

/** Findings of one check. */
export function findingsOf(check: string) {
  return {
    ok: (about: string, found: string): Finding => ({ check, about, state: 'ok', found }),
    warning: (about: string, found: string, todo: string, more: More = {}): Finding => ({
      check,
      about,
      state: 'warning',
      found,
      todo,
      ...more,
    }),
    problem: (about: string, found: string, todo: string, more: More = {}): Finding => ({
      check,
      about,
      state: 'problem',
      found,
      todo,
      ...more,
    }),
  }
}
