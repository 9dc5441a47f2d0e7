import { addConnection } from '../../activities/manage/connections.ts'
import { makeRoute } from '../../activities/manage/routes.ts'
import { UserError } from '../../config/errors.ts'
import { FIRST_ROUTE } from '../../config/temporal-names.ts'
import type { Side } from '../../core/policy.ts'
import type { Credentials, Provider } from '../../providers/contract.ts'
import { allConnections, type ConnectionRow } from '../../store/connections.ts'
import { allRoutes, type RouteRow } from '../../store/routes.ts'
import { OWN_NAMES } from '../accounts.ts'
import { asTyped, quoted } from '../command-name.ts'
import type { Deciding } from '../deciding.ts'
import { BACK, type Back, type Prompter } from './prompter.ts'
import { usualSide } from './sides.ts'

const POLL_SECONDS = 30

/** The route that is to be set up; accounts that are not connected yet are asked for, and their keys tried. */
export async function askForRoute(deciding: Deciding, prompter: Prompter): Promise<RouteRow> {
  const { db } = deciding.deps
  const main = (await allRoutes(db)).find(({ name }) => name === FIRST_ROUTE)
  for (;;) {
    const left = await sideRow(deciding, prompter, 'left', main)
    if (left === BACK) prompter.say('This is the first question; q ends the wizard.')
    else {
      const right = await sideRow(deciding, prompter, 'right', main)
      if (right !== BACK) return main ?? routeBetween(deciding, left, right)
      prompter.say(
        `${left.name} is connected already; ${quoted(`connect edit ${left.name} --credentials`)} gives it another key.`,
      )
    }
  }
}

async function routeBetween(
  deciding: Deciding,
  left: ConnectionRow,
  right: ConnectionRow,
): Promise<RouteRow> {
  const there = (await allRoutes(deciding.deps.db)).find(
    ({ leftId, rightId }) => leftId === left.id && rightId === right.id,
  )
  const request = { name: FIRST_ROUTE, leftId: left.id, rightId: right.id, policy: {} }
  return there ?? (await makeRoute(deciding, request)).route
}

async function sideRow(
  deciding: Deciding,
  prompter: Prompter,
  side: Side,
  route: RouteRow | undefined,
): Promise<ConnectionRow | Back> {
  const known = await usualSide(deciding, side, route)
  if (known === undefined) return askForAccount(deciding, prompter, side)
  const service = deciding.deps.providers.get(known.provider)?.name ?? known.provider
  prompter.say(`${service}: connected, as ${known.name}.`)
  return known
}

/** Until a key works. What is typed wrong is told, and asked for again. */
async function askForAccount(
  deciding: Deciding,
  prompter: Prompter,
  side: Side,
): Promise<ConnectionRow | Back> {
  for (;;) {
    const provider = await askForService(deciding, prompter, side)
    if (provider === BACK) return BACK
    const url = provider.defaultBaseUrl === null ? await prompter.ask('Address of the server', '') : null
    if (url === BACK) continue
    const credentials = await askForCredentials(prompter, provider)
    if (credentials === BACK) {
      if (servicesOf(deciding, side).length === 1) return BACK
      continue
    }
    const name = await freeName(deciding, provider, side)
    try {
      const request = {
        name,
        provider: provider.kind,
        baseUrl: url,
        credentials,
        pollSeconds: POLL_SECONDS,
        webhooks: false,
      }
      const { connection } = await addConnection(deciding, request)
      prompter.say(`${provider.name}: the key works; connected as ${name}.`)
      return connection
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      prompter.say(error.message, ...error.hints.map(asTyped))
    }
  }
}

/** A CRM on the left; on the right what it can be kept in step with. */
function servicesOf({ deps }: Deciding, side: Side): Provider[] {
  return [...deps.providers.values()].filter(
    ({ capabilities }) => capabilities.needsPerson === (side === 'left'),
  )
}

async function askForService(deciding: Deciding, prompter: Prompter, side: Side): Promise<Provider | Back> {
  const all = servicesOf(deciding, side)
  const usual = all.find(({ kind }) => kind === OWN_NAMES[side]) ?? all[0]
  if (usual === undefined) throw new Error(`no service can be on the ${side}`)
  if (all.length === 1) return usual
  for (;;) {
    const names = all.map(({ kind }) => kind).join(', ')
    const answer = await prompter.ask(`Which task app (${names})`, usual.kind)
    if (answer === BACK) return BACK
    const chosen = all.find(({ kind, name }) => kind === answer || name === answer)
    if (chosen !== undefined) return chosen
    prompter.say(`There is no ${answer} here; there are ${names}.`)
  }
}

async function askForCredentials(prompter: Prompter, provider: Provider): Promise<Credentials | Back> {
  const given: Record<string, string> = {}
  // What is not required has a question of its own, later (steps/webhooks.ts).
  for (const field of provider.credentialFields.filter(({ required }) => required)) {
    const question = `${provider.name}: ${field.label} (${field.help})`
    const answer = field.secret ? await prompter.askSecret(question) : await prompter.ask(question, '')
    if (answer === BACK) return BACK
    given[field.name] = answer
  }
  return given
}

/** That of the configuration, so that a key set there later is known to be this account's. */
async function freeName({ deps }: Deciding, { kind }: Provider, side: Side): Promise<string> {
  const taken = new Set((await allConnections(deps.db)).map(({ name }) => name))
  const usual = kind === OWN_NAMES[side] ? OWN_NAMES[side] : kind
  let name: string = usual
  for (let number = 2; taken.has(name); number += 1) name = `${usual}-${number}`
  return name
}
