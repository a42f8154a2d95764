import { Command as Commander, CommanderError } from 'commander'
import { CliFailure, exitCodes, Interrupted, ResultFailure } from './failure.ts'
import { addCommand, rootHelp } from './program.ts'
import { findNoun, type Noun, nouns } from './registry.ts'
import { type CommonFlags, openSession, type Session, type World } from './session.ts'
import { harmless, palette, wantsColour } from './terminal.ts'

type Open = (common: CommonFlags) => Session

const addNoun = async (program: Commander, noun: Noun, verb: string | undefined, open: Open): Promise<void> => {
  if (noun.kind === 'command') {
    addCommand(program, noun.name, await noun.load(), open)
    return
  }
  const parent = program.command(noun.name).description(noun.summary)
  const wanted = verb !== undefined && Object.hasOwn(noun.verbs, verb) ? [verb] : Object.keys(noun.verbs)
  for (const name of wanted) {
    const load = noun.verbs[name]
    if (load !== undefined) addCommand(parent, name, await load(), open)
  }
}

const newProgram = (world: World): Commander =>
  new Commander('avow')
    .description('The command line of Avow, a self-hosted GPU cloud whose privacy policy runs.')
    .version('0.1.0')
    .addHelpText('after', rootHelp)
    .exitOverride()
    .showHelpAfterError('Run it with --help for its options and examples.')
    .configureOutput({
      writeOut: (text) => world.terminal.output.write(text),
      writeErr: (text) => world.terminal.errors.write(text),
      getOutHelpWidth: () => Math.min(100, world.terminal.columns),
      getErrHelpWidth: () => Math.min(100, world.terminal.columns),
    })

/** Every command, as the completion and the reference need it. */
export const wholeProgram = async (world: World): Promise<Commander> => {
  const program = newProgram(world)
  for (const noun of nouns) await addNoun(program, noun, undefined, (common) => openSession(world, common))
  return program
}

/** Only what this command line needs is loaded: a command starts in a fraction of a second. */
const programFor = async (world: World, argv: readonly string[], open: Open): Promise<Commander> => {
  const noun = findNoun(argv[0])
  const program = newProgram(world)
  if (noun !== undefined) {
    await addNoun(program, noun, argv[1], open)
    return program
  }
  for (const { name, summary } of nouns) program.command(name).description(summary)
  program.command('completion').description('Print the completion script of a shell (bash, zsh, fish)')
  return program
}

const explain = (world: World, failure: CliFailure, json: boolean): void => {
  const paint = palette(wantsColour({ ...world.terminal, isScreen: world.terminal.isInteractive }, world.environment))
  const { problem, todo } = failure
  const lines = [`${paint.red('avow:')} ${harmless(failure.message)}`]
  if (todo !== undefined) lines.push(todo)
  if (problem !== undefined && URL.canParse(problem.type))
    lines.push(paint.dim(`${problem.code}: ${harmless(problem.type)}`))
  if (problem?.requestId !== undefined) lines.push(paint.dim(`request ${harmless(problem.requestId)}`))
  world.terminal.errors.write(`${lines.join('\n')}\n`)
  if (json && !(failure instanceof ResultFailure)) {
    const error = problem ?? { title: failure.message, detail: todo ?? '' }
    world.terminal.output.write(`${JSON.stringify({ error }, null, 2)}\n`)
  }
}

const runCompletion = async (argv: readonly string[], world: World): Promise<number> => {
  const { addCompletion } = await import('./completion.ts')
  const program = await wholeProgram(world)
  addCompletion(program)
  await program.parseAsync([...argv], { from: 'user' })
  return exitCodes.ok
}

/** Runs one command line (without the program's name) in the given world and gives the process's exit code. */
export const runCli = async (argv: readonly string[], world: World): Promise<number> => {
  const state = { json: argv.includes('--json') }
  const open: Open = (common) => {
    state.json = common.json
    return openSession(world, common)
  }
  try {
    if (argv[0] === 'completion' || argv[0] === 'complete') return await runCompletion(argv, world)
    // `avow help key` is `avow key --help`: the commands to describe are loaded by their place on the line.
    const line = argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv]
    const program = await programFor(world, line, open)
    await program.parseAsync(line, { from: 'user' })
    return exitCodes.ok
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    if (error instanceof CliFailure) {
      explain(world, error, state.json)
      return error.exitCode
    }
    if (error instanceof Interrupted) return error.exitCode
    throw error
  }
}
