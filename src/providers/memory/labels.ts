import type { PersonalLabels } from '../contract.ts'
import { begin, call, type MemoryOptions, trouble } from './call.ts'

/** The contract's `labels`: names and colours, names told apart without letter case. */
export function labelsOf(options: MemoryOptions): PersonalLabels {
  const { kind, service } = options
  return {
    colors: { type: 'blue', scope: 'grey', trouble: 'red', 'deal-type': 'green', county: 'brown' },
    list: async (connection) =>
      (await call(options, 'labels', connection, () => ({ names: [...service.labels.keys()] }))).names,
    async make(connection, labels) {
      const { lost } = await begin(options, 'labels', connection)
      const made: string[] = []
      for (const { name, color } of labels) {
        const isThere = [...service.labels.keys()].some((one) => one.toLowerCase() === name.toLowerCase())
        if (isThere) continue
        service.labels.set(name, color)
        made.push(name)
      }
      if (lost) throw trouble(kind, 'ambiguous-write')
      return made
    },
  }
}
