/** One thing wrong: the variable (or file) and what is wrong with it. */
export interface Problem {
  name: string
  message: string
}
