import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
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

  it.each(names)('for %s names its flags and what they mean, its arguments and its note', (name) => {
    const { description, flags, arguments: taken = [], note = '' } = commands[name] ?? expect.fail();
    const help = words(helpFor(name));
    const terms = Object.entries(flags).map(([key, { value, description }]) =>
      words(`--${kebabCase(key)} ${value === undefined ? '' : `<${value}>`} ${description}`),
    );
    const choices = Object.values(flags).flatMap((flag) => (flag.choices ? [flag.choices.join(', ')] : []));
    const positional = taken.map((argument) => `${argument.name} ${argument.description}`);
    for (const part of [description, ...terms, ...choices, ...positional, note]) expect(help).toContain(part);
  });

  it.each(topics)('for %s fits the terminal, whatever its width', (name) => {
    for (const width of [80, 100, 200]) {
      const lines = helpFor(name, width).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(words(lines.join('\n'))).toBe(words(helpFor(name, 1_000)));
    }
  });

  it('is not squeezed into columns that are too narrow to be read', () => {
    expect(helpFor('login', 20)).toBe(helpFor('login', 40));
  });
});
