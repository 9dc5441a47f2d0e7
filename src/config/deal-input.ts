import { z } from 'zod'
import { DEAL_FACTS } from '../core/deal-field-proposal.ts'
import { LAYOUTS } from '../core/stage-homes.ts'
import { checklistsInput } from './checklist-input.ts'

/*
 * What a person says of how a route files by deals, in its file, on the command line and over the API. Stages, projects and
 * fields are named as people name them, or by id.
 */

const LONGEST_NAME = 120
const projectName = z
  .string()
  .trim()
  .min(1)
  .max(LONGEST_NAME)
  .regex(/^\P{Cc}*$/u, 'is one line, without control characters')
const named = z.string().trim().min(1).max(1_000)

export const stageInput = z.union(
  [
    z.enum(['create', 'none', 'default']),
    z.strictObject({ create: projectName.nullable() }),
    z.strictObject({ use: named }),
    z.strictObject({ 'same-as': named }),
  ],
  {
    error:
      'is create, create: <name of the project>, use: <a project of yours>, same-as: <another stage>, none, or default',
  },
)
export type StageInput = z.infer<typeof stageInput>

/** Whether a label may be called so is said with the table as a whole (`tableProblems`). */
const labelTable = z.record(named, z.string().trim().min(1).max(200)).nullable()

const labelsInput = z
  .strictObject({
    counties: labelTable.describe('A label by the deal’s city; null: none.'),
    dealTypes: labelTable.describe(
      'A label by the deal’s type; null: those that are told without a table of yours.',
    ),
  })
  .partial()
  .describe(
    'Tables of labels that tasks get by their deal; one that is given takes the place of the one before.',
  )

const column = named.nullable().optional()
const propertyFactsInput = z
  .strictObject({
    file: named.describe('Path of a CSV file, as the worker sees it.'),
    address: column.describe('Name of the column; left out or null: the one that is usually called so.'),
    city: column,
    deal: column,
    show: z.array(named).nullable().optional().describe('Columns that the block tells; null: all others.'),
  })
  .nullable()
  .describe('A table of facts of properties; null: none.')

export const dealInput = z
  .strictObject({
    stages: z
      .record(named, stageInput)
      .describe(
        'Where the deals of each stage lie, by the stage’s id or name: `create`, `{create: <name>}`, `{use: <project>}`, `{"same-as": <stage>}`, `none` (General), `default` (as those that are not named).',
      ),
    general: projectName.describe('Name of the project for tasks without a deal.'),
    layout: z
      .enum(LAYOUTS)
      .describe('`pipeline`: one project for each pipeline, for accounts that allow few projects.'),
    others: z
      .enum(['create', 'general'])
      .describe(
        'Where deals of stages lie that are not named: in a project of the stage’s own, or in General.',
      ),
    dealFields: z
      .partialRecord(z.enum(DEAL_FACTS), named.nullable())
      .describe('The account’s own fields of deals that hold these, by name or label; null for none.'),
    eager: z
      .boolean()
      .describe('True: a deal gets its section at once, not with its first task; not in closed stages.'),
    labels: labelsInput,
    propertyFacts: propertyFactsInput,
    templates: checklistsInput,
    adopt: z
      .array(named)
      .describe(
        'Projects of yours that stages use, by name or id: the tasks that lay there before enter, too. Nothing else of yours does.',
      ),
  })
  .partial()
export type DealInput = z.infer<typeof dealInput>
