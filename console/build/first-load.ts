import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** One file of a build: its name, its bytes, and the files that it loads at once. */
export interface BuiltFile {
  name: string
  bytes: Uint8Array | string
  loads: readonly string[]
}

/**
 * What a browser fetches before it can show `start`: the file and all that it loads, each once.
 * Returns the sum in bytes after gzip.
 */
export const gzipBytesOf = (start: readonly string[], files: ReadonlyMap<string, BuiltFile>): number => {
  const seen = new Set<string>()
  const queue = [...start]
  let sum = 0
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    const file = files.get(name)
    if (file === undefined) continue
    sum += gzipSync(file.bytes, { level: 9 }).byteLength
    queue.push(...file.loads)
  }
  return sum
}

interface Options {
  /** The most that any page may need, in bytes after gzip. */
  maximumBytes: number
  /** Source files that a page loads later on, such as charts; they are not counted. */
  later: readonly RegExp[]
}

/** Fails the build when opening a page needs more than `maximumBytes`; prints the figure; writes .gz and .br beside. */
export const firstLoad = (options: Options): Plugin => ({
  name: 'avow-first-load',
  apply: 'build',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const files = new Map<string, BuiltFile>()
      const entries: string[] = []
      const pages: { name: string; source: string }[] = []
      for (const [name, output] of Object.entries(bundle)) {
        if (output.type === 'asset') {
          files.set(name, { name, bytes: output.source, loads: [] })
          continue
        }
        const css = [...(output.viteMetadata?.importedCss ?? [])]
        files.set(name, { name, bytes: output.code, loads: [...output.imports, ...css] })
        if (output.isEntry) entries.push(name)
        const source = output.facadeModuleId
        if (output.isDynamicEntry && source !== null && !options.later.some((pattern) => pattern.test(source)))
          pages.push({ name, source })
      }
      const shell = pages.filter((page) => page.source.includes('/app/shell/')).map((page) => page.name)
      const sizes = pages.map((page) => ({
        source: page.source.slice(page.source.indexOf('/src/') + 5),
        bytes: gzipBytesOf([...entries, ...shell, page.name], files),
      }))
      sizes.sort((a, b) => b.bytes - a.bytes)
      const largest = sizes[0]
      if (largest === undefined) this.error('The build has no pages: the first load cannot be measured.')
      const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`
      this.info(
        `first load (JS + CSS, gzip, before charts): ${kilobytes(largest.bytes)} for the largest page, ${largest.source}; limit ${kilobytes(options.maximumBytes)}`,
      )
      if (largest.bytes > options.maximumBytes)
        this.error(
          `${largest.source} needs ${kilobytes(largest.bytes)} on the first load, more than ${kilobytes(options.maximumBytes)}.`,
        )
      this.emitFile({
        type: 'asset',
        fileName: 'first-load.json',
        source: JSON.stringify({ maximumBytes: options.maximumBytes, pages: sizes }, null, 2),
      })
      for (const file of files.values()) {
        if (!/\.(js|css|svg)$/.test(file.name)) continue
        const bytes = Buffer.from(file.bytes)
        this.emitFile({ type: 'asset', fileName: `${file.name}.gz`, source: gzipSync(bytes, { level: 9 }) })
        this.emitFile({
          type: 'asset',
          fileName: `${file.name}.br`,
          source: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }),
        })
      }
    },
  },
})
