import type { RemoteTask } from '../../src/core/observation.ts'
import { BLANK_TASK, type CanonicalTask } from '../../src/core/task.ts'

/** A task as a service holds it; nothing about it is known but what is given. */
export function remoteTask(task: Partial<CanonicalTask> = {}, given: Partial<RemoteTask> = {}): RemoteTask {
  return {
    task: { ...BLANK_TASK, title: 'Call Tom', ...task },
    version: null,
    container: null,
    person: null,
    marker: null,
    madeBy: null,
    assignedTo: null,
    madeAt: null,
    recurs: false,
    completions: 0,
    flags: [],
    block: [],
    extra: {},
    ...given,
  }
}
