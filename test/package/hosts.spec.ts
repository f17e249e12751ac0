import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { bundlers } from '../runtimes/bundlers.ts';
import { hosts } from '../runtimes/hosts.ts';
import { packageManagers } from '../runtimes/package-managers.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/hosts.md'), 'utf8');

it.each(hosts.map(({ name, version }) => [name, version]))('docs/hosts.md says what held on %s %s', (name, version) => {
  const row = page.split('\n').find((line) => line.startsWith(`| ${name} | ${version} |`));
  expect(row).toMatch(/\| \d\d \| 0 \|$/);
});

it.each([...bundlers, ...packageManagers].map(({ name, version }) => [name, version]))(
  'docs/hosts.md has %s %s',
  (name, version) => {
    expect(page).toMatch(new RegExp(`${name}( \\| | )${version.replaceAll('.', '\\.')}`));
  },
);
