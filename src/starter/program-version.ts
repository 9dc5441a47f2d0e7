import { readFileSync } from 'node:fs'

/** The version of this program: of package.json, two folders up in the sources, three in the build. */
export function programVersion(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const { version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as {
        version: string
      }
      return version
    } catch {
      // The other place, then.
    }
  }
  return 'unknown'
}
