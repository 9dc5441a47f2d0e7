import type { Feature } from './script.ts'

/**
 * Rules of the product that histories ask for. Each stands here with what it switches on, in the generator and in the
 * oracle; one that is not listed in `ON` yet is not true of the product yet.
 *
 * - `recurrence`: tasks of Todoist with `every …`; exactly one open counterpart for each series (rules, §6)
 * - `labelSets`: labels added and removed are merged as sets: a label that we rewrite never takes one along (§4)
 * - `noSync`: label `no-sync` unlinks a task, and links it again when it is taken off (§8)
 * - `crmLabel`: a task with label `crm` is in scope wherever it lies (§8)
 */
export const ON: readonly Feature[] = ['recurrence', 'labelSets', 'noSync', 'crmLabel']
