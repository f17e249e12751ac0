import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { authMachine } from '../../machines/auth.machine.ts';
import { keeperMachine } from '../../machines/keeper.machine.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
// Stately's reader of source files stands on XState 4, which must not come near ours.
const folder = join(root, '.cache/stately-2');
const script = `
const { extractMachinesFromFile } = require('@xstate/machine-extractor');
const [machine] = extractMachinesFromFile(require('node:fs').readFileSync(process.argv[2], 'utf8')).machines;
process.stdout.write(JSON.stringify(machine.toConfig({ hashInlineImplementations: true })));
`;

type Config = Record<string, unknown>;

/** What Stately reads of the file, in the words of XState 4. */
let read: Config;

beforeAll(async () => {
  if (!existsSync(join(folder, 'node_modules/@xstate/machine-extractor'))) {
    const packages = ['@xstate/machine-extractor@0.16.0', 'xstate@4.38.3'];
    await run('npm', ['install', '--no-save', '--prefix', folder, ...packages], { cwd: tmpdir() });
  }
  writeFileSync(join(folder, 'extract.cjs'), script);
  read = await readBack('auth');
}, 60_000);

async function readBack(name: string): Promise<Config> {
  const file = join(root, `machines/${name}.machine.ts`);
  const { stdout, stderr } = await run(process.execPath, ['extract.cjs', file], { cwd: folder });
  expect(stderr, 'what it cannot read, it complains of').toBe('');
  return JSON.parse(stdout);
}

const list = (value: unknown): unknown[] => (value === undefined ? [] : [value].flat());

/** A machine's configuration as plain data, in one form for both versions of XState, without the code in it. */
function normalise(config: unknown): unknown {
  if (typeof config !== 'object' || config === null) return config;
  if (Array.isArray(config)) return config.map(normalise);
  const { cond, guard = cond, kind, input, context, action, reenter, schemas, ...rest } = config as Config;
  if (action !== undefined) return normalise(action);
  const entries = Object.entries(rest).map(([key, value]): [string, unknown] => {
    const isList = ['entry', 'actions', 'always', 'onDone', 'onError', 'tags', 'invoke'].includes(key);
    if (isList) return [key, list(value).map(normalise)];
    if (key === 'on' || key === 'after') {
      return [
        key,
        Object.fromEntries(Object.entries(value as Config).map(([event, ways]) => [event, list(ways).map(normalise)])),
      ];
    }
    return [key, normalise(value)];
  });
  return { ...Object.fromEntries(entries), ...(guard !== undefined && { guard: normalise(guard) }) };
}

/** Paths to all that a configuration holds, one a line, so that a difference names its place. */
function linesOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path} = ${value}`];
  return Object.entries(value).flatMap(([key, part]) => linesOf(part, `${path}/${key}`));
}

describe('Stately reads from the files', () => {
  it.each([
    ['auth', authMachine],
    ['keeper', keeperMachine],
  ])('every state, transition, guard, action, actor, delay and description of %s', async (name, machine) => {
    const [ours, theirs] = [machine.config, await readBack(name)].map((config) => linesOf(normalise(config)).sort());
    expect(theirs).toEqual(ours);
    expect(ours?.length).toBeGreaterThan(50);
  });

  it('and a missing one would be noticed', () => {
    const { states } = read as { states: { failed: { on: Config } } };
    const { retry, ...on } = states.failed.on;
    expect(retry).toBeDefined();
    const poorer = { ...read, states: { ...states, failed: { ...states.failed, on } } };
    expect(linesOf(normalise(poorer)).sort()).not.toEqual(linesOf(normalise(authMachine.config)).sort());
  });

  it('and all code is named, except the context and the input of services', () => {
    expect(readFileSync(join(root, 'machines/auth.machine.ts'), 'utf8')).not.toMatch(
      /params:|\.\.\.states|\[[a-z]+\]:/i,
    );
  });
});
