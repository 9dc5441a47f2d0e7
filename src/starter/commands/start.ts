import type { Command } from 'commander'
import { UserError } from '../../config/errors.ts'
import { createLog, type Log } from '../../config/log.ts'
import type { Config } from '../../config/parse.ts'
import { hasNoAccount, requireKeys } from '../accounts.ts'
import { quoted } from '../command-name.ts'
import { registerDemoWebhooks } from '../demo.ts'
import { type Everything, startEverything } from '../everything.ts'
import { confirmFirstSync, runFirstSync, unconfirmed, unfilledRoutes } from '../first-sync.ts'
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
    prepare: (services) => prepare(services, config, log, { replacesDemo: true }),
  })
  const { run, stopped } = everything
  const { api, followUpBoss, todoist } = run.addresses
  if (api !== undefined && followUpBoss !== undefined && todoist !== undefined) {
    await registerDemoWebhooks({ api, followUpBoss, todoist }).catch((error: unknown) =>
      log.warn(
        { error },
        'the simulators could not be told to announce changes: they are looked at now and then',
      ),
    )
  }
  tell(...guideLines(run))
  await beginFirstSyncs(everything, { config, log, yes: demo || flags.yes === true })
  await stopped
  tell('Stopped.')
  return 0
}

type Beginning = { readonly config: Config; readonly log: Log; readonly yes: boolean }

/** Never ends the start: what was not confirmed stays a draft, and what runs is in Temporal, whoever watches it. */
async function beginFirstSyncs({ services }: Everything, { config, log, yes }: Beginning): Promise<void> {
  const { signal } = services
  const closing: (() => Promise<unknown>)[] = []
  try {
    const db = await openRecord(services.databaseUrl)
    closing.push(() => db.end({ timeout: 5 }))
    const client = await temporalClient(config, services)
    closing.push(() => client.connection.close())
    const context = { db, client, config, secretKey: async () => services.secretKey, log, signal }
    for (const route of await unfilledRoutes(db)) {
      if (!(await confirmFirstSync(context, route, yes))) throw unconfirmed(route, 'start')
      await runFirstSync(context, route, { patient: true })
    }
  } catch (error) {
    if (signal.aborted) return
    if (error instanceof UserError) tell(error.message, ...error.hints)
    else log.warn({ error }, `the first sync goes on, but can no longer be watched here: ${quoted('status')}`)
  } finally {
    await Promise.allSettled(closing.map((close) => close()))
  }
}
