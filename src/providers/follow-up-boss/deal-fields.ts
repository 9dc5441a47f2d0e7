import type { DealField } from '../../core/deal.ts'
import { oneLine } from '../../core/normalise.ts'
import { ProviderError } from '../provider-error.ts'
import type { Client } from './client.ts'
import { dealFieldSchema } from './deal-wire.ts'
import { allRows } from './list.ts'
import { valueText } from './value-text.ts'

/** The contract's `deals.fields`, in the account's order. A key that may not see the settings of the account finds none. */
export async function dealFields(client: Client): Promise<readonly DealField[]> {
  try {
    const { rows } = await allRows(client, 'dealCustomFields')
    return rows
      .flatMap((row) => dealFieldSchema.safeParse(row).data ?? [])
      .toSorted((a, b) => a.orderWeight - b.orderWeight)
      .map(({ name, label, type, choices }) => {
        const words = (choices ?? []).map(valueText).filter(Boolean)
        return { name, label: oneLine(label ?? name), kind: kindOf(type, words), choices: words }
      })
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'not-visible') return []
    throw error
  }
}

/** Nobody has listed the service's words for them: another one is `other`. */
const KINDS = new Map<string, DealField['kind']>([
  ['text', 'text'],
  ['number', 'number'],
  ['date', 'date'],
  ['dropdown', 'choice'],
])

function kindOf(type: string | null, choices: readonly string[]): DealField['kind'] {
  return choices.length > 0 ? 'choice' : (KINDS.get(type?.toLowerCase() ?? '') ?? 'other')
}
