import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { FUB_SETTINGS, makeSettings } from '../../simulators/follow-up-boss/settings.ts'
import { Settings } from '../../simulators/kit/settings.ts'
import { defaultSettings, settingWords } from '../../simulators/todoist/settings.ts'
import { BUNDLES, FOLLOW_UP_BOSS, NEUTRAL, settingsOf, TODOIST } from './unproven.ts'

describe.each([
  ['follow-up-boss', FUB_SETTINGS, FOLLOW_UP_BOSS, NEUTRAL.followUpBoss],
  ['todoist', defaultSettings, TODOIST, NEUTRAL.todoist],
] as const)('the switches of %s', (folder, settings, unproven, neutral) => {
  test('are each an open question with two answers, or known to be none', () => {
    const listed = [...Object.keys(unproven), ...neutral]
    expect(
      Object.keys(settings).filter((name) => !listed.includes(name)),
      'in neither list',
    ).toEqual([])
    expect(
      neutral.filter((name) => name in unproven),
      'in both lists',
    ).toEqual([])
    for (const [name, [hoped, feared]] of Object.entries(unproven)) expect(hoped, name).not.toBe(feared)
  })

  test('that FIDELITY.md names beside an open question have two answers', () => {
    const text = readFileSync(new URL(`../../simulators/${folder}/FIDELITY.md`, import.meta.url), 'utf8')
    const beside = text
      .split('\n')
      .filter((line) => line.startsWith('|') && /\bU\d+\b/.test(line))
      .flatMap((line) => [...line.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''))
    const named = Object.keys(settings).filter((name) => beside.includes(name) && !neutral.includes(name))
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((name) => !(name in unproven))).toEqual([])
  })
})

test.each(BUNDLES)('the simulators take the bundle %s as it is', (bundle) => {
  const { followUpBoss, todoist } = settingsOf(bundle)
  expect(makeSettings().change(followUpBoss)).toBeUndefined()
  expect(new Settings({ ...defaultSettings }, settingWords).change(todoist)).toBeUndefined()
})
