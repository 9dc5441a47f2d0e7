import { describe } from 'vitest'
import { accessLaws } from './contract/laws/access.ts'
import { besideLaws } from './contract/laws/beside.ts'
import { budgetLaws } from './contract/laws/budget.ts'
import { codecLaws } from './contract/laws/codec.ts'
import { containerLaws } from './contract/laws/containers.ts'
import { createLaws } from './contract/laws/creates.ts'
import { dealLaws } from './contract/laws/deals.ts'
import { homeLaws } from './contract/laws/homes.ts'
import { labelLaws } from './contract/laws/labels.ts'
import { listingLaws } from './contract/laws/listings.ts'
import { outcomeLaws } from './contract/laws/outcomes.ts'
import { pagingLaws } from './contract/laws/paging.ts'
import { peopleLaws } from './contract/laws/people.ts'
import { placeLaws } from './contract/laws/places.ts'
import { readLaws } from './contract/laws/reads.ts'
import { renewalLaws } from './contract/laws/renewal.ts'
import { surpriseLaws } from './contract/laws/surprises.ts'
import { webhookLaws } from './contract/laws/webhooks.ts'
import { writeLaws } from './contract/laws/writes.ts'
import type { Service } from './contract/world.ts'

export type { ContractWorld, Service } from './contract/world.ts'

const LAWS: readonly ((service: Service) => void)[] = [
  codecLaws,
  writeLaws,
  placeLaws,
  besideLaws,
  outcomeLaws,
  createLaws,
  readLaws,
  listingLaws,
  pagingLaws,
  budgetLaws,
  accessLaws,
  surpriseLaws,
  peopleLaws,
  dealLaws,
  webhookLaws,
  homeLaws,
  containerLaws,
  labelLaws,
  renewalLaws,
]

/**
 * The contract of `src/providers/contract.ts` as tests, from declared capabilities alone. `docs/adding-a-provider.md`
 * says how a new provider comes to them.
 */
export function describeProvider(service: Service): void {
  describe(service.name, () => {
    for (const lawsOf of LAWS) lawsOf(service)
  })
}
