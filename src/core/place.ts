import type { CanonicalTask, Field } from './task.ts'

/** Fields that say where a task lies. Their values are remote ids of their own side. */
export const PLACE_FIELDS = ['list', 'parent'] as const satisfies readonly Field[]
export type PlaceField = (typeof PLACE_FIELDS)[number]

/**
 * What the list and the parent of one side's task are on the other side: by the route's mapping, and by the parent's
 * pair. Undefined: nothing there stands for it (yet), so that nothing can be carried over.
 */
export type Elsewhere = { readonly [F in PlaceField]: CanonicalTask[F] | undefined }

export function isPlace(field: Field): field is PlaceField {
  return (PLACE_FIELDS as readonly Field[]).includes(field)
}
