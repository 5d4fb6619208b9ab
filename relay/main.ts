/**
 * The relay's commands: `node relay/main.ts <command>`; settings come from the environment.
 *
 *   serve    run the relay (also without any command)
 *   invite   print an address with a fresh hosting code, for one more group
 *   groups   list the groups kept here, with their size
 *
 * Standard output is for people: the address to open, the lists. Logs go to standard error.
 */
import { printGroups } from './commands/groups.ts'
import { printInvite } from './commands/invite.ts'
import { serve } from './commands/serve.ts'
import { parseConfig, type Config } from './config.ts'

const COMMANDS: Readonly<Record<string, (config: Config) => Promise<void> | void>> = {
  serve,
  invite: printInvite,
  groups: printGroups,
}

const name = process.argv[2] ?? 'serve'
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
const config = parseConfig(process.env)

if (command === undefined) {
  fail([`There is no command '${name}'; there are: ${Object.keys(COMMANDS).join(', ')}.`])
} else if (!config.ok) {
  fail(config.error.sentences)
} else {
  await command(config.value)
}

function fail(sentences: readonly string[]): void {
  for (const sentence of sentences) process.stderr.write(`${sentence}\n`)
  process.exitCode = 2
}
