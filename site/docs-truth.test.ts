import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { read, readApiDocument, root } from './src/checkout.ts'
import { fillMarks } from './src/fill-marks.ts'
import { cliReference, makePages } from './src/make-pages.ts'
import { endpointsOf } from './src/openapi.ts'

const pages = makePages()
const reference = cliReference()
const document = readApiDocument()
const textOf = (wanted: string): string => {
  const found = pages.find((page) => page.path === wanted)
  if (found === undefined) throw new Error(`there is no page ${wanted}`)
  return found.text
}
/** Pages that people wrote, where a mistake can stand. */
const written = pages.filter((page) => page.path !== 'reference/cli.md')

const matches = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((found) => found[1] ?? '')
const sourcesIn = (folder: string): string =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('node_modules'))
    .map((file) => readFileSync(path.join(root, folder, file), 'utf8'))
    .join('\n')

test('every error code has a page that says its status and what to do', () => {
  const codes = Object.entries(document['x-errors'])
  expect(codes.length).toBeGreaterThan(20)
  for (const [code, { status, todo }] of codes) {
    const text = textOf(`errors/${code}.md`)
    expect(text).toContain(`HTTP status ${status}`)
    expect(text).toContain(todo)
  }
})

test('every endpoint is documented with its errors', () => {
  const all = endpointsOf(document)
  expect(all.length).toBeGreaterThan(40)
  const api = pages.filter((page) => page.path.startsWith('reference/api/')).map((page) => page.text)
  for (const { method, path: address, operation } of all) {
    const section = api
      .flatMap((text) => text.split('\n## '))
      .find((part) => part.includes(`\n\`${method} ${address}\`\n`))
    expect(section, `${method} ${address}`).toBeDefined()
    for (const code of operation['x-errors']) expect(section).toContain(`/errors/${code}`)
  }
})

test('every avow command in the docs is one that the command line has, with options that it has', () => {
  const sections = new Map(
    reference
      .split('\n### avow ')
      .slice(1)
      .map((section) => [section.split('\n')[0] ?? '', section]),
  )
  const lines = written.flatMap(({ path: page, text }) =>
    matches(text, /(?:^|[`\s(])(?:npx )?avow ([a-z][^\n`|)]*)/gm).map((line) => ({ page, line })),
  )
  const commands = lines.filter(({ line }) => !/^(ready|completion|outbox\)?$)/.test(line))
  expect(commands.length).toBeGreaterThan(40)
  for (const { page, line } of commands) {
    const words = line.split(/\s+/)
    const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((one) => sections.has(one))
    expect(name, `${page}: avow ${line}`).toBeDefined()
    for (const option of matches(line.split('#')[0] ?? '', /(--(?!help)[a-z-]+)/g))
      expect(
        sections.get(name ?? '')?.includes(`\`${option}`) || sections.get(name ?? '')?.includes(`, ${option}`),
        `${page}: avow ${line}: ${option}`,
      ).toBe(true)
  }
})

test('every setting named in the docs exists', () => {
  const known = new Set([
    ...matches(read('README.md'), /^\| `(\w+)` \|/gm),
    ...matches(reference, /\b(AVOW_[A-Z_]+)\b/g),
  ])
  const named = written.flatMap(({ path: page, text }) =>
    matches(text, /\b(AVOW_[A-Z_]+)\b/g).map((name) => ({ page, name })),
  )
  expect(named.length).toBeGreaterThan(40)
  for (const { page, name } of named) expect(known, `${page} names ${name}`).toContain(name)
})

test('every address of the control plane named in the docs exists', () => {
  const known = new Set(Object.keys(document.paths))
  const named = written.flatMap(({ path: page, text }) =>
    matches(text, /(\/api\/v1\/[A-Za-z{}/-]*[A-Za-z}])/g).map((address) => ({ page, address })),
  )
  expect(named.length).toBeGreaterThan(40)
  for (const { page, address } of named.filter(
    ({ page: of }) => !of.startsWith('reference/api/') || of.endsWith('index.md'),
  ))
    expect(known, `${page} names ${address}`).toContain(address)
})

test('every code that the inference API answers with is on its page', () => {
  const text = textOf('reference/inference.md')
  const codes = new Set([
    ...matches(
      read('server/src/modules/inference/gateway/openai-error.ts'),
      /(?:(?:invalid|upstreamFault)\(\s*\d{3},|unavailable\(|\bcode:)\s*'([a-z_]+)'/g,
    ),
    // What else the engine refuses is for the gateway, which words it anew.
    ...matches(sourcesIn('engine/src'), /ApiError\(\s*(?:400|500),\s*'([a-z_]+)'/g),
  ])
  expect(codes.size).toBeGreaterThan(20)
  expect([...codes].filter((code) => !text.includes(`\`${code}\``))).toEqual([])
  expect([...codes].filter((code) => !pages.some((page) => page.path === `errors/${code}.md`))).toEqual([])
})

test('the page of metrics names those that the server has, and no other', () => {
  const has = new Set(matches(sourcesIn('server/src'), /(?:name: |gauge\()'(avow_[a-z_]+)'/g))
  expect(new Set(matches(textOf('reference/health.md'), /`(avow_[a-z_]+)`/g))).toEqual(has)
})

test('the page of models tells of those that every installation has, with size and licence', () => {
  const catalogue = read('server/src/modules/inference/default-catalogue.ts')
  const rows = matches(textOf('operate/models.md'), /^(\| `.*` \| .* million .*)$/gm)
  const sizes = matches(catalogue, /sizeBytes: ([\d_]+)/g).map((text) => Number(text.replaceAll('_', '')) / 1e6)
  const licences = matches(catalogue, /licence: '(.*)'/g)
  expect(rows.length).toBe(licences.length)
  for (const [at, row] of rows.entries()) {
    const isInRepository = (sizes[at] ?? 0) < 10
    expect(row).toContain(isInRepository ? '| none |' : `| ${Math.round(sizes[at] ?? 0)} MB |`)
    expect(row).toContain(`| ${licences[at]} |`)
  }
  const standard = /^\| `AVOW_MODEL` \| `(.*?)`/m.exec(read('README.md'))?.[1]
  for (const page of ['operate/models.md', 'quickstart.md']) expect(textOf(page)).toContain(`\`${standard}\``)
})

test('a mark that nothing fills stops the build', () => {
  expect(() => fillMarks('<!-- fill nonsense -->', {})).toThrow('nothing fills the mark nonsense')
})
