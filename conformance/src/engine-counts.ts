import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What the engine itself says it made since it started, cancelled answers included. */
export interface EngineCounts {
  readonly promptTokens: number
  readonly completionTokens: number
}

/** The port that a process listens on, from its open sockets and proc_net_tcp(5). */
const listeningPort = (pid: number): number => {
  const sockets = readdirSync(`/proc/${pid}/fd`).flatMap(
    (fd) => /^socket:\[(\d+)\]$/.exec(readlink(`/proc/${pid}/fd/${fd}`))?.[1] ?? [],
  )
  for (const line of readFileSync(`/proc/${pid}/net/tcp`, 'utf8').split('\n').slice(1)) {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
    if (state === '0A' && sockets.includes(inode)) return Number.parseInt(local.split(':')[1] ?? '', 16)
  }
  throw new Error(`process ${pid} listens on no port`)
}

const readlink = (file: string): string => {
  try {
    return readlinkSync(file)
  } catch {
    return ''
  }
}

/** Asks the engine behind the server's back, with the token that only its parent gave it. */
export const engineCounts = async (pid: number): Promise<EngineCounts> => {
  const token = /AVOW_ENGINE_TOKEN=([^\0]+)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1] ?? ''
  const response = await fetch(`http://127.0.0.1:${listeningPort(pid)}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const text = await response.text()
  const counter = (name: string): number => {
    const value = new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]
    if (value === undefined)
      throw new Error(`the engine does not tell ${name}: ${response.status} ${text.slice(0, 200)}`)
    return Number(value)
  }
  return {
    promptTokens: counter('avow_engine_prompt_tokens_total'),
    completionTokens: counter('avow_engine_completion_tokens_total'),
  }
}
