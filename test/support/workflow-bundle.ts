import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { inject } from 'vitest'
import './provided.ts'

const OURS = fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url))

/** Our workflows of today's sources. Bundled once in a run, for each file that needs them: that takes two seconds. */
export async function workflowBundle(workflowsPath: string = OURS): Promise<{ readonly codePath: string }> {
  const name = createHash('sha256').update(workflowsPath).digest('hex').slice(0, 16)
  const codePath = join(inject('runFolder'), `workflows-${name}.js`)
  if (existsSync(codePath)) return { codePath }
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') })
  // Another process may be about it as well: either one is as good, and neither is seen half written.
  const draft = `${codePath}-${randomUUID()}`
  await writeFile(draft, code)
  await rename(draft, codePath)
  return { codePath }
}
