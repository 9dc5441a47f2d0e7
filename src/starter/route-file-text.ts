import { stringify } from 'yaml'
import { stageInputOf } from '../activities/setup/proposal.ts'
import type { DealInput } from '../config/deal-input.ts'
import type { Checklist, ChecklistItem } from '../core/checklist.ts'
import type { DealPolicy } from '../core/deal-policy.ts'
import { dueRuleText } from '../core/due-rule.ts'
import type { RoutePolicy } from '../core/policy.ts'

/**
 * A route as its YAML file, which `readRouteFile` reads again: stages, projects and fields by id, as these stay. What is no matter of
 * that file is left out.
 */
export function routeFileText(policy: RoutePolicy): string {
  return stringify(routeFileOf(policy), { lineWidth: 0 })
}

/** The same as an object. */
export function routeFileOf(policy: RoutePolicy) {
  const { direction, conflicts, deletes, zone, assignees, comments = false, notes = false, deals } = policy
  return {
    direction,
    conflicts,
    deletes,
    zone,
    scope: { assignees },
    comments,
    notes,
    deals: deals !== undefined,
    ...(deals === undefined ? {} : filingOf(deals)),
  }
}

function filingOf(deals: DealPolicy): DealInput {
  const { stages, general, layout, others, fields, eager, counties, dealTypes, propertyFacts, checklists } =
    deals
  return {
    stages: Object.fromEntries(Object.entries(stages).map(([id, home]) => [id, stageInputOf(home)])),
    general,
    layout,
    others,
    dealFields: fields,
    eager: eager ?? false,
    labels: {
      ...(counties === undefined ? {} : { counties: { ...counties } }),
      ...(dealTypes === undefined ? {} : { dealTypes: { ...dealTypes } }),
    },
    ...(propertyFacts === undefined
      ? {}
      : {
          propertyFacts: {
            ...propertyFacts,
            show: propertyFacts.show === null ? null : [...propertyFacts.show],
          },
        }),
    ...(checklists === undefined
      ? {}
      : { templates: Object.fromEntries(checklists.map((one) => [one.name, checklistOf(one)])) }),
  }
}

function checklistOf({ stage, weekend, items }: Checklist) {
  return { stage, weekend, items: items.map(itemOf) }
}

function itemOf({ title, key, notes, type, priority, labels, due, weekend }: ChecklistItem) {
  return {
    title,
    ...(key === null ? {} : { key }),
    ...(notes === '' ? {} : { notes }),
    ...(type === null ? {} : { type }),
    ...(priority === null ? {} : { priority }),
    ...(labels.length === 0 ? {} : { labels: [...labels] }),
    ...(due === null ? {} : { due: dueRuleText(due) }),
    ...(weekend === null ? {} : { weekend }),
  }
}
