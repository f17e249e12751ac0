import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { problemsOf, sourceAddress, stagePackage, tagsIn, withLinks } from '../../docs/release.ts';
import { hosts } from '../runtimes/hosts.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, '.cache/published');

const filesIn = (directory: string) =>
  globSync('**/*', { cwd: directory }).filter((path) => statSync(join(directory, path)).isFile());
const digestsIn = (directory: string) =>
  filesIn(directory)
    .sort()
    .map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(directory, path)))
        .digest('hex'),
    ]);

describe('what is published', () => {
  beforeAll(() => stagePackage(folder));

  it('is 600 KB or less', () => {
    const size = filesIn(folder).reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);
    console.log(`the package: ${size} bytes, unpacked`);
    expect(size).toBeGreaterThan(300_000);
    expect(size).toBeLessThanOrEqual(600 * 1024);
  });

  it('bundles no package twice, and each with its licence', () => {
    const bundled = globSync('dist/licenses*.txt', { cwd: folder }).map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      for (const part of text.split('\n---\n')) expect(part).toContain('WITHOUT WARRANTY OF ANY KIND');
      return [...text.matchAll(/^(\S+) \d[\w.-]* \(\S+\)\n {2}.*Copyright/gm)].map(([, name]) => name);
    });
    expect(bundled.flat()).toEqual(expect.arrayContaining(['commander', 'hono', 'xstate']));
    expect(new Set(bundled.flat()).size).toBe(bundled.flat().length);
  });

  it('is the same from the same sources', { tags: 'exhaustive' }, () => {
    const again = join(root, '.cache/built-again');
    rmSync(again, { recursive: true, force: true });
    execFileSync('tsdown', ['--out-dir', again, '--log-level', 'error'], { cwd: root, stdio: 'ignore' });
    expect(digestsIn(again)).toEqual(digestsIn(join(root, 'dist')));
  });

  it('tells nothing of how it is made', () => {
    expect(Object.keys(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).sort()).toEqual(
      ['author', 'bin', 'dependencies', 'description', 'engines', 'exports', 'keywords', 'license', 'name']
        .concat('peerDependencies', 'peerDependenciesMeta', 'sideEffects', 'type', 'version')
        .sort(),
    );
  });

  it('has every file that it names', () => {
    const { exports, bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const named = JSON.stringify([exports, bin]).match(/\.\/[\w./-]+\.(?:c?js|ts)/g) ?? [];
    expect(named.length).toBeGreaterThan(15);
    for (const file of named.filter((name) => name.startsWith('./dist')))
      expect(existsSync(join(folder, file)), file).toBe(true);
  });

  it('has links that lead to files of its own, or to what is in the repository alone', () => {
    for (const page of filesIn(folder).filter((path) => path.endsWith('.md'))) {
      const links = [...readFileSync(join(folder, page), 'utf8').matchAll(/\]\(([\w./-]+)(?:#[\w-]+)?\)/g)];
      for (const [, path = ''] of links) {
        const file = join(dirname(page), path);
        expect(existsSync(join(root, file)), `${page}: ${path}`).toBe(true);
        if (!existsSync(join(folder, file)))
          expect(file).toMatch(
            /^(docs\/(command|examples|playground|[^/]+\.(svg|mmd)|(CHANGELOG|CONTRIBUTING|README|hosts|performance|postmortems)\.md)|src|test|machines)\b/,
          );
      }
    }
  });
});

describe('links, once the address of the sources is known', () => {
  const repository = { type: 'git', url: 'git+https://code.example/broker/etna-auth.git' } as const;
  const sources = sourceAddress({ version: '1.2.3', repository });
  const packed = new Set(['README.md', 'docs/start.md', 'docs/login.svg']);

  it('are absolute in the README, which the registry shows without its files', () => {
    const text =
      '![A login](docs/login.svg) [Start](docs/start.md#then) [here](#here) [there](https://other.example/x)';
    expect(withLinks(text, 'README.md', packed, sources)).toBe(
      '![A login](https://code.example/broker/etna-auth/blob/v1.2.3/docs/login.svg?raw=true) ' +
        '[Start](https://code.example/broker/etna-auth/blob/v1.2.3/docs/start.md#then) [here](#here) [there](https://other.example/x)',
    );
  });

  it('are absolute in pages where the package lacks the file', () => {
    const text = '[Start](start.md) [Vue](examples/vue/Login.vue)';
    expect(withLinks(text, 'docs/frameworks.md', packed, sources)).toBe(
      '[Start](start.md) [Vue](https://code.example/broker/etna-auth/blob/v1.2.3/docs/examples/vue/Login.vue)',
    );
  });

  it('stay as they are as long as it is not', () => {
    expect(withLinks('[Start](docs/start.md)', 'README.md', packed, sourceAddress({ version: '1.2.3' }))).toBe(
      '[Start](docs/start.md)',
    );
  });
});

describe('a release', () => {
  const repository = { type: 'git', url: 'git+https://code.example/broker/etna-auth.git' } as const;

  it('needs an address, a section in the changelog and a tag', () => {
    expect(problemsOf({ version: '1.2.3' }, '\n## 1.2.2\n', ['v1.2.2'])).toHaveLength(3);
    const changelog = '# Changelog\n\n## 1.2.3\n\n- …';
    expect(problemsOf({ version: '1.2.3', repository }, changelog, ['latest', 'v1.2.3'])).toEqual([]);
  });

  it('knows its tags in a container, where the sources belong to another user', () => {
    const clone = mkdtempSync(join(tmpdir(), 'etna-auth-'));
    const git = (...args: string[]) => execFileSync('git', args, { cwd: clone, stdio: 'pipe' });
    git('init', '--quiet');
    git('-c', 'user.name=a', '-c', 'user.email=a@b.example', 'commit', '--quiet', '--allow-empty', '--message=first');
    git('tag', 'latest');
    git('tag', 'v1.2.3');
    vi.stubEnv('GIT_TEST_ASSUME_DIFFERENT_OWNER', '1');
    try {
      expect(() => git('status')).toThrow('dubious ownership');
      expect(tagsIn(clone)).toEqual(['latest', 'v1.2.3']);
    } finally {
      vi.unstubAllEnvs();
      rmSync(clone, { recursive: true });
    }
  });

  it('is run by workflows that call scripts of the project', () => {
    const workflows = globSync('.github/workflows/*.yml', { cwd: root }).map((file) =>
      readFileSync(join(root, file), 'utf8'),
    );
    const { scripts, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const workflow of workflows) expect(workflow).toMatch(/^ *permissions:\n +contents: read$/m);
    const called = workflows.join('\n').match(/(?<=- run: ).*/g) ?? [];
    expect(called.length).toBeGreaterThan(4);
    for (const command of called) {
      const script = command.match(/^npm run (\S+)/)?.[1];
      if (script) expect(scripts).toHaveProperty(script);
      else expect(['npm ci', '.ci/run']).toContain(command);
    }
    const oldest = engines.node.replace(/^>=/, '');
    expect(hosts.some(({ name, version }) => name === 'Node' && version.startsWith(`${oldest}.`))).toBe(true);
  });
});

it('has a promise for each of its entries', () => {
  const promises = readFileSync(join(root, 'docs/README.md'), 'utf8');
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const entry of Object.keys(exports).filter((name) => !name.endsWith('.json'))) {
    expect(promises).toMatch(new RegExp(`^\\| \`etna-auth${entry.slice(1)}\` \\| (stable|experimental)`, 'm'));
  }
});
