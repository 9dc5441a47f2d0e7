import { z } from 'zod'
import { SeededRandom } from '../kit/random.ts'
import type { Activity } from './activity.ts'
import type { ErrorBody } from './errors.ts'
import type { OAuthContent } from './oauth-grants.ts'
import type { Item, Label, Note, Project, Section } from './state-objects.ts'
import type { UuidEntry } from './uuid-memory.ts'

/** Objects in the order of their creation, each with the number of its last change. */
type Rows<T> = readonly (readonly [number, T])[]

/** An account as it is kept over a restart. */
export type AccountContent = {
  seq: number
  /** First and last of change numbers that were given out and then lost with what they stood for. */
  lostSeqs: readonly (readonly [number, number])[]
  inboxId: string
  marks: { stampMs: number; stampMicros: number; labelId: number }
  items: Rows<Item>
  sections: Rows<Section>
  projects: Rows<Project>
  labels: Rows<Label>
  notes: Rows<Note>
}

/** What this service keeps over a restart. */
export type TodoistKept = {
  /** Of the random numbers that ids are made of. */
  position: number
  /** Proves sync tokens and cursors. */
  sealKey: string
  account: AccountContent
  uuids: readonly UuidEntry[]
  /** Change numbers of accounts before a reset. */
  pastVersions: number
  /** Apps and what was granted to them; missing in files of before there were any. */
  oauth?: OAuthContent | undefined
  /** Newest last; missing in files of before it was kept. */
  activity?: readonly Activity[] | undefined
}

// Objects are taken as they were written: the format number of the snapshot vouches for their fields.
const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
const isOAuth = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'key' in value && 'refreshTokens' in value
const rows = <T>() => z.array(z.tuple([z.int(), z.custom<T>(isObject)]))

export const todoistKeptSchema: z.ZodType<TodoistKept> = z.object({
  position: z.int(),
  sealKey: z.string().regex(/^[0-9a-f]{32}$/),
  account: z.object({
    seq: z.int(),
    lostSeqs: z.array(z.tuple([z.int(), z.int()])),
    inboxId: z.string(),
    marks: z.object({ stampMs: z.number(), stampMicros: z.number(), labelId: z.int() }),
    items: rows<Item>(),
    sections: rows<Section>(),
    projects: rows<Project>(),
    labels: rows<Label>(),
    notes: rows<Note>(),
  }),
  uuids: z.array(
    z.tuple([
      z.string(),
      z.object({
        tempId: z.string().optional(),
        madeId: z.string().optional(),
        failed: z.custom<ErrorBody>((value) => typeof value === 'object').optional(),
        at: z.number(),
      }),
    ]),
  ),
  pastVersions: z.int(),
  oauth: z.custom<OAuthContent>(isOAuth).optional(),
  activity: z.array(z.custom<Activity>((value) => typeof value === 'object' && value !== null)).optional(),
})

/** More changes than a service ended without warning can have made since its last snapshot. */
const CHANGES_LOST = 100_000
const NUMBERS_FOR_ID = 16
const LABEL_ID_STEP = 7

/**
 * Goes on behind all ids and change numbers that may have been given out after the snapshot: none is given a
 * second time, and a sync token from then is known as one that needs a full sync.
 */
export function afterCrash(kept: TodoistKept): TodoistKept {
  const { account } = kept
  const random = new SeededRandom(kept.position)
  random.skip(CHANGES_LOST * NUMBERS_FOR_ID)
  const seq = account.seq + CHANGES_LOST
  return {
    ...kept,
    position: random.position,
    account: {
      ...account,
      seq,
      lostSeqs: [...account.lostSeqs, [account.seq + 1, seq]],
      marks: { ...account.marks, labelId: account.marks.labelId + CHANGES_LOST * LABEL_ID_STEP },
    },
  }
}
