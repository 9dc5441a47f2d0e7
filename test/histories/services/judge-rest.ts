import type { Case, Findings } from './case.ts'
import { tokenIn } from './users.ts'

/** Nothing but what users made, and the product's counterparts of it, may be there. */
export function judgeStrangers({ picture, doings }: Case, findings: Findings): void {
  const titles = [
    ...picture.left.map((task) => task.name),
    ...picture.right.filter((item) => !item.is_deleted).map((item) => item.content),
  ]
  for (const title of titles)
    if (!doings.made.has(tokenIn(title))) findings.doubled.push(`nobody made ${JSON.stringify(title)}`)
}

/** A task that a question is about, or that it names: while it is open, nothing is written for either. */
export function isInQuestion({ kept, picture }: Case, token: string): boolean {
  return kept.questions.some(({ tokens, candidates }) => {
    const named = picture.left.filter(({ id }) => candidates.includes(String(id)))
    return named.length > 0 && (tokens.includes(token) || named.some(({ name }) => tokenIn(name) === token))
  })
}

/**
 * Our copy without its marker may be anybody's, and so may one in the CRM that was edited before anybody knew that it had
 * arrived: a person is asked, and nothing is written meanwhile.
 */
export function isAskedFor(
  given: Case,
  token: string,
  { state, reason }: { readonly state: string; readonly reason: string | null },
): boolean {
  const { doings, exchanges } = given
  if (state !== 'waiting') return false
  if (reason === 'ambiguous' && isInQuestion(given, token)) return true
  const unmarked = doings.unmarked.has(token) && (reason === 'ambiguous' || reason === 'needs-person')
  const edited = exchanges.some(
    (one) =>
      one.side === 'left' &&
      one.method === 'POST' &&
      tokenIn(one.body) === token &&
      doings.writes.some((edit) => edit.token === token && edit.side === 'left' && edit.count > one.count),
  )
  return unmarked || (edited && reason === 'ambiguous')
}

/** What waits must wait for a person, and for a reason that the story explains. */
export function judgeRest(given: Case, findings: Findings): void {
  const { kept, doings, avoid, policy } = given
  const mayWait = (token: string) => {
    const made = doings.made.get(token)
    return (
      doings.hasPerson(token) !== true || (made?.parent !== null && avoid.includes('child-of-new-parent'))
    )
  }
  for (const { tokens, state, reason, error } of kept.open) {
    const explained =
      tokens.some((token) => isAskedFor(given, token, { state, reason })) ||
      (state === 'conflict' && policy.conflicts === 'manual') ||
      (state === 'waiting' &&
        (reason === 'needs-person' || reason === 'deleted-there') &&
        tokens.some((token) => mayWait(token) || doings.deleted.some((one) => one.token === token)))
    if (!explained)
      findings.unsettled.push(
        `${tokens.join(', ') || 'a pair'} is left in state ${state}: ${reason ?? error ?? ''}`,
      )
  }
}
