import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeFlags } from '../../server/src/start/node-flags.mjs'
import { requestBytes } from './http-connection.ts'
import { type Running, start } from './processes.ts'

export interface Target {
  readonly name: 'bare' | 'nginx' | 'avow' | 'portkey'
  readonly port: number
  readonly request: (body: object) => Buffer
  /** The processes whose time is counted: those that carry requests. */
  readonly pids: () => number[]
  stop(): Promise<void>
}

const here = import.meta.dirname
const root = join(here, '../..')
const cache = join(here, '../.cache')
const node = process.execPath
const path = '/v1/chat/completions'

export const startMock = (port: number, events: number, gapMs: number): Promise<Running> =>
  start(node, [join(here, 'mock-upstream.ts'), String(port), String(events), String(gapMs)])

export const startBare = async (port: number, upstream: number): Promise<Target> => {
  const running = await start(node, [
    ...nodeFlags,
    join(here, 'bare-proxy.ts'),
    String(port),
    `http://127.0.0.1:${upstream}`,
  ])
  return { ...running, name: 'bare', port, request: (body) => requestBytes(path, {}, JSON.stringify(body)) }
}

const nginxConfig = (folder: string, port: number, upstream: number): string => `
daemon off; master_process on; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 2048; }
http {
  access_log off; keepalive_requests 100000000; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  upstream model { server 127.0.0.1:${upstream}; keepalive 512; keepalive_requests 100000000; }
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } }
}
`

/** Null where there is no nginx. */
export const startNginx = async (port: number, upstream: number): Promise<Target | null> => {
  if (!existsSync('/usr/sbin/nginx')) return null
  const folder = mkdtempSync(join(tmpdir(), 'avow-bench-nginx-'))
  writeFileSync(join(folder, 'nginx.conf'), nginxConfig(folder, port, upstream))
  const running = await start('/usr/sbin/nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], {
    probe: () => answers(port, '/'),
  })
  return {
    ...running,
    name: 'nginx',
    port,
    request: (body) => requestBytes(path, {}, JSON.stringify(body)),
    stop: async () => {
      await running.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The real server with embedded PostgreSQL; key with limits, purpose check, durable metering. */
export const startAvow = async (
  port: number,
  upstream: number,
): Promise<Target & { readonly databasePids: () => number[] }> => {
  const data = mkdtempSync(join(tmpdir(), 'avow-bench-'))
  const env = {
    AVOW_PORT: String(port),
    AVOW_DATA: data,
    AVOW_ENGINE: 'off',
    AVOW_MODEL: 'none',
    AVOW_LOG_LEVEL: 'warn',
  }
  const running = await start(node, [...nodeFlags, join(root, 'server/src/start/up.ts')], {
    env,
    cwd: root,
    ready: /^avow ready/m,
  })
  const firstRun = JSON.parse(readFileSync(join(data, 'first-run.json'), 'utf8')) as { project: { id: string } }
  const token = readFileSync(join(data, 'operator-token'), 'utf8').trim()
  const post = async (to: string, body: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1${to}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${to}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Record<string, unknown>
  }
  await post('/operate/models', {
    id: 'bench',
    upstream: `http://127.0.0.1:${upstream}`,
    upstreamKey: 'upstream',
    promptMicrosPerMillionTokens: '150000',
    completionMicrosPerMillionTokens: '600000',
  })
  const { secret } = await post(`/projects/${firstRun.project.id}/keys`, {
    name: 'bench',
    requestsPerMinute: 1_000_000,
    tokensPerMinute: 1_000_000_000,
  })
  const { pid } = running.child
  return {
    name: 'avow',
    port,
    pids: () => (pid === undefined ? [] : [pid]),
    databasePids: () =>
      running
        .pids()
        .filter((one) => one !== pid)
        .flatMap((one) => [one, ...descendants(one)]),
    request: (body) => requestBytes(path, { authorization: `Bearer ${String(secret)}` }, JSON.stringify(body)),
    stop: async () => {
      await running.stop()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

const descendants = (pid: number): number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

const portkeyPackage = {
  private: true,
  dependencies: { '@portkey-ai/gateway': '1.15.2', hono: '4.9.7', '@hono/node-server': '1.13.8' },
  overrides: { hono: '4.9.7', '@hono/node-server': '1.13.8' },
}

/** Null where its package cannot be had. */
export const startPortkey = async (port: number, upstream: number): Promise<Target | null> => {
  const folder = join(cache, 'portkey')
  const program = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js')
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify(portkeyPackage))
    try {
      execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder, stdio: 'inherit' })
    } catch {
      return null
    }
  }
  const running = await start(node, [program, `--port=${port}`, '--headless'], {
    cwd: folder,
    probe: () => answers(port, '/'),
  })
  const headers = {
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${upstream}/v1`,
    authorization: 'Bearer upstream',
  }
  return { ...running, name: 'portkey', port, request: (body) => requestBytes(path, headers, JSON.stringify(body)) }
}

const answers = async (port: number, to: string): Promise<boolean> => {
  try {
    await fetch(`http://127.0.0.1:${port}${to}`, { signal: AbortSignal.timeout(1000) })
    return true
  } catch {
    return false
  }
}
