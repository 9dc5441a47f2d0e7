import { checkKey } from '../../activities/check-key.ts'
import { connectionNamed } from '../../activities/connect.ts'
import { addConnection, editConnection } from '../../activities/manage/connections.ts'
import { makeRoute } from '../../activities/manage/routes.ts'
import { UserError } from '../../config/errors.ts'
import type { Config } from '../../config/parse.ts'
import { FIRST_ROUTE } from '../../config/temporal-names.ts'
import { otherSide, type Side } from '../../core/policy.ts'
import type { Credentials } from '../../providers/contract.ts'
import { allConnections, type ConnectionRow, connectionOfAccount } from '../../store/connections.ts'
import { allRoutes, connectionOf, type RouteRow } from '../../store/routes.ts'
import { accountsOf, OWN_NAMES } from '../accounts.ts'
import { quoted } from '../command-name.ts'
import type { Deciding } from '../deciding.ts'
import { secretsOf } from './secrets.ts'
import type { AccountInput, SaidSetup, SideInput } from './setup-file.ts'

const POLL_SECONDS = 30

/** A route, and the accounts as they were said, which is not always the way round that the route has them. */
export type ToSetUp = { readonly route: RouteRow } & Readonly<Record<Side, ConnectionRow>>

/** The route that is to be set up, with both of its accounts connected; made as a draft where there is none. Throws UserError. */
export async function routeToSetUp(deciding: Deciding, config: Config, said: SaidSetup): Promise<ToSetUp> {
  const { db } = deciding.deps
  const name = said.name ?? FIRST_ROUTE
  const named = (await allRoutes(db)).find((route) => route.name === name)
  const left = await sideOf(deciding, config, { side: 'left', said: said.left, route: named })
  const right = await sideOf(deciding, config, { side: 'right', said: said.right, route: named })
  const between = (await allRoutes(db)).find((route) => isBetween(route, left, right))
  const route =
    between ?? (await makeRoute(deciding, { name, leftId: left.id, rightId: right.id, policy: {} })).route
  return { route, left, right }
}

function isBetween({ leftId, rightId }: RouteRow, one: ConnectionRow, other: ConnectionRow): boolean {
  return (leftId === one.id && rightId === other.id) || (leftId === other.id && rightId === one.id)
}

type Which = {
  readonly side: Side
  readonly said: SideInput | undefined
  readonly route: RouteRow | undefined
}

async function sideOf(deciding: Deciding, config: Config, which: Which): Promise<ConnectionRow> {
  const { said, side, route } = which
  if (typeof said === 'string') return connectionNamed(deciding.deps, said)
  if (said !== undefined) return connected(deciding, config, said)
  const found = await usualSide(deciding, side, route)
  if (found !== undefined) return found
  throw sideNotSaid(side)
}

/** That of the route; else the one of the configuration, else the only one that can be on this side. */
export async function usualSide(
  { deps }: Pick<Deciding, 'deps'>,
  side: Side,
  route: RouteRow | undefined,
): Promise<ConnectionRow | undefined> {
  const all = await allConnections(deps.db)
  if (route !== undefined) return all.find(({ id }) => id === connectionOf(route, side))
  const configured = all.find(({ name }) => name === OWN_NAMES[side])
  if (configured !== undefined) return configured
  const isCrm = ({ provider }: ConnectionRow) =>
    deps.providers.get(provider)?.capabilities.needsPerson === true
  const fitting = all.filter((row) => isCrm(row) === (side === 'left'))
  return fitting.length === 1 ? fitting[0] : undefined
}

/** Connects an account as a file says it; one that is connected already is brought up to date. Throws UserError, nothing is stored then. */
async function connected(deciding: Deciding, config: Config, said: AccountInput): Promise<ConnectionRow> {
  const { db } = deciding.deps
  const name = said.name ?? said.provider
  const credentials =
    said.credentials === undefined ? null : await secretsOf(said.credentials, config.environment)
  const known = (await allConnections(db)).find((row) => row.name === name && row.provider === said.provider)
  if (known !== undefined) {
    const change = {
      ...(credentials === null ? {} : { credentials }),
      ...(said.url === undefined || said.url === known.baseUrl ? {} : { baseUrl: said.url }),
      ...(said.poll === undefined ? {} : { pollSeconds: said.poll }),
    }
    if (Object.keys(change).length === 0) return known
    return (await editConnection(deciding, known.id, change)).connection
  }
  const request = {
    name,
    provider: said.provider,
    baseUrl: said.url ?? null,
    credentials: credentials ?? configuredCredentials(config, said.provider),
    pollSeconds: said.poll ?? POLL_SECONDS,
    webhooks: false,
  }
  try {
    return (await addConnection(deciding, request)).connection
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'CONNECTED_ALREADY') throw error
    const same = await sameAccount(deciding, request)
    if (same === undefined) throw error
    return same
  }
}

/** The connection that this account has already, by another name. */
async function sameAccount(
  { deps, signal }: Deciding,
  request: {
    readonly name: string
    readonly provider: string
    readonly baseUrl: string | null
    readonly credentials: Credentials
  },
): Promise<ConnectionRow | undefined> {
  const provider = deps.providers.get(request.provider)
  if (provider === undefined) return undefined
  const baseUrl = request.baseUrl ?? provider.defaultBaseUrl ?? ''
  const checked = await checkKey(provider, { ...request, baseUrl }, signal)
  if ('error' in checked) return undefined
  const found = await connectionOfAccount(deps.db, provider.kind, checked.facts.accountId)
  return found?.removed === false ? found : undefined
}

/** Those of the environment, for a service that it can give any for. */
function configuredCredentials(config: Config, provider: string): Credentials {
  const endpoints = { demo: false, followUpBossUrl: undefined, todoistUrl: undefined }
  const { left, right } = accountsOf(config, endpoints, { left: '', right: '' })
  return [left, right].find((account) => account?.provider === provider)?.credentials ?? {}
}

function sideNotSaid(side: Side): UserError {
  const what = side === 'left' ? 'CRM' : 'task app'
  const variable = side === 'left' ? 'FUB_API_KEY' : 'TODOIST_API_TOKEN'
  return new UserError({
    code: 'ACCOUNT_NOT_SAID',
    message: `Nobody has said which ${what} is to be set up.`,
    hints: [
      `Set ${variable}, name the account under “${side}” in the file of --config, or run ${quoted('setup')} at a terminal, which asks.`,
      `The account on the ${otherSide(side)} is another one.`,
    ],
    exitCode: 2,
  })
}
