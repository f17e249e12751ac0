import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { slugOf } from '../../docs/.vitepress/slug.ts';
import { pagesWithTables, render } from '../../docs/tables.ts';
import { readExamples, root } from './examples.ts';

const read = (file: string) => readFileSync(resolve(root, file), 'utf8');

it.each(pagesWithTables)('%s has up-to-date tables', (page) => {
  expect(render(read(page))).toBe(read(page));
});

it('examples in the README, the pages and docstrings compile against the package', async () => {
  const folder = resolve(root, '.cache/examples');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const examples = readExamples().filter(({ language }) => language !== 'sh');
  expect(examples.length).toBeGreaterThan(40);
  for (const { name, language, code } of examples) {
    writeFileSync(resolve(folder, `${name.replaceAll(/\W+/g, '-')}.${language}`), `${code}\nexport {};\n`);
  }
  // What the tests of docs/testing.md import.
  writeFileSync(resolve(folder, 'login.ts'), "export * from './README-md-4.tsx';");
  writeFileSync(resolve(folder, 'login-executor.ts'), "export * from './docs-testing-md-1.ts';");
  const paths = { '@playwright/test': ['../../node_modules/playwright/test.d.ts'] };
  // As apps with a bundler do, which import files without an extension.
  const resolution = { module: 'esnext', moduleResolution: 'bundler', paths };
  const options = {
    compilerOptions: { jsx: 'react-jsx', noUnusedLocals: false, noUnusedParameters: false, ...resolution },
    include: ['.'],
  };
  writeFileSync(resolve(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', ...options }));
  const compiled = await promisify(execFile)('tsc', ['-p', folder], { cwd: root }).catch(
    (error: { stdout: string }) => error,
  );
  expect(compiled.stdout).toBe('');
}, 60_000);

it('commands have no comments, which zsh and cmd.exe would take for arguments', () => {
  const commands = readExamples().filter(({ language }) => language === 'sh');
  expect(commands.length).toBeGreaterThan(5);
  expect(commands.filter(({ code }) => /(^|\s)#/m.test(code)).map(({ name }) => name)).toEqual([]);
});

it.each(['docs/security.md', 'docs/CONTRIBUTING.md', 'docs/postmortems.md'])('%s names existing files', (page) => {
  const files = [...read(page).matchAll(/`((?:test|src|machines|docs)\/[\w./-]+)`/g)].map(([, file = '']) => file);
  expect(files.length).toBeGreaterThan(5);
  expect(files.filter((file) => !existsSync(resolve(root, file)))).toEqual([]);
});

const pages = globSync(['README.md', 'docs/{,command/}*.md', 'docs/examples/README.md'], { cwd: root });

it.each(pages)('%s links to files and headings that exist', (page) => {
  const text = read(page).replaceAll(/```[\s\S]*?```/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const broken = links.filter((link) => {
    if (/^https:\/\/[\w.-]+\//.test(`${link}/`)) return false;
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? page : resolve(root, dirname(page), path);
    if (!existsSync(resolve(root, file))) return true;
    return anchor !== undefined && !headingsOf(read(file)).includes(anchor);
  });
  expect(broken).toEqual([]);
});

const headingsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    slugOf(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')),
  );

it('the pages have links', () => {
  const count = pages.reduce((sum, page) => sum + (read(page).match(/\]\(/g)?.length ?? 0), 0);
  expect(count).toBeGreaterThan(80);
});

/** Phrases that read as if translated, with what to write instead. */
const stilted: readonly [RegExp, string][] = [
  [/\bwhoever\b/i, 'anyone who'],
  [/\bunless told\b/i, 'Defaults to'],
  [/\bhears? (of|that|where)\b/i, 'is called when'],
  [/\bsigns? in anew\b/i, 'signs in again'],
  [/\btakes? (its|their) time\b/i, 'is slow'],
  [/\b(is|are|was) told (of|that)\b/i, 'is notified'],
  [/\bnobody (waits|foresaw|thought of|told of)\b/i, 'in the background, unexpected, unknown'],
  [/\bever more (seldom|often)\b/i, 'with back-off'],
  [/\btime does not heal\b/i, 'permanent'],
  [/\bin the clear\b/i, 'in plain text'],
  [/\blooked into\b/i, 'verified'],
  [/\b(the session|it|one) is over\b/i, 'has expired'],
  [/\bburnt\b/i, 'wasted'],
];

it('README, pages, docstrings and messages are in plain English', () => {
  const files = globSync(['README.md', 'docs/**/*.{md,vue,svelte}', '{docs,machines,src}/**/*.{ts,tsx}'], {
    cwd: root,
    exclude: (name) => /node_modules|reference$|\.spec\./.test(name),
  });
  expect(files.length).toBeGreaterThan(150);
  const found = files.flatMap((file) =>
    stilted.flatMap(([phrase, better]) => {
      const [text] = phrase.exec(read(file)) ?? [];
      return text === undefined ? [] : [`${file}: "${text}". Better: ${better}`];
    }),
  );
  expect(found).toEqual([]);
});
