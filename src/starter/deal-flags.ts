import { type Command, InvalidArgumentError, Option } from 'commander'
import { type DealInput, dealInput, type StageInput } from '../config/deal-input.ts'
import { DEAL_FACTS, type DealFact } from '../core/deal-field-proposal.ts'
import { LAYOUTS } from '../core/stage-homes.ts'

type StageFlag = { readonly stage: string; readonly home: StageInput }
type FieldFlag = { readonly fact: DealFact; readonly field: string | null }

/** What flags say of how a route files by deals. */
export type DealFlags = {
  readonly deals?: 'on' | 'off'
  readonly general?: string
  readonly layout?: (typeof LAYOUTS)[number]
  readonly others?: 'create' | 'general'
  readonly stage?: readonly StageFlag[]
  readonly dealField?: readonly FieldFlag[]
  readonly adopt?: readonly string[]
  readonly eager?: 'on' | 'off'
}

/** Adds the flags about deals to a command. */
export function withDealFlags(command: Command): Command {
  return command
    .addOption(new Option('--deals <on|off>', 'file tasks by their deals').choices(['on', 'off']))
    .option('--general <name>', 'name of the project for tasks without a deal')
    .addOption(
      new Option('--layout <layout>', 'a project for each stage, or for each pipeline').choices(LAYOUTS),
    )
    .addOption(
      new Option('--others <where>', 'where deals of stages lie that are not named').choices([
        'create',
        'general',
      ]),
    )
    .addOption(
      new Option('--eager <on|off>', 'make the section of a deal at once, not with its first task').choices([
        'on',
        'off',
      ]),
    )
    .option(
      '--stage <stage=home>',
      'where deals of a stage lie: create, "create: <name>", "use: <project>", "same-as: <stage>", none, default; again for more',
      stageFlag,
    )
    .option(
      '--deal-field <what=field>',
      `which field of the CRM holds ${DEAL_FACTS.join(', ')}; again for more, none for no field`,
      fieldFlag,
    )
    .option(
      '--adopt <project>',
      'tasks that lay in this project of yours before a stage used it enter, too; again for more',
      (project: string, before: readonly string[] = []) => [...before, project],
    )
}

/** Undefined where no flag says anything of deals; null where they are turned off. */
export function dealChange(flags: DealFlags): DealInput | null | undefined {
  const { deals, general, layout, others, stage, dealField, adopt, eager } = flags
  if (deals === 'off') return null
  const input: DealInput = {
    ...(general === undefined ? {} : { general }),
    ...(layout === undefined ? {} : { layout }),
    ...(others === undefined ? {} : { others }),
    ...(stage === undefined ? {} : { stages: Object.fromEntries(stage.map((one) => [one.stage, one.home])) }),
    ...(eager === undefined ? {} : { eager: eager === 'on' }),
    ...(adopt === undefined ? {} : { adopt: [...adopt] }),
    ...(dealField === undefined
      ? {}
      : { dealFields: Object.fromEntries(dealField.map((one) => [one.fact, one.field])) }),
  }
  if (deals === undefined && Object.keys(input).length === 0) return undefined
  return checked(input)
}

function checked(input: DealInput): DealInput {
  const found = dealInput.safeParse(input)
  if (found.success) return found.data
  const [first] = found.error.issues
  throw new InvalidArgumentError(`${first?.path.join('.') ?? ''}: ${first?.message ?? 'is not taken'}`)
}

const HOME = /^(create|none|default|(create|use|same-as)\s*:\s*(.+))$/u

/** Where the deals of a stage lie, as `create: <name>`, `use: <project>`, `same-as: <stage>`, `none`, …; null for another text. */
export function homeText(text: string): StageInput | null {
  const [, home, kind, name = ''] = HOME.exec(text.trim()) ?? []
  if (home === 'create' || home === 'none' || home === 'default') return home
  if (kind === 'create') return { create: name }
  if (kind === 'use') return { use: name }
  return kind === 'same-as' ? { 'same-as': name } : null
}

export function stageFlag(text: string, before: readonly StageFlag[] = []): readonly StageFlag[] {
  const [, stage = '', said = ''] = /^(.+?)\s*=\s*(.+)$/u.exec(text.trim()) ?? []
  const home = homeText(said)
  if (home !== null) return [...before, { stage, home }]
  throw new InvalidArgumentError(
    'Give a stage and where its deals lie, e.g. "Closed=create: Past clients", "Offer=same-as: Showing", Lost=none.',
  )
}

export function fieldFlag(text: string, before: readonly FieldFlag[] = []): readonly FieldFlag[] {
  const at = text.indexOf('=')
  const fact = DEAL_FACTS.find((one) => one === text.slice(0, at).trim())
  const field = text.slice(at + 1).trim()
  if (fact === undefined || field === '')
    throw new InvalidArgumentError(
      `Give what it holds and the field, e.g. address=customPropertyAddress; there are ${DEAL_FACTS.join(', ')}.`,
    )
  return [...before, { fact, field: field === 'none' ? null : field }]
}
