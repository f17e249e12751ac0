import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const dist = resolve(import.meta.dirname, '../../dist');

/** All that a built entry imports, from file to file. */
function importsOf(file: string, seen = new Set<string>()): Set<string> {
  const code = readFileSync(file, 'utf8').replaceAll(/^\s*\*.*$/gm, '');
  for (const [, still, dynamic] of code.matchAll(
    /(?:^|;)(?:import|export)\b[^"'`;]*["'`]([^"'`]+)["'`];|\bimport\(["'`]([^"'`]+)["'`]\)/gm,
  )) {
    const source = still ?? dynamic ?? '';
    const isOurs = source.startsWith('.');
    const target = isOurs ? resolve(dirname(file), source) : source;
    if (seen.has(target)) continue;
    seen.add(target);
    if (isOurs) importsOf(target, seen);
  }
  return seen;
}

describe('what pages load', () => {
  it.each(['index', 'browser', 'native', 'session', 'messages', 'inspect', 'testing-browser'])(
    '%s needs nothing of Node',
    (entry) => {
      const foreign = [...importsOf(resolve(dist, `${entry}.js`))].filter((source) => !source.startsWith('/'));
      for (const source of foreign) expect(['xstate', 'xstate/graph', 'ky', 'valibot']).toContain(source);
    },
  );

  it('has messages without the core', () => {
    expect([...importsOf(resolve(dist, 'messages.js'))].filter((source) => !source.startsWith('/'))).toEqual([]);
  });

  it('is detected by this check', () => {
    expect([...importsOf(resolve(dist, 'testing.js'))].some((source) => source.startsWith('node:'))).toBe(true);
  });

  it.each(['index', 'browser', 'native', 'messages', 'inspect', 'testing-browser'])(
    '%s is imported where globals are missing, as under Jest with jsdom',
    (entry) => {
      const missing = [
        'TextEncoder',
        'TextDecoder',
        'BroadcastChannel',
        'fetch',
        'Request',
        'Response',
        'ReadableStream',
      ];
      const program = `for (const name of ${JSON.stringify(missing)}) delete globalThis[name];
        await import(${JSON.stringify(resolve(dist, `${entry}.js`))});`;
      execFileSync(process.execPath, ['--input-type=module', '--eval', program]);
    },
  );
});
