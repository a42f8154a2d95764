import { expect, it } from 'vitest'
import { readSettings } from './settings.ts'

it('has defaults for all but the model and its name', () => {
  expect(readSettings(['--model', 'a.gguf', '--id', 'a'], { AVOW_ENGINE_TOKEN: 't' })).toMatchObject({
    modelFile: 'a.gguf',
    host: '127.0.0.1',
    port: 0,
    threads: 1,
    gpu: 'off',
    token: 't',
  })
})

it('names every wrong setting at once', () => {
  expect(() => readSettings(['--port', '99999', '--parallel', 'many', '--gpu', 'abacus'], {})).toThrow(
    /--gpu[\s\S]*--model[\s\S]*--id[\s\S]*--port[\s\S]*--parallel/,
  )
})
