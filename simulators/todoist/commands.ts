import type { z } from 'zod'
import { readArguments } from './arguments.ts'
import * as shape from './command-schemas.ts'
import { withParsedLabels } from './quick-add.ts'
import type { Account } from './state.ts'
import {
  closeItem,
  completeItem,
  uncompleteItem,
  undoComplete,
  updateDateComplete,
} from './state-completion.ts'
import {
  addItem,
  deleteItem,
  moveItem,
  reorderItems,
  setDayOrders,
  updateItem,
  type Who,
} from './state-items.ts'
import { addLabel, deleteLabel, reorderLabels, replaceOnTasks, updateLabel } from './state-labels.ts'
import { addNote, deleteNote, reactToNote, updateNote } from './state-notes.ts'
import * as projects from './state-projects.ts'
import * as sections from './state-sections.ts'

/** Runs one command; gives the id of the object it made, if it made one. */
export type CommandHandler = (account: Account, args: unknown, who: Who) => string | undefined

function command<T>(
  schema: z.ZodType<T>,
  run: (account: Account, args: T, who: Who) => { id: string } | undefined,
): CommandHandler {
  return (account, args, who) => run(account, readArguments(schema, args), who)?.id
}

/** A command whose object exists already: nothing is mapped to its temp id. */
function change<T>(
  schema: z.ZodType<T>,
  run: (account: Account, args: T, who: Who) => unknown,
): CommandHandler {
  return command(schema, (account, args, who) => {
    run(account, args, who)
    return undefined
  })
}

/** The documentation and the web client name the moment differently (reference §13.6, U12). */
function completedWhen(account: Account, args: z.output<typeof shape.itemComplete>): string | undefined {
  const by = account.settings.completedWhen
  const given = by === 'date_completed' ? undefined : args.completed_at
  return given ?? (by === 'completed_at' ? undefined : args.date_completed) ?? undefined
}

/** Accepted without effect: the simulator keeps no reminders. */
const ignored: CommandHandler = (account) => account.newId()

/** Every command the simulator knows, by its type. */
export const commandHandlers: Readonly<Record<string, CommandHandler>> = {
  item_add: command(shape.itemAdd, (account, { auto_parse_labels, ...args }) =>
    addItem(account, auto_parse_labels === true ? withParsedLabels(args) : args),
  ),
  item_update: change(shape.itemUpdate, (account, { id, ...fields }, who) =>
    updateItem(account, id, fields, who),
  ),
  item_move: change(shape.itemMove, (account, { id, ...to }) => moveItem(account, id, to)),
  item_close: change(shape.onlyId, (account, { id }) => closeItem(account, id)),
  item_complete: change(shape.itemComplete, (account, args) =>
    completeItem(account, args.id, completedWhen(account, args)),
  ),
  item_complete_undo: change(shape.itemCompleteUndo, (account, args) =>
    undoComplete(account, args.id, args.descendants),
  ),
  item_uncomplete: change(shape.onlyId, (account, { id }) => uncompleteItem(account, id)),
  item_update_date_complete: change(shape.itemUpdateDate, (account, args) =>
    updateDateComplete(account, args.id, {
      due: args.due,
      isForward: args.is_forward ?? true,
      resetSubtasks: args.reset_subtasks ?? false,
    }),
  ),
  item_delete: change(shape.onlyId, (account, { id }) => deleteItem(account, id)),
  item_update_day_orders: change(shape.itemDayOrders, (account, args) =>
    setDayOrders(account, args.ids_to_orders),
  ),
  item_reorder: change(shape.itemReorder, (account, { items }) => reorderItems(account, items)),

  section_add: command(shape.sectionAdd, sections.addSection),
  section_update: change(shape.sectionUpdate, (account, { id, ...fields }) =>
    sections.updateSection(account, id, fields),
  ),
  section_move: change(shape.sectionMove, (account, args) =>
    sections.moveSection(account, args.id, args.project_id),
  ),
  section_reorder: change(shape.sectionReorder, (account, args) =>
    sections.reorderSections(account, args.sections),
  ),
  section_archive: change(shape.onlyId, (account, { id }) => sections.archiveSection(account, id)),
  section_unarchive: change(shape.onlyId, (account, { id }) => sections.unarchiveSection(account, id)),
  section_delete: change(shape.onlyId, (account, { id }) => sections.deleteSection(account, id)),

  project_add: command(shape.projectAdd, projects.addProject),
  project_update: change(shape.projectUpdate, (account, { id, ...fields }) =>
    projects.updateProject(account, id, fields),
  ),
  project_move: change(shape.projectMove, (account, args) =>
    projects.moveProject(account, args.id, args.parent_id ?? null),
  ),
  project_reorder: change(shape.projectReorder, (account, args) =>
    projects.reorderProjects(account, args.projects),
  ),
  project_archive: change(shape.onlyId, (account, { id }) => projects.archiveProject(account, id)),
  project_unarchive: change(shape.onlyId, (account, { id }) => projects.unarchiveProject(account, id)),
  project_delete: change(shape.onlyId, (account, { id }) => projects.deleteProject(account, id)),

  label_add: command(shape.labelAdd, addLabel),
  label_update: change(shape.labelUpdate, (account, { id, ...fields }) => updateLabel(account, id, fields)),
  label_delete: change(shape.labelDelete, (account, args) =>
    deleteLabel(account, args.id, args.cascade ?? 'all'),
  ),
  label_rename: change(shape.labelRename, (account, args) =>
    replaceOnTasks(account, args.name_old, args.name_new),
  ),
  label_delete_occurrences: change(shape.labelName, (account, { name }) =>
    replaceOnTasks(account, name, null),
  ),
  label_update_orders: change(shape.labelOrders, (account, args) =>
    reorderLabels(account, args.id_order_mapping),
  ),

  note_add: command(shape.noteAdd, addNote),
  note_update: change(shape.noteUpdate, (account, { id, ...fields }) => updateNote(account, id, fields)),
  note_delete: change(shape.onlyId, (account, { id }) => deleteNote(account, id)),
  note_reaction_add: change(shape.noteReaction, (account, args) =>
    reactToNote(account, args.id, args.reaction, true),
  ),
  note_reaction_remove: change(shape.noteReaction, (account, args) =>
    reactToNote(account, args.id, args.reaction, false),
  ),

  reminder_add: ignored,
  reminder_update: ignored,
  reminder_delete: ignored,
}
