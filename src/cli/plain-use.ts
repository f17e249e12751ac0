import { parseArgs } from 'node:util';
import { type Command, commands, type Flag, kebabCase } from './commands.ts';

/** A command, with its flags and arguments. */
export interface Use {
  readonly command: Command;
  readonly flags: object;
  readonly words: readonly string[];
}

/**
 * Reads a command line without help and without mistakes. `null` for any other: the parser that answers these takes longer to load than
 * most commands run.
 */
export function readPlainUse([name = '', ...args]: readonly string[]): Use | null {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const given = command && parsed(command, args);
  if (!given) return null;
  const { values, positionals: words } = given;
  const { arguments: wanted = [] } = command;
  const needed = wanted.filter(({ isOptional }) => !isOptional).length;
  if (words.length < needed || words.length > wanted.length) return null;
  const flags: Record<string, unknown> = {};
  for (const [key, flag] of Object.entries(command.flags)) {
    const given = values[kebabCase(key)]?.map((value) => readValue(flag, value));
    if (!given) continue;
    const isRival = flag.conflict !== undefined && kebabCase(flag.conflict) in values;
    if (given.includes(undefined) || isRival) return null;
    flags[key] = flag.isRepeatable ? given : given.at(-1);
  }
  return { command, flags, words };
}

function parsed({ flags }: Command, args: readonly string[]) {
  const options = Object.entries(flags).map(([key, { value }]) => {
    return [kebabCase(key), { type: value === undefined ? 'boolean' : 'string', multiple: true }] as const;
  });
  try {
    return parseArgs({ args: [...args], options: Object.fromEntries(options), allowPositionals: true });
  } catch {
    return null;
  }
}

/** `undefined` if it is none of the choices, or breaks the rule. */
function readValue({ choices, read }: Flag, given: string | boolean): unknown {
  if (typeof given !== 'string') return given;
  if (choices?.includes(given) === false) return undefined;
  return read ? read(given) : given;
}
