import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { commands, type Flag } from './commands.ts';
import { flagTerm, helpFor, hintFor } from './help.ts';
import type { Use } from './plain-use.ts';

const usageError = 2;

/** Reads any command line. For help and usage errors it prints the answer, and returns the exit code. */
export function readUse(args: readonly string[]): Use | number {
  let use: Use | undefined;
  const program = new Command('etna-auth')
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(withoutValues(text)) })
    .configureHelp({ formatHelp: (command) => helpFor(command.parent && command.name()) })
    .showHelpAfterError(`\n${hintFor(null)}`);
  for (const [name, command] of Object.entries(commands)) {
    const parser = program.command(name).showHelpAfterError(`\n${hintFor(name)}`);
    for (const [key, flag] of Object.entries(command.flags)) parser.addOption(optionOf(key, flag));
    for (const { name, isOptional } of command.arguments ?? []) parser.argument(isOptional ? `[${name}]` : `<${name}>`);
    parser.action(() => {
      use = { command, flags: parser.opts(), words: parser.args };
    });
  }
  const [first, name = '', ...more] = args;
  // Commander prints the help for all commands instead, without a word about the one that does not exist.
  const isUnknown = first === 'help' && /^[^-]/.test(name) && name !== 'help' && !Object.hasOwn(commands, name);
  try {
    program.parse(isUnknown ? [name, ...more] : args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : usageError;
  }
  return use ?? usageError;
}

function optionOf(key: string, flag: Flag): Option {
  const { choices, read, rule, isRepeatable, conflict } = flag;
  const option = new Option(flagTerm(key, flag));
  if (choices) option.choices(choices);
  if (conflict) option.conflicts(conflict);
  if (isRepeatable) option.argParser((text, all: string[] = []) => [...all, text]);
  if (read) {
    option.argParser((text) => {
      const result = read(text);
      if (result === undefined) throw new InvalidArgumentError(rule ?? '');
      return result;
    });
  }
  return option;
}

/** A password that was passed as `--password=…`, `-p…` or an extra argument must not be printed. */
const withoutValues = (complaint: string) =>
  complaint.replace(/(option '(?:--[\w-]+(?==)|-\w)).+'/, "$1'").replace(/(arguments? but got \d+): .*/, '$1.');
