import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface DataDirFacts {
  platform: NodeJS.Platform
  env: NodeJS.Dict<string>
  home: string
  isRoot: boolean
  /** Whether users other than the owner may pass through the home folder. */
  homeIsOpen: boolean
}

export interface DataDir {
  path: string
  /** Set when the place is not where one would look for it. */
  note?: string
}

/** DEALBRIDGE_DATA_DIR if it is set, else the platform's place for a program's data. */
export function chooseDataDir(configured: string | undefined, facts: DataDirFacts = machineFacts()): DataDir {
  if (configured !== undefined) return { path: configured }
  const { platform, env, home } = facts
  if (platform === 'win32')
    return { path: join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'dealbridge') }
  if (facts.isRoot && !facts.homeIsOpen) {
    const path = '/var/lib/dealbridge'
    return {
      path,
      note: `running as root, whose home ${home} is closed to the embedded Postgres: data goes to ${path}`,
    }
  }
  if (platform === 'darwin') return { path: join(home, 'Library', 'Application Support', 'dealbridge') }
  return { path: join(env.XDG_DATA_HOME ?? join(home, '.local', 'share'), 'dealbridge') }
}

function machineFacts(): DataDirFacts {
  const home = homedir()
  const mode = statSync(home, { throwIfNoEntry: false })?.mode ?? 0
  return {
    platform: process.platform,
    env: process.env,
    home,
    isRoot: process.getuid?.() === 0,
    homeIsOpen: (mode & 0o001) !== 0,
  }
}
