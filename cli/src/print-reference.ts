import type { AnyCommand } from './command.ts'
import { commonFlags, rootHelp } from './program.ts'
import { nouns } from './registry.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

const forms = {
  one: (name: string) => `<${name}>`,
  optional: (name: string) => `[${name}]`,
  any: (name: string) => `[${name}...]`,
}

const commandText = (name: string, definition: AnyCommand): string => {
  const args = Object.entries(definition.args ?? {})
  const flags = [...Object.values(definition.flags ?? {}), ...Object.values(commonFlags(definition))]
  const usage = ['avow', name, ...args.map(([argument, { form }]) => forms[form](argument)), '[options]'].join(' ')
  const choices = (list: readonly string[] | undefined): string =>
    list === undefined ? '' : `; one of: ${list.join(', ')}`
  return [
    `### avow ${name}`,
    definition.details ?? `${definition.summary}.`,
    `\`\`\`sh\n${usage}\n\`\`\``,
    ...(args.length === 0
      ? []
      : [
          [
            '| Argument | What it is |',
            '|---|---|',
            ...args.map(([argument, { about, choices: of }]) => `| \`${argument}\` | ${cell(about)}${choices(of)} |`),
          ].join('\n'),
        ]),
    [
      '| Option | What it does |',
      '|---|---|',
      ...flags.map((flag) => `| \`${flag.flags}\` | ${cell(flag.about)}${choices(flag.choices)} |`),
    ].join('\n'),
    `\`\`\`sh\n${definition.examples.map(([line, about]) => `# ${about}\n${line}`).join('\n\n')}\n\`\`\``,
  ].join('\n\n')
}

const parts: string[] = [
  '# Command line',
  'Generated from the commands themselves. In a checkout it is `npx avow`. Every command takes `--json`.',
  `\`\`\`text\n${rootHelp.trim()}\n\`\`\``,
]
for (const noun of nouns) {
  const verbs =
    noun.kind === 'command'
      ? [[noun.name, noun.load] as const]
      : Object.entries(noun.verbs).map(([verb, load]) => [`${noun.name} ${verb}`, load] as const)
  parts.push(`## ${noun.name}`, `${noun.summary}.`)
  for (const [name, load] of verbs) parts.push(commandText(name, await load()))
}
parts.push(
  '## completion',
  'Prints a completion script: `source <(avow completion bash)`, `source <(avow completion zsh)`, `avow completion fish | source`.',
)
process.stdout.write(`${parts.join('\n\n')}\n`)
