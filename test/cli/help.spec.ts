import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { commands, kebabCase } from '../../src/cli/commands.ts';
import { answerTo, helpFor } from '../../src/cli/help.ts';
import { readUse } from '../../src/cli/usage.ts';

const names = Object.keys(commands);
const topics = [null, ...names];

/** What the parser of usage errors prints, and its exit code. */
function printedByTheParser(args: readonly string[]) {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const exitCode = readUse(args);
  return { exitCode, output: write.mock.calls.map(([text]) => text).join('') };
}

afterEach(() => void vi.restoreAllMocks());

describe('an answer without the parser of usage errors', () => {
  it.each([['--help'], ['-h'], ['help'], ['--version'], ['-V']])('%s is what the parser prints', (flag) => {
    expect(answerTo([flag])).not.toBeNull();
    expect(printedByTheParser([flag])).toEqual({ exitCode: 0, output: answerTo([flag]) });
  });

  it.each(
    names.flatMap((name) => [
      [name, '--help'],
      [name, '-h'],
      ['help', name],
    ]),
  )('%s %s is what the parser prints', (...args) => {
    expect(answerTo(args)).not.toBeNull();
    expect(printedByTheParser(args)).toEqual({ exitCode: 0, output: answerTo(args) });
  });

  it('is never given where the parser prints something else', () => {
    const word = fc.constantFrom(...names, 'help', '--help', '-h', '--version', '-V', '--json', '--', '', '__proto__');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (args) => {
        const answer = answerTo(args);
        if (answer !== null) expect(printedByTheParser(args)).toEqual({ exitCode: 0, output: answer });
        vi.restoreAllMocks();
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the help', () => {
  const words = (text: string) => text.split(/\s+/).join(' ');

  it.each(names)('for %s says how to use it, what it does, and what its arguments and flags mean', (name) => {
    const {
      description,
      flags,
      arguments: taken = [],
      usage = '[options]',
      note = '',
    } = commands[name] ?? expect.fail();
    const positional = taken.map((argument) => `${argument.name} ${argument.description}`);
    const terms = Object.entries(flags).map(([key, { value, choices, description }]) => {
      const chosen = choices ? ` (choices: ${choices.join(', ')})` : '';
      return `--${kebabCase(key)}${value === undefined ? '' : ` <${value}>`} ${description}${chosen}`;
    });
    const parts = [`Usage: etna-auth ${name} ${usage}`, description];
    if (taken.length > 0) parts.push('Arguments:', ...positional);
    parts.push('Options:', ...terms, '-h, --help display help for command', note);
    expect(words(helpFor(name))).toBe(words(`${parts.join(' ')} `));
  });

  it('for all commands lists each, with its usage and what it does', () => {
    const entries = Object.entries(commands).map(([name, { usage = '[options]', description }]) => {
      return `${name} ${usage} ${description}`;
    });
    expect(words(helpFor(null))).toBe(
      words(
        `Usage: etna-auth [options] [command] ${packageJson.description}
         Options: -V, --version output the version number -h, --help display help for command
         Commands: ${entries.join(' ')} help [command] display help for command `,
      ),
    );
  });

  it.each(topics)('for %s has what the terms mean in one column, and one blank line between its parts', (name) => {
    const help = helpFor(name, 60);
    const lists = help.split('\n\n').filter((part) => /^\w+:\n/.test(part));
    const lines = lists.flatMap((list) => list.trimEnd().split('\n').slice(1));
    const columns = lines.map((line) => /^ {2}(?:\S.*?)? {2,}(?=\S)/.exec(line)?.[0].length);
    expect(new Set(columns)).toEqual(new Set([expect.any(Number)]));
    expect(help).not.toMatch(/ \n|\n{3}|\n\n$/);
  });

  it.each(topics)('for %s fits the terminal, whatever its width', (name) => {
    for (const width of [80, 100, 200]) {
      const lines = helpFor(name, width).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(words(lines.join('\n'))).toBe(words(helpFor(name, 1_000)));
    }
  });

  it('is 80 columns wide where there is no terminal', () => {
    expect(helpFor('login')).toBe(helpFor('login', 80));
  });

  it('is not squeezed into columns that are too narrow to be read', () => {
    expect(helpFor('login', 20)).toBe(helpFor('login', 40));
  });
});
