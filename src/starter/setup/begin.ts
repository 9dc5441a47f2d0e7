import type { Preview } from '../../activities/preview.ts'
import { previewNow, runFirstSync } from '../first-sync.ts'
import { hopeless } from '../held-up.ts'
import { previewLines } from '../preview-lines.ts'
import { waitSettled } from '../settled.ts'
import { namingDeps, routeNames } from '../side-names.ts'
import type { StatusReport } from '../status-report.ts'
import type { SetupContext } from './context.ts'

/** What the first sync would write, and the lines that say so. */
export async function previewed(
  context: SetupContext,
): Promise<{ readonly preview: Preview; readonly lines: readonly string[] }> {
  const { session } = context
  const preview = await previewNow(session, (await context.route()).id)
  const { byName } = await routeNames(namingDeps(session.db))
  return { preview, lines: previewLines(preview, byName) }
}

/** Confirms, follows the first sync, and waits until all is in step, or only a person can make it go on. */
export async function begin(context: SetupContext): Promise<StatusReport> {
  const { session, link } = context
  await link.confirm()
  await runFirstSync(session, await context.route(), { patient: false })
  if ((await context.route()).filledAt !== null) await link.end()
  return waitSettled(session.db, { signal: session.signal, until: hopeless })
}
