import { expect, test } from 'vitest'
import { BadForm, boundaryOf, readForm } from './multipart.ts'

async function* inPieces(body: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size)
}

/** The parts of a form, each with all of its bytes. */
const read = async (pieces: AsyncIterable<Buffer>, boundary: string) => {
  const parts: { name: string; fileName: string | null; text: string; isWhole: boolean }[] = []
  for await (const event of readForm(pieces, boundary)) {
    const last = parts.at(-1)
    if (event.kind === 'part') parts.push({ name: event.name, fileName: event.fileName, text: '', isWhole: false })
    else if (event.kind === 'bytes' && last !== undefined) last.text += event.bytes.toString('latin1')
    else if (last !== undefined) last.isWhole = true
  }
  return parts
}

test('a form of a real client is read as it was written, wherever its pieces are cut', async () => {
  const form = new FormData()
  // Looks like the border of a part, and is none.
  const content = 'one\r\n--\r\n------\r\n\r\ntwo\r\n'
  form.append('purpose', 'batch')
  form.append('file', new File([content], 'a "b".jsonl'))
  form.append('empty', '')
  const request = new Request('http://x', { method: 'POST', body: form })
  const boundary = boundaryOf(request.headers.get('content-type') ?? undefined)
  const body = Buffer.from(await request.arrayBuffer())
  for (let size = 1; size <= 70; size++)
    expect(await read(inPieces(body, size), boundary)).toEqual([
      { name: 'purpose', fileName: null, text: 'batch', isWhole: true },
      { name: 'file', fileName: 'a "b".jsonl', text: content, isWhole: true },
      { name: 'empty', fileName: null, text: '', isWhole: true },
    ])
})

test('a form that ends in its middle, or is none, is refused', async () => {
  const whole = '--b\r\ncontent-disposition: form-data; name="file"\r\n\r\nabc\r\n--b--\r\n'
  for (let length = 0; length < whole.length - 4; length++)
    await expect(read(inPieces(Buffer.from(whole.slice(0, length)), 7), 'b')).rejects.toThrow(BadForm)
  await expect(read(inPieces(Buffer.from('--b\r\nx: y\r\n\r\nabc\r\n--b--'), 7), 'b')).rejects.toThrow('no name')
  const endless = Buffer.from(`--b\r\n${'x'.repeat(20_000)}`)
  await expect(read(inPieces(endless, 1000), 'b')).rejects.toThrow('too long')
  for (const type of [undefined, 'application/json', 'multipart/form-data', 'multipart/form-data; boundary='])
    expect(() => boundaryOf(type)).toThrow(BadForm)
})
