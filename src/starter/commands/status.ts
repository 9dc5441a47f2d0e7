import { type Command, InvalidArgumentError } from 'commander'
import { dataDisk } from '../../config/data-disk.ts'
import { UserError } from '../../config/errors.ts'
import type { Db } from '../../store/database.ts'
import type { Answer } from '../answer.ts'
import { printJson, printLines, tell } from '../output.ts'
import { openRecord } from '../record.ts'
import { findRecordUrl, interrupted, requireTemporal } from '../session.ts'
import { waitSettled } from '../settled.ts'
import { readStatus, type StatusReport, statusExitCode, statusLines } from '../status-report.ts'
import { watchAnswers } from '../watching.ts'
import { configured, type Outcome } from './shared.ts'

type StatusFlags = {
  readonly json?: boolean
  readonly watch?: boolean
  readonly wait?: boolean
  readonly timeout?: number
}

export function addStatus(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('status')
    .description('connections, routes, and what is pending, waiting or failing')
    .option('--json', 'one JSON document on stdout')
    .option('--watch', 'again whenever something changes, until Ctrl-C')
    .option('--wait', 'return when settled, else with exit code 3')
    .option('--timeout <seconds>', 'how long --wait waits (default: for ever)', seconds)
    .action(async (flags: StatusFlags) => finish(await status(flags)))
}

async function status(flags: StatusFlags): Promise<Outcome> {
  const config = configured()
  const { url, run } = await findRecordUrl(config)
  const db = await openRecord(url)
  const show = flags.json === true ? printJson : (report: StatusReport) => printLines(statusLines(report))
  try {
    if (flags.watch === true)
      return await watchAnswers({
        signal: interrupted(),
        look: () => answerNow(db),
        json: flags.json === true,
        steady: steadyStatus,
      })
    if (flags.wait !== true) {
      const report = await readStatus(db)
      show(report)
      await requireTemporal(config, run)
      await requireRoom(run?.dataDir)
      return statusExitCode(report)
    }
    const report = await waitSettled(db, {
      signal: interrupted(),
      ...(flags.timeout === undefined ? {} : { timeoutMs: flags.timeout * 1_000 }),
    })
    show(report)
    if (!report.settled) tell(`Not settled after ${flags.timeout} s.`)
    return report.settled ? statusExitCode(report) : statusExitCode(report) || 3
  } finally {
    await db.end({ timeout: 5 })
  }
}

/** Throws UserError (exit code 4) where the embedded Postgres can write no more. */
async function requireRoom(dataDir: string | undefined): Promise<void> {
  const disk = await dataDisk(dataDir)
  if (disk?.state !== 'full') return
  throw new UserError({
    code: 'DISK_FULL',
    message: `The disk of the data folder ${dataDir} is full: ${disk.freeMb} MB are left, and nothing more can be written down.`,
    hints: ['Make room there: it goes on by itself, and nothing is lost.'],
    exitCode: 4,
  })
}

/** Without the ages, which change by themselves. */
function steadyStatus({ json, lines, outcome }: Answer): Answer {
  const { connections, ...rest } = json as StatusReport
  const states = connections.map(({ lag: _, lastPullAt: __, ...state }) => state)
  const ageless = lines.map((line) => line.replace(/, last complete look \d+ s ago/u, ''))
  return { json: { ...rest, connections: states }, lines: ageless, outcome }
}

async function answerNow(db: Db): Promise<Answer> {
  const report = await readStatus(db)
  return { json: report, lines: statusLines(report), outcome: statusExitCode(report) }
}

/** Of a flag that takes seconds, fractions allowed. */
export function seconds(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value
  throw new InvalidArgumentError('Give seconds, e.g. 30 or 0.5.')
}
