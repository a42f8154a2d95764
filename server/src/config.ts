import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { abuseSettings, type FloodSettings, floodsOf, type SpendSettings, spendOf } from './abuse-settings.ts'
import { type CollectorSettings, collectorOf } from './collector-settings.ts'
import {
  addressRanges,
  duration,
  flag,
  headerList,
  msOf,
  oneOf,
  recipientId,
  socket,
  url,
  wait,
  wholeNumber,
} from './setting-schemas.ts'

/**
 * Every setting: where it is read from, its default, an example and what it does. The README's table is made from this.
 * Precedence: command-line flag (CLI only), environment, default.
 */
export const settings = {
  AVOW_PORT: {
    schema: wholeNumber(0, 65_535).default(8080),
    example: '8080',
    about: 'Port of console, API and inference. 0 takes a free one.',
  },
  AVOW_HOST: {
    schema: z.string().min(1).default('127.0.0.1'),
    example: '0.0.0.0',
    about: 'Address to listen on. Off loopback, AVOW_TLS_CERT and AVOW_TLS_KEY are needed.',
  },
  AVOW_DATA: {
    schema: z.string().min(1).default('./.avow'),
    example: '/var/lib/avow',
    about: 'Folder of everything that Avow keeps.',
  },
  AVOW_GATEWAY: {
    schema: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be small letters, digits and hyphens, at most 32')
      .refine((name) => name !== 'main', 'must not be main: that is the main process')
      .default('gateway'),
    example: 'gateway-2',
    about:
      'Name of a gateway that runs beside the main process (npm run gateway). It keeps its journal under AVOW_DATA.',
  },
  AVOW_POLICY: {
    schema: z.string().min(1).default('starter'),
    example: './my-policy.yaml',
    about: 'Policy: a file, or the name of one in policies/.',
  },
  AVOW_PUBLIC_URL: {
    schema: url('must be an http or https address', /^https?$/).optional(),
    example: 'https://cloud.example.org',
    about: 'Address that people use; for links in mail. Default: where it listens.',
  },
  AVOW_TRUSTED_PROXIES: {
    schema: addressRanges.optional(),
    example: '127.0.0.1,10.0.0.0/8',
    about: 'Proxies whose X-Forwarded-For says where a caller is (addresses, CIDR blocks). Default: none.',
  },
  AVOW_TLS_CERT: {
    schema: z.string().min(1).optional(),
    example: '/etc/avow/tls.crt',
    about: 'Certificate chain (PEM file). With AVOW_TLS_KEY turns HTTPS on.',
  },
  AVOW_TLS_KEY: {
    schema: z.string().min(1).optional(),
    example: '/etc/avow/tls.key',
    about: 'Private key (PEM file).',
  },
  AVOW_OPERATOR_EMAIL: {
    schema: z.email('must be an email address').default('operator@avow.localhost'),
    example: 'ops@example.org',
    about: 'Address of the first operator, used on the first start only.',
  },
  AVOW_MODEL: {
    schema: z.string().min(1).default('smollm2-135m-instruct'),
    example: 'none',
    about: 'Catalogue model to download in the background; none: only the built-in toy.',
  },
  AVOW_MODEL_FILE: {
    schema: z.string().min(1).optional(),
    example: '/models/SmolLM2-135M-Instruct.Q4_1.gguf',
    about: 'Local file of that model, tried before any download.',
  },
  AVOW_ENGINE: { schema: flag.default(true), example: 'off', about: 'Run the embedded CPU inference engine.' },
  AVOW_ENGINE_PARALLEL: {
    schema: wholeNumber(1, 64).default(4),
    example: '4',
    about: 'Answers that the embedded engine writes at once.',
  },
  AVOW_ENGINE_QUEUE: {
    schema: wholeNumber(0, 10_000).default(256),
    example: '256',
    about: 'Requests that may wait for the embedded engine; more get 429.',
  },
  AVOW_DOCKER: { schema: socket, example: 'off', about: 'Socket of the Docker that runs endpoints; off: none.' },
  AVOW_FIRST_BYTE_TIMEOUT: {
    schema: wait.default('PT10M'),
    example: 'PT1M',
    about: 'How long a model’s server may take to the first byte of an answer (ISO 8601 duration).',
  },
  AVOW_IDLE_TIMEOUT: {
    schema: wait.default('PT2M'),
    example: 'PT30S',
    about: 'How long a model’s server may be silent in the middle of an answer (ISO 8601 duration).',
  },
  AVOW_USAGE_SYNC: {
    schema: oneOf('soon', 'before-answer').default('soon'),
    example: 'before-answer',
    about:
      'When booked usage is forced to the disk. soon: within 20 ms; a killed process loses nothing, a power cut these 20 ms. before-answer: no answer ends before.',
  },
  ...abuseSettings,
  AVOW_MAX_BODY_BYTES: {
    schema: wholeNumber(1024, 1_073_741_824).default(20_971_520),
    example: '20971520',
    about: 'Largest body of an inference request.',
  },
  AVOW_SMTP_URL: {
    schema: url('must be an smtp or smtps address', /^smtps?$/).optional(),
    example: 'smtps://user:secret@mail.example.org:465',
    about: 'Mail server. Without it mail stays in the local outbox (avow outbox).',
  },
  AVOW_MAIL_FROM: {
    schema: z
      .string()
      .min(3, 'must be an email address, with a name or without')
      .default('Avow <no-reply@avow.localhost>'),
    example: 'Example Cloud <no-reply@example.org>',
    about: 'Sender of mail.',
  },
  AVOW_SMTP_RECIPIENT: {
    schema: recipientId.optional(),
    example: 'mail',
    about: 'Who runs that mail server: an id of the policy’s recipients. Needed where it is outside your own networks.',
  },
  AVOW_OTLP_URL: {
    schema: url('must be an http or https address', /^https?$/).optional(),
    example: 'http://127.0.0.1:4318',
    about: 'OpenTelemetry collector (OTLP over HTTP) that gets a span for each call, without content. Default: none.',
  },
  AVOW_OTLP_HEADERS: {
    schema: headerList.optional(),
    example: 'x-collector-key=secret',
    about: 'Headers for the collector, such as its key: name=value with commas between, values percent-encoded.',
  },
  AVOW_OTLP_RECIPIENT: {
    schema: recipientId.optional(),
    example: 'tracing',
    about: 'Who runs that collector: an id of the policy’s recipients. Needed where it is outside your own networks.',
  },
  AVOW_REGION: {
    schema: z
      .string()
      .regex(/^[A-Z]{2}$/, 'must be two capital letters of ISO 3166')
      .optional(),
    example: 'US',
    about: 'Country in which this installation runs. Without it no organisation can be pinned, and no border is known.',
  },
  AVOW_AIR_GAP: {
    schema: flag.default(false),
    example: 'on',
    about: 'Open no connection to the outside at all: no mail, model or download that needs one.',
  },
  AVOW_LOG_LEVEL: {
    schema: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent').default('info'),
    example: 'debug',
    about: 'Least severe log line that is written.',
  },
  AVOW_MASTER_KEY_FILE: {
    schema: z.string().min(1).optional(),
    example: '/etc/avow/master.key',
    about: 'Key-encryption key (32 bytes, base64). Default: AVOW_DATA/secrets/master.key, made on the first start.',
  },
  AVOW_BACKUP_DIR: {
    schema: z.string().min(1).optional(),
    example: '/backup/avow',
    about: 'Folder of encrypted backups. Default: AVOW_DATA/backups. Better on another disk.',
  },
  AVOW_BACKUP_EVERY: {
    schema: z.union([z.literal('off'), duration]).default('P1D'),
    example: 'PT12H',
    about: 'How often a backup is made by itself (ISO 8601 duration), or off. The policy says how long they are kept.',
  },
  AVOW_BACKUP_KEY_FILE: {
    schema: z.string().min(1).optional(),
    example: '/etc/avow/backup.key',
    about:
      'Key of the backups (32 bytes, base64). Default: AVOW_DATA/secrets/backup.key, made on first use. Keep a copy.',
  },
  DATABASE_URL: {
    schema: url('must be a postgres or postgresql address', /^postgres(ql)?$/).optional(),
    example: 'postgres://avow:secret@db:5432/avow',
    about: 'PostgreSQL 15 or newer. Default: an embedded one under AVOW_DATA.',
  },
  AVOW_VAULT_DATABASE_URL: {
    schema: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    example: 'postgres://avow_vault:secret@db:5432/avow',
    about: 'The same database as a role of its own that owns the schema vault. Default: the role of DATABASE_URL.',
  },
  AVOW_DATABASE_RECIPIENT: {
    schema: recipientId.optional(),
    example: 'managed-database',
    about:
      'Who runs the database of DATABASE_URL: an id of the policy’s recipients. Needed where it is outside your own networks.',
  },
  HF_TOKEN: {
    schema: z.string().min(1).optional(),
    example: 'hf_...',
    about: 'Token for model files on Hugging Face.',
  },
} as const

type Settings = { [K in keyof typeof settings]: z.output<(typeof settings)[K]['schema']> }

export interface Config {
  port: number
  host: string
  dataDir: string
  /** Name of a gateway beside the main process. */
  gateway: string
  policy: string
  publicUrl: string | undefined
  /** Addresses and CIDR blocks. */
  trustedProxies: readonly string[]
  tls: { certFile: string; keyFile: string } | undefined
  operatorEmail: string
  model: { id: string | undefined; file: string | undefined; huggingFaceToken: string | undefined }
  engine: { enabled: boolean; parallel: number; queue: number }
  docker: string | null
  /** Of a model’s server. */
  timeouts: { firstByteMs: number; idleMs: number }
  floods: FloodSettings
  spend: SpendSettings
  maxBodyBytes: number
  usageSync: Settings['AVOW_USAGE_SYNC']
  mail: { smtpUrl: string | undefined; smtpRecipient: string | null; from: string }
  collector: CollectorSettings | undefined
  /** ISO 3166; null: not stated. */
  region: string | null
  airGap: boolean
  logLevel: Settings['AVOW_LOG_LEVEL']
  masterKeyFile: string
  /** `every` is an ISO 8601 duration; undefined: none is made by itself. */
  backups: { dir: string; keyFile: string; every: string | undefined }
  databaseUrl: string | undefined
  databaseRecipient: string | null
  vaultDatabaseUrl: string | undefined
  /** Whether output may be coloured or drawn on: only for start-up lines. */
  version: string
}

const modelOf = (v: Settings): Config['model'] => ({
  id: v.AVOW_MODEL === 'none' ? undefined : v.AVOW_MODEL,
  file: v.AVOW_MODEL_FILE,
  huggingFaceToken: v.HF_TOKEN,
})

const timeoutsOf = (v: Settings): Config['timeouts'] => ({
  firstByteMs: msOf(v.AVOW_FIRST_BYTE_TIMEOUT) ?? 0,
  idleMs: msOf(v.AVOW_IDLE_TIMEOUT) ?? 0,
})

const tlsOf = ({ AVOW_TLS_CERT: certFile, AVOW_TLS_KEY: keyFile }: Settings): Config['tls'] =>
  certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile }

export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      `${problems.length === 1 ? 'One setting is' : `${problems.length} settings are`} wrong:\n${problems.map((p) => `  ${p}`).join('\n')}`,
    )
    this.problems = problems
  }
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/**
 * Reads all settings at once.
 * @throws ConfigError naming every wrong setting with an example, never only the first, never its value (it may be a secret)
 */
export const readConfig = (env: Record<string, string | undefined>, version: string): Config => {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(settings)) {
    const given = env[name]?.trim()
    const parsed = setting.schema.safeParse(given === '' ? undefined : given)
    if (parsed.success) values[name] = parsed.data
    else
      problems.push(
        `${name}: ${[...new Set(parsed.error.issues.map((issue) => issue.message))].join('; ')}. Example: ${name}=${setting.example}`,
      )
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith('AVOW_') && !(name in settings) && !clientSettings.has(name))
      problems.push(`${name}: there is no such setting. See the README for all of them`)
  }
  const v = values as unknown as Settings
  if ((v.AVOW_TLS_CERT === undefined) !== (v.AVOW_TLS_KEY === undefined))
    problems.push(
      'AVOW_TLS_CERT, AVOW_TLS_KEY: give both or neither. Example: AVOW_TLS_CERT=/etc/avow/tls.crt AVOW_TLS_KEY=/etc/avow/tls.key',
    )
  if (typeof v.AVOW_HOST === 'string' && !isLoopback(v.AVOW_HOST) && v.AVOW_TLS_CERT === undefined)
    problems.push(
      `AVOW_HOST: ${v.AVOW_HOST} is not loopback, and plain HTTP is served on loopback only. Give AVOW_TLS_CERT and AVOW_TLS_KEY, or put a TLS proxy in front of 127.0.0.1`,
    )
  if (problems.length > 0) throw new ConfigError(problems)
  const dataDir = resolve(v.AVOW_DATA)
  return {
    port: v.AVOW_PORT,
    host: v.AVOW_HOST,
    dataDir,
    gateway: v.AVOW_GATEWAY,
    policy: v.AVOW_POLICY,
    trustedProxies: v.AVOW_TRUSTED_PROXIES ?? [],
    publicUrl: v.AVOW_PUBLIC_URL?.replace(/\/+$/, ''),
    tls: tlsOf(v),
    operatorEmail: v.AVOW_OPERATOR_EMAIL,
    model: modelOf(v),
    engine: { enabled: v.AVOW_ENGINE, parallel: v.AVOW_ENGINE_PARALLEL, queue: v.AVOW_ENGINE_QUEUE },
    ...{ docker: v.AVOW_DOCKER, timeouts: timeoutsOf(v), usageSync: v.AVOW_USAGE_SYNC },
    ...{ floods: floodsOf(v), spend: spendOf(v), maxBodyBytes: v.AVOW_MAX_BODY_BYTES },
    mail: { smtpUrl: v.AVOW_SMTP_URL, smtpRecipient: v.AVOW_SMTP_RECIPIENT ?? null, from: v.AVOW_MAIL_FROM },
    collector: collectorOf(v),
    ...{ region: v.AVOW_REGION ?? null, airGap: v.AVOW_AIR_GAP, logLevel: v.AVOW_LOG_LEVEL },
    masterKeyFile: v.AVOW_MASTER_KEY_FILE ?? resolve(dataDir, 'secrets/master.key'),
    backups: {
      dir: resolve(v.AVOW_BACKUP_DIR ?? resolve(dataDir, 'backups')),
      keyFile: v.AVOW_BACKUP_KEY_FILE ?? resolve(dataDir, 'secrets/backup.key'),
      every: v.AVOW_BACKUP_EVERY === 'off' ? undefined : v.AVOW_BACKUP_EVERY,
    },
    databaseUrl: v.DATABASE_URL,
    databaseRecipient: v.AVOW_DATABASE_RECIPIENT ?? null,
    vaultDatabaseUrl: v.AVOW_VAULT_DATABASE_URL,
    version,
  }
}

/** Variables that the CLI reads; the server meets them in a shared environment and lets them be. */
const clientSettings = new Set(['AVOW_URL', 'AVOW_TOKEN', 'AVOW_API_KEY', 'AVOW_PROJECT', 'AVOW_ORGANISATION'])

/** The process's own environment; the one place that reads it. */
export const processEnvironment = (): Record<string, string | undefined> => process.env
