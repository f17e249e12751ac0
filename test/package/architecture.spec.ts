import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** From the roof to the ground. An import goes down only. */
const layers = [
  'src/cli',
  'src/node',
  'src/browser',
  'src/native',
  'src/testing',
  'src/inspect',
  'src/session',
  'src',
  'src/protocol',
  'machines',
];
/** What stands side by side and never meets, though one is listed above the other. */
const strangers = [
  ['src/node', 'src/browser'],
  ['src/node', 'src/native'],
  ['src/browser', 'src/native'],
  ['src/native', 'src/testing'],
  ['src/native', 'src/inspect'],
  ['src/node', 'src/testing'],
  ['src/browser', 'src/testing'],
  ['src/browser', 'src/inspect'],
  ['src/node', 'src/inspect'],
  ['src/testing', 'src/inspect'],
  ['src/inspect', 'src/session'],
  ['src/testing', 'src/session'],
];

const layerOf = (file: string) =>
  layers.filter((layer) => file.startsWith(`${layer}/`)).sort((a, b) => b.length - a.length)[0];

const files = ['machines', 'src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file)),
);

const withoutComments = (file: string) => readFileSync(join(root, file), 'utf8').replaceAll(/^ *\*.*$/gm, '');

const importsOf = (file: string) =>
  [...withoutComments(file).matchAll(/(?:from|import\(|import) ?'([^']+)'/g)].map(([, source = '']) => source);

describe('the layers', () => {
  it.each(files)('%s imports from its own floor, or from below', (file) => {
    for (const source of importsOf(file).filter((path) => path.startsWith('.') && path.endsWith('.ts'))) {
      const [from, to] = [layerOf(file), layerOf(relative(root, resolve(root, dirname(file), source)))];
      expect(layers.indexOf(to ?? ''), source).toBeGreaterThanOrEqual(layers.indexOf(from ?? ''));
      expect(strangers, source).not.toContainEqual([from, to]);
    }
  });

  it('needs only xstate at the bottom', () => {
    const foreign = files
      .filter((file) => file.startsWith('machines/'))
      .flatMap(importsOf)
      .filter((path) => !path.startsWith('.'));
    expect([...new Set(foreign)]).toEqual(['xstate']);
  });

  it('calls ky in one place for the login, and in two for the API', () => {
    expect(files.filter((file) => importsOf(file).includes('ky')).sort()).toEqual([
      'src/protocol/once-by-ky.ts',
      'src/session/api-client.ts',
      'src/session/session-probe.ts',
    ]);
  });

  it('reveals secrets only where they leave the program', () => {
    const revealing = files.filter((file) => /\breveal\(/.test(withoutComments(file)));
    expect(revealing.sort()).toEqual([
      'machines/secret.ts',
      'src/cli/login.ts',
      'src/cli/status.ts',
      'src/protocol/account-setup.ts',
      'src/protocol/headers.ts',
      'src/protocol/token-endpoint.ts',
      'src/session/session-store.ts',
      'src/session/sign-in.ts',
      'src/session/unfinished-login.ts',
    ]);
  });
});
