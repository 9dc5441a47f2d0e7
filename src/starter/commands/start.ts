import type { Command } from 'commander'
import { UserError } from '../../config/errors.ts'
import { createLog, type Log } from '../../config/log.ts'
import type { Config } from '../../config/parse.ts'
import type { RouteRow } from '../../store/routes.ts'
import { beginFirstSync } from '../../worker/first-syncs.ts'
import { quoted } from '../command-name.ts'
import { registerDemoWebhooks } from '../demo.ts'
import { demoOrLive } from '../demo-or-live.ts'
import { type Everything, startEverything } from '../everything.ts'
import {
  confirmFirstSync,
  type FirstSyncContext,
  lookingDeps,
  runFirstSync,
  unconfirmed,
} from '../first-sync.ts'
import { guideLines } from '../guide.ts'
import { tell } from '../output.ts'
import { prepare, temporalClient } from '../prepare.ts'
import { openRecord } from '../record.ts'
import { setUpLines } from '../set-up-lines.ts'
import { switchedOnBefore } from '../setup/said-webhooks.ts'
import { namingDeps } from '../side-names.ts'
import { unfilledRoutes } from '../unfilled-routes.ts'
import { configured, type Outcome } from './shared.ts'

type StartFlags = { readonly demo?: boolean; readonly yes?: boolean }

export function addStart(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('start')
    .description(
      'run everything; where no account is configured or connected: a demo with made-up people and tasks',
    )
    .option('--demo', 'run the demo, whatever is configured')
    .option('--no-demo', 'run without accounts until some are connected')
    .option('--yes', 'begin the first sync without asking')
    .action(async (flags: StartFlags) => finish(await start(flags)))
}

async function start(flags: StartFlags): Promise<Outcome> {
  const config = configured()
  const log = createLog({ level: config.LOG_LEVEL, format: config.LOG_FORMAT, role: 'start' })
  const everything = await startEverything(config, {
    demo: demoOrLive(config, flags.demo),
    log,
    prepare: (services) => prepare(services, config, log, { replacesDemo: true }),
  })
  const { run, services, stopped } = everything
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
  const unfinished = await beginFirstSyncs(everything, {
    config,
    log,
    yes: services.demo || flags.yes === true,
  })
  await stopped
  if (unfinished)
    tell('The first sync is not done; the next start goes on where it was, and makes nothing twice.')
  tell('Stopped.')
  return 0
}

/** As a set-up does: whoever has said in the environment that deliveries are taken need not register them by another command. */
async function registerOwn(context: FirstSyncContext, { leftId, rightId }: RouteRow): Promise<void> {
  const { config, secretKey, signal } = context
  const deps = { ...(await lookingDeps(context)), publicUrl: config.PUBLIC_URL }
  for (const id of [leftId, rightId]) {
    const lines = await switchedOnBefore({ deps, secretKey, signal }, id, { dryRun: false })
    if (lines.length > 0) tell(...lines)
  }
}

function tellError({ message, hints }: UserError): void {
  tell(message, ...hints)
}

type Beginning = { readonly config: Config; readonly log: Log; readonly yes: boolean }

/**
 * Never ends the start: what was not confirmed stays a draft, and what runs is in Temporal, whoever watches it. True where it was
 * stopped before one that has begun was done.
 */
async function beginFirstSyncs({ services }: Everything, { config, log, yes }: Beginning): Promise<boolean> {
  const { signal } = services
  let watching = false
  const closing: (() => Promise<unknown>)[] = []
  try {
    const db = await openRecord(services.databaseUrl)
    closing.push(() => db.end({ timeout: 5 }))
    const client = await temporalClient(config, services)
    closing.push(() => client.connection.close())
    const context = { db, client, config, secretKey: async () => services.secretKey, log, signal }
    const { begun, own, drafts } = await unfilledRoutes(db)
    // All of them before any is watched: one may have to wait.
    for (const route of begun) await beginFirstSync(client, db, route)
    const toDo = await setUpLines(namingDeps(db), drafts)
    if (toDo.length > 0) tell(...toDo)
    watching = begun.length > 0
    if (own !== undefined && (await confirmFirstSync(context, own, yes))) {
      watching = true
      if (!services.demo) await registerOwn(context, own)
      await runFirstSync(context, own, { patient: true })
    } else if (own !== undefined) tellError(unconfirmed(own, 'start'))
    for (const route of begun) await runFirstSync(context, route, { patient: true })
    return false
  } catch (error) {
    if (signal.aborted) return watching
    if (error instanceof UserError) tellError(error)
    else log.warn({ error }, `the first sync goes on, but can no longer be watched here: ${quoted('status')}`)
    return false
  } finally {
    await Promise.allSettled(closing.map((close) => close()))
  }
}
