import { sameValue } from '../../core/equal.ts'
import { fieldText } from '../../core/field-text.ts'
import type { RemoteTask } from '../../core/observation.ts'
import type { Field, FieldValues } from '../../core/task.ts'
import type { Provider } from '../../providers/contract.ts'
import type { ProbeState } from './probe.ts'

/** What the service made of one field: as it was sent, as the provider foresees, or neither. */
export type Kept = { readonly field: Field; readonly state: ProbeState; readonly words: string }

export function keptFields(provider: Provider, sent: FieldValues, seen: RemoteTask, zone: string): Kept[] {
  return (Object.keys(sent) as Field[]).map((field) => keptField(provider, { field, sent, seen, zone }))
}

function keptField(
  provider: Provider,
  {
    field,
    sent,
    seen,
    zone,
  }: { readonly field: Field; readonly sent: FieldValues; readonly seen: RemoteTask; readonly zone: string },
): Kept {
  const [value, shown] = [sent[field], seen.task[field]]
  if (sameValue(value, shown)) return { field, state: 'ok', words: 'as it was sent' }
  const words = `shown as ${fieldText(field, shown, zone)}, sent as ${fieldText(field, value, zone)}`
  const foreseen =
    value !== undefined &&
    sameValue(provider.keep(field, value, { zone }), provider.keep(field, shown, { zone }))
  return {
    field,
    state: foreseen ? 'ok' : 'differs',
    words: foreseen ? `${words}, which counts as the same` : words,
  }
}
