import { providerActivities } from '../../src/workflows/steps.ts'

/** Asks a service for so many steps of a first sync, then for one of a poll, then for one that a webhook has caused. */
export async function askInTheWrongOrder(service: string, steps: number): Promise<void> {
  const first = Array.from({ length: steps }, () => 'backfill' as const)
  await Promise.all(
    [...first, 'poll' as const, 'change' as const].map((priority) =>
      providerActivities(service, priority).check({ connectionId: priority }),
    ),
  )
}
