import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { avowLine, curlLine, shellWord } from './command-line.ts'

/** What a shell makes of `words`, one a line. */
const read = (words: string) => execFileSync('sh', ['-c', `printf '%s\\n' ${words}`], { encoding: 'utf8' }).trimEnd()

describe('lines to copy', () => {
  test('a shell reads back every word as it was written', () => {
    for (const word of ["it's mine", 'a b', '"q"', '$(reboot)', '`id`', '$HOME;x', 'plain', '*', 'a\\b', ''])
      expect(read(shellWord(word)), word).toBe(word)
  })
  test('leaves out words that are not set', () => {
    expect(avowLine('key', 'create', 'my laptop', undefined, false)).toBe("avow key create 'my laptop'")
  })
  test('curl takes the token from the environment and the body as it is', () => {
    const line = curlLine('http://127.0.0.1:8080', { method: 'POST', path: '/api/v1/x', body: { name: "it's" } })
    expect(line).toContain('Bearer $AVOW_TOKEN')
    expect(line).toContain('-X POST http://127.0.0.1:8080/api/v1/x')
    expect(read(line.slice(line.indexOf("-d '") + 3))).toBe('{"name":"it\'s"}')
  })
})
