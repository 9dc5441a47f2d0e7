import type { DealList, DealListing } from '../activities/deals/list-deals.ts'
import type { DealSection } from '../store/deal-report.ts'
import { dealTrouble, noSectionWords } from './deal-words.ts'
import { counted, shorten } from './task-words.ts'

/** Of `deals list --json`, and of the API. */
export function dealJson(listing: DealListing) {
  const { id, name, route, stage, status, people, sections, list, tasks, state, reason, lastError, why } =
    listing
  return {
    deal: id,
    name,
    route: route.name,
    stage: stage.name,
    stageId: stage.id,
    status,
    people,
    sections,
    list,
    inGeneral: why,
    tasks,
    state,
    reason,
    error: lastError,
    pending: listing.pending,
  }
}

/** A deal in one line, and below it why it waits and what can be done. */
export function dealLines(listing: DealListing, { withRoute = false } = {}): string[] {
  const { id, name, route, stage, tasks, state, pending } = listing
  const head = [
    `deal ${id} “${shorten(name)}”`,
    ...(withRoute ? [`route ${route.name}`] : []),
    stage.name,
    whereWords(listing),
    counted(tasks, 'open task'),
    ...(state === 'ok' && pending ? ['being followed'] : []),
  ].join('  ')
  return [head, ...troubleLines(listing)]
}

/** E.g. `in “Offer” / “Baker: 123 Main St”`, or `in list “Offer”, label “Baker: 123 Main St (4412)”`. */
export function whereWords({
  sections,
  list,
  why,
  reason,
}: Pick<DealListing, 'sections' | 'list' | 'why' | 'reason'>): string {
  if (why === null && list !== null) return listWords(list)
  const [first, ...more] = sections.filter(({ remoteId }) => remoteId !== null)
  if (why !== null || first === undefined) return noSectionWords({ why })
  return `${sectionWords(first, reason === 'moved-away')}${more.length === 0 ? '' : ` and ${counted(more.length, 'more section')}`}`
}

function listWords({ remoteId, name, state, label }: DealList): string {
  const gone = state === 'gone' ? ', which is gone' : state === 'archived' ? ', which is archived' : ''
  const coming = remoteId === null ? ', which is made with its first task' : gone
  return `in list “${shorten(name)}”${coming}, label “${shorten(label)}”`
}

/** `away`: its user has moved it to another stage's project, and it is left there. */
function sectionWords({ name, project, state }: DealSection, away: boolean): string {
  const place = project === null ? `“${shorten(name)}”` : `“${shorten(project)}” / “${shorten(name)}”`
  switch (state) {
    case 'active':
    case 'full':
      return away ? `belongs in ${place}` : `in ${place}`
    case 'archived':
      return `in ${place}, which is archived`
    case 'gone':
      return `was in ${place}, which is gone`
  }
}

/** Why a deal waits or has failed, and what to do; nothing where it does not. */
export function troubleLines({ id, state, reason, lastError }: DealListing): string[] {
  if (state === 'ok') return []
  const { why, todo } = dealTrouble(reason, id)
  const said = lastError === null ? '' : ` (${lastError})`
  return [`      ${state === 'error' ? 'has failed' : 'waits'}: ${why}${said}`, `      you can: ${todo}`]
}
