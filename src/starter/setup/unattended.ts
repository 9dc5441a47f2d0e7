import type { Trying } from '../../activities/manage/managing.ts'
import { changeRoute } from '../../activities/manage/routes.ts'
import { chooseLabels } from '../../store/setup.ts'
import type { Answer } from '../answer.ts'
import { requireYes } from '../ask.ts'
import type { Deciding } from '../deciding.ts'
import { tell } from '../output.ts'
import type { Session } from '../session.ts'
import { begin, previewed } from './begin.ts'
import { openSetup, type SetupContext } from './context.ts'
import { setupReport } from './report.ts'
import { webhooksAsSaid } from './said-webhooks.ts'
import type { SaidSetup } from './setup-file.ts'
import { routeToSetUp } from './sides.ts'

export type UnattendedFlags = { readonly yes: boolean; readonly dryRun: boolean }

/**
 * Sets up what a file and the environment say; what they leave out is as it is proposed. `yes`: nobody is asked. Throws UserError:
 * exit code 3 where nobody has confirmed.
 */
export async function setUpUnattended(
  session: Session,
  deciding: Deciding,
  said: SaidSetup,
  flags: UnattendedFlags,
): Promise<Answer> {
  const toSetUp = await routeToSetUp(deciding, session.config, said)
  const { route } = toSetUp
  if (said.name !== undefined && said.name !== route.name)
    tell(`The route between these two is there already, as ${route.name}; it keeps that name.`)
  const context = await openSetup(session, deciding, route)
  const begunBefore = (await context.route()).state !== 'draft'
  const changed = await takeUp(context, said, { dryRun: begunBefore && flags.dryRun })
  const deliveries = async (trying: Trying) => {
    const done = await webhooksAsSaid(deciding, said, toSetUp, trying)
    return done.length === 0 ? [] : ['Webhooks:', ...done.map((line) => `  ${line}`)]
  }
  // One that has begun before is followed to its end.
  if (begunBefore) {
    tellAny(await deliveries(flags))
    return setupReport(context, { preview: null, status: flags.dryRun ? null : await begin(context) })
  }
  // Before a person reads on: what is missing for them.
  const planned = await deliveries({ dryRun: true })
  if (changed) await context.link.lookAgain()
  const { preview, lines } = await previewed(context)
  const shown = [...lines, ...planned]
  if (flags.dryRun) return setupReport(context, { preview, status: null, lines: shown })
  if (!flags.yes) await requireYes(session.signal, shown, notConfirmed(route.name))
  tellAny(await deliveries({ dryRun: false }))
  return setupReport(context, { preview, status: await begin(context) })
}

/** True where the file says something of the route. */
async function takeUp(
  { session, deciding, ...context }: SetupContext,
  { makeLabels, change }: SaidSetup,
  trying: Trying,
): Promise<boolean> {
  const route = await context.route()
  if (makeLabels !== undefined && !trying.dryRun) await chooseLabels(session.db, route.id, makeLabels)
  if (change !== null) await changeRoute(deciding, route, change, trying)
  return change !== null || makeLabels !== undefined
}

function tellAny(lines: readonly string[]): void {
  if (lines.length > 0) tell(...lines)
}

function notConfirmed(route: string): string {
  return `The first sync of route ${route} is not confirmed, so nothing was written. What was said is kept.`
}
