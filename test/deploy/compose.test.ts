import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { optionList } from '../../src/config/options.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const condition = z.enum(['service_started', 'service_healthy', 'service_completed_successfully'])
const service = z.strictObject({
  image: z.string().regex(/^[\w/.-]+(:(\$\{\w+:-)?[\w.-]+\}?)?$/),
  build: z.literal('.').optional(),
  init: z.boolean().optional(),
  restart: z.string().regex(/^(no|always|unless-stopped|on-failure:\d+)$/),
  stop_grace_period: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  env_file: z.array(z.strictObject({ path: z.string(), required: z.boolean() })).optional(),
  secrets: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
  deploy: z.strictObject({ replicas: z.number() }).optional(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  healthcheck: z.record(z.string(), z.unknown()).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition })).default({}),
})
const file = z.looseObject({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.null()),
  volumes: z.record(z.string(), z.null()),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
})

/** What each image of others reads, by their own pages. */
const ENVIRONMENT: Readonly<Record<string, readonly string[]>> = {
  postgres: ['POSTGRES_USER', 'POSTGRES_DB', 'POSTGRES_PASSWORD', 'POSTGRES_PASSWORD_FILE'],
  'temporalio/admin-tools': [
    'DB',
    'DB_PORT',
    'POSTGRES_SEEDS',
    'POSTGRES_USER',
    'POSTGRES_PWD',
    'SQL_PASSWORD',
    'TEMPORAL_ADDRESS',
    'TEMPORAL_NAMESPACE',
  ],
  'temporalio/server': [
    'DB',
    'DB_PORT',
    'POSTGRES_SEEDS',
    'POSTGRES_USER',
    'POSTGRES_PWD',
    'SQL_PASSWORD',
    'BIND_ON_IP',
    'NUM_HISTORY_SHARDS',
  ],
  'temporalio/ui': ['TEMPORAL_ADDRESS', 'TEMPORAL_UI_PORT'],
  dealbridge: optionList.flatMap(([name, spec]) => (spec.secret ? [name, `${name}_FILE`] : [name])),
}

const compose = file.parse(parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }))
const services = Object.entries(compose.services)

describe('docker-compose.yml', () => {
  it.each(services)('gives %s names that its image reads', (_name, { image, environment }) => {
    const known = ENVIRONMENT[image.split(':')[0] ?? '']
    expect(known, image).toBeDefined()
    expect(Object.keys(environment).filter((name) => !known?.includes(name))).toEqual([])
  })

  it.each(services)('names for %s nothing that is not there', (_name, one) => {
    for (const name of one.secrets) expect(compose.secrets).toHaveProperty(name)
    for (const name of one.networks) expect(compose.networks).toHaveProperty(name)
    for (const volume of one.volumes) {
      const from = volume.split(':')[0] ?? ''
      if (!from.startsWith('.')) expect(compose.volumes).toHaveProperty(from)
      else if (from.startsWith('./deploy')) expect(existsSync(join(root, from))).toBe(true)
    }
    for (const value of Object.values(one.environment).filter((text) => text.startsWith('/run/secrets/')))
      expect(one.secrets).toContain(value.split('/').at(-1))
    for (const [other, { condition: wanted }] of Object.entries(one.depends_on)) {
      const found = compose.services[other]
      expect(found, other).toBeDefined()
      if (wanted === 'service_healthy') expect(found?.healthcheck, other).toHaveProperty('test')
      if (wanted === 'service_completed_successfully') expect(found?.restart, other).toMatch(/^on-failure/)
    }
  })

  it('lets nobody but this machine reach what it opens, and each network those who need it', () => {
    for (const [, { ports }] of services)
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{\w+:-\d+\}:\d+$/)
    const inside = (network: string) =>
      services.filter(([, { networks }]) => networks.includes(network)).map(([name]) => name)
    expect(inside('dealbridge')).not.toContain('temporal-postgres')
    expect(inside('temporal')).not.toContain('postgres')
  })

  it('runs two workers once the schema and the namespace are there', () => {
    expect(compose.services.worker).toMatchObject({
      deploy: { replicas: 2 },
      depends_on: {
        migrate: { condition: 'service_completed_successfully' },
        'temporal-namespace': { condition: 'service_completed_successfully' },
      },
    })
  })
})
