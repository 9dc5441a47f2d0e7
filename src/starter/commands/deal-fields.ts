import type { FoundFields } from '../../activities/deals/route-choices.ts'
import { changeRoute, dealFieldsOf } from '../../activities/manage/routes.ts'
import { DEAL_FACTS } from '../../core/deal-field-proposal.ts'
import type { DealFieldNames } from '../../core/deal-policy.ts'
import { type Answer, DRY } from '../answer.ts'
import { quoted } from '../command-name.ts'
import type { Deciding } from '../deciding.ts'
import { routeNamed } from '../route-named.ts'
import { counted, shorten } from '../task-words.ts'

export type FieldsFlags = { readonly apply?: boolean; readonly dryRun?: boolean; readonly json?: boolean }

/** Which fields of its own the CRM has for deals, and which of them probably hold what; `apply`: the route is to say so. */
export async function fields(
  deciding: Deciding,
  name: string,
  { apply = false, dryRun = false }: FieldsFlags,
): Promise<Answer> {
  const route = await routeNamed(deciding.deps.db, name)
  const found = await dealFieldsOf(deciding, route)
  const used = route.policy.deals?.fields ?? null
  const said = Object.fromEntries(
    DEAL_FACTS.flatMap((fact) => (found.proposed[fact] === null ? [] : [[fact, found.proposed[fact]]])),
  )
  const { told } = apply
    ? await changeRoute(deciding, route, { deals: { dealFields: said } }, { dryRun, known: found.fields })
    : { told: 0 as const }
  const json = {
    route: name,
    fields: found.fields.map(({ name: field, label, kind }) => ({ field, label, kind })),
    proposed: found.proposed,
    used: apply ? { ...used, ...said } : used,
    applied: apply && !dryRun,
  }
  const lines = [...fieldLines(found), ...nextLines(name, found.proposed, apply)]
  return { json, lines: apply && dryRun ? [DRY, ...lines] : lines, outcome: told }
}

function fieldLines({ fields: all, samples, proposed }: FoundFields): string[] {
  if (all.length === 0) return ['The CRM shows no fields of its own for deals to this key.']
  return all.map(({ name, label, kind }) => {
    const values = samples[name] ?? []
    const example = values[0] === undefined ? 'no value yet' : `e.g. “${shorten(values[0])}”`
    const fact = DEAL_FACTS.find((one) => proposed[one] === name)
    const holds = fact === undefined ? '' : `  <- ${fact}`
    return `${label} (${name}, ${kind}): ${counted(values.length, 'sample')}, ${example}${holds}`
  })
}

function nextLines(route: string, proposed: DealFieldNames, applied: boolean): string[] {
  const said = DEAL_FACTS.filter((fact) => proposed[fact] !== null)
  if (said.length === 0)
    return [`None of them says what it holds: ${quoted(`route edit ${route} --deal-field address=<field>`)}.`]
  if (applied) return [`Route ${route} takes ${said.join(', ')} from there.`]
  return [`To have the route take these: ${quoted(`deals fields ${route} --apply`)}.`]
}
