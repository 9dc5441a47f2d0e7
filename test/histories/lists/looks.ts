import type { Exchange } from '../services/journal.ts'
import { fellIntoWindow } from '../services/looks.ts'
import type { Case } from './case.ts'
import type { UserWrite } from './doings.ts'
import { SERVICES } from './pairs.ts'
import { same } from './values.ts'

/** Only Todoist cannot compare and set: see `fellIntoWindow`. */
export function wasInWindow({ pair, exchanges }: Case, { side, id, count }: UserWrite): boolean {
  return SERVICES[pair][side] === 'todoist' && fellIntoWindow(exchanges, { side, remoteId: id, count })
}

/** The value had been another one in between, and was back before anybody looked: to the product nobody touched it. */
export function cameBackUnseen({ pair, exchanges, timeline }: Case, write: UserWrite): boolean {
  const { side, id, field, count, value } = write
  const look = exchanges.findLast(
    (one) => one.count < count && one.side === side && one.heard && !one.stale && shows(one, id),
  )
  const shown = look === undefined ? undefined : timeline.at(side, id, look.count)
  return shown !== undefined && same(pair, field, shown.values[field], value)
}

/** Whether an answer holds the task; what the product has written itself it knows, too. */
function shows({ answer, body, writes, status }: Exchange, id: string): boolean {
  return answer.includes(id) || (writes && status >= 200 && status < 300 && body.includes(id))
}
