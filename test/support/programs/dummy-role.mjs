// Stands in for worker and receiver: ready at once, ends on SIGTERM.
process.on('SIGTERM', () => process.exit(0))
setInterval(() => {}, 1_000)
process.stdout.write(
  `${JSON.stringify({ ready: true, addresses: { [process.argv[2]]: process.env.DATABASE_URL } })}\n`,
)
