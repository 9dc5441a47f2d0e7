import type { Command } from 'commander'
import { UserError } from '../../config/errors.ts'
import { allConnections } from '../../store/connections.ts'
import { quoted } from '../command-name.ts'
import { printJson, printLines, tell } from '../output.ts'
import { joinSession } from '../session.ts'
import { retryConnection } from '../workflows.ts'
import { configured, type Outcome } from './shared.ts'

export function addConnect(program: Command, finish: (outcome: Outcome) => void): void {
  const connect = program.command('connect').description('the accounts that are kept in step')
  connect
    .command('list')
    .description('every connection and its state')
    .option('--json', 'one JSON document on stdout')
    .action(async (flags: { readonly json?: boolean }) => finish(await list(flags)))
  connect
    .command('retry <name>')
    .description('try a connection again whose key was refused')
    .action(async (name: string) => finish(await retry(name)))
}

async function list(flags: { readonly json?: boolean }): Promise<Outcome> {
  const session = await joinSession(configured())
  try {
    const connections = (await allConnections(session.db)).map(
      ({ name, provider, baseUrl, state, stateSince, webhooks, lastPullAt }) => ({
        connection: name,
        provider,
        baseUrl,
        state,
        stateSince,
        webhooks,
        lastPullAt,
      }),
    )
    if (flags.json === true) printJson({ connections })
    else
      printLines(
        connections.length === 0
          ? [`No connection yet: ${quoted('start')} makes the first ones.`]
          : connections.map((one) => `${one.connection}  ${one.state}  ${one.baseUrl}`),
      )
    return 0
  } finally {
    await session.close()
  }
}

async function retry(name: string): Promise<Outcome> {
  const session = await joinSession(configured())
  try {
    const connections = await allConnections(session.db)
    const found = connections.find((one) => one.name === name)
    if (found === undefined) throw unknownConnection(name, connections)
    await retryConnection(session.client, found.id)
    tell(`${name} is tried again; ${quoted('status')} shows whether its key works.`)
    return 0
  } finally {
    await session.close()
  }
}

function unknownConnection(name: string, known: readonly { readonly name: string }[]): UserError {
  const names = known.map((one) => one.name).join(', ')
  return new UserError({
    code: 'NO_SUCH_CONNECTION',
    message: `There is no connection called ${name}.`,
    hints: [names === '' ? `There is none yet: ${quoted('start')} makes them.` : `There are: ${names}.`],
    exitCode: 2,
  })
}
