import type { Script } from './script.ts'

/** Histories that failed once, each as short as it could be made. */
export const REGRESSIONS: readonly { readonly why: string; readonly script: Script }[] = []
