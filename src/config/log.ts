import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino'
import { PinoPretty as pretty } from 'pino-pretty'

export type Log = Logger

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export const logFormats = ['pretty', 'json'] as const
export type LogFormat = (typeof logFormats)[number]

const secretNames = [
  'authorization',
  'Authorization',
  'token',
  'accessToken',
  'refreshToken',
  'apiToken',
  'apiKey',
  'apikey',
  'api_key',
  'access_token',
  'refresh_token',
  'password',
  'secret',
  'secretKey',
  'clientSecret',
  'systemKey',
  'webhookSecret',
  'client_secret',
] as const

/** Three levels deep: pino matches paths, not names at any depth, and our log objects are flat by habit. */
const redactedPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])

/**
 * The process's logger. It writes to stderr, because stdout belongs to the answer of a command, and blanks out
 * values under names that hold secrets.
 */
export function createLog(options: {
  level: LogLevel
  format: LogFormat
  /** Which process speaks, e.g. `worker`; shown with every line. */
  role?: string
  destination?: DestinationStream
}): Log {
  const target = options.destination ?? stderrStream(options.format)
  return pino(
    {
      level: options.level,
      base: options.role === undefined ? {} : { role: options.role },
      redact: { paths: redactedPaths, censor: '[redacted]' },
      serializers: { error: stdSerializers.err, err: stdSerializers.err },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
    },
    target,
  )
}

function stderrStream(format: LogFormat): DestinationStream {
  if (format === 'json') return pino.destination({ fd: 2, sync: true })
  return pretty({
    destination: 2,
    sync: true,
    colorize: process.stderr.isTTY === true && !process.env.NO_COLOR,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'role',
    messageFormat: '{if role}{role}: {end}{msg}',
  })
}
