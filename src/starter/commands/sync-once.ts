import type { Command } from 'commander'
import { UserError } from '../../config/errors.ts'
import { clockNow } from '../../store/clock.ts'
import { requestCounts } from '../../store/report.ts'
import { allRoutes } from '../../store/routes.ts'
import { quoted } from '../command-name.ts'
import { confirmFirstSync, runFirstSync, unconfirmed } from '../first-sync.ts'
import { type HoldUp, heldUp, hopeless } from '../held-up.ts'
import { printJson, printLines } from '../output.ts'
import { pullRoute } from '../pull-route.ts'
import { borrowSession, type Session } from '../session.ts'
import { waitSettled } from '../settled.ts'
import { namingDeps, routeNames } from '../side-names.ts'
import { type Beginning, type SyncReport, syncExitCode, syncLines, syncReport } from '../sync-report.ts'
import { configured, type Outcome } from './shared.ts'
import { seconds } from './status.ts'

type SyncFlags = { readonly json?: boolean; readonly yes?: boolean; readonly timeout?: number }

export function addSyncOnce(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('sync-once')
    .description('look at both sides completely, settle every task, report, exit')
    .option('--json', 'one JSON document on stdout')
    .option('--yes', 'run the first sync without asking')
    .option('--timeout <seconds>', 'give up waiting after this time (default: never)', seconds)
    .action(async (flags: SyncFlags) => finish(await syncOnce(flags)))
}

async function syncOnce(flags: SyncFlags): Promise<Outcome> {
  const session = await borrowSession(configured(), { worker: true })
  try {
    const { report, held } = await sync(session, flags)
    if (flags.json === true) printJson(report)
    else {
      const { byName } = await routeNames(namingDeps(session.db))
      printLines(syncLines(report, byName, held))
    }
    return syncExitCode(report, held)
  } finally {
    await session.close()
  }
}

/** `held`: what kept it from writing. */
type Synced = { readonly report: SyncReport; readonly held: readonly HoldUp[] }

async function sync(session: Session, flags: SyncFlags): Promise<Synced> {
  const { db, client, signal, demo } = session
  const beginning: Beginning = {
    since: await clockNow(db),
    requests: await requestCounts(db),
    at: performance.now(),
  }
  const routes = await allRoutes(db)
  if (routes.length === 0) throw noRoute()
  for (const route of routes) {
    if (route.filledAt !== null) {
      if (route.state === 'active') await pullRoute(client, db, route, signal)
      continue
    }
    if (!(await confirmFirstSync(session, route, demo || flags.yes === true)))
      throw unconfirmed(route, 'sync-once')
    await runFirstSync(session, route, { patient: false })
  }
  const status = await waitSettled(db, {
    signal,
    until: hopeless,
    ...(flags.timeout === undefined ? {} : { timeoutMs: flags.timeout * 1_000 }),
  })
  return { report: await syncReport(db, status, beginning), held: heldUp(status) }
}

function noRoute(): UserError {
  return new UserError({
    code: 'NO_ROUTE',
    message: 'There is no route yet, so there is nothing to sync.',
    hints: [
      `Connect accounts with ${quoted('connect add')}, then ${quoted('route add')} makes one between two of them. ${quoted('start')} makes that of FUB_API_KEY and TODOIST_API_TOKEN.`,
    ],
    exitCode: 2,
  })
}
