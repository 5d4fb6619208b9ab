/**
 * The relay's commands; settings come from the environment.
 *
 *   serve    run the relay (also without any command)
 *   invite   print an address with a fresh hosting code, for one more group
 *   groups   list the groups kept here, with their size
 *
 * Standard output is for people: the address to open, the lists. Logs go to standard error.
 */
import { parseConfig, type Config } from '#relay/config.ts'
import { printGroups } from './groups.ts'
import { printInvite } from './invite.ts'
import { serve } from './serve.ts'

const COMMANDS: ReadonlyMap<string, (config: Config) => Promise<void>> = new Map([
  ['serve', serve],
  ['invite', printInvite],
  ['groups', printGroups],
])

/** Runs the command of that name, or says on standard error why not. */
export async function runCommand(name: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const command = COMMANDS.get(name)
  const config = parseConfig(environment)
  if (command === undefined) {
    fail([`There is no command '${name}'; there are: ${[...COMMANDS.keys()].join(', ')}.`])
  } else if (!config.ok) {
    fail(config.error.sentences)
  } else {
    await command(config.value)
  }
}

function fail(sentences: readonly string[]): void {
  for (const sentence of sentences) process.stderr.write(`${sentence}\n`)
  process.exitCode = 2
}
