import { GENERAL_NAME } from '../core/stage-homes.ts'
import { commandName } from './command-name.ts'
import type { RunFile } from './run-file.ts'

/** What `start` prints once all is up: where everything is, and what to do first. */
export function guideLines(run: RunFile): string[] {
  const { api, temporalUi, temporal, followUpBoss, todoist } = run.addresses
  const demo = run.mode === 'demo'
  const places: [string, string | undefined][] = [
    [
      'Follow Up Boss',
      demo && followUpBoss !== undefined
        ? `${followUpBoss}/__sim/   (simulated: play the user here)`
        : undefined,
    ],
    [
      'Todoist',
      demo && todoist !== undefined ? `${todoist}/__sim/   (simulated: play the user here)` : undefined,
    ],
    ['Receiver (health, webhooks)', api === undefined ? undefined : `${api}/health`],
    ['Temporal', temporalUi ?? temporal],
    ['Data folder', run.dataDir],
  ]
  return [
    '',
    demo
      ? 'Dealbridge runs, as a demo: made-up people and tasks, and nothing leaves this machine.'
      : 'Dealbridge runs.',
    '',
    ...places.flatMap(([name, place]) => (place === undefined ? [] : [`  ${name.padEnd(27)} ${place}`])),
    '',
    ...(demo ? toTry(run) : []),
    `Stop with Ctrl-C. In another terminal: ${commandName()} status`,
    '',
  ]
}

function toTry(run: RunFile): string[] {
  return [
    'Three things to try:',
    '  1. Add a task to a person in Follow Up Boss and see it in Todoist a moment later, in the section of the person’s deal;',
    `     of a person without a deal, in “${GENERAL_NAME}”.`,
    '  2. Move a deal to another stage in Follow Up Boss and see its section move to the project of that stage, with its tasks;',
    '     of a buyer’s that comes under contract, the tasks of a checklist are there, too.',
    `  3. Complete, rename or date tasks in Todoist and kill the worker meanwhile (kill -9 ${run.pids.worker ?? '<its pid>'}):`,
    '     it comes back, Follow Up Boss follows, and nothing is lost or doubled.',
    '',
  ]
}
