import { type Command, Option } from 'commander'
import type { TasksOfDeleted } from '../../store/local/delete-list.ts'
import { addNamed, remove, rename, restore, showLists } from '../local/lists.ts'
import { type Run, writing } from '../local/running.ts'
import type { WriteFlags } from '../local/task-writes.ts'

export function addTaskLists(tasks: Command, run: Run): void {
  const lists = tasks.command('lists').description('lists of your own tasks')
  // A command of its own, so that it does not take the flags of the others.
  lists
    .command('show', { isDefault: true })
    .description('all lists; the same as without a word')
    .option('--archived', 'archived ones too')
    .option('--json', 'one JSON document on stdout')
    .action((flags: { readonly archived?: boolean; readonly json?: boolean }) =>
      run(flags, (keeping) => showLists(keeping, flags)),
    )
  writing(lists.command('add <name>').description('make a list'))
    .option('--colour <colour>', '#rrggbb or a name such as berry_red')
    .action((name: string, flags: WriteFlags & { readonly colour?: string }) =>
      run(flags, (keeping) => addNamed(keeping, name, flags)),
    )
  writing(lists.command('rename <list> <name>').description('give a list another name')).action(
    (list: string, name: string, flags: WriteFlags) =>
      run(flags, (keeping) => rename(keeping, list, name, flags)),
  )
  writing(
    lists.command('restore <list>').description('take a deleted list back, without the tasks that it lost'),
  ).action((list: string, flags: WriteFlags) => run(flags, (keeping) => restore(keeping, list, flags)))
  writing(lists.command('rm <list>').description('delete a list'))
    .addOption(
      new Option('--tasks <what>', 'keep its tasks, in the default list, or delete them').choices([
        'keep',
        'delete',
      ]),
    )
    .option('--hard', 'for good: nothing of it is left')
    .action(
      (list: string, flags: WriteFlags & { readonly tasks?: TasksOfDeleted; readonly hard?: boolean }) =>
        run(flags, (keeping) => remove(keeping, list, flags)),
    )
}
