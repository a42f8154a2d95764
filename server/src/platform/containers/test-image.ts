import { execFileSync, spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import type { EngineDriver } from './engine-driver.ts'

const programs = ['sh', 'sleep', 'cat', 'ls', 'tail', 'touch', 'id']

/** Puts some programs of this machine, with their libraries, into an image: no registry is asked. */
export const importTestImage = async (driver: EngineDriver): Promise<string> => {
  const image = 'avow-test-programs:1'
  if (await driver.hasImage(image)) return image
  const files = programs.map((name) => `/bin/${name}`)
  const libraries = files.flatMap((file) =>
    [...execFileSync('ldd', [realpathSync(file)], { encoding: 'utf8' }).matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(
      ([, library]) => library ?? '',
    ),
  )
  const all = [...new Set([...files, ...libraries])].map((file) => file.slice(1))
  const tar = spawn('tar', ['--create', '--dereference', '--directory=/', ...all], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await driver.importImage(image, tar.stdout)
  return image
}
