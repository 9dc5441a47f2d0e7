import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { LocalTaskStore } from '../../src/providers/local/store.ts'
import { createProviders } from '../../src/providers/registry.ts'

/*
 * A pair of systems is never named in core, activities or workflows: they know the left and the right of a route. What a
 * comment says is for people.
 */

const LAYERS = ['core', 'activities', 'workflows']
/** Nothing is asked of the store: only the kinds count. */
const KINDS = [...createProviders({} as LocalTaskStore).keys()]
/** `local` is a word of its own. */
const NAMES = [...KINDS.filter((kind) => kind !== 'local'), 'followUpBoss', 'fub']

/** The lines of a source without comments. */
function codeOf(source: string): string[] {
  const withoutBlocks = source.replace(/\/\*[\s\S]*?\*\//gu, (block) => block.replace(/[^\n]/gu, ''))
  return withoutBlocks.split('\n').map((line) => line.replace(/(^|\s)\/\/.*$/u, ''))
}

function namedIn(source: string): string[] {
  return codeOf(source).flatMap((line, at) =>
    NAMES.some((name) => new RegExp(`\\b${name}\\b`, 'iu').test(line)) ? [`${at + 1}: ${line.trim()}`] : [],
  )
}

it.each(LAYERS)('no line of src/%s names a provider', (layer) => {
  const folder = new URL(`../../src/${layer}/`, import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  expect(sources.length).toBeGreaterThan(5)
  const named = sources.flatMap((file) =>
    namedIn(readFileSync(new URL(file, folder), 'utf8')).map((line) => `src/${layer}/${file}:${line}`),
  )
  expect(named).toEqual([])
})

it('sees a name in code, and none in a comment', () => {
  expect(namedIn("if (kind === 'todoist') stop()")).toHaveLength(1)
  expect(namedIn('/* Todoist\n does so */\n// as Todoist')).toEqual([])
  expect(namedIn("const kind = 'a' // todoist")).toEqual([])
})
