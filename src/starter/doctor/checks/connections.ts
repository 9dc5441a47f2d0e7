import { patiently } from '../../../activities/manage/patiently.ts'
import { openConnection } from '../../../activities/open-connection.ts'
import { messageOf } from '../../../config/errors.ts'
import type { SecretKey } from '../../../config/secret-keys.ts'
import type { AccountFacts } from '../../../providers/contract.ts'
import { ProviderError } from '../../../providers/provider-error.ts'
import { budgetsLeft } from '../../../store/budget-left.ts'
import { allConnections, type ConnectionRow } from '../../../store/connections.ts'
import type { Db } from '../../../store/database.ts'
import { asTyped, quoted } from '../../command-name.ts'
import { connectionWay } from '../../held-up.ts'
import { askingFor } from '../asking.ts'
import { type Finding, findingsOf } from '../finding.ts'
import type { Check, Patient } from '../patient.ts'
import { recordOf } from '../record-of.ts'
import { spanWords } from '../words.ts'

const { ok, warning, problem } = findingsOf('connections')
const PATIENCE_MS = 30_000

/** Asks each service whose key it is, now; and what is left of its request limits. */
export const checkConnections: Check = async (patient) => {
  const db = await recordOf(patient)
  if (db === null) return []
  const rows = await allConnections(db)
  if (rows.length === 0)
    return [
      warning(
        '',
        'there is none yet',
        `${quoted('connect add')} makes one, and so does a start with keys in the environment.`,
      ),
    ]
  const found: Finding[] = []
  for (const row of rows) found.push(...(await keyOf(patient, db, row)), ...(await budgetsOf(db, row)))
  return found
}

async function keyOf(patient: Patient, db: Db, row: ConnectionRow): Promise<Finding[]> {
  const { name, state, stateNote } = row
  if (state === 'paused')
    return [
      warning(
        name,
        'is paused: nobody looks or writes there',
        `To go on: ${quoted(`connect retry ${name}`)}.`,
      ),
    ]
  // Without the key that opens credentials nothing can be asked, which its own check says.
  if (patient.secretKey === undefined) return []
  try {
    const facts = await ask(patient, db, row, patient.secretKey)
    const worked = ok(name, `its key works: ${ownerWords(facts)}`)
    const other = row.facts !== null && row.facts.accountId !== facts.accountId
    return [
      other
        ? problem(
            name,
            'its key belongs to another account than the one in the record',
            `Give it a key of the first one: ${quoted(`connect edit ${name} --credentials`)}.`,
            { exit: 2 },
          )
        : worked,
      ...limitsOf(name, facts),
      ...(facts.seesEveryone
        ? []
        : [
            warning(
              name,
              'its key does not see everything of the account: what it cannot see is left as it is',
              'Use the key of an owner or admin, where tasks of others are to be kept in step.',
            ),
          ]),
      ...(state === 'ok'
        ? []
        : [
            warning(
              name,
              `the record says that it ${stateWords(state)}${stateNote === null ? '' : ` (${asTyped(stateNote)})`}; its key works now`,
              `It goes on by itself; now: ${quoted(`connect retry ${name}`)}.`,
            ),
          ]),
    ]
  } catch (error) {
    if (!(error instanceof ProviderError))
      return [problem(name, messageOf(error), 'See the other findings about it.')]
    return [refusalOf(row, error)]
  }
}

async function ask(
  patient: Patient,
  db: Db,
  { id }: ConnectionRow,
  secretKey: SecretKey,
): Promise<AccountFacts> {
  const signal = AbortSignal.any([patient.signal, AbortSignal.timeout(PATIENCE_MS)])
  const { provider, direct } = await openConnection(askingFor(patient, db, secretKey), id, 'change', signal)
  return patiently({ signal }, () => provider.check(direct))
}

function refusalOf({ name }: ConnectionRow, { kind, message, hint }: ProviderError): Finding {
  const next = hint === undefined ? '' : `${asTyped(hint)}. `
  if (kind === 'auth')
    return problem(
      name,
      `its key is refused: ${message}`,
      `${next}${capital(connectionWay(name, 'auth-failed'))}.`,
      { exit: 2 },
    )
  if (kind === 'rate-limited')
    return warning(
      name,
      `its request limit is used up: ${message}`,
      'Nothing to do: it goes on when there is room.',
    )
  return problem(
    name,
    `does not answer: ${message}`,
    `${next}Check the network and its address (${quoted('connect list')}); it is tried again by itself.`,
    { exit: 4 },
  )
}

/** Whose key it is, by ids: no names of people. */
function ownerWords({ userId, accountId, domain, zone, probes }: AccountFacts): string {
  const owner = probes.owner === true ? ', an owner' : ''
  return [
    `user ${userId}${owner} of account ${domain ?? accountId}`,
    ...(zone === null ? [] : [`zone ${zone}`]),
  ].join(', ')
}

function limitsOf(name: string, { limits }: AccountFacts): Finding[] {
  const known = Object.entries(limits)
  return known.length === 0
    ? []
    : [ok(`${name}, limits`, known.map(([what, most]) => `${what} ${most}`).join(', '))]
}

async function budgetsOf(db: Db, { id, name }: ConnectionRow): Promise<Finding[]> {
  return (await budgetsLeft(db, id)).map(({ context, limit, windowMs, burst, free, blockedFor }) => {
    const about = `${name}, requests`
    const words = `${context}: ${limit} in ${spanWords(windowMs / 1_000)}; ${free} of a burst of ${burst} free`
    return blockedFor > 0
      ? warning(
          about,
          `${words}; the service asked to wait ${spanWords(blockedFor)}`,
          'Nothing to do, unless other programs use the same account.',
        )
      : ok(about, words)
  })
}

function stateWords(state: ConnectionRow['state']): string {
  const words = {
    ok: 'answers',
    'auth-failed': 'refuses its key',
    unreachable: 'does not answer',
    paused: 'is paused',
  }
  return words[state]
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
