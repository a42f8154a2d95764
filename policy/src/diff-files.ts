/** A program of its own, for the CLI: `node policy/src/diff-files.ts A B` prints the difference of two policies as JSON. */
import { diffPolicies } from './diff-policies.ts'
import { compileFile, printJson } from './policy-file.ts'

const [from = '', to = ''] = process.argv.slice(2)
printJson(() => diffPolicies(compileFile(from), compileFile(to)))
