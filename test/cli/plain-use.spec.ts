import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands, kebabCase } from '../../src/cli/commands.ts';
import { readPlainUse } from '../../src/cli/plain-use.ts';
import { readUse } from '../../src/cli/usage.ts';

const flags = Object.values(commands).flatMap((command) => Object.keys(command.flags).map(kebabCase));
const values = ['file', 'floppy', 'latin1', '1.5', '0', '-5', '65536', 'a=b', '-', '', 'v1.0/users', 'GET'];
const word = fc.oneof(
  fc.constantFrom(...flags.map((flag) => `--${flag}`)),
  fc.tuple(fc.constantFrom(...flags), fc.constantFrom(...values)).map(([flag, value]) => `--${flag}=${value}`),
  fc.constantFrom(...values, '--', '-h', '--help', '--version', '--no-json', 'help', '__proto__'),
);
const commandLine = fc
  .tuple(fc.constantFrom(...Object.keys(commands)), fc.array(word, { maxLength: 5 }))
  .map((parts) => parts.flat());

describe('plain use', () => {
  it.each([
    ['token'],
    ['token', '--store', 'file'],
    ['status', '--json', '--username=bob'],
    ['login', '--challenge-header', 'a=b', '--challenge-header', 'c=d', '--timeout', '1.5', '--print-token'],
    ['api', 'v1.0/users'],
    ['api', 'post', 'v1.0/users', '--data', '-'],
    ['emulator', '--port', '0'],
  ])('is read without what answers mistakes: %s', (...args) => {
    const use = readPlainUse(args);
    expect(use).not.toBeNull();
    expect(use).toEqual(readUse(args));
  });

  it('is read as what answers mistakes reads it, which finds none in it', () => {
    fc.assert(
      fc.property(commandLine, (args) => {
        const use = readPlainUse(args);
        if (use) expect(readUse(args)).toEqual(use);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['help', []],
    ['help', ['--help']],
    ['help', ['token', '-h']],
    ['a mistake', ['renew']],
    ['a mistake', ['__proto__']],
    ['a mistake', ['login', '--json', '--print-token']],
    ['a mistake', ['login', '--timeout', '0']],
    ['a mistake', ['token', '--store', 'floppy']],
    ['a mistake', ['api']],
    ['a mistake', ['api', 'GET', 'v1.0', 'more']],
  ])('is not %s: %j', (_, args) => {
    expect(readPlainUse(args)).toBeNull();
  });
});
