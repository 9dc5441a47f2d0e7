/** A write that completes, and does nothing else, is an update that sets only this. It says nothing of anybody. */
const COMPLETED = `'{"completed": true}'::jsonb`

/** SQL of op `o`: true where it completes. */
export const COMPLETES = `(o.verb = 'update' and o.after = ${COMPLETED})`

/** SQL of op `o`: what it is counted as, here and after its words were forgotten. */
export const COUNTED_AS = `case when ${COMPLETES} then 'complete' else o.verb end`

/** SQL after `update op set`: its words are forgotten. That it was done, when, as what and because of what stays. */
export const FORGET_WORDS = `
  before = null, after = case when after = ${COMPLETED} then after else '{}' end, sources = '{}',
  base = '{"left":{},"right":{}}', beside = null, met = '{}',
  steps = (select coalesce(jsonb_agg(step || '{"fields": {}}'::jsonb order by n), '[]')
           from jsonb_array_elements(steps) with ordinality as s(step, n)),
  forgotten_at = clock()`
