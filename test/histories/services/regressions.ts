import type { Script } from './script.ts'

/** Histories that failed once, as short as they could be made. `why`: what the product did wrong. */
export const REGRESSIONS: readonly { readonly why: string; readonly script: Script }[] = []
