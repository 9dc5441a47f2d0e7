import { type Command, InvalidArgumentError } from 'commander'
import {
  type Each,
  registerWebhooks,
  removeAllWebhooks,
  webhookStandings,
} from '../../activities/manage/webhooks.ts'
import type { WebhookAccount } from '../../activities/webhooks/webhook-accounts.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { type Deciding, decide } from '../deciding.ts'
import { TEST_SECONDS } from '../delivery-test.ts'
import { describeFailure } from '../failure.ts'
import { inZone, shownZone } from '../shown-zone.ts'
import { failedLines, registeredLines, removedLines, standingLines, stateOf } from '../webhook-lines.ts'
import type { Outcome } from './shared.ts'
import { type RotateFlags, rotate, type TestFlags, test } from './webhook-secrets.ts'

type JsonFlag = { readonly json?: boolean }
type DryFlag = JsonFlag & { readonly dryRun?: boolean }

const JSON_FLAG = 'one JSON document on stdout'

export function addWebhooks(program: Command, finish: (outcome: Outcome) => void): void {
  const webhooks = program
    .command('webhooks')
    .description('deliveries by which services tell of changes at once')
  const answer = async (work: (deciding: Deciding) => Promise<Answer>, { json }: JsonFlag) =>
    finish(await decide(async (deciding) => say(await work(deciding), json)))
  webhooks
    .command('list')
    .description('how the webhooks of every connection stand')
    .option('--json', JSON_FLAG)
    .action((flags: JsonFlag) => answer(list, flags))
  webhooks
    .command('register [connection]')
    .description('register what is missing and repair the rest; a connection that is named is switched on')
    .option('--dry-run', 'show what would be done; change nothing')
    .option('--json', JSON_FLAG)
    .action((name: string | undefined, flags: DryFlag) => answer((on) => register(on, name, flags), flags))
  webhooks
    .command('repair [connection]')
    .description('mend what is switched off, leads to a former address, is missing or comes twice')
    .option('--dry-run', 'show what would be done; change nothing')
    .option('--json', JSON_FLAG)
    .action((name: string | undefined, flags: DryFlag) => answer((on) => repair(on, name, flags), flags))
  webhooks
    .command('remove [connection]')
    .description("remove ours, take no deliveries any more; others' are left alone")
    .option('--dry-run', 'show what would be removed; change nothing')
    .option('--json', JSON_FLAG)
    .action((name: string | undefined, flags: DryFlag) => answer((on) => remove(on, name, flags), flags))
  webhooks
    .command('rotate <connection>')
    .description('put another secret in force; the one before is taken for a while')
    .option('--secret <file>', 'a file with the new secret, or - for standard input; asked for on a terminal')
    .option('--keep <hours>', 'how long the one before is taken; 0 where it has become known', hours)
    .option('--json', JSON_FLAG)
    .action((name: string, flags: RotateFlags & JsonFlag) => answer((on) => rotate(on, name, flags), flags))
  webhooks
    .command('test <connection>')
    .description('wait for a delivery, and say why none may have come')
    .option('--timeout <seconds>', `how long, ${TEST_SECONDS} by default`, seconds)
    .option('--json', JSON_FLAG)
    .action((name: string, flags: TestFlags & JsonFlag) => answer((on) => test(on, name, flags), flags))
}

export async function list(deciding: Deciding): Promise<Answer> {
  const standings = await webhookStandings(deciding)
  const zone = await shownZone(deciding.deps.db)
  const connections = standings.map((one) => {
    const { row, url, webhooks } = one.account
    const head = {
      connection: row.name,
      provider: row.provider,
      on: row.webhooks,
      url,
      events: webhooks.events,
    }
    if ('error' in one) return { ...head, state: 'not-looked' as const, error: failedLines(one) }
    const { plan, ...rest } = one.done
    return { ...head, state: stateOf(one.account, one.done), ...rest, ...(plan ?? {}) }
  })
  const waits = connections.some(({ state }) =>
    ['trouble', 'no-secret', 'no-address', 'left-over'].includes(state),
  )
  const lines = standings.flatMap((one) =>
    'error' in one ? failedLines(one) : standingLines(one.account, one.done, zone),
  )
  return {
    json: { connections },
    lines: lines.length === 0 ? ['No connection has webhooks.'] : inZone(lines, zone),
    outcome: outcomeOf(standings, waits ? 3 : 0),
  }
}

export function register(deciding: Deciding, name: string | undefined, flags: DryFlag): Promise<Answer> {
  return settle(deciding, name, { ...flags, switchOn: name !== undefined, fields: true })
}

export function repair(deciding: Deciding, name: string | undefined, flags: DryFlag): Promise<Answer> {
  return settle(deciding, name, { ...flags, switchOn: false, fields: false })
}

async function settle(
  deciding: Deciding,
  name: string | undefined,
  { dryRun = false, switchOn, fields }: DryFlag & { readonly switchOn: boolean; readonly fields: boolean },
): Promise<Answer> {
  const all = await registerWebhooks(deciding, name ?? null, { dryRun, switchOn })
  const { publicUrl } = deciding.deps
  const left = all.some((one) => 'done' in one && (one.done.settled?.after.full.length ?? 0) > 0)
  return answerOf(all, dryRun, left ? 3 : 0, {
    json: ({ settled, switchedOn }) => ({
      switchedOn,
      steps: settled?.before.steps ?? [],
      full: settled?.after.full ?? [],
      foreign: settled?.after.foreign.length ?? 0,
      console: settled === null,
    }),
    lines: (account, done) => registeredLines(account, done, { publicUrl, fields }),
  })
}

export async function remove(
  deciding: Deciding,
  name: string | undefined,
  { dryRun = false }: DryFlag,
): Promise<Answer> {
  return answerOf(await removeAllWebhooks(deciding, name ?? null, { dryRun }), dryRun, 0, {
    json: ({ removed, console: byHand }) => ({ removed, console: byHand }),
    lines: removedLines,
  })
}

function answerOf<T>(
  all: readonly Each<T>[],
  dryRun: boolean,
  outcome: Outcome,
  { json, lines }: { json: (done: T) => object; lines: (account: WebhookAccount, done: T) => string[] },
): Answer {
  const told = all.flatMap((one) => ('error' in one ? failedLines(one) : lines(one.account, one.done)))
  return {
    json: {
      dryRun,
      connections: all.map((one) => ({
        connection: one.account.row.name,
        provider: one.account.row.provider,
        url: one.account.url,
        ...('error' in one ? { error: failedLines(one) } : json(one.done)),
      })),
    },
    lines: dryRun ? [DRY, ...told] : told,
    outcome: outcomeOf(all, outcome),
  }
}

/** The worst of what went wrong, else what was worked out. */
function outcomeOf(all: readonly Each<unknown>[], otherwise: Outcome): Outcome {
  const codes = all.flatMap((one) => ('error' in one ? [describeFailure(one.error, false).exitCode] : []))
  if (codes.length === 0) return otherwise
  return Math.max(...codes) as Outcome
}

function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('A number of seconds above 0, e.g. 60.')
  return value
}

function hours(text: string): number {
  const value = Number(text)
  if (!(value >= 0 && value <= 24 * 30))
    throw new InvalidArgumentError('A number of hours from 0 to 720, e.g. 24.')
  return value
}
