import { appendFileSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { messageLine, requestLine } from '../../src/cli/printable.ts';
import { startEmulator } from '../../src/testing/index.ts';
import { root } from '../package/examples.ts';
import { commandLine, pointingTo } from './command.ts';
import { signInAs } from './signed-in.ts';
import { openShell } from './terminal.ts';

/** Runs each command of a script, under the prompt at which it was typed. */
const shell = `
etna-auth() { ${commandLine([]).join(' ')} "$@"; }
status=0
while IFS= read -r -u 3 line; do
  printf '$ %s\\n' "$line"
  (exit $status)
  eval "$line"
  status=$?
done 3<<< "$SCRIPT"`;

/** What each SMS and e-mail says. */
const code = '123456';

/** What Carol types at a question. */
const replies: Record<string, string> = {
  Password: 'carol-demo',
  'Code from the SMS or e-mail (Enter alone for a new one)': code,
  PIN: '2468',
};

/** Runs a script in a terminal, and returns what is on its screen in the end. */
async function play(script: string, isSignedIn: boolean): Promise<string> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
  const log = join(folder.path, 'emulator.log');
  const tell = (line: string) => appendFileSync(log, `${line}\n`);
  await using emulator = await startEmulator({
    createCode: () => code,
    onRequest: (request) => tell(requestLine(request)),
    onMessage: (message) => tell(messageLine(message)),
  });
  const directory = join(folder.path, 'sessions');
  if (isSignedIn) await signInAs('bob', emulator, directory);
  writeFileSync(log, '');
  const lines = [...script.matchAll(/^\$ (.*)$/gm)].map(([, line]) => line);
  const environment = {
    ...pointingTo(emulator),
    HOME: folder.path,
    ETNA_AUTH_HOME: directory,
    ETNA_AUTH_STORE: '',
    SCRIPT: lines.join('\n'),
  };
  await using terminal = openShell(['bash', '-c', `cd; ${shell}`], environment, { columns: 500 });
  for (const [, question = ''] of script.matchAll(/^◇ {2}(.*)$/gm)) {
    await terminal.answer(question, replies[question] ?? '');
  }
  await terminal.exitCode();
  return terminal.screen();
}

/** What was printed, with "…" where the script has it. */
function withGaps(printed: string, script: string): string {
  const wanted = script.trimEnd().split('\n');
  return printed
    .split('\n')
    .map((line, index) => {
      const pattern = (wanted[index] ?? '').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.+');
      return new RegExp(`^${pattern}$`).test(line) ? wanted[index] : line;
    })
    .join('\n');
}

const pages = globSync('docs/command/*.md', { cwd: root }).sort();

it('docs/command.md shows a page of scripts for each of its commands', () => {
  const text = readFileSync(resolve(root, 'docs/command.md'), 'utf8');
  const shown = [...text.matchAll(/^## `(\w+)/gm)].map(([, name]) => `docs/command/${name}.md`);
  expect(shown.sort()).toEqual(pages);
  for (const page of pages) expect(text).toContain(`](${page.replace('docs/', '')})`);
});

describe.concurrent.each(pages)('%s', (page) => {
  const text = readFileSync(resolve(root, page), 'utf8');
  const scripts = [...text.matchAll(/^## (.+)$[^#]*?^```console\n([\s\S]*?)^```$/gm)];
  it.each(scripts.map(([, title = '', script = '']) => [title, script]))('%s', async (_, script = '') => {
    expect(script.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
    const printed = await play(script, text.includes('Bob is signed in'));
    expect(withGaps(printed, script)).toBe(script.trimEnd());
  });
  it('has a script for each promise', () => expect(scripts).toHaveLength(text.match(/^## /gm)?.length ?? 0));
});
