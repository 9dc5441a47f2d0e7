import type { TeamStatus } from '../store/team-status.ts'
import { quoted } from './command-name.ts'
import { counted } from './task-words.ts'

/** What `status` tells of teams: whose tasks no route has, and routes whose agent is gone. */
export function teamLines(teams: readonly TeamStatus[]): string[] {
  return teams.flatMap(({ connection, ofNobody, gone }) => [
    ...(ofNobody.length === 0
      ? []
      : [
          `  ${connection}: no route has ${ofNobody.map(ofNobodyWords).join(', ')}; they stay as they are`,
          `    to give an agent a route: ${quoted('route add <name> <left> <right> --agent <who>')}`,
        ]),
    ...gone.map(
      ({ agent, route }) =>
        `  route ${route} is for ${agent}, who is not in the account any more: ${quoted(`route edit ${route} --agent <who>`)}`,
    ),
  ])
}

function ofNobodyWords({ agent, tasks }: TeamStatus['ofNobody'][number]): string {
  const open = counted(tasks, 'open task')
  return agent === null ? `${open} that nobody is assigned to` : `${open} of ${agent}`
}
