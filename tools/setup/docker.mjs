import { spawn } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { createConnection } from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { root } from './run.mjs'
import { ensureSystemProgram } from './system.mjs'

const socket = '/var/run/docker.sock'
const readyWithinMs = 30_000
const lookEveryMs = 250

/**
 * Has Docker running for tests: a daemon that is there, or as root one that is installed and started, and stays.
 * @returns {Promise<string | null>} why there is none, and what to do; null: it runs
 */
export async function ensureDocker() {
  if (await answers()) return null
  if (process.getuid?.() !== 0)
    return `Docker is not running, and only root may start it; tests of endpoints are skipped`
  const { file, reason } = await ensureSystemProgram('docker')
  if (file === null) return reason
  mkdirSync(path.join(root, '.cache'), { recursive: true })
  const log = openSync(path.join(root, '.cache/dockerd.log'), 'a')
  // A session of its own: it serves more than this run.
  spawn(file, [], { detached: true, stdio: ['ignore', log, log] })
    .on('error', () => undefined)
    .unref()
  for (let waitedMs = 0; waitedMs < readyWithinMs; waitedMs += lookEveryMs) {
    if (await answers()) return null
    await pause(lookEveryMs)
  }
  return `dockerd did not answer within ${readyWithinMs / 1000} s, see .cache/dockerd.log; tests of endpoints are skipped`
}

function answers() {
  return new Promise((resolve) => {
    const connection = createConnection(socket)
    connection.once('connect', () => resolve(true)).once('error', () => resolve(false))
    connection.once('connect', () => connection.destroy())
  })
}
