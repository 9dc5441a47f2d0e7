/** Has a look at once, and again and again, never two at a time. `look` sees to its own errors. */
export function lookAgainAndAgain(look: () => Promise<void>, everyMs: number): { stop(): Promise<void> } {
  let working = look()
  const timer = setInterval(() => {
    working = working.then(look)
  }, everyMs)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await working
    },
  }
}
