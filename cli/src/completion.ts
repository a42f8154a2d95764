import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'

/** Adds `avow completion SHELL`, which prints the script, and the hidden `avow complete`, which the script calls. */
export const addCompletion = (program: Command): void => {
  tab(program, { completionCommandName: 'completion' })
}
