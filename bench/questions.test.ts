import { expect, test } from 'vitest'
import { startFollowUpBoss } from '../simulators/follow-up-boss/start.ts'
import { basicKey } from '../simulators/kit/client.ts'
import type { RunningSim } from '../simulators/kit/service.ts'
import { startTodoist } from '../simulators/todoist/start.ts'
import { Connection, type Questionnaire, timesOf } from './asking.ts'
import { followUpBossQuestions } from './follow-up-boss-questions.ts'
import { followUpBossTasks, todoistTasks } from './side-tasks.ts'
import { Simulated } from './simulated.ts'
import { todoistQuestions } from './todoist-questions.ts'

const TASKS = 260

/** Asks each question twice; gives the names, and how many tasks there are more than are accounted for. */
async function tryOut(
  sim: RunningSim,
  headers: Record<string, string>,
  make: (service: Simulated, to: Connection) => Promise<Questionnaire>,
  count: (state: unknown) => unknown[],
) {
  const service = new Simulated(sim.url)
  const connection = new Connection(sim.url, headers)
  try {
    const { questions, made } = await make(service, connection)
    for (const question of questions) {
      const times = await timesOf({ ...question, times: 2 }, new AbortController().signal)
      expect(times, question.name).toMatchObject({ n: 2 })
    }
    expect(new Set(questions.map(({ name }) => name)).size).toBe(questions.length)
    expect(questions.filter(({ isPage }) => isPage === true).length).toBeGreaterThan(5)
    expect(made()).toBeGreaterThan(0)
    return count(await service.state()).length - made()
  } finally {
    await connection.close()
    await sim.close()
  }
}

test('each question to Follow Up Boss has an answer, and what they make is counted', async () => {
  const sim = await startFollowUpBoss({ port: 0, data: TASKS, seed: 1 })
  expect(await tryOut(sim, basicKey('k'), followUpBossQuestions, followUpBossTasks)).toBe(TASKS)
})

test('each question to Todoist has an answer, and what they make is counted', async () => {
  const sim = await startTodoist({ port: 0, data: 'empty', tasks: TASKS, seed: 1 })
  const headers = { authorization: 'Bearer k' }
  expect(await tryOut(sim, headers, todoistQuestions, todoistTasks)).toBe(TASKS)
})
