import { execFile } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { render } from '../../docs/tables.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(resolve(root, file), 'utf8');

it('has tables of states and failures that are those of the code', () => {
  expect(render(read('README.md'))).toBe(read('README.md'));
});

it('and every docstring has examples that compile against the package', async () => {
  const folder = resolve(root, '.cache/examples');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const sources = globSync(['README.md', 'docs/**/*.md', 'machines/**/*.ts', 'src/**/*.ts'], { cwd: root });
  let count = 0;
  for (const source of sources) {
    const text = source.endsWith('.ts') ? read(source).replaceAll(/^ *\* ?/gm, '') : read(source);
    for (const [, language, code] of text.matchAll(/```(tsx?)\n([\s\S]*?)```/g)) {
      count += 1;
      writeFileSync(resolve(folder, `${basename(source)}-${count}.${language}`), `${code}\nexport {};\n`);
    }
  }
  expect(count).toBeGreaterThan(7);
  const options = {
    compilerOptions: { jsx: 'react-jsx', noUnusedLocals: false, noUnusedParameters: false },
    include: ['.'],
  };
  writeFileSync(resolve(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', ...options }));
  const compiled = await promisify(execFile)('tsc', ['-p', folder], { cwd: root }).catch(
    (error: { stdout: string }) => error,
  );
  expect(compiled.stdout).toBe('');
}, 60_000);
