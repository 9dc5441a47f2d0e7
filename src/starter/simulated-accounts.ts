import { access } from 'node:fs/promises'
import { join } from 'node:path'

/** Files in the data folder in which the simulators keep their accounts. */
const FILES = ['follow-up-boss.json', 'todoist.json']

/** Whether the demo goes on with the accounts of an earlier start. To be asked before the simulators run. */
export async function keepsSimulatedAccounts(dataDir: string): Promise<boolean> {
  const found = await Promise.all(
    FILES.map((file) =>
      access(join(dataDir, 'simulators', file)).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.every(Boolean)
}
