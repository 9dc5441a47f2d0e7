import type { Provider } from '../../providers/contract.ts'
import type { ConnectionRow } from '../../store/connections.ts'

type Shown = Pick<ConnectionRow, 'name' | 'facts'>

/** What is known of an account, for a person who sets it up. */
export function factsLines({ name, facts }: Shown, service: Provider['name']): string[] {
  if (facts === null) return [`${service} (${name}): nothing is known of it yet`]
  const limits = Object.entries(facts.limits).map(([what, most]) => `${spaced(what)} ${most}`)
  const probes = Object.entries(facts.probes).map(([what, holds]) => `${spaced(what)} ${probeWord(holds)}`)
  return [
    `${service} (${name}): account ${facts.accountId}, user ${facts.userId}, time zone ${facts.zone ?? 'not told'}`,
    facts.seesEveryone
      ? '  the key sees everything in the account'
      : '  the key sees a part of the account: what it cannot see is never taken for deleted',
    ...(limits.length === 0 ? [] : [`  limits: ${limits.join(', ')}`]),
    ...(probes.length === 0 ? [] : [`  tried: ${probes.join(', ')}`]),
  ]
}

/** `tasksPerProject` as people read it. */
function spaced(name: string): string {
  return name.replace(/(\p{Lu})/gu, ' $1').toLowerCase()
}

function probeWord(holds: boolean | string): string {
  if (typeof holds === 'string') return holds
  return holds ? 'yes' : 'no'
}
