import type { Telling } from '../../core/deal-labels.ts'
import { oneLine } from '../../core/normalise.ts'
import type { RouteDeals } from '../route-deals.ts'

/** How a task is linked to a deal, for its user. */
const HOW = {
  sections: "Move the task into the deal's section, or give it the label",
  lists: 'Give the task the label',
} as const satisfies Record<RouteDeals['filing'], string>
/** How it is taken out of a deal that its contact is not on. */
const OUT = {
  sections: 'put the task elsewhere',
  lists: 'take the label away',
} as const satisfies Record<RouteDeals['filing'], string>

/** The comment by which a task asks its user about its deal. `service`: whose deals they are, in people's words. */
export function dealText(tell: Telling, deals: RouteDeals, service: string): string {
  switch (tell.kind) {
    case 'several':
      return [
        `Dealbridge: to which deal does this task belong? ${HOW[deals.filing]}:`,
        ...tell.deals.map((id) => `- \`deal-${id}\`: ${wordsOf(id, deals)}`),
      ].join('\n')
    case 'unknown-deal':
      return `Dealbridge: ${service} has no deal as the label \`${tell.label}\` names. Take the label away, or write the id of a deal that its contact is on.`
    case 'not-on-deal':
      return `Dealbridge: the contact of this task is not on the deal ${wordsOf(tell.deal, deals)}, so that the task does not belong to it. Add the contact to the deal in ${service}, or ${OUT[deals.filing]}.`
    case 'first-of-several':
      return `Dealbridge: several contacts are on the deal ${wordsOf(tell.deal, deals)}. This task went to ${nameOf(tell, deals)}, the first of them. If it is for another one, change its contact in ${service}.`
    case 'ended':
      return `Dealbridge: the deal ${wordsOf(tell.deal, deals)} is ${statusOf(tell.deal, deals)} in ${service}. Its open tasks lie in General, this one too, and go back to it if it becomes active again. Does this one belong to another deal? ${HOW[deals.filing]} \`deal-<id>\`.`
  }
}

/** What takes the place of the comment that its deal has ended; `deal`: to which it belongs by now. */
export function foundAgainText(deal: string | null, deals: RouteDeals): string {
  return deal === null
    ? 'Dealbridge: this task belongs to no deal.'
    : `Dealbridge: this task belongs to the deal ${wordsOf(deal, deals)}, and lies with its tasks.`
}

function statusOf(id: string, { facts }: RouteDeals): string {
  return facts(id)?.status === 'archived' ? 'archived' : 'deleted'
}

function nameOf(
  { deal, person }: Extract<Telling, { kind: 'first-of-several' }>,
  { book }: RouteDeals,
): string {
  const found = book.deals.get(deal)?.people.find(({ id }) => id === person)
  return oneLine(found?.name ?? '') || `contact ${person}`
}

function wordsOf(id: string, { book }: RouteDeals): string {
  const deal = book.deals.get(id)
  const stage = deal === undefined ? undefined : book.stages.get(deal.stage)
  const name = oneLine(deal?.name ?? '') || `Deal ${id}`
  return stage === undefined ? name : `${name} (${oneLine(stage.name)})`
}
