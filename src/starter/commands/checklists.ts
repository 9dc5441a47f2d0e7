import { type ChecklistStanding, listChecklists } from '../../activities/deals/list-checklists.ts'
import { type StampedByHand, stampByHand } from '../../activities/deals/stamp-by-hand.ts'
import { loadRouteById } from '../../activities/route-context.ts'
import { dueRuleText } from '../../core/due-rule.ts'
import { fieldText } from '../../core/field-text.ts'
import { inTransaction, onTrial } from '../../store/database.ts'
import { type Answer, DRY } from '../answer.ts'
import { quoted } from '../command-name.ts'
import type { Deciding } from '../deciding.ts'
import { routeNamed } from '../route-named.ts'
import { counted, shorten, timeWords } from '../task-words.ts'
import { whenWritten } from '../when-written.ts'

export type StampFlags = { readonly route?: string; readonly dryRun?: boolean; readonly json?: boolean }

/** The checklists of a route: for which stage, what is in them, and how often they were stamped. */
export async function checklists({ deps }: Pick<Deciding, 'deps'>, name: string): Promise<Answer> {
  const route = await loadRouteById(deps.db, deps, (await routeNamed(deps.db, name)).id)
  const { checklists: all, idle } = await listChecklists(deps.db, route)
  const json = {
    route: name,
    checklists: all.map(({ checklist, stage, counts, stamped, lastAt }) => ({
      name: checklist.name,
      stage,
      stageId: checklist.stage,
      items: checklist.items.map(({ title, due }) => ({
        title,
        due: due === null ? null : dueRuleText(due),
      })),
      counts,
      stamped,
      lastAt,
    })),
  }
  const lines = all.flatMap((one) => standingLines(one, route.policy.zone))
  const silent = idle ? [`Route ${name} writes nothing into the task app, so that none is stamped.`] : []
  return { json, lines: all.length === 0 ? [noneWords(name)] : [...lines, ...silent], outcome: 0 }
}

function noneWords(route: string): string {
  return `Route ${route} has no checklist; they stand under templates in a file for ${quoted(`route edit ${route} --file <file>`)}.`
}

function standingLines({ checklist, stage, counts, stamped, lastAt }: ChecklistStanding, zone: string) {
  const when =
    stage === null
      ? `for stage ${checklist.stage}, which the CRM does not have`
      : `when a deal comes into ${stage}`
  const last = lastAt === null ? '' : `, last at ${timeWords(lastAt, zone)}`
  const done = counts ? `stamped ${counted(stamped, 'time')}${last}` : 'not looked at yet'
  return [
    `${checklist.name}  ${when}  ${done}`,
    ...checklist.items.map(
      ({ title, due }) => `  - ${shorten(title)}${due === null ? '' : `  due ${dueRuleText(due)}`}`,
    ),
  ]
}

/** Has a checklist stamped for a deal, whatever its stage. */
export async function stampDeal(
  { deps, wake }: Deciding,
  dealId: string,
  checklist: string,
  { route, dryRun = false }: StampFlags,
): Promise<Answer> {
  const routeId = route === undefined ? null : (await routeNamed(deps.db, route)).id
  const run = dryRun ? onTrial : inTransaction
  const done = await run(deps.db, (tx) => stampByHand(tx, deps, { dealId, checklist, routeId }))
  const outcome = dryRun ? 0 : await wake(done.pairIds)
  const lines = [...stampedLines(done), ...(dryRun ? [] : await whenWritten(deps.db, done.pairIds))]
  const json = {
    route: done.route,
    deal: dealId,
    checklist: done.checklist,
    tasks: done.tasks.map(({ key, fields: { title, due } }) => ({ key, title, due })),
    pairs: dryRun ? [] : done.pairIds,
  }
  return { json, lines: dryRun ? [DRY, ...lines] : lines, outcome }
}

function stampedLines({ deal, checklist, tasks, zone }: StampedByHand): string[] {
  return [
    `Checklist ${checklist} is stamped for deal ${deal.id} “${shorten(deal.name)}”: ${counted(tasks.length, 'task')}.`,
    ...tasks.map(({ fields: { title = '', due = null } }) =>
      due === null ? `  - ${shorten(title)}` : `  - ${shorten(title)}  due ${fieldText('due', due, zone)}`,
    ),
  ]
}
