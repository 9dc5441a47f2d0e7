// node --import <this file> program.ts: runs TypeScript as it stands, for tests that need a process of their own
// before anything is built.
import { readFile } from 'node:fs/promises'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'

// This file is loaded twice: as a preload, which registers it, and then as the hooks themselves.
if (!new URL(import.meta.url).searchParams.has('hooks')) register(`${import.meta.url}?hooks`)

export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context)
  const { transform } = await import('@swc/core')
  const filename = fileURLToPath(url)
  const { code } = await transform(await readFile(filename, 'utf8'), {
    filename,
    swcrc: false,
    configFile: false,
    sourceMaps: 'inline',
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022', experimental: { keepImportAttributes: true } },
  })
  return { format: 'module', source: code, shortCircuit: true }
}
