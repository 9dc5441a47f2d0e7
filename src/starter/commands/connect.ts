import { type Command, InvalidArgumentError } from 'commander'
import { type ConnectionChange, connectionNamed } from '../../activities/connect.ts'
import {
  addConnection,
  editConnection,
  listsOfConnection,
  removeConnection,
  removeConnectionCleanly,
} from '../../activities/manage/connections.ts'
import { UserError } from '../../config/errors.ts'
import { allConnections, type ConnectionRow, leavingConnections } from '../../store/connections.ts'
import { inTransaction } from '../../store/database.ts'
import { forgetRemoved } from '../../store/forget.ts'
import { type CleanProgress, cleanProgress, countToClean } from '../../store/leftovers.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { readCredentials } from '../credentials-input.ts'
import { type Deciding, decide } from '../deciding.ts'
import { statePaint } from '../terminal/paint.ts'
import { type Column, tableLines } from '../terminal/table.ts'
import { addBySignIn, editBySignIn, type SignInFlags, signInSurroundings } from './connect-oauth.ts'
import type { Outcome } from './shared.ts'

type JsonFlag = { readonly json?: boolean }
type DryFlag = JsonFlag & { readonly dryRun?: boolean }
export type RemoveFlags = DryFlag & { readonly clean?: boolean; readonly forget?: boolean }
export type AddFlags = JsonFlag &
  SignInFlags & {
    readonly provider: string
    readonly url?: string
    readonly credentials?: string
    readonly poll?: number
  }
export type EditFlags = JsonFlag &
  SignInFlags & {
    readonly name?: string
    readonly url?: string
    readonly credentials?: string | true
    readonly poll?: number
  }

const POLL_SECONDS = 30
const CONNECTION_COLUMNS: readonly Column[] = [
  { head: 'connection' },
  { head: 'state', paint: statePaint },
  { head: 'provider' },
  { head: 'address', shrinks: true },
  { head: '' },
]
const LIST_COLUMNS: readonly Column[] = [{ head: 'id' }, { head: 'list', shrinks: true }]
const CREDENTIALS = 'a JSON file of credentials by name, or - for standard input; asked for on a terminal'

export function addConnect(program: Command, finish: (outcome: Outcome) => void): void {
  const connect = program.command('connect').description('the accounts that are kept in step')
  const answer = async (work: (deciding: Deciding) => Promise<Answer>, { json }: JsonFlag) =>
    finish(await decide(async (deciding) => say(await work(deciding), json)))
  connect
    .command('list')
    .description('every connection and its state')
    .option('--json', 'one JSON document on stdout')
    .action((flags: JsonFlag) => answer(list, flags))
  const signingIn = (command: Command) =>
    command
      .option(
        '--oauth',
        "sign in on the service's own page, by your app there (TODOIST_CLIENT_ID, TODOIST_CLIENT_SECRET)",
      )
      .option('--callback-port <port>', 'come back to this port of this machine, and not to PUBLIC_URL', port)
      .option('--timeout <seconds>', 'how long to wait for the sign-in, 300 by default', seconds)
  signingIn(connect.command('add <name>'))
    .description('connect an account; its key is tried first')
    .requiredOption('--provider <kind>', 'caldav, follow-up-boss, local or todoist')
    .option(
      '--url <url>',
      "the server's address, where it is not the service's own, or that of FUB_BASE_URL or TODOIST_BASE_URL",
    )
    .option('--credentials <file>', CREDENTIALS)
    .option('--poll <seconds>', 'time between two looks', seconds)
    .option('--json', 'one JSON document on stdout')
    .action((name: string, flags: AddFlags) => answer((deciding) => add(deciding, name, flags), flags))
  signingIn(connect.command('edit <name>'))
    .description('change how an account is reached')
    .option('--name <name>', 'another name')
    .option('--url <url>', 'another address of the same server')
    .option('--credentials [file]', CREDENTIALS)
    .option('--poll <seconds>', 'time between two looks', seconds)
    .option('--json', 'one JSON document on stdout')
    .action((name: string, flags: EditFlags) => answer((deciding) => edit(deciding, name, flags), flags))
  connect
    .command('lists <name>')
    .description('the lists of an account, to be mapped by a route')
    .option('--json', 'one JSON document on stdout')
    .action((name: string, flags: JsonFlag) => answer((deciding) => lists(deciding, name), flags))
  connect
    .command('pause <name>')
    .description('neither look there nor write there until it is retried')
    .option('--json', 'one JSON document on stdout')
    .action((name: string, flags: JsonFlag) => answer((deciding) => pause(deciding, name), flags))
  connect
    .command('retry <name>')
    .description('try a connection again that was paused, or whose key was refused')
    .option('--json', 'one JSON document on stdout')
    .action((name: string, flags: JsonFlag) => answer((deciding) => retry(deciding, name), flags))
  connect
    .command('remove <name>')
    .description('remove a connection and its routes; the tasks of both sides stay')
    .option(
      '--clean',
      'first take back the blocks, labels, comments, markers and empty lists that Dealbridge wrote',
    )
    .option('--forget', 'forget at once what is known of the tasks, and not only after FORGET_REMOVED_DAYS')
    .option('--dry-run', 'show what would be removed; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action((name: string, flags: RemoveFlags) => answer((deciding) => remove(deciding, name, flags), flags))
}

export async function list({ deps }: Pick<Deciding, 'deps'>): Promise<Answer> {
  const leaving = new Map<string, CleanProgress>()
  for (const { id } of await leavingConnections(deps.db)) leaving.set(id, await cleanProgress(deps.db, id))
  const connections = (await allConnections(deps.db)).map(
    ({ id, name, provider, baseUrl, state, stateSince, webhooks, lastPullAt }) => ({
      connection: name,
      provider,
      baseUrl,
      state,
      stateSince,
      webhooks,
      lastPullAt,
      ...(leaving.has(id) ? { leaving: leaving.get(id) } : {}),
    }),
  )
  const rows = connections.map((one) => [
    one.connection,
    one.state,
    one.provider,
    one.baseUrl,
    one.leaving === undefined ? '' : leavingWords(one.leaving),
  ])
  return {
    json: { connections },
    lines:
      rows.length === 0
        ? [`No connection yet: ${quoted('connect add')} makes one.`]
        : tableLines(CONNECTION_COLUMNS, rows),
    outcome: 0,
  }
}

function leavingWords(progress: CleanProgress): string {
  return `is being removed: ${progress.done} of ${progress.total} tasks are clean`
}

export async function add(deciding: Deciding, name: string, flags: AddFlags): Promise<Answer> {
  if (flags.oauth === true) {
    if (flags.credentials !== undefined) throw oneOrTheOther()
    return addBySignIn(deciding, name, flags, signInSurroundings())
  }
  const { deps, signal } = deciding
  const provider = deps.providers.get(flags.provider)
  const credentials = await readCredentials(provider?.credentialFields ?? [], flags.credentials, signal)
  const request = {
    name,
    provider: flags.provider,
    baseUrl: flags.url ?? null,
    credentials,
    pollSeconds: flags.poll ?? POLL_SECONDS,
    webhooks: false,
  }
  const { connection, back, told } = await addConnection(deciding, request)
  const head = back
    ? `${name} is connected again, and goes on where it was.`
    : `${name} is connected: ${connection.provider}.`
  return {
    json: { connection: name, provider: connection.provider, back },
    lines: [head, `Next: ${quoted('route add')} keeps it in step with another connection.`],
    outcome: told,
  }
}

export async function edit(deciding: Deciding, name: string, flags: EditFlags): Promise<Answer> {
  const { deps, signal } = deciding
  if (flags.oauth === true) {
    if ([flags.name, flags.url, flags.credentials, flags.poll].some((one) => one !== undefined))
      throw oneOrTheOther()
    return editBySignIn(deciding, name, flags, signInSurroundings())
  }
  const { id, provider } = await connectionNamed(deps, name)
  const said = [flags.name, flags.url, flags.credentials, flags.poll]
  if (said.every((one) => one === undefined)) throw nothingToChange(name)
  const fields = deps.providers.get(provider)?.credentialFields ?? []
  const source = flags.credentials === true ? undefined : flags.credentials
  const change: ConnectionChange = {
    ...(flags.name === undefined ? {} : { name: flags.name }),
    ...(flags.url === undefined ? {} : { baseUrl: flags.url }),
    ...(flags.poll === undefined ? {} : { pollSeconds: flags.poll }),
    ...(flags.credentials === undefined
      ? {}
      : { credentials: await readCredentials(fields, source, signal) }),
  }
  const { connection: row, checked, told } = await editConnection(deciding, id, change)
  return {
    json: { connection: row.name, state: row.state },
    lines: [checked ? `${row.name} is changed; its key works.` : `${row.name} is changed.`],
    outcome: told,
  }
}

export async function lists(deciding: Deciding, name: string): Promise<Answer> {
  const row = await connectionNamed(deciding.deps, name)
  const found = (await listsOfConnection(deciding, row)).map(({ remoteId, name: title }) => ({
    id: remoteId,
    name: title,
  }))
  return {
    json: { connection: name, lists: found },
    lines:
      found.length === 0
        ? [
            `${name} has no list of tasks.`,
            'Make one in the app of that account; a calendar that takes events alone is none.',
          ]
        : tableLines(
            LIST_COLUMNS,
            found.map(({ id, name: title }) => [id, title]),
          ),
    outcome: 0,
  }
}

export async function pause(deciding: Deciding, name: string): Promise<Answer> {
  const { id } = await connectionNamed(deciding.deps, name)
  const { was, told } = await editConnection(deciding, id, { paused: true })
  const changed = was !== 'paused'
  return {
    json: { connection: name, state: 'paused', changed },
    lines: [
      changed ? `${name} is paused: nobody looks or writes there.` : `${name} was paused already.`,
      `To go on: ${quoted(`connect retry ${name}`)}.`,
    ],
    outcome: told,
  }
}

export async function retry(deciding: Deciding, name: string): Promise<Answer> {
  const { id } = await connectionNamed(deciding.deps, name)
  const { told } = await editConnection(deciding, id, { paused: false })
  return {
    json: { connection: name },
    lines: [`${name} is tried again; ${quoted('status')} shows whether its key works.`],
    outcome: told,
  }
}

export async function remove(
  deciding: Deciding,
  name: string,
  { dryRun = false, clean = false, forget = false }: RemoveFlags,
): Promise<Answer> {
  const { deps } = deciding
  const row = await connectionNamed(deps, name)
  if (clean) return removeCleanly(deciding, row, { dryRun, forget })
  const { routes, told } = await removeConnection(deciding, row, { dryRun, forget })
  if (forget && !dryRun) await inTransaction(deps.db, (tx) => forgetRemoved(tx, null))
  const lines = [
    `${name} is removed, and its credentials are forgotten.`,
    ...routeLines(routes, dryRun),
    'The tasks of both sides stay. Connected again, they are linked again.',
  ]
  return { json: { connection: name, routes }, lines: dryRun ? [DRY, ...lines] : lines, outcome: told }
}

/** What we wrote is taken back by a workflow, so that this command may end before it. */
async function removeCleanly(
  deciding: Deciding,
  row: ConnectionRow,
  { dryRun, forget }: { readonly dryRun: boolean; readonly forget: boolean },
): Promise<Answer> {
  const { name } = row
  const { deps } = deciding
  const { routes, told } = await removeConnectionCleanly(deciding, row, { dryRun, forget })
  if (dryRun) {
    const tasks = await countToClean(deps.db, row.id)
    return {
      json: { connection: name, routes, clean: { total: tasks, done: 0, kept: 0 }, removed: false },
      lines: [
        DRY,
        ...routeLines(routes, true),
        `${tasks} tasks are looked at, and what Dealbridge wrote is taken back.`,
      ],
      outcome: 0,
    }
  }
  const progress = await cleanProgress(deps.db, row.id)
  const removed = (await allConnections(deps.db)).every(({ id }) => id !== row.id)
  const head = removed
    ? `${name} is removed, its credentials are forgotten, and nothing of Dealbridge is left in its tasks.`
    : `${name} is being removed: ${progress.done} of ${progress.total} tasks are clean. It goes on by itself.`
  const kept = [
    `${progress.kept} tasks could not be cleaned: they cannot be read or written with this key.`,
    ...(removed ? [] : [`To give that up and remove it as it is: ${quoted(`connect remove ${name}`)}.`]),
  ]
  return {
    json: { connection: name, routes, clean: progress, removed },
    lines: [
      removed && progress.kept > 0 ? `${name} is removed, and its credentials are forgotten.` : head,
      ...(progress.kept > 0 ? kept : []),
      ...routeLines(routes),
      'The tasks of both sides stay. Connected again, they are linked again.',
    ],
    outcome: told !== 0 ? told : removed && progress.kept === 0 ? 0 : 3,
  }
}

function oneOrTheOther(): UserError {
  return new UserError({
    code: 'SIGN_IN_ALONE',
    message: '--oauth brings the credentials by itself, and does not go with what else was given.',
    hints: ['With "connect add" leave out --credentials; with "connect edit" give --oauth alone.'],
    exitCode: 2,
  })
}

function nothingToChange(name: string): UserError {
  return new UserError({
    code: 'NOTHING_TO_CHANGE',
    message: `Nothing was said that is to change of ${name}.`,
    hints: ['Give --name, --url, --credentials, --oauth or --poll.'],
    exitCode: 2,
  })
}

function routeLines(routes: readonly string[], dryRun = false): string[] {
  const [no, some] = dryRun
    ? ['It has no route.', 'With it go its routes']
    : ['It had no route.', 'With it went its routes']
  return [routes.length === 0 ? no : `${some}: ${routes.join(', ')}.`]
}

function port(text: string): number {
  const value = Number(text)
  if (!(Number.isInteger(value) && value >= 0 && value <= 65_535))
    throw new InvalidArgumentError('A port from 1 to 65535, or 0 for a free one.')
  return value
}

function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('A number of seconds above 0, e.g. 30.')
  return value
}
