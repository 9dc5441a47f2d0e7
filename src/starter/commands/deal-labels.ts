import { labelsOfRoute, type RouteLabel } from '../../activities/manage/labels.ts'
import { LABEL_KINDS, type LabelKind } from '../../core/standard-labels.ts'
import { type Answer, DRY } from '../answer.ts'
import { quoted } from '../command-name.ts'
import type { Deciding } from '../deciding.ts'
import { routeNamed } from '../route-named.ts'
import { counted } from '../task-words.ts'

export type LabelsFlags = { readonly apply?: boolean; readonly dryRun?: boolean; readonly json?: boolean }

/** The standard labels of a route, and which of them the task app has with a colour; `apply`: the rest are made. */
export async function labels(
  deciding: Deciding,
  name: string,
  { apply = false, dryRun = false }: LabelsFlags,
): Promise<Answer> {
  const route = await routeNamed(deciding.deps.db, name)
  const found = await labelsOfRoute(deciding, route, { apply, dryRun })
  const lines = [
    ...LABEL_KINDS.flatMap((kind) => kindLines(kind, found)),
    ...nextLines(name, found, { apply, dryRun }),
  ]
  return {
    json: { route: name, labels: found },
    lines: apply && dryRun ? [DRY, ...lines] : lines,
    outcome: 0,
  }
}

const WORDS: Readonly<Record<LabelKind, string>> = {
  type: 'types of tasks',
  scope: 'what takes part',
  trouble: 'what waits for you',
  'deal-type': 'types of deals',
  county: 'counties',
}

function kindLines(kind: LabelKind, all: readonly RouteLabel[]): string[] {
  const own = all.filter((one) => one.kind === kind)
  const [first] = own
  if (first === undefined) return []
  return [`${WORDS[kind]} (${first.color}): ${own.map(labelWords).join(', ')}`]
}

function labelWords({ name, there, made }: RouteLabel): string {
  if (made) return `${name} (made)`
  return there ? name : `${name} (missing)`
}

function nextLines(
  route: string,
  all: readonly RouteLabel[],
  { apply, dryRun }: { readonly apply: boolean; readonly dryRun: boolean },
): string[] {
  const missing = all.filter(({ there }) => !there).length
  if (missing === 0) return ['The account has all of them; none is touched.']
  if (apply && !dryRun)
    return [
      `${counted(all.filter(({ made }) => made).length, 'label')} made; those that were there are untouched.`,
    ]
  if (apply) return [`${counted(missing, 'label')} would be made; those that are there stay untouched.`]
  return [`To have the missing ones made: ${quoted(`deals labels ${route} --apply`)}.`]
}
