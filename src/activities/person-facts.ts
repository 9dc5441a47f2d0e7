import type { PersonFacts } from '../core/block-lines.ts'
import type { RemotePerson } from '../providers/contract.ts'

/** What is kept of a person that a service told of. */
export function asFacts({ remoteId, name, phone, email, url, lastName, city }: RemotePerson): {
  readonly person: string
  readonly facts: PersonFacts
} {
  const more = { ...(lastName === undefined ? {} : { lastName }), ...(city === undefined ? {} : { city }) }
  return { person: remoteId, facts: { name, phone, email, url, ...more } }
}
