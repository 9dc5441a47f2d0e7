import { UserError } from '../../config/errors.ts'
import type { Config } from '../../config/parse.ts'
import { type RouteRow, routeById } from '../../store/routes.ts'
import { quoted } from '../command-name.ts'
import { type Deciding, decidingIn } from '../deciding.ts'
import { tell } from '../output.ts'
import type { Session } from '../session.ts'
import { openSetupLink, type SetupLink } from './setup-link.ts'

/** What it takes to set up a route, whether a person answers or a file does. */
export type SetupContext = {
  readonly session: Session
  readonly deciding: Deciding
  readonly config: Config
  readonly link: SetupLink
  /** As the record has it now. */
  route(): Promise<RouteRow>
}

export function decidingOf(session: Session): Deciding {
  return decidingIn({ ...session, temporal: async () => session.client })
}

/** Has both accounts looked at. Throws UserError for what is missing. */
export async function openSetup(
  session: Session,
  deciding: Deciding,
  { id, name, state }: RouteRow,
): Promise<SetupContext> {
  const link = await openSetupLink(session, name)
  if (state === 'draft') tell('Looking at both accounts; nothing is written yet.')
  await link.untilLooked(() => undefined)
  return { session, deciding, config: session.config, link, route: () => routeById(session.db, id) }
}

/** The demo has its route already. */
export function requireNoDemoRuns({ demo }: Pick<Session, 'demo'>): void {
  if (!demo) return
  throw new UserError({
    code: 'DEMO_RUNS',
    message: 'The demo runs on this data folder, and is set up already.',
    hints: [
      `For accounts of your own set DEALBRIDGE_DATA_DIR to another folder, then run ${quoted('setup')}.`,
    ],
    exitCode: 2,
  })
}
