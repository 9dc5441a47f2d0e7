import { UserError } from '../../config/errors.ts'
import type { Deal } from '../../core/deal.ts'

/* Why a task is not linked to a deal, or a deal not tried again, for the person who asked for it. */

type Named = Pick<Deal, 'id'>

export function notByDeals(route: string): UserError {
  return asked(
    'NOT_BY_DEALS',
    `Route ${route} does not file its tasks by deals.`,
    `"dealbridge route edit ${route} --deals on" has it do so, where the one service has deals and the other sections.`,
  )
}

export function notInStep(pairId: string): UserError {
  return asked(
    'NOT_IN_STEP',
    `The task of pair ${pairId} is not kept in step, so that it is filed nowhere.`,
    `"dealbridge explain pair/${pairId}" says why; "dealbridge relink ${pairId}" links it again.`,
  )
}

/** `theirs`: the deals of the task's person. */
export function noSuchDeal(id: string, theirs: readonly Named[]): UserError {
  return asked('NO_SUCH_DEAL', `There is no deal ${id}.`, theirDeals(theirs))
}

export function notOnDeal({ id }: Named, theirs: readonly Named[]): UserError {
  return asked(
    'NOT_ON_DEAL',
    `The person of the task is not on deal ${id}.`,
    `Add the person to the deal in the CRM first. ${theirDeals(theirs)}`,
  )
}

export function noSectionGone(deal: string): UserError {
  return asked(
    'NOTHING_GONE',
    `No section of deal ${deal} is gone, and none was let go.`,
    '"dealbridge deals list --waiting" shows deals that wait, and why.',
  )
}

export function decidedAlready(deal: string, decision: 'restore' | 'let-go'): UserError {
  return decision === 'let-go'
    ? asked(
        'DECIDED_ALREADY',
        `You have let the section of deal ${deal} go already; nothing is changed.`,
        `"dealbridge conflicts resolve home-${deal} restore" brings it back.`,
      )
    : asked(
        'DECIDED_ALREADY',
        `You have brought the section of deal ${deal} back already; nothing is changed.`,
        '"dealbridge deals list" shows where it lies.',
      )
}

export function notAHomeChoice(): UserError {
  return asked(
    'NOT_A_CHOICE',
    'A section that is gone is brought back, or let go.',
    'Answer restore or let-go.',
  )
}

/** By their ids alone: names of deals are names of people. */
function theirDeals(theirs: readonly Named[]): string {
  if (theirs.length === 0) return '"dealbridge deals list" shows all deals with their ids.'
  const ids = theirs.map(({ id }) => id).join(', ')
  return `The person is on: ${ids}. "dealbridge deals list" names them.`
}

function asked(code: string, message: string, hint: string): UserError {
  return new UserError({ code, message, hints: [hint], exitCode: 2 })
}
