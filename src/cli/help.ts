import packageJson from '../../package.json' with { type: 'json' };
import { type Command, commands, type Flag, kebabCase } from './commands.ts';

type Entry = readonly [term: string, meaning: string];

const helpFlag: Entry = ['-h, --help', 'display help for command'];

/** The answer to a command line that only asks for help or for the version; `null` for any other. */
export function answerTo([first = '', second, ...more]: readonly string[]): string | null {
  if (more.length > 0) return null;
  if (second === undefined) {
    if (first === '--version' || first === '-V') return `${packageJson.version}\n`;
    return first === 'help' || isHelpFlag(first) ? helpFor(null) : null;
  }
  const name = first === 'help' ? second : first;
  return (first === 'help' || isHelpFlag(second)) && Object.hasOwn(commands, name) ? helpFor(name) : null;
}

const isHelpFlag = (word: string) => word === '--help' || word === '-h';

/** The help for a command, or for all of them. `width` is that of the terminal. */
export function helpFor(name: string | null, width = process.stdout.columns || 80): string {
  const command = name === null ? null : commands[name];
  const lists: Readonly<Record<string, readonly Entry[]>> = command
    ? {
        Arguments: (command.arguments ?? []).map(({ name, description }) => [name, description]),
        Options: [...Object.entries(command.flags).map(([key, flag]) => flagEntry(key, flag)), helpFlag],
      }
    : {
        Options: [['-V, --version', 'output the version number'], helpFlag],
        Commands: [
          ...Object.entries(commands).map(([name, each]): Entry => [`${name} ${usageOf(each)}`, each.description]),
          ['help [command]', helpFlag[1]],
        ],
      };
  const longest = Math.max(...Object.values(lists).flatMap((entries) => entries.map(([term]) => term.length)));
  const indent = longest + 4;
  const lineOf = ([term, meaning]: Entry) =>
    `  ${term.padEnd(longest)}  ${wrapped(meaning, width - indent).replaceAll('\n', `\n${' '.repeat(indent)}`)}`;
  return `${[
    usageLine(name),
    wrapped(command?.description ?? packageJson.description, width),
    ...Object.entries(lists).flatMap(([title, entries]) =>
      entries.length > 0 ? [[`${title}:`, ...entries.map(lineOf)].join('\n')] : [],
    ),
    ...(command?.note ? [wrapped(command.note, width)] : []),
  ].join('\n\n')}\n`;
}

/** What follows the report of an error: short, so that the report stays on the screen. */
export function hintFor(name: string | null): string {
  const note = name === null ? undefined : commands[name]?.note;
  const hint = `${usageLine(name)}\nRun etna-auth ${name === null ? '' : `${name} `}--help for the details.`;
  return note ? `${hint}\n\n${wrapped(note, process.stderr.columns || 80)}` : hint;
}

function usageLine(name: string | null): string {
  const command = name === null ? null : commands[name];
  return `Usage: etna-auth ${command ? `${name} ${usageOf(command)}` : '[options] [command]'}`;
}

const usageOf = ({ usage = '[options]' }: Command): string => usage;

export const flagTerm = (key: string, { value }: Flag): string =>
  `--${kebabCase(key)}${value === undefined ? '' : ` <${value}>`}`;

const flagEntry = (key: string, flag: Flag): Entry => {
  const { choices } = flag;
  return [flagTerm(key, flag), `${flag.description}${choices ? ` (choices: ${choices.join(', ')})` : ''}`];
};

/** Breaks a text between words. Columns that are too narrow to be read are left to the terminal. */
const wrapped = (text: string, width: number): string =>
  text.replaceAll(new RegExp(`(.{1,${Math.max(width, 40)}})(?: |$)`, 'g'), '$1\n').trimEnd();
