/** `npm run generate`: writes every generated file anew. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { currentContent, generatedFiles } from './generated-files.ts'

const root = path.resolve(import.meta.dirname, '..')
for (const { file, content } of generatedFiles) {
  const current = currentContent(root, file)
  const wanted = await content(current)
  if (wanted === current) continue
  writeFileSync(path.join(root, file), wanted)
  console.log(`wrote ${file}`)
}
