import { z } from 'zod'
import { deadline, due, duration, flag, id, order, priority, text } from './arguments.ts'

/** Arguments of the Sync commands (reference §9.2, §10, §11, §12, §13.6). */

const itemFields = {
  content: text.optional(),
  description: text.nullish(),
  labels: z.array(text).nullish(),
  priority: priority.nullish(),
  due: due.nullish(),
  deadline: deadline.nullish(),
  duration: duration.nullish(),
  child_order: order.nullish(),
  day_order: order.nullish(),
  order_key: text.nullish(),
  is_collapsed: flag.nullish(),
  assigned_by_uid: id.nullish(),
  responsible_uid: id.nullish(),
}
const place = { project_id: id.nullish(), section_id: id.nullish(), parent_id: id.nullish() }
const sectionFields = {
  name: text.optional(),
  description: text.nullish(),
  section_order: order.nullish(),
  order_key: text.nullish(),
  is_collapsed: flag.nullish(),
}
const projectFields = {
  name: text.optional(),
  description: text.nullish(),
  color: text.nullish(),
  child_order: order.nullish(),
  order_key: text.nullish(),
  is_collapsed: flag.nullish(),
  is_favorite: flag.nullish(),
  view_style: text.nullish(),
}
const labelFields = {
  name: text.optional(),
  color: text.nullish(),
  item_order: order.nullish(),
  order_key: text.nullish(),
  is_favorite: flag.nullish(),
}
const noteFields = {
  content: text.nullish(),
  file_attachment: z.unknown().optional(),
  uids_to_notify: z.array(id).nullish(),
}

export const itemAdd = z.object({ ...place, ...itemFields, auto_parse_labels: flag.nullish() })
export const itemUpdate = z.object({ id, ...itemFields })
export const itemMove = z.object({ id, ...place })
export const itemComplete = z.object({ id, date_completed: text.nullish(), completed_at: text.nullish() })
export const itemCompleteUndo = z.object({
  id,
  descendants: z.array(z.object({ id, checked: flag.default(false) })).default([]),
})
export const itemDayOrders = z.object({ ids_to_orders: z.record(z.string(), order) })
export const itemUpdateDate = z.object({
  id,
  due: due,
  is_forward: flag.optional(),
  reset_subtasks: flag.optional(),
})
export const itemReorder = z.object({ items: z.array(z.object({ id, child_order: order })) })
export const sectionAdd = z.object({ ...sectionFields, project_id: id.optional() })
export const sectionUpdate = z.object({ id, ...sectionFields })
export const sectionMove = z.object({ id, project_id: id })
export const sectionReorder = z.object({ sections: z.array(z.object({ id, section_order: order })) })
export const projectAdd = z.object({ ...projectFields, parent_id: id.nullish() })
export const projectUpdate = z.object({ id, ...projectFields })
export const projectMove = z.object({ id, parent_id: id.nullish() })
export const projectReorder = z.object({ projects: z.array(z.object({ id, child_order: order })) })
export const labelAdd = z.object(labelFields)
export const labelUpdate = z.object({ id, ...labelFields })
export const labelDelete = z.object({ id, cascade: z.enum(['all', 'none']).nullish() })
export const labelRename = z.object({ name_old: text, name_new: text })
export const labelName = z.object({ name: text })
export const labelOrders = z.object({ id_order_mapping: z.record(z.string(), order) })
export const noteAdd = z.object({ ...noteFields, item_id: id.nullish(), project_id: id.nullish() })
export const noteUpdate = z.object({ id, ...noteFields })
export const noteReaction = z.object({ id, reaction: text.min(1) })
export const onlyId = z.object({ id })
