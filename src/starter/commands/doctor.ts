import { type Command, InvalidArgumentError } from 'commander'
import { connectionNamed } from '../../activities/connect.ts'
import { UserError } from '../../config/errors.ts'
import { allConnections, type ConnectionRow } from '../../store/connections.ts'
import type { Db } from '../../store/database.ts'
import { type Answer, say } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { askingFor } from '../doctor/asking.ts'
import { doctorLines, probeLines } from '../doctor/doctor-lines.ts'
import { examinationOutcome, examine } from '../doctor/examine.ts'
import { openPatient } from '../doctor/open-patient.ts'
import type { Patient } from '../doctor/patient.ts'
import { tell } from '../output.ts'
import type { Probe, WriteTested } from '../write-test/probe.ts'
import { needsPerson, runWriteTest } from '../write-test/run-write-test.ts'
import type { Outcome } from './shared.ts'

export type DoctorFlags = {
  readonly json?: boolean
  readonly fix?: boolean
  /** True: of every connection. */
  readonly writeTest?: string | true
  readonly person?: string
}

export function addDoctor(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('doctor')
    .description('look at everything that Dealbridge leans on, and say what is wrong and what to do')
    .option('--fix', 'mend what can be mended')
    .option(
      '--write-test [connection]',
      'make, edit, complete and delete one marked task at each account, or at this one, and report what each service does',
    )
    .option('--person <id>', 'the person of the CRM whose task it is to be, with --write-test', personId)
    .option('--json', 'one JSON document on stdout')
    .action(async (flags: DoctorFlags) => finish(await doctor(flags)))
}

async function doctor(flags: DoctorFlags): Promise<Outcome> {
  if (flags.person !== undefined && flags.writeTest === undefined) throw personForWhat()
  const { patient, close } = await openPatient()
  try {
    const answer =
      flags.writeTest === undefined ? await look(patient, flags) : await writeTests(patient, flags)
    return say(answer, flags.json)
  } finally {
    await close()
  }
}

export async function look(patient: Patient, { fix = false }: Pick<DoctorFlags, 'fix'>): Promise<Answer> {
  const examined = await examine(patient, { fix })
  const outcome = examinationOutcome(examined)
  return {
    json: {
      ok: outcome === 0,
      findings: examined.map(({ check, about, state, found, todo, mendable, mended, failed }) => ({
        check,
        about,
        state,
        found,
        todo: todo ?? null,
        mendable,
        mended,
        failed,
      })),
    },
    lines: doctorLines(examined),
    outcome,
  }
}

/** One connection after another. Throws UserError (exit code 2) before anything is written where a person is to be named. */
export async function writeTests(patient: Patient, { writeTest, person }: DoctorFlags): Promise<Answer> {
  const { record, secretKey, providers, signal } = patient
  if ('error' in record) throw record.error
  if (secretKey === undefined) throw noSecretKey()
  const rows = await chosen(record.value, writeTest)
  const unnamed = rows.filter((row) => needsPerson(providers, row))
  if (person === undefined && unnamed.length > 0) throw whichPerson(unnamed)
  const deps = askingFor(patient, record.value, secretKey)
  const all: WriteTested[] = []
  for (const row of rows) {
    if (signal.aborted) break
    const own = needsPerson(providers, row) ? (person ?? null) : null
    all.push(await runWriteTest(deps, { row, person: own, signal, told: sayOnTheWay }))
  }
  const probes = all.flatMap((one) => one.probes)
  return { json: { probes }, lines: probeLines(probes), outcome: outcomeOf(all, signal) }
}

/** Tests take a while: whoever waits at a terminal sees how far they are. */
function sayOnTheWay({ connection, fact }: Probe): void {
  if (process.stderr.isTTY) tell(`${connection}: ${fact}`)
}

async function chosen(db: Db, which: DoctorFlags['writeTest']): Promise<readonly ConnectionRow[]> {
  if (typeof which === 'string') return [await connectionNamed({ db }, which)]
  const rows = (await allConnections(db)).filter(({ state }) => state !== 'paused')
  if (rows.length > 0) return rows
  throw new UserError({
    code: 'NO_CONNECTION',
    message: 'There is no connection to try out.',
    hints: [`${quoted('connect add')} makes one; ${quoted('connect list')} shows what is paused.`],
    exitCode: 2,
  })
}

function outcomeOf(all: readonly WriteTested[], { aborted }: AbortSignal): Outcome {
  const exits = all.map(({ exit }) => exit)
  if (exits.includes(4)) return 4
  if (exits.includes(2)) return 2
  if (aborted) return 1
  return exits.includes(3) ? 3 : 0
}

function personId(text: string): string {
  if (/^\d+$/u.test(text)) return text
  throw new InvalidArgumentError('Give the number of a person, as in the address of their page.')
}

function personForWhat(): UserError {
  return new UserError({
    code: 'PERSON_FOR_WHAT',
    message: '--person says whose task a write test makes, and there is no --write-test.',
    hints: [`Try: ${quoted('doctor --write-test --person <id>')}.`],
    exitCode: 2,
  })
}

function whichPerson(rows: readonly ConnectionRow[]): UserError {
  return new UserError({
    code: 'WHICH_PERSON',
    message: `At ${rows.map(({ name }) => name).join(', ')} a task belongs to a person, and none was named: nothing was written.`,
    hints: [
      `Make a person for it there, and give its number: ${quoted('doctor --write-test --person <id>')}.`,
      `Other accounts can be tried out alone: ${quoted('doctor --write-test <connection>')}.`,
    ],
    exitCode: 2,
  })
}

function noSecretKey(): UserError {
  return new UserError({
    code: 'SECRET_KEY_MISSING',
    message: 'There is no key that opens the stored credentials, so no account can be reached.',
    hints: [`${quoted('doctor')} says what to do.`],
    exitCode: 2,
  })
}
