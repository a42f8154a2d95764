import path from 'node:path'
import { currentContent, type GeneratedFile, generatedFiles } from './generated-files.ts'
import { type CheckResult, isMain, reportCheck } from './report-check.ts'

/** Makes every generated file again, in memory, and compares it with the one under `root` (absolute). */
export async function checkGenerated(
  root: string,
  files: readonly GeneratedFile[] = generatedFiles,
): Promise<CheckResult> {
  const violations: string[] = []
  for (const { file, content } of files) {
    const current = currentContent(root, file)
    try {
      if ((await content(current)) !== current) violations.push(`${file} is out of date: npm run generate`)
    } catch (error) {
      violations.push(`${file} cannot be made: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { examined: files.length, violations }
}

if (isMain(import.meta.url)) {
  reportCheck(await checkGenerated(path.resolve(import.meta.dirname, '..')), 'generated files')
}
