import { z } from 'zod'

/*
 * What Follow Up Boss sends, as far as it is used here. Unknown keys are let through: the service shows more than
 * it documents. Rows of a list are parsed one by one, so that one odd row does not cost its page.
 */

/** Ids are numbers; some descriptions show them as text. 0 and absent both mean "none". */
export const idSchema = z.union([z.int().nonnegative(), z.string().regex(/^\d+$/)]).transform(String)
export const referenceSchema = idSchema
  .transform((id) => (id === '0' ? null : id))
  .nullish()
  .transform((id) => id ?? null)

/** Absent, null and empty text are the same to this service. */
export const textSchema = z
  .string()
  .nullish()
  .transform((text) => (text === '' ? null : (text ?? null)))

/** Answers hold 0 or 1; writes take booleans too. */
export const flagSchema = z
  .union([z.boolean(), z.literal([0, 1]), z.literal(['0', '1'])])
  .transform((flag) => {
    return flag === true || flag === 1 || flag === '1'
  })

export const taskSchema = z.looseObject({
  id: idSchema,
  name: textSchema,
  type: textSchema,
  isCompleted: flagSchema,
  dueDate: textSchema,
  dueDateTime: textSchema,
  personId: referenceSchema,
  assignedUserId: referenceSchema,
  createdById: referenceSchema,
  created: textSchema,
  updated: textSchema,
  completed: textSchema,
})
export type TaskRow = z.infer<typeof taskSchema>

/** Enough of a row to say which task could not be read. */
export const identifiedSchema = z.looseObject({ id: idSchema })

/** `total` comes as text from some collections; `next` is null on the last page. `_metadata` may carry a notice. */
const metadataSchema = z.looseObject({
  total: z.coerce.number().nullish().catch(null),
  next: textSchema,
})

const envelopeSchema = z.looseObject({ _metadata: metadataSchema })
const rowsSchema = z.array(z.unknown())

/** `total`: how many there are in all, where the service says so. `next`: the cursor of the next page. */
export type ListPage = {
  readonly rows: readonly unknown[]
  readonly total: number | null
  readonly next: string | null
}

/** A page of a list; its rows lie under the collection's own name. Null when the answer is no such page. */
export function parsePage(collection: string, body: unknown): ListPage | null {
  const envelope = envelopeSchema.safeParse(body)
  const rows = rowsSchema.safeParse(envelope.data?.[collection])
  if (!envelope.success || !rows.success) return null
  const { total, next } = envelope.data._metadata
  return { rows: rows.data, total: total ?? null, next }
}

/** Only the two ids are certain to be there. */
export const identitySchema = z.looseObject({
  account: z.looseObject({ id: idSchema, domain: textSchema }),
  user: z.looseObject({
    id: idSchema,
    role: textSchema,
    isOwner: z.boolean().nullish(),
    isAdmin: z.boolean().nullish(),
  }),
})

export const userSchema = z.looseObject({
  id: idSchema,
  timezone: textSchema,
  name: textSchema,
  email: textSchema,
  status: textSchema,
})

/** A number or address of a person. The list's own order counts where none is marked as the primary one. */
const reachSchema = z.looseObject({ value: textSchema, isPrimary: flagSchema.nullish().catch(null) })
const reachesSchema = z
  .array(z.unknown())
  .nullish()
  .catch(null)
  .transform((rows) => (rows ?? []).flatMap((row) => reachSchema.safeParse(row).data ?? []))
  .transform((rows) => rows.filter(({ value }) => value !== null))
  .transform((rows) => (rows.find(({ isPrimary }) => isPrimary === true) ?? rows[0])?.value ?? null)

const addressSchema = z.looseObject({ city: textSchema.catch(null) })

/** The city of the first address that has one. */
const cityOfAddressesSchema = z
  .array(z.unknown())
  .nullish()
  .catch(null)
  .transform(
    (rows) => (rows ?? []).flatMap((row) => addressSchema.safeParse(row).data?.city ?? [])[0] ?? null,
  )

export const personSchema = z.looseObject({
  id: idSchema,
  name: textSchema,
  lastName: textSchema.catch(null),
  addresses: cityOfAddressesSchema,
  phones: reachesSchema,
  emails: reachesSchema,
})

/** A note on a person (reference §12). */
export const noteSchema = z.looseObject({
  id: idSchema,
  personId: referenceSchema,
  body: z.string().nullish(),
  created: textSchema,
})

/** A registered webhook; `status` is `Active` or `Disabled` (reference §13.1). */
export const webhookSchema = z.looseObject({
  id: idSchema,
  event: z.string().min(1),
  url: z.string(),
  status: textSchema,
})

/** A webhook's body holds no record, only ids, which one description shows as text. */
export const deliverySchema = z.looseObject({
  eventId: z.string().min(1),
  event: z.string().min(1),
  resourceIds: z
    .array(idSchema)
    .nullish()
    .transform((ids) => ids ?? []),
})

/** The two spellings of an error body. */
export const errorSchema = z
  .looseObject({ errorMessage: z.string().optional(), error: z.string().optional() })
  .transform((body) => body.errorMessage ?? body.error ?? '')
