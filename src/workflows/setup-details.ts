import type { SetupNeed } from '../activities/setup/open.ts'

/** `needs`: something is missing. `proposed`: it waits to be changed or confirmed. */
export type SetupStage = 'looking' | 'needs' | 'proposed' | 'beginning' | 'syncing' | 'done'

/** What Temporal shows as current details of a set-up that waits: for what, and what ends that. Empty while it works. */
export function setupDetails(stage: SetupStage, needs: readonly SetupNeed[]): string {
  switch (stage) {
    case 'needs':
      return waits(needs, 'Nothing is written yet. It looks again by itself')
    case 'proposed':
      return [
        'Waits to be confirmed.',
        'Query `status` shows what is proposed. Update `configure` changes it, update `confirm` begins the first sync.',
        '"dealbridge setup" does the same, with names.',
      ].join('\n\n')
    case 'syncing':
      return needs.length === 0 ? '' : waits(needs, 'The first sync goes on by itself when that is over')
    case 'looking':
    case 'beginning':
    case 'done':
      return ''
  }
}

function waits(needs: readonly SetupNeed[], then: string): string {
  const whose = needs.map(({ connectionId, words }) =>
    connectionId === null ? words : `connection ${connectionId}: ${words}`,
  )
  return [
    `Waits: ${whose.join('; ')}.`,
    `${then}; signal \`retry\` has it look now. "dealbridge status" shows the accounts.`,
  ].join('\n\n')
}
