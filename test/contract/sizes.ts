import type { Service } from './world.ts'

/*
 * A real server looks through its whole account for every request, so it gets small accounts. Its pages are the provider's
 * own, of `PAGE_OF_REAL` tasks: many of them in few tasks.
 */

/** Tasks of one page of a walk over a real server, where its provider makes the pages. */
export const PAGE_OF_REAL = 10

/** Ten pages of 100, where a service makes pages; of a real server eight, so that the seventh is not the last there. */
export const manyOf = ({ isReal }: Service): number => (isReal ? 75 : 1_000)

/** Several pages: of a real server six, and more tasks than a provider may ask for at once. */
export const severalOf = ({ isReal }: Service): number => (isReal ? 60 : 220)
