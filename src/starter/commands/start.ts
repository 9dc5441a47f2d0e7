import type { Command } from 'commander'
import { UserError } from '../../config/errors.ts'
import { createLog } from '../../config/log.ts'
import { hasNoAccount, requireKeys } from '../accounts.ts'
import { registerDemoWebhooks } from '../demo.ts'
import { type Everything, startEverything } from '../everything.ts'
import {
  confirmFirstSync,
  type FirstSyncContext,
  runFirstSync,
  unconfirmed,
  unfilledRoutes,
} from '../first-sync.ts'
import { guideLines } from '../guide.ts'
import { tell } from '../output.ts'
import { prepare, temporalClient } from '../prepare.ts'
import { openRecord } from '../record.ts'
import { configured, type Outcome } from './shared.ts'

type StartFlags = { readonly demo?: boolean; readonly yes?: boolean }

export function addStart(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('start')
    .description('run everything; without accounts in the environment: a demo with made-up people and tasks')
    .option('--demo', 'run the demo, whatever is configured')
    .option('--yes', 'begin the first sync without asking')
    .action(async (flags: StartFlags) => finish(await start(flags)))
}

async function start(flags: StartFlags): Promise<Outcome> {
  const config = configured()
  const demo = flags.demo === true || hasNoAccount(config)
  if (!demo) requireKeys(config)
  const log = createLog({ level: config.LOG_LEVEL, format: config.LOG_FORMAT, role: 'start' })
  const everything = await startEverything(config, {
    demo,
    log,
    prepare: (services) => prepare(services, config, log),
  })
  const { run, services, stopped } = everything
  const { api, followUpBoss, todoist } = run.addresses
  if (api !== undefined && followUpBoss !== undefined && todoist !== undefined) {
    await registerDemoWebhooks({ api, followUpBoss, todoist })
  }
  tell(...guideLines(run))
  const db = await openRecord(services.databaseUrl)
  const client = await temporalClient(config, services)
  try {
    const { secretKey, signal } = services
    await firstSyncs({ db, client, config, secretKey, log, signal }, demo || flags.yes === true)
  } catch (error) {
    await giveUpFirstSync(everything, error)
  } finally {
    await Promise.allSettled([client.connection.close(), db.end({ timeout: 5 })])
  }
  await stopped
  return 0
}

/** Everything else goes on: what was not confirmed stays a draft, what runs is in Temporal. */
async function giveUpFirstSync({ services }: Everything, error: unknown): Promise<void> {
  if (services.signal.aborted) return
  if (!(error instanceof UserError)) throw error
  tell(error.message, ...error.hints)
}

async function firstSyncs(context: FirstSyncContext, yes: boolean): Promise<void> {
  for (const route of await unfilledRoutes(context.db)) {
    if (await confirmFirstSync(context, route, yes)) await runFirstSync(context, route)
    else throw unconfirmed(route, 'start')
  }
}
