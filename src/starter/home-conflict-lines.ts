import type { HomeResolution } from '../activities/deals/resolve-home.ts'
import { homeConflictId } from '../activities/shown/conflict.ts'
import type { HomeConflict } from '../store/home-conflicts.ts'
import { quoted } from './command-name.ts'
import { counted, shorten, timeWords } from './task-words.ts'

export function homeConflictLines(conflicts: readonly HomeConflict[], zone: string): string[] {
  return conflicts.flatMap((one) => {
    const { dealId, deal, tasks, decision, at } = one
    const id = homeConflictId(one, conflicts)
    const head = `${id}  deal ${dealId} “${shorten(deal)}”, ${timeWords(at, zone)}: ${whatWas(one)}`
    if (decision !== null)
      return [`${head}; you decided: ${decision === 'restore' ? 'it comes back' : 'it was let go'}`]
    return [
      `${head}; waits for you`,
      `      ${tasks === 0 ? 'its tasks are hidden there' : `${counted(tasks, 'task')} went with it`}; the CRM keeps ${tasks === 1 ? 'it' : 'them'}`,
      `      you can: ${quoted(`conflicts resolve ${id} restore`)} brings it back with its tasks,`,
      `               ${quoted(`conflicts resolve ${id} let-go`)} leaves it at that; later tasks of the deal lie in General`,
    ]
  })
}

/** Where the app has no sections it was the list of a stage. */
function whatWas({ section, project, deleted }: HomeConflict): string {
  if (section === null)
    return `the list ${project === null ? 'of its stage' : `“${shorten(project)}”`} was ${deleted ? 'deleted' : 'archived'}`
  const what = `section “${shorten(section)}”${project === null ? '' : ` in “${shorten(project)}”`}`
  return `${what} ${deleted ? 'was deleted' : 'was archived, or its project was'}`
}

export function homeResolvedLines(done: readonly HomeResolution[]): string[] {
  return done.flatMap(({ conflict, decision, pairs, left }) => [
    decision === 'restore'
      ? `The ${placeWord(conflict)} of deal ${conflict.dealId} comes back${pairs.length === 0 ? '' : `, with ${counted(pairs.length, 'task')} linked again`}.`
      : `The ${placeWord(conflict)} of deal ${conflict.dealId} is let go${pairs.length === 0 ? '' : `, and ${counted(pairs.length, 'task')} with it`}; the CRM keeps its tasks.`,
    ...left.map(({ why }) => `  ${why}`),
    ...(decision === 'restore'
      ? []
      : [`To have it back later: ${quoted(`conflicts resolve home-${conflict.dealId} restore`)}.`]),
  ])
}

function placeWord({ section }: HomeConflict): string {
  return section === null ? 'place' : 'section'
}
