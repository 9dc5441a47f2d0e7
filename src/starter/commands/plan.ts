import type { Command } from 'commander'
import { allRoutes } from '../../store/routes.ts'
import { previewNow } from '../first-sync.ts'
import { printJson, printLines, tell } from '../output.ts'
import { previewLines } from '../preview-lines.ts'
import { pullHere } from '../pull-here.ts'
import { pullRoute } from '../pull-route.ts'
import { borrowSession } from '../session.ts'
import { setUpLines } from '../set-up-lines.ts'
import { namingDeps, routeNames } from '../side-names.ts'
import { configured, type Outcome } from './shared.ts'

type PlanFlags = { readonly json?: boolean }

export function addPlan(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('plan')
    .description('what a sync would write now; writes nothing')
    .option('--json', 'one JSON document on stdout')
    .action(async (flags: PlanFlags) => finish(await plan(flags)))
}

async function plan(flags: PlanFlags): Promise<Outcome> {
  // Without a worker: a worker would not only look, it would write what it finds.
  const session = await borrowSession(configured(), { worker: false })
  try {
    const { db, client, signal } = session
    const routes = await allRoutes(db)
    if (routes.length === 0) tell(...(await setUpLines(namingDeps(db), [])))
    for (const route of routes) {
      if (session.worked) await pullRoute(client, db, route, signal)
      else await pullHere(session, route)
    }
    const found = await previewNow(session)
    if (flags.json === true) {
      const { outOfScope } = found
      printJson({ ...found, outOfScope: outOfScope.left + outOfScope.right })
    } else {
      const { byName } = await routeNames(namingDeps(session.db))
      printLines(previewLines(found, byName))
    }
    return 0
  } finally {
    await session.close()
  }
}
