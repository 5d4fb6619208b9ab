/**
 * The relay as a program: `node relay/main.ts <command>`, see commands/run-command.ts.
 *
 * Stripped and compiled sources are kept between starts, which saves half a second and 30 MB; that
 * must be switched on before the first of them is loaded. Where the folder cannot be written it is
 * done without.
 */
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/relay', import.meta.url)))

const { runCommand } = await import('./commands/run-command.ts')

await runCommand(process.argv[2] ?? 'serve', process.env)
