import { z } from 'zod'
import { DUE_FORM, readDueRule, WEEKEND_RULES } from '../core/due-rule.ts'
import { oneLine } from '../core/normalise.ts'
import { TASK_TYPES } from '../core/task.ts'
import { OWNED_LABELS, typeOfLabel } from '../core/type-labels.ts'

/*
 * What a person says of a checklist, in the file of a route and over the API. Its stage is named as people name it, or by id.
 */

/** Todoist's longest, below Follow Up Boss's (reference todoist §14.2). Characters. */
const LONGEST_TITLE = 500
const LONGEST_NOTES = 4_000
/** More in one section is a slip of the hand. */
const MOST_ITEMS = 100
const MOST_CHECKLISTS = 100

const text = z.string().trim().min(1)

const label = text.max(60).refine((name) => !hasMeaning(oneLine(name).toLowerCase()), {
  error: 'is a label that has a meaning of its own here; choose another (the type of a task is said by type)',
})

/** Names by which a task is typed, or by which its user says where it belongs. */
function hasMeaning(name: string): boolean {
  return OWNED_LABELS.includes(name) || typeOfLabel(name) !== null || /^(?:deal|person)[-:]/u.test(name)
}

const weekend = z
  .enum(WEEKEND_RULES)
  .describe('A due on a Saturday or Sunday stays, or goes to the Friday before or the Monday after.')

const item = z.strictObject({
  title: text.max(LONGEST_TITLE).refine((title) => oneLine(title) !== '', { error: 'has no letter in it' }),
  key: text
    .max(100)
    .optional()
    .describe('What it is known by, where two items have one title; by its title else.'),
  notes: z.string().max(LONGEST_NOTES).optional(),
  type: z.enum(TASK_TYPES).optional(),
  priority: z
    .union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)], {
      error: 'is 1 (highest), 2, 3 or 4',
    })
    .optional(),
  labels: z.array(label).max(20).optional(),
  due: z
    .string()
    .refine((rule) => readDueRule(rule) !== null, { error: `is ${DUE_FORM}` })
    .optional()
    .describe(`${DUE_FORM}.`),
  weekend: weekend.optional(),
})

export const checklistInput = z.strictObject({
  stage: text.max(1_000).describe('The stage’s id or name, `Pipeline · Stage` where several have the name.'),
  weekend: weekend.optional(),
  items: z
    .array(item)
    .min(1, { error: 'has nothing in it' })
    .max(MOST_ITEMS)
    .superRefine((items, context) => {
      for (const [at, { key }] of items.entries())
        if (key !== undefined && items.findIndex((other) => other.key === key) < at)
          context.addIssue({ code: 'custom', path: [at, 'key'], message: `an earlier item is called ${key}` })
    }),
})
export type ChecklistInput = z.infer<typeof checklistInput>

const name = text.max(120).regex(/^\P{Cc}*$/u, 'is one line, without control characters')

export const checklistsInput = z
  .record(name, checklistInput.nullable())
  .refine((all) => Object.keys(all).length <= MOST_CHECKLISTS, {
    error: `are ${MOST_CHECKLISTS} at the most`,
  })
  .describe(
    'Checklists by name: tasks that are made in a deal’s section when it comes into `stage`. null removes one; what is left out stays.',
  )
