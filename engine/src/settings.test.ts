import { expect, it } from 'vitest'
import { readSettings } from './settings.ts'

it('has defaults for all but the model and its name', () => {
  expect(readSettings(['--model', 'a.gguf', '--id', 'a'], { AVOW_ENGINE_TOKEN: 't' })).toMatchObject({
    modelFile: 'a.gguf',
    host: '127.0.0.1',
    port: 0,
    socket: null,
    threads: 1,
    bodyBytesMax: 20_971_520,
    temperatureDefault: 1,
    gpu: 'off',
    token: 't',
  })
})

it('takes the largest body and the temperature of requests that name none', () => {
  const given = ['--model', 'a.gguf', '--id', 'a', '--body-max', '4096', '--temperature-default', '0.2']
  expect(readSettings(given, {})).toMatchObject({ bodyBytesMax: 4096, temperatureDefault: 0.2 })
  expect(() => readSettings([...given, '--temperature-default', '3'], {})).toThrow('--temperature-default')
})

it('names every wrong setting at once', () => {
  expect(() => readSettings(['--port', '99999', '--parallel', 'many', '--gpu', 'abacus'], {})).toThrow(
    /--gpu[\s\S]*--model[\s\S]*--id[\s\S]*--port[\s\S]*--parallel/,
  )
})
