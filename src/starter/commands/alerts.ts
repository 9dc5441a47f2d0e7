import type { Command } from 'commander'
import { alertJson, LAST_ENDED, listedAlerts } from '../../activities/shown/alert.ts'
import { type Alerting, alertingOf } from '../../config/alerting.ts'
import type { Db } from '../../store/database.ts'
import { alertLines } from '../alert-lines.ts'
import { type Answer, say } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { openRecord } from '../record.ts'
import { findRecordUrl, interrupted } from '../session.ts'
import { inZone, shownZone } from '../shown-zone.ts'
import { sendTest, waysToTest } from '../test-message.ts'
import { configured, type Outcome } from './shared.ts'

type ListFlags = { readonly all?: boolean; readonly json?: boolean }
type TestFlags = {
  readonly email?: boolean
  readonly webhook?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function addAlerts(program: Command, finish: (outcome: Outcome) => void): void {
  const alerts = program.command('alerts').description('trouble that is told by mail and webhook')
  alerts
    .command('list')
    .description('what is wrong now, since when, and who was told; 3 when something is')
    .option('--all', `the last ${LAST_ENDED} that are over, too`)
    .option('--json', 'one JSON document on stdout')
    .action(async (flags: ListFlags) => finish(await listHere(flags)))
  alerts
    .command('test')
    .description('send a test message on each way that is configured, and say what happened')
    .option('--email', 'by mail alone')
    .option('--webhook', 'by webhook alone')
    .option('--dry-run', 'show the message; send nothing')
    .option('--json', 'one JSON document on stdout')
    .action(async (flags: TestFlags) => finish(await test(flags)))
}

async function listHere(flags: ListFlags): Promise<Outcome> {
  const config = configured()
  const { url } = await findRecordUrl(config)
  const db = await openRecord(url)
  try {
    return say(await listAlerts(db, alertingOf(config), flags), flags.json)
  } finally {
    await db.end({ timeout: 5 })
  }
}

export async function listAlerts(
  db: Db,
  { email, webhook, zone: ownZone }: Alerting,
  flags: Pick<ListFlags, 'all'>,
): Promise<Answer> {
  const listed = await listedAlerts(db, { ended: flags.all === true })
  const zone = ownZone ?? (await shownZone(db))
  const lines = listed.flatMap((one) => alertLines(one, zone))
  // Where the worker has ways that this terminal does not know, something was told by them.
  const silent = email === null && webhook === null && listed.every(({ sent }) => sent.length === 0)
  const advice = `Nobody is told of trouble: neither mail nor webhook is configured here. ${quoted('alerts test')} says what to set.`
  return {
    json: { alerts: listed.map(alertJson), ways: { email: email !== null, webhook: webhook !== null } },
    lines: [
      ...(lines.length === 0 ? ['Nothing is wrong.'] : inZone(lines, zone)),
      ...(silent ? [advice] : []),
    ],
    outcome: listed.some(({ alert }) => alert.endedAt === null && alert.dueAt !== null) ? 3 : 0,
  }
}

async function test(flags: TestFlags): Promise<Outcome> {
  const alerting = alertingOf(configured())
  const ways = waysToTest(alerting, flags)
  const zone = alerting.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const given = { zone, dryRun: flags.dryRun === true, signal: interrupted() }
  return say(await sendTest(alerting, ways, given), flags.json)
}
